"""The made-up people are plausible beside domain.md's figures, nobody's, and the same for the same seed."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from linli.ground import identity
from linli.town.peopling import numbers
from linli.town.peopling.households import families
from linli.town.peopling.lives import Lives
from linli.town.peopling.names import Names


@pytest.fixture(scope="module")
def drawn():
    return list(families(Random(1), 60_000))


def share(drawn, low, high):
    people = [member for family in drawn for member in family.members]
    return 100 * sum(low <= member.age <= high for member in people) / len(people)


@pytest.mark.parametrize(
    ("low", "high", "seen", "off"),
    [(0, 14, 15.9, 1.5), (15, 59, 62.2, 2.0), (60, 120, 21.9, 1.5), (65, 120, 17.1, 2.0), (95, 120, 0.083, 0.05)],
)
def test_ages_are_those_of_the_seventh_census(drawn, low, high, seen, off):
    assert abs(share(drawn, low, high) - seen) < off


def test_households_are_as_large_as_in_chongqing(drawn):
    assert abs(60_000 / len(drawn) - 2.45) < 0.1


def test_there_are_as_many_men_to_women(drawn):
    sexes = Counter(member.sex for family in drawn for member in family.members)
    assert abs(100 * sexes["1"] / sexes["2"] - 102) < 4


def test_about_one_elder_in_eight_lives_alone(drawn):
    elders = sum(member.age >= 60 for family in drawn for member in family.members)
    alone = sum(len(family.members) == 1 and family.members[0].age >= 60 for family in drawn)
    assert 6.5 < elders / alone < 9.5


def test_nobody_is_older_than_their_parents(drawn):
    for family in drawn:
        ages = {member.relation: member.age for member in family.members}
        parents = [ages[each] for each in ("01", "12") if each in ages]
        children = [member.age for member in family.members if member.relation in ("20", "30")]
        assert not children or max(children) + 15 <= max(parents)


def test_the_same_seed_is_the_same_people():
    first, again = (list(families(Random(7), 500)) for _ in range(2))
    assert first == again


def test_numbers_are_whole_unlike_and_of_no_real_district(drawn):
    lives = Lives(Random(1), date(2026, 11, 22))
    people = [member for family in drawn[:4000] for member in family.members]
    found = [(member, lives.life(member, alone=False, paired=False)) for member in people]
    given = [life.identity_number for _, life in found]
    assert len(set(given)) == len(given)
    for member, life in found:
        told = identity.citizen(life.identity_number)
        assert (told.doubts, told.born_on, told.sex) == ((), life.born_on, member.sex)
        assert told.place in numbers.DISTRICTS
        assert life.phone[:3] in ("", "160")


def test_names_follow_the_years():
    names = Names(Random(1))
    assert names.given("2", 1950) not in {names.given("2", 2015) for _ in range(200)}
