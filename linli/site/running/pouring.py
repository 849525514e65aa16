"""Tables poured from one database into another, row by row, through the fields that know both engines.

Inside `in_place_of` every question goes to the other database, as if it were the only one; the one we came from
answers under the name SOURCE.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import DataError, IntegrityError, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from linli.ground.progress import Tell
from linli.ground.words import gettext_noop as _
from linli.registers import indexing

from .refusals import NotTheSame, RowUnfit, UnknownTable

SOURCE = "source"
CHUNK = 2000
WHOLE = 1 << 256


@contextmanager
def in_place_of(there: BaseDatabaseWrapper) -> Iterator[None]:
    """Inside the block the other database is the one that is asked, and ours is SOURCE."""
    here = connections["default"]
    connections["default"], connections[SOURCE] = there, here
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        there.close()
        connections["default"] = here
        del connections[SOURCE]
        ContentType.objects.clear_cache()


@dataclass
class Sum:
    """How many rows, and a digest of all of them that does not depend on their order."""

    rows: int = 0
    digest: int = 0

    def add(self, row: Iterable[Any]) -> None:
        """One more row."""
        said = json.dumps([plain(value) for value in row], sort_keys=True, default=str)
        self.rows += 1
        self.digest = (self.digest + int.from_bytes(hashlib.sha256(said.encode()).digest())) % WHOLE

    def __str__(self) -> str:
        return f"{self.rows} × {self.digest:064x}"[:24]


def plain(value: Any) -> Any:
    """Bytes as text; either engine gives them in a form of its own.

    >>> plain(memoryview(b"ab")), plain("ab")
    ({'bytes': '6162'}, 'ab')
    """
    return {"bytes": bytes(value).hex()} if isinstance(value, bytes | bytearray | memoryview) else value


def tables() -> list[type[models.Model]]:
    """Every table of ours and of the packages we use, and the list of steps they have gone through."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [*(model for model in found if not model._meta.proxy), MigrationRecorder.Migration]


def laid_anew() -> set[str]:
    """The tables of words: they are not poured but laid anew there. On SQLite each has tables of its own behind it."""
    return {indexing.TABLE} | {f"{indexing.TABLE}_{part}" for part in ("data", "idx", "content", "docsize", "config")}


def must_know_every_table() -> None:
    """Refuses a table with rows that nobody here knows: it would be left behind in silence."""
    known = {model._meta.db_table for model in tables()} | laid_anew()
    with connection.cursor() as cursor:
        for name in sorted(set(connection.introspection.table_names(cursor)) - known):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - it names itself
            if rows := cursor.fetchone()[0]:
                raise UnknownTable(table=name, rows=rows)


def empty() -> None:
    """What making the tables wrote into them is gone: whatever stands afterwards was poured."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in tables():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def pour(tell: Tell) -> int:
    """Every row of every table stands there as here, was read back and compared; how many there are."""
    known = tables()
    total = sum(model._base_manager.using(SOURCE).count() for model in known)
    done = 0
    for model in known:
        sent = Sum()
        for batch in batches(read(model, SOURCE)):
            write(model, batch)
            for row in batch:
                sent.add(row)
            tell(_("rows carried over"), done + sent.rows, total)
        done += sent.rows
    return done


def compare(tell: Tell) -> None:
    """Refuses (NotTheSame) when any table reads otherwise there than here."""
    known = tables()
    for done, model in enumerate(known, start=1):
        here, there = Sum(), Sum()
        for row in read(model, SOURCE):
            here.add(row)
        for row in read(model, "default"):
            there.add(row)
        if here != there:
            raise NotTheSame(what=model._meta.db_table, here=here, there=there)
        tell(_("tables compared"), done, len(known))


def read(model: type[models.Model], using: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, streamed."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model._base_manager.using(using).order_by("pk").values_list(*names).iterator(chunk_size=CHUNK)


def batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in portions."""
    while batch := list(islice(rows, CHUNK)):
        yield batch


def write(model: type[models.Model], batch: list[tuple[Any, ...]]) -> None:
    """The rows stand in the table there. Refuses (RowUnfit), and says which, where one does not fit."""
    quoted, fields = connection.ops.quote_name, model._meta.concrete_fields
    columns, places = ", ".join(quoted(str(field.column)) for field in fields), ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    told = [
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)] for row in batch
    ]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, told)
    except (DataError, IntegrityError):
        find_unfit(model, sql, told)
        raise


def find_unfit(model: type[models.Model], sql: str, told: list[list[Any]]) -> None:
    """Refuses with the first row that does not fit."""
    key = model._meta.concrete_fields.index(model._meta.pk)
    for row in told:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, row)
        except (DataError, IntegrityError) as unfit:
            why = str(unfit).strip().splitlines()[0]
            raise RowUnfit(table=model._meta.db_table, key=row[key], why=why) from unfit


# -- numbers that are given out --------------------------------------------------------------------


def numbered() -> list[tuple[str, str]]:
    """The tables whose rows are numbered by the database, and the column."""
    keys = [(model._meta.db_table, model._meta.pk) for model in tables()]
    return [(table, str(key.column)) for table, key in keys if isinstance(key, models.AutoField)]


def numbers(here: BaseDatabaseWrapper) -> dict[str, int]:
    """The highest number each table has given out, also to rows that are gone: none is given twice."""
    with here.cursor() as cursor:
        if here.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            return dict(cursor.fetchall())
        found = {}
        for table, column in numbered():
            cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)", [table, column])
            found[table] = cursor.fetchone()[0] or 0
        return found


def go_on_from(given: dict[str, int]) -> None:
    """The next row of each table gets the number after the last one that was given out."""
    with connection.cursor() as cursor:
        for table, column in numbered():
            last = given.get(table, 0)
            if connection.vendor == "postgresql":
                sequence = "pg_get_serial_sequence(%s, %s)"
                cursor.execute(f"SELECT setval({sequence}, %s, %s)", [table, column, max(last, 1), last > 0])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
