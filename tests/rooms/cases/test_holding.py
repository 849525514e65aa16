"""Who has a part in a case: asked of one case in few questions, and of many as a filter. Both say the same."""

import itertools
from datetime import date, timedelta

import pytest

from linli.access import standing_in
from linli.access.actors import actor_for
from linli.access.models import Account, Post
from linli.cases import holding, intake, queries
from linli.cases.holding import Target
from linli.cases.models import Assignment, Part
from tests.rooms.cases.conftest import BY, CAST, COMMUNITY, GRID, TOWN, post_of


@pytest.fixture
def stood_in(town, at):
    """The second handler of the township stands in for the first."""
    post, other = Post.objects.get(ref=town.gang.post), Account.objects.get(ref=town.gang2.ref)
    days = {"since": at.date(), "until": at.date() + timedelta(days=3)}
    leave = standing_in.take_leave(post, stand_in=other, **days, by=BY, at=at)
    return actor_for(other, today=at.date(), post_ref=leave.stand_in.ref)


def test_one_case_and_many_cases_say_the_same(town, stood_in, report, case_at, at):
    case = case_at("triaged")
    actors = [getattr(town, short) for short in CAST] + [stood_in]
    seen = set()
    targets = [post_of(town.gang), Target(bureau=town.bureau), *(Target(area=code) for code in (GRID, COMMUNITY, TOWN))]
    for target, part in itertools.product(targets, (Part.LEAD, Part.CO_HANDLER)):
        given = holding.give(case, target, part, by=BY, at=at)
        for by, parts in itertools.product(actors, ((), (Part.LEAD,), (Part.WHISTLE, Part.CO_HANDLER))):
            rows = Assignment.objects.filter(case=case, ended_at=None, part__in=parts or holding.EVERY_PART)
            expected = rows.filter(holding.mine(by)).exists()
            assert holding.has_part(case, by, *parts) == expected, (target, part, by.name, parts)
            seen.add((target.key, by.name, by.post == stood_in.post, expected))
        holding.take_away(case, at=at, parts=holding.EVERY_PART)
        given.refresh_from_db()
        assert given.ended_at == at and not holding.has_part(case, town.gang)
    assert {True, False} == {expected for *_who, expected in seen}
    assert any(expected for _target, _name, stands_in, expected in seen if stands_in)


def test_taking_one_part_away_leaves_the_other(town, case_at, at):
    case = case_at("triaged")
    holding.give(case, post_of(town.gang), Part.LEAD, by=BY, at=at)
    holding.give(case, Target(bureau=town.bureau), Part.WHISTLE, by=BY, at=at)
    holding.take_away(case, at=at)
    assert holding.leads(case) is None and holding.has_part(case, town.qin, Part.WHISTLE)


def test_who_acts_for_a_part_on_a_day(town, stood_in, case_at, at):
    case = case_at("triaged")
    today = at.date()

    def people(target):
        given = holding.give(case, target, Part.CO_HANDLER, by=BY, at=at)
        return {account.name for account in holding.people(given, today=today)}

    assert people(post_of(town.gang)) == {"岗成", "岗二"} and people(Target(bureau=town.bureau)) == {"秦局"}
    assert people(Target(area=GRID)) == {"李网"} and people(Target(area=TOWN)) == {"岗成", "岗二"}
    today = date(2025, 1, 1)
    assert people(post_of(town.gang)) == set()


def test_asking_of_many_finds_the_same_look_alikes(town, report, at):
    asking = queries.asking_alike(town.he)
    spots = ((106.5, 29.5), (None, None), (106.501, 29.501), (106.6, 29.6), (106.5, 29.502))
    cases = []
    for number, ((lon, lat), category) in enumerate(itertools.product(spots, ("road", "light", ""))):
        raised = report(lon=lon, lat=lat, category=category)
        cases.append(intake.raise_case(raised, by=town.he, at=at + timedelta(days=5 * number)))
    cases.append(intake.raise_case(report(lon=106.5, lat=29.5), by=town.he, at=at + timedelta(days=300)))
    found = [bool(queries.alike(case, town.he, at=at)) for case in cases]
    assert found == [asking(case) for case in cases] and {True, False} == set(found)
    assert not any(queries.asking_alike(town.wai)(case) for case in cases)
