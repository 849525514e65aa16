"""Many records at once: read in one question, laid and changed in one prepared statement, as Django would one by one.

The caller's verb holds the transaction and writes the entry. What is read and what is written are whole records, so
that a rule about one record is the same rule here; only the way to the database is another.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models.base import ModelState

from linli.areas import codes

from . import laying
from .sealed import SealedField, opener, sealer

Way = Callable[[Any], Any]
AT_ONCE = 20_000  # keys in one question
BOUNDS = {"_gte": ">=", "__lt": "<"}


def among(column: str, kind: str = "bigint") -> str:
    """A condition that a column is among any number of values, given as `asked` gives them.

    >>> among("p.id").startswith("p.id")
    True
    """
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - our own names
    return f"{column} = ANY(%s::{kind}[])"


def asked(values: Sequence[Any]) -> Any:
    """The values of `among` as one parameter."""
    return json.dumps(list(values)) if connection.vendor == "sqlite" else list(values)


def portions(values: Sequence[Any], size: int = AT_ONCE) -> Iterator[Sequence[Any]]:
    """The values, so many at a time."""
    return (values[first : first + size] for first in range(0, len(values), size))


def read(
    model: Any, column: str, values: Iterable[Any], *, area: str = "", standing: bool = False, locked: bool = False
) -> Iterator[Any]:
    """The records whose column is one of the values, in no order: those in an area, those that have not ended;
    `locked` until the transaction ends."""
    fields = model._meta.concrete_fields
    ways = [(at, way) for at, field in enumerate(fields) if (way := _from_database(field))]
    names = [field.attname for field in fields]
    quoted = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    kind = "bigint" if column == "id" else "text"
    within = codes.inside(area)
    conditions = [among(column, kind), *(f"area_code {BOUNDS[name[-4:]]} %s" for name in within)]
    conditions += ["ended_on IS NULL"] if standing else []
    sql = f"SELECT {quoted} FROM {model._meta.db_table} WHERE {' AND '.join(conditions)}"  # noqa: S608 - our own names
    sql += " FOR UPDATE" if locked and connection.vendor == "postgresql" else ""
    for some in portions(list(dict.fromkeys(values))):
        with connection.cursor() as cursor:
            cursor.execute(sql, [asked(some), *within.values()])
            rows = cursor.fetchall()
        for row in rows:
            said = list(row)
            for at, way in ways:
                said[at] = way(said[at])
            yield _made(model, dict(zip(names, said, strict=True)))


def blank(model: Any, **said: Any) -> Any:
    """A record that nobody saved, which says this and else what the model leaves it at, but for its own key."""
    left = {name: {} if left == {} else left for name, left in _left(model).items()}
    return _made(model, left | said, adding=True)


@lru_cache(maxsize=16)
def _left(model: Any) -> dict[str, Any]:
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


def _made(model: Any, said: dict[str, Any], *, adding: bool = False) -> Any:
    """A record with these values, without asking each field in turn as its maker would."""
    record = model.__new__(model)
    record.__dict__.update(said)
    record._state = ModelState()
    record._state.adding, record._state.db = adding, connection.alias
    return record


def lay(records: Sequence[Any]) -> None:
    """Records that nobody saved stand in their table, each with its key."""
    if not records:
        return
    model = type(records[0])
    for key, record in zip(_fresh_keys(model, len(records)), records, strict=True):
        record.pk = key
        record._state.adding, record._state.db = False, connection.alias
    fields = model._meta.concrete_fields
    columns = laying.Columns(model, " ".join(field.column for field in fields))
    laying.lay(columns, list(zip(*(_column(field, records) for field in fields), strict=True)))


def change(records: Sequence[Any], names: Iterable[str]) -> None:
    """The records stand as they are now in these fields (by attribute name); nothing else of them is touched."""
    wanted = set(names)
    if not records or not wanted:
        return
    assert connection.in_atomic_block
    model = type(records[0])
    fields = [field for field in model._meta.concrete_fields if field.attname in wanted and not field.primary_key]
    said = zip(*(_column(field, records) for field in fields), (record.pk for record in records), strict=True)
    update(model, [field.column for field in fields], list(said))


def update(model: Any, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Each row says the columns anew, its key last."""
    types = {field.column: _cast(field) for field in model._meta.concrete_fields}
    said = ", ".join(f"{connection.ops.quote_name(name)} = %s{types[name]}" for name in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {model._meta.db_table} SET {said} WHERE id = %s", rows)  # noqa: S608 - our own names


def remove(model: Any, keys: Sequence[int]) -> None:
    """The rows of these keys are gone; whatever may refer to them is the caller's to see to."""
    for some in portions(keys):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE {among('id')}", [asked(some)])  # noqa: S608


def _fresh_keys(model: Any, count: int) -> Sequence[int]:
    """Keys that no row bears; on PostgreSQL nobody has to wait for them."""
    if connection.vendor == "sqlite":
        first = laying.reserve(model, count)
        return range(first, first + count)
    with connection.cursor() as cursor:
        asking = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(asking, [model._meta.db_table, count])
        return [key for (key,) in cursor.fetchall()]


def _column(field: Any, records: Sequence[Any]) -> list[Any]:
    name, way = field.attname, _to_database(field)
    return [way(getattr(record, name)) for record in records] if way else [getattr(record, name) for record in records]


def _cast(field: Any) -> str:
    return "::jsonb" if isinstance(field, models.JSONField) and connection.vendor == "postgresql" else ""


def _from_database(field: Any) -> Way | None:
    """How a value of the field becomes what Django would give; None where it is so already."""
    if isinstance(field, SealedField):
        return opener(field.column_name)
    if isinstance(field, models.BinaryField):
        return lambda said: bytes(said or b"")
    if isinstance(field, models.JSONField):
        return _parsed
    if isinstance(field, models.DateTimeField):
        raise TypeError(f"{field} is read one by one")
    return _day if isinstance(field, models.DateField) else None


def _to_database(field: Any) -> Way | None:
    """How a value of the field lies in the database; None where it lies as it is."""
    if isinstance(field, SealedField):
        seal = sealer(field.column_name)
        return lambda said: said if isinstance(said, bytes) else seal(said or "")
    if isinstance(field, models.JSONField):
        return _spelled
    if isinstance(field, models.DateField):  # and of the hour
        return lru_cache(maxsize=1024)(lambda said: None if said is None else field.get_db_prep_save(said, connection))
    return None


def _parsed(said: Any) -> Any:
    return {} if said in ("{}", None) else json.loads(said) if isinstance(said, str) else said


def _spelled(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False) if said else "{}" if isinstance(said, dict) else json.dumps(said)


def _day(said: Any) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) else said
