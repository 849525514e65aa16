"""A folder that outgrew SQLite is carried over to PostgreSQL, and back; what is refused leaves both as they were."""

import hashlib
import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.fault.house import House, kill
from tests.fault.lengths import rounds
from tests.fault.postgres import connect, fresh_database, tables_of

pytestmark = pytest.mark.soak

CODES = """code,name
500114,黔江区
500114001,城东街道
500114001001,河滨社区
500114001002,文汇社区
500114001003,杨柳社区
"""
# Something of every kind of column, and numbers that were given out and are gone.
FILL = """
import django; django.setup()
from datetime import date, datetime, UTC
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from linli.areas import redrawing
from linli.areas.changes import Merge
from linli.areas.models import Background, Restamp
from linli.access.models import Account, Post
from linli.ground.hands import Program
from linli.journal import sealing
by, at = Program("test"), timezone.now()
who = Account.objects.get()
Post.objects.create(account=who, role="grid-worker", area_code="500114001002", since=date(2026, 1, 1))
redrawing.redraw([Merge(("500114001001", "500114001002"), "500114001001")], effective_on=date(2026, 1, 2), by=by, at=at)
Background.objects.create(name="底图", kind="scan", file="x", west=107.123456789012345, south=29.5, east=107.2,
    north=29.6, laid_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC))
for number in range(3):
    Background.objects.create(name="gone", kind="scan", file="x", west=0, south=0, east=0, north=0, laid_at=at).delete()
DBTaskResult.objects.create(task_path="x.y", backend_name="default", queue_name="default", priority=1, run_after=at,
    args_kwargs={"args": [1, None, "河"], "kwargs": {"b": 1.5, "a": {"z": [], "y": True}}}, status="SUCCESSFUL")
from linli.registers import keeping
from linli.registers.models import Register
keeping.add(Register.PERSON, {"person.name": "单雄信"}, area="500114001001", by=by, at=at)
sealing.seal_all(at=at)
"""


@pytest.fixture
def database() -> Iterator[str]:
    """An empty database."""
    with fresh_database() as url:
        yield url


@pytest.fixture
def full(house, tmp_path) -> House:
    """A house in which something of every kind is kept."""
    (tmp_path / "codes.csv").write_text(CODES, "utf-8")
    house.did("areas", "import", "--codes", str(tmp_path / "codes.csv"))
    done = subprocess.run(house.python(FILL), env=house.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return house


def digest(house: House) -> str:
    """Every row of the SQLite file."""
    with closing(sqlite3.connect(house.database)) as database:
        return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()


def test_everything_is_carried_over_and_goes_on_there(full, database):
    before = digest(full)
    told = full.did("move", "--to", database)
    assert "LINLI_DATABASE_URL" in told
    assert digest(full) == before, "what was here is only read"
    rows = {name: full.rows(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables_of(database)}
    with connect(database) as there:
        counted = {name: there.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in rows}
        for name in ("journal_entry", "journal_delivery"):  # the one that says so, and whom it is told to
            counted[name] -= 1
        assert counted == rows
        facts = there.execute("SELECT verb, facts FROM journal_entry ORDER BY id DESC LIMIT 1").fetchone()
        carried = sum(rows.values()) - rows["registers_words"]
        assert facts[0] == "installation.moved" and json.loads(facts[1])["carried"] == carried
        words = there.execute("SELECT count(*) FROM registers_words WHERE words @@ '单雄 & 雄信 & sxx'").fetchone()
        assert words == (1,), "words are laid anew, as the other engine cuts them"
        assert there.execute("SELECT west, laid_at::text FROM areas_background").fetchone()[0] == 107.123456789012345

    assert full.refused("serve") == "running.moved", "the old one is not taken for the new"
    assert full.refused("worker", "--once") == "running.moved"
    full.environment["LINLI_DATABASE_URL"] = database
    full.did("worker", "--once")
    full.did("journal", "verify")
    with full.served() as browser:
        assert browser.sign_in() in (302, 303)
    with connect(database) as there:
        (last,) = there.execute("SELECT pg_sequence_last_value('areas_background_id_seq')").fetchone()
        assert last == 4, "numbers of rows that are gone are not given out again"


def test_and_back_again(full, database):
    full.did("move", "--to", database)
    first = digest(full)
    full.environment["LINLI_DATABASE_URL"] = database
    assert full.refused("move", "--to", "sqlite") == "move.not-empty", "the file that was left still lies there"
    for path in full.folder.glob("linli.sqlite3*"):
        path.unlink()
    full.did("move", "--to", "sqlite")
    assert full.refused("worker", "--once") == "running.moved"
    del full.environment["LINLI_DATABASE_URL"]
    moved = full.rows("SELECT count(*) FROM journal_entry WHERE verb = 'installation.moved'")
    assert moved == [(2,)]
    full.did("worker", "--once")
    full.did("journal", "verify")
    assert full.rows("SELECT seq FROM sqlite_sequence WHERE name = 'areas_background'") == [(4,)]
    assert full.rows("PRAGMA foreign_key_check") == [] and digest(full) != first


def test_refused_while_someone_works(house, database):
    with house.served():
        assert house.refused("move", "--to", database) == "running.busy"
    assert tables_of(database) == []


def test_refused_where_something_stands_already(house, database):
    with connect(database) as there:
        there.execute("CREATE TABLE theirs (id int)")
    assert house.refused("move", "--to", database) == "move.not-empty"
    assert tables_of(database) == ["theirs"]
    house.did("worker", "--once")


def test_refused_without_an_address_and_where_nobody_answers(house, tmp_path):
    assert house.refused("move") == "running.missing"
    assert house.refused("move", "--to", "postgresql://linli@127.0.0.1:9/linli") == "move.unreachable"
    (tmp_path / "address").write_text("postgresql://linli@127.0.0.1:9/linli\n")
    assert house.refused("move", "--to-file", str(tmp_path / "address")) == "move.unreachable"


def test_refused_in_a_database_without_chinese(house):
    with fresh_database(encoding="SQL_ASCII") as there:
        assert house.refused("move", "--to", there) == "move.unfit"
        assert tables_of(there) == []


def test_refused_while_the_tables_are_of_another_version(house, database):
    with closing(sqlite3.connect(house.database)) as here, here:
        here.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
    assert house.refused("move", "--to", database) == "running.behind"


def test_refused_with_a_table_nobody_knows(house, database):
    with closing(sqlite3.connect(house.database)) as here, here:
        here.execute("CREATE TABLE theirs (id int)")
    house.did("worker", "--once")
    with closing(sqlite3.connect(house.database)) as here, here:
        here.execute("INSERT INTO theirs VALUES (1)")
    assert house.refused("move", "--to", database) == "move.unknown-table"
    assert tables_of(database) == []


@pytest.mark.parametrize("name", ["河" * 61, "two\0words"], ids=["too long", "a sign of nought"])
def test_a_row_that_does_not_fit_is_named_and_nothing_stands(full, database, name):
    """SQLite keeps what is longer than its column, and signs that PostgreSQL knows not."""
    with closing(sqlite3.connect(full.database)) as here, here:
        here.execute("UPDATE areas_area SET name = ? WHERE id = 3", [name])
    done = full.run("move", "--to", database)
    assert done.returncode == 2 and "[move.row-unfit]" in done.stderr
    assert "areas_area" in done.stderr and " 3 " in done.stderr
    assert tables_of(database) == []
    full.did("worker", "--once")


def test_a_journal_that_is_bent_is_no_reason_to_stay(full, database):
    with closing(sqlite3.connect(full.database)) as here, here:
        here.execute("UPDATE journal_entry SET thing = 'bent' WHERE seal_number = 1")
    full.did("move", "--to", database)
    full.environment["LINLI_DATABASE_URL"] = database
    assert full.run("journal", "verify").returncode != 0


def test_killed_at_any_moment_it_is_all_there_or_nothing(full, database):
    began = time.monotonic()
    with fresh_database() as spare:
        full.did("move", "--to", spare)
    lasts = time.monotonic() - began
    (full.folder / "moved.json").unlink()
    before, done = digest(full), 0
    parts = rounds(24)
    for part in range(1, parts + 1):
        moving = full.start("move", "--to", database, stderr=subprocess.DEVNULL)
        time.sleep(lasts * part / (parts + 1))
        kill(moving)
        settle(database)
        if tables_of(database):
            with connect(database) as there:
                assert there.execute("SELECT count(*) FROM access_account").fetchone() == (1,)
            done += 1
            break
    (full.folder / "moved.json").unlink(missing_ok=True)
    assert digest(full) == before
    if not done:
        full.did("move", "--to", database)


def settle(database: str) -> None:
    """Whatever the killed one still had open is gone."""
    with connect(database) as there:
        there.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'linli'")
