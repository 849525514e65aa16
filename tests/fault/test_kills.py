"""SIGKILL at any moment: what was acknowledged stands, nothing stands by half, and the journal is whole."""

import json
import subprocess
import sys
import time

import pytest

from .house import House, free_port, kill
from .lengths import rounds as rounds_of


def killing(house: House, task: str, rounds: int, seed: int = 1) -> dict:
    """What the program that kills its children found."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", "tests.fault.killing", task, str(rounds), str(seed)]
    done = subprocess.run(command, env=house.environment, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


MANY = rounds_of(200, 8)


@pytest.mark.parametrize("rounds", [6, pytest.param(MANY, marks=pytest.mark.soak)])
def test_verbs_and_sealing_cut_off(house, rounds):
    told = killing(house, "writer", rounds)
    assert told["acknowledged"] > rounds
    assert not told["lost"] and not told["half"] and not told["twice"]
    assert told["whole"] and not told["unsealed"]
    assert house.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.soak
@pytest.mark.parametrize("rounds", [MANY])
def test_backups_cut_off(house, rounds):
    (house.folder / "media" / "plan").write_bytes(bytes(range(256)) * 80_000)
    assert killing(house, "backup", rounds) == {"broken": [], "left": []}


@pytest.mark.soak
@pytest.mark.parametrize("rounds", [MANY])
def test_restores_cut_off(house, rounds):
    (house.folder / "media" / "plan").write_text("plan" * 500_000)
    told = killing(house, "restore", rounds)
    assert not told["mixed"] and told["whole"]


@pytest.mark.soak
@pytest.mark.parametrize("rounds", [MANY])
def test_beginnings_cut_off(empty, rounds):
    assert killing(empty, "init", rounds // 2) == {"half": [], "accounts": 1, "pending": []}


@pytest.mark.soak
@pytest.mark.parametrize("rounds", [MANY])
def test_foundings_of_the_town_cut_off(empty, rounds):
    """Begun again, the town stands whole and once; what the killed ones left on disk is swept away."""
    told = killing(empty, "found", rounds)
    assert not told["half"] and not told["litter"] and not told["lost"]
    assert (told["areas"], told["plans"], told["again"]) == (0, 1, True)


def test_a_demo_killed_while_its_town_is_drawn_goes_on(empty):
    """The real thing once: cut off in the middle, started again, the town stands and the cast may come in."""
    demo = empty.start("demo", "--quiet", "--port", str(free_port()), stderr=subprocess.DEVNULL)
    while not empty.database.exists() or not (empty.folder / "begun.json").exists():
        assert demo.poll() is None
    time.sleep(1)
    kill(demo)
    with empty.served(by="demo") as browser:
        assert "香樟街道" in browser.get("/areas/")[1]
    assert empty.rows("SELECT count(*) FROM areas_background WHERE lifted_at IS NULL") == [(1,)]
    assert empty.rows("SELECT count(*) FROM areas_area WHERE until IS NULL")[0][0] > 50


@pytest.mark.soak
@pytest.mark.parametrize("rounds", [rounds_of(40)])
def test_a_server_and_its_worker_cut_off(house, rounds):
    """Whoever was told they are signed in is signed in when the server is back."""
    for _round in range(rounds):
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
    assert house.rows("PRAGMA integrity_check") == [("ok",)]
