"""No post is given in an area that is merged at that moment: one waits for the other, and then it is said."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .house import House
from .postgres import fresh_database

CODES = "code,name\n500114,黔江区\n500114001,城东街道\n500114001001,河滨社区\n500114001002,文汇社区\n"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.soak)])
def place(request, begun, tmp_path) -> Iterator[House]:
    """A house with two communities."""
    if request.param == "sqlite":
        yield with_areas(begun.copy(tmp_path / "data"), tmp_path)
        return
    with fresh_database() as url:
        yield with_areas(House(tmp_path / "data", LINLI_DATABASE_URL=url).begin(), tmp_path)


def with_areas(house: House, folder: Path) -> House:
    (folder / "codes.csv").write_text(CODES, "utf-8")
    house.did("areas", "import", "--codes", str(folder / "codes.csv"))
    return house


def meanwhile(house: House, first: str, second: str) -> str:
    command = [sys.executable, "-P", "-W", "ignore", "-m", "tests.fault.meanwhile", first, second]
    done = subprocess.run(command, env=house.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_post_in_an_area_that_is_being_merged_is_refused(place):
    assert meanwhile(place, "redraw", "give") == "area.stands-no-longer 0"


def test_a_merge_takes_along_the_post_that_is_being_given(place):
    assert meanwhile(place, "give", "redraw") == "done 0"


@pytest.mark.parametrize("verb", ["take_leave", "put_on"])
def test_what_is_copied_from_a_post_is_copied_after_the_merge(place, verb):
    assert meanwhile(place, "redraw", verb) == "done 0"
