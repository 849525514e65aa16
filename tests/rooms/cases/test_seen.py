"""What a case shows ends where the viewer's scope does, costs what it needs, and says no in words."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from linli.cases import dispatching, holding, intake, merging, queries, showing, timing
from linli.cases.holding import Target
from linli.cases.models import Category
from linli.cases.stages import CannotMove, Move, Stage, after
from linli.clocks import calendars
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.site.cases import wording
from linli.web.middleware import sentence

from .conftest import BY, COMMUNITY, GRID, NEXT_GRID, OUTSIDE, TOWN
from .test_desks import send, signed_in


def test_raisers_of_a_merged_case_are_for_whoever_may_see_that_case(town, case_at, at):
    kept = case_at("reported")
    away = intake.RaisedBy(name="王二", phone="13900000000")
    next_door = case_at("reported", area=NEXT_GRID, summary="隔壁网格的事", raiser=away)
    merging.merge(next_door, into=kept, reason="-", by=town.he, at=at)
    assert [each.phone for each in showing.masked(kept, town.he)] == ["138****5678", "139****0000"]
    assert [each.phone for each in showing.masked(kept, town.li)] == ["138****5678"]
    assert [each.phone for each in showing.unmask(kept, reason="回访", by=town.li, at=at)] == ["13800005678"]
    assert "隔壁网格的事" in signed_in(town.he).get(reverse("case", args=[kept.ref])).content.decode()
    assert "隔壁网格的事" not in signed_in(town.li).get(reverse("case", args=[kept.ref])).content.decode()


def test_two_that_are_merged_are_held_in_one_order(town, case_at, at):
    one, two = case_at("reported"), case_at("reported")
    with CaptureQueriesContext(connection) as asked:
        merging.merge(two, into=one, reason="-", by=town.he, at=at)
    first = next(each["sql"] for each in asked if '"cases_case"' in each["sql"])
    assert str(one.pk) in first and str(two.pk) in first and 'ORDER BY "cases_case"."id"' in first


def test_a_history_reads_no_more_than_its_own_hands(town, case_at, at):
    def given(category):
        case = case_at("triaged", category=category)
        return dispatching.give(case, to=Target(bureau=town.bureau), reason="-", by=town.he, at=at)

    case, _other = given("dump"), given("dump")
    with CaptureQueriesContext(connection) as asked:
        assert town.bureau.name in [each.to for each in wording.history(case)]
    hands = [each["sql"] for each in asked if 'FROM "cases_assignment"' in each["sql"]]
    assert hands and all('"case_id" =' in each for each in hands)


def test_a_list_asks_for_calendars_once_where_one_was_entered(town, case_at, at):
    week = ["09:00-12:00"] * 5 + ["", "", "09:00-12:00"]
    calendars.set_hours(week, area=TOWN, since=at.date(), by=BY, at=at)
    cases = [case_at("triaged", area=area) for area in (GRID, NEXT_GRID, COMMUNITY)]
    wording.lines(cases, at=at)
    with CaptureQueriesContext(connection) as asked:
        fresh = list(queries.queue(town.he, at=at))
        timing.bring_calendars(fresh)
        assert len({id(timing.calendar_of(each)) for each in fresh}) == 1
    assert not [each for each in asked if "officehours" in each["sql"]]


def test_event_types_are_of_the_day_it_is_where_the_town_is(db):
    Category.objects.create(code="new", name="新事项", board="safety", since=date(2026, 11, 24))
    assert queries.categories(at=datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == []
    assert [each.code for each in queries.categories(at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC))] == ["new"]


@pytest.mark.parametrize(
    ("stage", "move", "said"),
    [
        ("accepted", "triage", {"urgency": "soon"}),
        ("reported", "decline", {"reason": "不归本街道", "line": "999999"}),
        ("closed", "rate", {"stars": "5" * 5000}),
    ],
)
def test_what_no_form_offers_is_refused_in_words(town, case_at, stage, move, said):
    case = case_at(stage)
    assert send(signed_in(town.he), case, move, **said).status_code in (400, 422)
    case.refresh_from_db()
    assert case.stage == stage


def test_nothing_is_given_to_a_team_of_no_area(town, case_at, at):
    case = case_at("triaged", area=COMMUNITY, category="light")
    with pytest.raises(holding.CannotHold):
        dispatching.give(case, to=Target(area=f"{COMMUNITY}999"), by=town.he, at=at)
    assert dispatching.give(case, to=Target(area=COMMUNITY), by=town.he, at=at).stage == Stage.DISPATCHED


def test_a_turn_that_no_page_made_is_no_fault(town, case_at):
    case = case_at("reported")
    address = reverse("case-move", args=[case.ref, "accept"])
    assert signed_in(town.he).post(address, {"turn": "9" * 5000}).status_code == 303


def test_what_is_possible_is_said_in_the_readers_language():
    with pytest.raises(CannotMove) as refused:
        after(Stage.CLOSED, Move.SIGN)
    with override("zh-hans"):
        said = sentence("%(allowed)s", refused.value.facts)
    assert said.count("、") == 3 and "reopen" not in said


def test_who_works_elsewhere_now_sees_nothing_of_what_they_raised_before(town, case_at, report, at):
    """A grid worker wrote it down, then changed to another township: the list is as empty as the page is not there."""
    case = intake.raise_case(report(), by=town.li, at=at)
    assert [each.ref for each in queries.raised(town.li)] == [case.ref]
    moved = replace(town.wai, ref=town.li.ref)
    helping = replace(moved, role="grid-member", permissions=frozenset({Permission.CASE_RAISE, Permission.CASE_HANDLE}))
    raising = replace(moved, role="section-head", permissions=frozenset({Permission.CASE_RAISE}))
    for who in (moved, helping, raising):
        assert not queries.raised(who) and not queries.cases(who)
        with pytest.raises(NotFound):
            queries.case(case.ref, viewer=who)


def test_a_number_written_down_elsewhere_is_known_and_where_it_is_not_told(town, report, at):
    case = intake.raise_case(report(source_ref="HL-7"), by=town.he, at=at)
    far = replace(town.shu, area_code=OUTSIDE, areas=())
    with pytest.raises(intake.RaisedAlready) as told:
        intake.raise_case(report(source_ref="HL-7", area=OUTSIDE), by=far, at=at)
    assert case.ref not in sentence(told.value.words, told.value.facts)
    with pytest.raises(intake.RaisedAlready) as told:
        intake.raise_case(report(source_ref="HL-7"), by=town.he, at=at)
    assert case.ref in sentence(told.value.words, told.value.facts)


def test_a_photo_stays_in_no_browser(town, case_at, photo, at):
    case = case_at("reported", photos=[photo()])
    answer = signed_in(town.li).get(reverse("case-photo", args=[case.photos.get().ref]))
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content)[:4] == b"RIFF"
    for close in answer._resource_closers:  # `answer.close()` would end the connection to PostgreSQL as well
        close()
    assert signed_in(town.wai).get(reverse("case-photo", args=[case.photos.get().ref])).status_code == 404
