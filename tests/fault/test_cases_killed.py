"""Those who move cases and the worker that tells of it are killed at any moment, all at work on the same cases."""

import json
import subprocess
import sys

import pytest

from .house import House
from .lengths import rounds
from .postgres import fresh_database

SHORT, LONG = 6, rounds(200, 10)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.soak)])
def house(request, begun, tmp_path):
    """An installation of its own, with a database on either engine."""
    if request.param == "sqlite":
        yield begun.copy(tmp_path / "data")
        return
    with fresh_database() as url:
        yield House(tmp_path / "data", LINLI_DATABASE_URL=url).begin()


def torment(house, kills):
    """What became of the cases after so many rounds."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", "tests.fault.killing_cases", str(kills), str(kills)]
    done = subprocess.run(command, env=house.environment, capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def check(told, kills):
    """No move lost, doubled or by half; each piece of news told once; the journal whole."""
    assert told["acknowledged"] > kills and told["told"] > 0 and told["levels"] > 0
    assert not told["lost"] and not told["acknowledged_twice"]
    assert not told["half"] and not told["doubled"] and not told["gaps"]
    assert told["waiting"] == 0 and not told["never"]
    assert not told["twice"] and not told["levels_twice"] and not told["sent_twice"]
    assert told["whole"] and not told["unsealed"]


def test_moves_and_news_cut_off_a_few_times(house):
    check(torment(house, SHORT), SHORT)


@pytest.mark.soak
def test_moves_and_news_cut_off_many_times(house):
    told = torment(house, LONG)
    check(told, LONG)
    print(f"\n{3 * LONG} kills: {told['acknowledged']} moves acknowledged, {told['told']} pieces of news, 0 lost")
