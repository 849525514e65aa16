"""Births, deaths, moves, households split and joined: each with all that follows from it, or nothing."""

from datetime import date

import pytest

from linli.journal.models import Entry
from linli.registers import keeping, living
from linli.registers.models import Household, Person, SecretValue, Tie
from linli.registers.tags import TAGS
from tests.rooms.registers.conftest import BY, GRID, NEXT_GRID

ON = date(2026, 11, 1)


def test_who_moves_lies_in_the_new_grid_and_where_they_lived_stays_as_a_tie(home, at):
    keeping.correct(home.son, {"person.disability_level": "2"}, by=BY, at=at)
    living.move(home.son, to=home.next_door, on=ON, by=BY, at=at)
    son = Person.objects.get(pk=home.son.pk)
    assert (son.area_code, son.dwelling, son.lives_since) == (NEXT_GRID, home.next_door, ON)
    tie = Tie.objects.get(person=son, kind="lived")
    assert (tie.dwelling, tie.area_code, tie.since, tie.until) == (home.here, GRID, date(2010, 1, 1), ON)
    assert SecretValue.objects.get(thing=son.ref).area_code == NEXT_GRID


def test_nobody_moves_where_they_live(home, at):
    with pytest.raises(living.LivesThere):
        living.move(home.son, to=home.here, on=ON, by=BY, at=at)
    assert not Tie.objects.exists()


def test_a_death_closes_the_record_and_leaves_the_household_without_head(home, at):
    Tie.objects.create(kind="cares", person=home.head, other=home.spouse, area_code=GRID)
    living.die(home.head, on=ON, by=BY, at=at)
    head = Person.objects.get(pk=home.head.pk)
    assert (head.ended_on, head.ended_why, head.dwelling, head.household) == (ON, "died", None, None)
    assert Household.objects.get().head == ""
    assert Tie.objects.get(kind="cares").until == ON


def test_the_last_one_to_leave_ends_the_household(home, at):
    for person in (home.head, home.spouse):
        living.move_away(person, to="成都", on=ON, by=BY, at=at)
    assert Household.objects.get().ended_on is None
    living.move_away(home.son, on=ON, by=BY, at=at)
    assert Household.objects.get().ended_on == ON


def test_nothing_happens_to_the_unborn(home, at):
    with pytest.raises(living.BeforeBirth):
        living.die(home.son, on=date(1979, 12, 31), by=BY, at=at)
    assert Person.objects.standing().count() == 3


def test_what_ended_is_not_moved(home, at):
    living.die(home.son, on=ON, by=BY, at=at)
    with pytest.raises(keeping.HasEnded):
        living.move(home.son, to=home.next_door, on=ON, by=BY, at=at)


def test_a_child_belongs_where_the_parent_does(home, at):
    child = living.bear("王新", sex="2", to=home.head, on=ON, by=BY, at=at)
    assert (child.household, child.dwelling, child.relation, child.area_code) == (home.household, home.here, "30", GRID)
    assert Tie.objects.get(kind="guards").person == home.head


def test_a_household_splits_and_joins_again(home, at):
    made = living.split(home.household, [home.son], head=home.son, number="0013", on=ON, by=BY, at=at)
    assert list(made.members.all()) == [home.son]
    assert home.household.members.count() == 2
    living.join(home.household, made, on=ON, by=BY, at=at)
    assert home.household.members.count() == 3
    assert Household.objects.get(pk=made.pk).ended_why == "empty"


def test_nobody_leaves_a_household_that_is_not_theirs(home, at):
    another = Household.objects.create(area_code=GRID, true_on=ON)
    with pytest.raises(living.NotTogether):
        living.split(another, [home.son], head=home.son, on=ON, by=BY, at=at)
    assert (Household.objects.count(), home.household.members.count()) == (2, 3)


def test_alone_is_alone_in_the_dwelling_not_in_the_number(home, at):
    """A household number of one proves nothing: the spouse next door is not alone while the son lives with her."""
    alone = TAGS["lives-alone-older"]
    today = date(2026, 11, 22)
    assert alone.holds(home.head, as_of=today) is False
    living.split(home.household, [home.head], head=home.head, on=ON, by=BY, at=at)
    head = Person.objects.get(pk=home.head.pk)
    assert alone.holds(head, as_of=today) is False
    head = living.move(head, to=home.next_door, on=ON, by=BY, at=at)
    assert alone.holds(head, as_of=today) is True
    assert list(Person.objects.filter(alone.where(as_of=today))) == [head]
    head.dwelling = None
    head.save()
    assert alone.holds(head, as_of=today) is None
    assert not Person.objects.filter(alone.where(as_of=today)).exists()


def test_each_act_is_one_entry_or_more_and_names_nobody(home, at):
    living.bear("王新", sex="1", to=home.head, on=ON, by=BY, at=at)
    living.die(home.spouse, on=ON, by=BY, at=at)
    told = " ".join(Entry.objects.values_list("facts", flat=True))
    assert not any(name in told for name in ("王大", "李梅", "王小", "王新", "香樟苑"))
    assert {"person.born", "person.died"} <= set(Entry.objects.values_list("verb", flat=True))
