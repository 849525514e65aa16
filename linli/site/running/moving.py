"""`linli move`: everything in this database stands in another one, on SQLite or PostgreSQL; or nothing does.

One transaction there makes the tables, pours the rows, compares them and proves the journal. What is here is only read.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from linli.ground.hands import Program
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.journal import verifying, writing
from linli.journal.verifying import Verdict
from linli.registers import following
from linli.site import environment

from . import engines, locks, marks, pouring, schema
from .refusals import MoveFailed, NotFresh, NotTheSame, UnfitServer, Unreachable

OLDEST_POSTGRES = 140000
SQLITE = "sqlite"


@dataclass(frozen=True)
class Moved:
    """What was carried over, and where it stands."""

    to: str
    tables: int
    rows: int
    verdict: Verdict


def move(to: str, *, at: datetime, tell: Tell = silent) -> Moved:
    """All rows stand in the database `to` names, alike in every table, and this folder's serve and worker want that.

    Refuses while a server or worker runs, tables that are not those of the code, and a database that is not empty.
    Killed or refused in the middle, the other one is as empty as before.
    """
    with locks.everything_stopped(at=at):
        schema.must_be_current()
        engines.must_be_alone()
        pouring.must_know_every_table()
        left, verdict = schema.address(), verifying.verify(tell=tell)
        connections.close_all()
        with pouring.in_place_of(other(to)):
            there = schema.address()
            must_be_fresh(there)
            try:
                rows = carry(left, there, verdict, at, tell)
            except DatabaseError as gave_up:
                raise MoveFailed(to=there, why=first_line(gave_up)) from gave_up
        marks.write(marks.MOVED, left=left, to=there, at=at.isoformat(timespec="seconds"), rows=rows)
    return Moved(there, len(pouring.tables()), rows, verdict)


def other(to: str) -> BaseDatabaseWrapper:
    """The database to move to, under the name that ours has."""
    folder = Path(settings.DATA_DIR)
    given = environment.sqlite(folder) if to == SQLITE else environment.postgres(to, "--to")
    whole: dict[str, Any] = connections.configure_settings({"default": given})["default"]
    made: BaseDatabaseWrapper = load_backend(whole["ENGINE"]).DatabaseWrapper(whole, "default")
    return made


def must_be_fresh(there: str) -> None:
    """Refuses a database that cannot be reached, is no home for our rows, or holds a table already."""
    try:
        names = sorted(connection.introspection.table_names())
    except DatabaseError as closed:
        raise Unreachable(to=there, why=first_line(closed)) from closed
    if names:
        raise NotFresh(to=there, count=len(names), first=names[0])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
            version, encoding = cursor.fetchone()
        if version < OLDEST_POSTGRES or encoding != "UTF8":
            raise UnfitServer(to=there, version=version // 10000, encoding=encoding)


def carry(left: str, there: str, verdict: Verdict, at: datetime, tell: Tell) -> int:
    """Tables, rows, numbers and the entry that says so, in one transaction there and one moment here."""
    source = connections[pouring.SOURCE]
    with transaction.atomic(using=pouring.SOURCE), schema.one_transaction():
        tell(_("making the tables"), 0, 0)
        schema.bring_up_here()
        pouring.empty()
        rows = pouring.pour(tell)
        pouring.go_on_from(pouring.numbers(source))
        pouring.compare(tell)
        following.lay_all(tell)
        must_be_the_same_journal(verdict, tell)
        facts: dict[str, Any] = {"left": left, "to": there, "carried": rows}
        writing.write("installation.moved", thing="installation", by=Program("console"), at=at, **facts)
    if connection.vendor == "postgresql":
        tell(_("counting for the planner"), 0, 0)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return rows


def must_be_the_same_journal(verdict: Verdict, tell: Tell) -> None:
    """Refuses unless the journal's chain proves there what it proves here, bends and all."""
    found = verifying.verify(tell=tell)
    if found != verdict:
        here, there = ((each.sealed, each.unsealed, each.bent, each.head.hash[:12]) for each in (verdict, found))
        raise NotTheSame(what="journal", here=here, there=there)


def first_line(error: Exception) -> str:
    """What a database says, without its hints."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
