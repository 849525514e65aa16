"""The words of records follow when areas are redrawn; until they have, nothing is missed and nothing shown too much."""

from datetime import date

import pytest

from linli.areas import redrawing, undoing
from linli.areas.changes import Merge
from linli.areas.models import Area, Redrawing
from linli.registers import chores, following, searching
from linli.registers.searching import search
from tests.rooms.registers.conftest import BY, GRID, NEXT_GRID
from tests.rooms.registers.test_finding import is_right, to_its_people
from tests.rooms.registers.test_searching import looking_from

DAY = date(2026, 11, 20)


@pytest.fixture
def joined(home, at):
    """The two grids have become the second one."""
    to_its_people(home)
    named = [("500199", 3), ("500199001", 4), ("500199001001", 5), (GRID, 6), (NEXT_GRID, 6)]
    Area.objects.bulk_create(Area(code=code, level=level, name=code) for code, level in named)
    redrawing.redraw([Merge((GRID, NEXT_GRID), NEXT_GRID, "合")], effective_on=DAY, by=BY, at=at)
    return home


def found(typed, area):
    return {hit.record.ref for hit in search(typed, viewer=looking_from(area))}


def test_who_was_restamped_is_found_at_once_in_the_new_grid_alone(joined):
    assert following.are_behind()
    assert found("王大", NEXT_GRID) == {joined.head.ref, joined.household.ref}
    assert found("王大", GRID) == set()


def test_who_lies_elsewhere_does_not_push_out_who_lies_here(joined, monkeypatch):
    monkeypatch.setattr(searching, "CANDIDATES", 2)  # of the four lines that bear the name
    assert joined.head.ref in found("王大", NEXT_GRID)


def test_words_follow_by_and_by_and_go_on_after_a_kill(joined, at, monkeypatch):
    monkeypatch.setattr(following, "AT_ONCE", 2)
    assert not following.follow(at=at, portions=2)
    assert following.are_behind()
    chores.follow_redrawings(at)
    assert not following.are_behind()
    is_right()
    assert found("王大", NEXT_GRID) == {joined.head.ref, joined.household.ref}


def test_an_undone_redrawing_is_followed_back(joined, at):
    following.follow(at=at)
    undoing.undo(Redrawing.objects.get(), by=BY, at=at)
    assert joined.head.ref in found("王大", GRID)
    following.follow(at=at)
    is_right()
    assert found("王大", GRID) == {joined.head.ref, joined.household.ref}
