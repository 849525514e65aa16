"""The same on PostgreSQL: a copy brought back row by row, an upgrade, and a connection that is cut."""

import hashlib
from collections.abc import Iterator

import psycopg
import pytest

from tests.fault.house import House
from tests.fault.postgres import connect, fresh_database

pytestmark = pytest.mark.soak


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    """An installation in a database of its own, dropped afterwards."""
    with fresh_database() as url:
        mine = House(tmp_path / "data", LINLI_DATABASE_URL=url)
        try:
            yield mine.begin()
        finally:
            mine.close()


def connected(house: House) -> psycopg.Connection:
    return connect(house.environment["LINLI_DATABASE_URL"])


def contents(house: House) -> dict[str, tuple[int, str]]:
    """Each table: how many rows, and the digest of all of them in order."""
    told = {}
    with connected(house) as database:
        names = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        for (name,) in names:
            rows = database.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1').fetchall()
            told[name] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return told


def test_a_copy_brings_back_every_row(house):
    (house.folder / "media" / "plan").write_text("plan")
    before = contents(house)
    with house.served():
        house.did("backup")
        (copy,) = (house.folder / "backups").glob("*.tar.gz")
        assert house.refused("restore", str(copy)) == "running.busy"
    (house.folder / "media" / "plan").write_text("spoilt")
    with connected(house) as database:
        database.execute("UPDATE access_account SET name = 'spoilt'")
        database.execute("CREATE TABLE later (id int)")
    house.did("restore", str(copy))
    assert (house.folder / "media" / "plan").read_text() == "plan"
    with connected(house) as database:
        database.execute(
            "DELETE FROM journal_delivery WHERE entry_id IN"
            " (SELECT id FROM journal_entry WHERE verb = 'installation.restored')"
        )
        database.execute("DELETE FROM journal_entry WHERE verb = 'installation.restored'")
    after = contents(house)
    assert after == before
    house.did("journal", "verify")
    assert house.refused("restore", str(copy), "--into", str(house.folder / "new")) == "restore.other-engine"
    house.did("upgrade")


def test_a_cut_connection_is_made_anew(house):
    with house.served() as browser:
        assert browser.sign_in() in (302, 303)
        with connected(house) as database:
            for _round in range(5):
                database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'linli'"
                )
                answers = [browser.sign_in() for _ in range(6)]
                assert set(answers) <= {302, 303, 503} and answers[-1] in (302, 303), answers
    house.did("journal", "verify")


def test_nothing_is_brought_back_while_another_machine_is_connected(house):
    house.did("backup")
    (copy,) = (house.folder / "backups").glob("*.tar.gz")
    (house.folder / "media" / "plan").write_text("plan")
    with psycopg.connect(house.environment["LINLI_DATABASE_URL"], application_name="linli"):
        assert house.refused("restore", str(copy)) == "restore.still-connected"
    assert (house.folder / "media" / "plan").read_text() == "plan", "files, too, are as they were"
    house.did("worker", "--once")
