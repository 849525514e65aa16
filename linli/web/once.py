"""What is asked and written a great many times: Django puts it into words once for each connection, not each time.

For what every move of a case does: putting its questions into words anew was most of the work of a move. The words are
Django's own, and so is what is made of the answer; the values stand apart from them.

>>> from linli.web.once import asked
>>> @asked                                                                          # doctest: +SKIP
... def called(ref): return Account.objects.filter(ref=ref)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.transaction import get_connection

R = TypeVar("R")
KEPT = "_linli_once"


class Slot(Expression):
    """Where a value is put in when the question is asked."""

    def __init__(self, place: int) -> None:
        super().__init__(output_field=Field())
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


@dataclass(frozen=True)
class Said:
    """A question in words, what stands in it or is put in, and how a row of the answer is read."""

    words: str
    values: tuple[Any, ...]
    compiler: Any
    as_records: bool

    @cached_property
    def _converters(self) -> list[tuple[int, list[Any], Any]]:
        found = self.compiler.get_converters([column[0] for column in self.compiler.select])
        return [(place, *how) for place, how in found.items()]

    @cached_property
    def _columns(self) -> tuple[type[Model], list[str]]:
        return self.compiler.klass_info["model"], [column[0].target.attname for column in self.compiler.select]

    def read(self, rows: Iterable[Sequence[Any]], here: BaseDatabaseWrapper) -> list[Any]:
        """The records, or the tuples that were asked for."""
        found: list[Any] = [list(row) for row in rows]
        for row in found:
            for place, converters, column in self._converters:
                for convert in converters:
                    row[place] = convert(row[place], column, here)
        if not self.as_records:
            return [tuple(row) for row in found]
        model, names = self._columns
        return [model.from_db(here.alias, names, row) for row in found]


def _kept(here: BaseDatabaseWrapper) -> dict[Any, Any]:
    """What this connection was told before."""
    found: dict[Any, Any] = vars(here).setdefault(KEPT, {})
    return found


def asked(ask: "Callable[..., QuerySet[Any, R]]") -> Callable[..., list[R]]:
    """The answer to a question, whose queryset is the same but for the values (texts, numbers, moments, days).

    The function is called once for each connection (and number of values, where it takes any number), with slots in the
    place of values: it may put them into filters as they are, and nothing else; no columns of other records beside its
    own.
    """

    def said(count: int, here: BaseDatabaseWrapper) -> Said:
        rows = ask(*(Slot(place) for place in range(count)))
        compiler = rows.query.get_compiler(connection=here)
        words, values = compiler.as_sql()
        assert not (compiler.klass_info or {}).get("related_klass_infos"), "nothing is brought along: ask for a tuple"
        return Said(words, values, compiler, rows._iterable_class is ModelIterable)

    @wraps(ask)
    def answer(*values: Any) -> list[R]:
        here = get_connection()
        kept = _kept(here)
        key = (answer, len(values))
        if key not in kept:
            kept[key] = said(len(values), here)
        found: Said = kept[key]
        put_in = [_put(values[each.place], here) if isinstance(each, Slot) else each for each in found.values]
        with here.cursor() as cursor:
            cursor.execute(found.words, put_in)
            return found.read(cursor.fetchall(), here)

    return answer


def _put(value: Any, here: BaseDatabaseWrapper) -> Any:
    """A value as the database takes it."""
    if isinstance(value, datetime):
        return here.ops.adapt_datetimefield_value(value)
    return here.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def insert(record: Model) -> None:
    """A new record stands in its table, with the number it was given."""
    here = get_connection()
    words, fields = _insertion(type(record), here)
    with here.cursor() as cursor:
        cursor.execute(words, [each.get_db_prep_save(each.pre_save(record, True), here) for each in fields])
        record.pk = cursor.fetchone()[0]
    record._state.adding, record._state.db = False, here.alias


def _insertion(model: type[Model], here: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
    kept = _kept(here)
    if model not in kept:
        fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        slots = ", ".join(["%s"] * len(fields))
        key = model._meta.pk.column
        kept[model] = (f'INSERT INTO {model._meta.db_table} ({columns}) VALUES ({slots}) RETURNING "{key}"', fields)  # noqa: S608
    found: tuple[str, list[Any]] = kept[model]
    return found


def update(record: Model, names: Sequence[str]) -> None:
    """These columns of the record stand as they are here. The record is there: whoever writes it has locked it."""
    here = get_connection()
    words, fields = _change(type(record), tuple(names), here)
    values = [each.get_db_prep_save(each.pre_save(record, False), here) for each in fields]
    with here.cursor() as cursor:
        cursor.execute(words, [*values, record.pk])
        assert cursor.rowcount == 1, record


def _change(model: type[Model], names: tuple[str, ...], here: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
    kept = _kept(here)
    if (model, names) not in kept:
        fields = [field for field in model._meta.local_concrete_fields if {field.name, field.attname} & set(names)]
        assert len(fields) == len(set(names)), names
        columns = ", ".join(f'"{field.column}" = %s' for field in fields)
        key = model._meta.pk.column
        kept[model, names] = (f'UPDATE {model._meta.db_table} SET {columns} WHERE "{key}" = %s', fields)  # noqa: S608
    found: tuple[str, list[Any]] = kept[model, names]
    return found
