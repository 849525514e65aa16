"""What differs between SQLite and PostgreSQL in a copy: taking one that is consistent while everyone works."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep as pause
from typing import Any

from django.db import DatabaseError, connection, transaction

from linli.journal.models import Entry

from . import children
from .refusals import NoTool, NotWhole, StillConnected, ToolFailed

COUNT = 'SELECT count(*) FROM "{}"'  # tables name themselves: never words from outside
LAST = "SELECT max(id) FROM journal_entry"
HEAD = (
    "SELECT seal_number, seal_hash FROM journal_entry WHERE seal_number IS NOT NULL ORDER BY seal_number DESC LIMIT 1"
)
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'linli' AND pid <> pg_backend_pid()"
)
DROP_ALL = """
SET lock_timeout = '10s';
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE 'DROP TABLE public.' || t || ' CASCADE';
  END LOOP;
END $$;
"""
SAME_COUNT = """
DO $$ BEGIN IF (SELECT count(*) FROM public."{0}") <> {1} THEN
  RAISE EXCEPTION 'table {0} has other rows than the copy says'; END IF; END $$;
"""
# Stands in the database from the moment what was poured stands: so whoever comes after a cut knows which it is.
POURED = "COMMENT ON TABLE public.journal_entry IS 'poured {0}';\n"
POURING = "linli-restore"
TRIES, BETWEEN_S = 10, 0.5
END_POURING = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = %s AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True)
class Snapshot:
    """One consistent state of the database: how many rows each table has, and how far the journal reaches."""

    file: str
    tables: dict[str, int]
    entry: int
    sealed: dict[str, Any]

    def about(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {"database": self.file, "tables": self.tables, "entry": self.entry, "sealed": self.sealed}


def size() -> int:
    """About how many bytes the database has."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])


def snapshot(folder: Path) -> Snapshot:
    """A copy of the database in the folder, of one moment; writers are not held up. It was checked."""
    return postgres_snapshot(folder) if connection.vendor == "postgresql" else sqlite_snapshot(folder)


# -- SQLite ----------------------------------------------------------------------------------------


def sqlite_snapshot(folder: Path) -> Snapshot:
    """SQLite's online copy, in one step and so of one moment: in WAL readers hold up no one."""
    path = folder / "database.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy, pages=-1)
    path.chmod(0o600)
    return sqlite_inspect(path)


def sqlite_inspect(path: Path) -> Snapshot:
    """What a SQLite file holds. Refuses (NotWhole) one that SQLite itself finds damaged."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
            told = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if told != "ok":
                raise NotWhole(file=str(path), why=told)
            names = [name for (name,) in copy.execute(TABLES)]
            tables = {name: copy.execute(COUNT.format(name)).fetchone()[0] for name in names}
            number, hashed = copy.execute(HEAD).fetchone() or (0, "")
            last = copy.execute(LAST).fetchone()[0] or 0
    except sqlite3.DatabaseError as damaged:
        raise NotWhole(file=str(path), why=str(damaged)) from damaged
    return Snapshot(path.name, tables, last, {"number": number, "hash": hashed})


# -- PostgreSQL ------------------------------------------------------------------------------------


def postgres_snapshot(folder: Path) -> Snapshot:
    """pg_dump in its own format, of the same moment as the counts beside it."""
    path, dump = folder / "database.dump", tool("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        moment = cursor.fetchone()[0]
        tables = {name: counted(cursor, name) for name in sorted(connection.introspection.table_names(cursor))}
        cursor.execute(HEAD)
        number, hashed = cursor.fetchone() or (0, "")
        cursor.execute(LAST)
        last = cursor.fetchone()[0] or 0
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}"]
        run([dump, *options, f"--file={path}", *where(), database()])
    path.chmod(0o600)
    return Snapshot(path.name, tables, last, {"number": number, "hash": hashed})


def counted(cursor: Any, table: str) -> int:
    """How many rows a table has."""
    cursor.execute(COUNT.format(table))
    return int(cursor.fetchone()[0])


def postgres_pour(path: Path, tables: dict[str, int], token: str) -> None:
    """The database holds what the dump holds, in one transaction: killed or refused, it is as it was.

    Afterwards it says by the token that it was poured (see `postgres_poured`).
    """
    psql, restore = tool("psql"), tool("pg_restore")
    must_be_alone()
    connection.close()
    script = path.with_suffix(".sql")
    run([restore, "--no-owner", "--no-privileges", f"--file={script}", str(path)])
    after = script.with_suffix(".after.sql")
    counts = "".join(SAME_COUNT.format(name, rows) for name, rows in tables.items())
    after.write_text(counts + POURED.format(token), "utf-8")
    before = script.with_suffix(".before.sql")
    before.write_text(DROP_ALL, "utf-8")
    files = [f"--file={each}" for each in (before, script, after)]
    run([psql, "--no-psqlrc", "--single-transaction", "--quiet", "--set=ON_ERROR_STOP=1", *files, *where(), database()])


def must_be_alone() -> None:
    """Refuses while someone else works in the database: on PostgreSQL they may sit at another machine.

    A connection outlives a process that was killed for a moment, so it is looked more than once.
    """
    if connection.vendor != "postgresql":
        return
    count = 0
    for _turn in range(TRIES):
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)
            if not (count := cursor.fetchone()[0]):
                return
        pause(BETWEEN_S)
    raise StillConnected(count=count)


def postgres_poured(token: str) -> bool:
    """Whether what was poured under this token stands. Whoever still pours is ended first, and commits no more."""
    with connection.cursor() as cursor:
        cursor.execute(END_POURING, [POURING])
        cursor.execute("SELECT obj_description(to_regclass('public.journal_entry'), 'pg_class')")
        return bool(cursor.fetchone()[0] == f"poured {token}")


def tool(name: str) -> str:
    """The path of a program of PostgreSQL. Refuses one that is missing or older than the server."""
    connection.ensure_connection()
    needed = connection.connection.info.server_version // 10000
    path = shutil.which(name)
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout if path else ""  # noqa: S603
    version = re.search(r"(\d+)(\.\d+)?", said)
    if not path or not version or int(version[1]) < needed:
        raise NoTool(tool=name, needed=needed, found=version[0] if version else "none")
    return path


def where() -> list[str]:
    """The server and the user, as PostgreSQL's programs want to be told."""
    given = connection.settings_dict
    named = {"host": given["HOST"], "port": given["PORT"], "username": given["USER"]}
    return [f"--{name}={value}" for name, value in named.items() if value]


def database() -> str:
    """The database's name."""
    return str(connection.settings_dict["NAME"])


def run(command: list[str]) -> None:
    """Runs a program of PostgreSQL, which ends when we do.

    The password goes through the environment, where no list of processes shows it.
    """
    environment = dict(os.environ, PGOPTIONS="--client-min-messages=warning", PGAPPNAME=POURING)
    if password := connection.settings_dict["PASSWORD"]:
        environment["PGPASSWORD"] = str(password)
    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False, preexec_fn=children.ending_with_us()
    )
    if done.returncode:
        raise ToolFailed(tool=Path(command[0]).name, why=done.stderr.strip()[-600:])


# -- both ------------------------------------------------------------------------------------------


def reaches() -> int:
    """The last entry of the journal that stands here; 0 where there is none, or nothing that can be read."""
    with quiet():
        return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return 0


@contextmanager
def quiet() -> Iterator[None]:
    """A database that is empty or damaged has nothing to say."""
    try:
        yield
    except DatabaseError:
        connection.close()
