"""Every door of the house, and who may pass: tests/golden/doors.txt is the table, a person reads it line by line.

A page that is added belongs into `doors/samples`; UPDATE_GOLDEN=1 writes its lines, and whoever reviews them asks of
each answer whether it should be so. Outside one's scope is nowhere (404), without the permission forbidden (403),
without a name to the sign-in page (or 401 where something was sent). `doors/cast` says who knocks.
"""

import os
from itertools import product

import pytest
from django.urls import get_resolver

from linli.access.roles import ROLES
from tests.architecture.doors import cast, things
from tests.architecture.doors.cast import CAST, QUICK, kinds
from tests.architecture.doors.samples import SAMPLES
from tests.architecture.doors.table import head, kept_lines, written
from tests.architecture.doors.walking import answer, told_to
from tests.architecture.test_pages import patterns
from tests.browser import small_town
from tests.conftest import GOLDEN


@pytest.fixture
def words(db, settings, tmp_path, program, at) -> dict[str, object]:
    """The small town with the cast, and what lies behind the doors."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    small_town.lay()
    cast.appoint(program, at)
    return things.laid_out(tmp_path, program, at)


def doors() -> set[str | None]:
    """Every address of the house by its name."""
    found = [pattern.name for _, pattern in patterns(get_resolver().url_patterns)]
    assert len(found) == len(set(found)), "two addresses of one name: the table would hold only one of them"
    return set(found)


def test_every_door_is_in_the_table():
    assert doors() == {name for name, *_ in SAMPLES}


def test_every_role_is_in_the_table():
    assert sorted(slug for slugs in kinds().values() for slug in slugs) == sorted(ROLES)


def test_every_thing_is_asked_for_by_someone_who_finds_it():
    """A door to something that only ever answers that there is no such thing proves nothing."""
    nothing = {"403", "404", "405", "410", "sign-in", "401"}
    for door in doors():
        answers = {said for (name, *_), told in kept_lines().items() if name == door for said in told.values()}
        assert answers - nothing or door in ONLY_WITH_A_CITY | ONLY_WITH_HTTPS | ONLY_SIGNED, door


# Doors that lead nowhere where the tests run; what lies behind them is tested in tests/rooms/access.
ONLY_WITH_A_CITY = {"sign-in-city", "sign-in-city-back", "sign-on", "sign-on-link", "sign-on-unlink"}
ONLY_WITH_HTTPS = {"factor-passkey"}
ONLY_SIGNED = {"inbox-receipts"}


PARTS = 4  # so that several cores share the table


def asked_in(part: int) -> list[tuple]:
    """A share of the doors, each by its method."""
    return list(product(SAMPLES[part::PARTS], ("GET", "POST")))


@pytest.mark.parametrize("part", range(PARTS))
def test_everyone_is_answered_as_the_table_says(words, part):
    """A few of the cast at every door; the whole cast is walked by the soak."""
    kept, update = kept_lines(), {}
    for sample, method in asked_in(part):
        name = (sample[0], method, sample[1])
        told = told_to(QUICK, words, method, sample)
        if os.environ.get("UPDATE_GOLDEN"):
            before = kept.get(name, {})
            asked = [who for who in CAST if who not in before] if told.items() <= before.items() else CAST
            if asked:
                kept[name] = update[name] = before | told_to(asked, words, method, sample)
        assert told.items() <= kept.get(name, {}).items(), (name, told)
    if update:
        written(update)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_the_whole_cast_is_answered_as_the_table_says(words, part):
    kept = kept_lines()
    told = {(s[0], method, s[1]): told_to(CAST, words, method, s) for s, method in asked_in(part)}
    assert {name: said for name, said in told.items() if kept.get(name) != said} == {}


def test_the_table_has_these_lines_and_no_others():
    if os.environ.get("UPDATE_GOLDEN"):
        written({})
    text = (GOLDEN / "doors.txt").read_text("utf-8")
    assert text.startswith(head() + "\n")
    assert list(kept_lines()) == [(s[0], method, s[1]) for s, method in product(SAMPLES, ("GET", "POST"))]


@pytest.mark.soak
@pytest.mark.parametrize(("slug", "like"), [(slug, first) for first, slugs in kinds().items() for slug in slugs[1:]])
def test_roles_of_one_column_are_answered_alike(words, slug, like):
    differ = []
    for sample, method, side in product(SAMPLES, ("GET", "POST"), ("in", "out")):
        own, others = (answer(words, method, f"{each} {side}", sample) for each in (slug, like))
        if own != others:
            differ.append((sample[:2], method, side, own, others))
    assert differ == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_door_takes_another_method(words, method):
    one_each = {sample[0]: sample for sample in SAMPLES}.values()
    told = {(sample[0], answer(words, method, "everything", (*sample[:3], {}))) for sample in one_each}
    assert {status for _, status in told} == {"405"}, told
