"""A great many records at once, as rows made ready: prepared statements on SQLite, COPY on PostgreSQL.

The caller's verb holds the transaction and writes the entry, and gives every column that says anything; the others
are as the model leaves them. Lines of words and keys are rows like any other (`WORDS`, `indexing.line`,
`bulk.matching.keys`), made by the caller, who has the values at hand.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from . import indexing

WORDS = indexing.TABLE
CACHE_KIB, CHECKPOINT_PAGES = 262_144, 65_536
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class Columns:
    """Which columns the rows of a model have, in their order, with a space between."""

    model: type[models.Model]
    listed: str

    @property
    def names(self) -> list[str]:
        """The columns."""
        return self.listed.split()

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.model._meta.db_table

    def rest(self) -> dict[str, Any]:
        """What the model leaves the other columns at; its own key is the database's to give."""
        left = [field for field in self.model._meta.concrete_fields if field.column not in self.names]
        return {
            str(field.column): field.get_db_prep_save(field.get_default(), connection)
            for field in left
            if not field.primary_key
        }


def lay(columns: Columns, rows: Rows) -> None:
    """The rows stand in the table of the model."""
    rest = columns.rest()
    _insert(columns.table, (*columns.names, *rest), rows, tuple(rest.values()))


def lay_words(rows: Rows) -> None:
    """The lines of words, each by the number of its record (`indexing.row_of`), made by `words_as_kept`."""
    _insert(WORDS, ("rowid" if connection.vendor == "sqlite" else "id", "words"), rows, ())


def words_as_kept(line: str, vendor: str) -> str:
    """A line of words as the engine takes it: FTS5 cuts it itself, a tsvector is spelled out.

    >>> words_as_kept("香樟 o'k", "sqlite"), words_as_kept("香樟 o'k", "postgresql")
    ("香樟 o'k", "'香樟' 'o''k'")
    """
    if vendor == "sqlite":
        return line
    return " ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in line.split())


@contextmanager
def much_at_once() -> Iterator[None]:
    """Inside the block SQLite keeps more of its indexes in memory and folds its log back less often."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("cache_size", "wal_autocheckpoint")]
        cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size={before[0]}")
            cursor.execute(f"PRAGMA wal_autocheckpoint={before[1]}")


def reserve(model: type[models.Model], count: int) -> int:
    """So many keys of the table are ours from now on, one after the other; the first of them."""
    assert connection.in_atomic_block
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            known = cursor.fetchone()
            sql = "UPDATE sqlite_sequence SET seq = %s WHERE name = %s"
            sql = sql if known else "INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)"
            first = (known[0] if known else 0) + 1
            cursor.execute(sql, [first + count - 1, table])
            return int(first)
        cursor.execute(f"LOCK TABLE {connection.ops.quote_name(table)} IN EXCLUSIVE MODE")
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        first = int(cursor.fetchone()[0])
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + max(count, 1) - 1])
        return first


def set_aside_indexes(*tables: type[models.Model]) -> None:
    """The tables are without the indexes that would be written to all over with each row; `index_again` brings them
    back. Only for tables nobody asks yet: until then every question of them reads all rows."""
    with connection.cursor() as cursor:
        for model in tables:
            for index in model._meta.indexes:
                cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(index.name)}")


def index_again(*tables: type[models.Model]) -> None:
    """Every index of the tables stands; each that was missing is made in one piece, which locks its table."""
    editor = connection.SchemaEditorClass(connection)
    for model in tables:
        with connection.cursor() as cursor:
            standing = connection.introspection.get_constraints(cursor, model._meta.db_table)
            for index in model._meta.indexes:
                if index.name not in standing:
                    cursor.execute(str(index.create_sql(model, editor)))


def _insert(table: str, names: Sequence[str], rows: Rows, rest: tuple[Any, ...]) -> None:
    assert connection.in_atomic_block, f"{table} was laid outside its verb's transaction"
    if not rows:
        return
    whole = [row + rest for row in rows] if rest else rows
    listed = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", whole)  # noqa: S608 - our own names
            return
        with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as into:
            for row in whole:
                into.write_row(row)
