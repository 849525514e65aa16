"""SIGKILL at any moment, on PostgreSQL: the same promises as on SQLite (`test_kills`)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .house import House, kill
from .lengths import rounds
from .postgres import fresh_database
from .test_kills import killing

pytestmark = pytest.mark.soak
ROUNDS = rounds(200, 8)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    """A folder and a database in which nothing was begun."""
    with fresh_database() as url:
        mine = House(tmp_path / "data", LINLI_DATABASE_URL=url)
        yield mine
        mine.close()


@pytest.fixture
def house(empty: House) -> House:
    """The same, begun."""
    return empty.begin()


def test_verbs_and_sealing_cut_off(house):
    told = killing(house, "writer", ROUNDS)
    assert told["acknowledged"] > ROUNDS
    assert not told["lost"] and not told["half"] and not told["twice"]
    assert told["whole"] and not told["unsealed"]


def test_backups_cut_off(house):
    (house.folder / "media" / "plan").write_bytes(bytes(range(256)) * 80_000)
    assert killing(house, "backup", ROUNDS) == {"broken": [], "left": []}


def test_restores_cut_off(house):
    """Also between the commit there and the files here: they belong together afterwards."""
    (house.folder / "media" / "plan").write_text("plan" * 500_000)
    told = killing(house, "restore", max(ROUNDS, 30))
    assert not told["mixed"] and told["whole"]


def test_beginnings_cut_off(empty):
    assert killing(empty, "init", ROUNDS // 2) == {"half": [], "accounts": 1, "pending": []}


def test_a_server_and_its_worker_cut_off(house):
    for _round in range(rounds(20, 1)):
        with house.served() as browser:
            worker = house.start("worker", stderr=subprocess.DEVNULL)
            assert browser.sign_in() in (302, 303)
            kill(house.started[-2])
            kill(worker)
        cookies = browser.cookies
        with house.served() as browser:
            browser.cookies._cookies = cookies._cookies
            assert "sign-out" in browser.get("/")[1]
            kill(house.started[-1])
    house.did("worker", "--once")
    house.did("journal", "verify")
