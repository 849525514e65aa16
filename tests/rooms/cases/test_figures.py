"""Honest figures: what counts as on time, and what stands beside it."""

from datetime import timedelta

from linli.cases import closing, figures, handling, intake, terms, triage
from linli.cases.intake import RaisedBy
from linli.cases.models import Case, Source


def told(town, at):
    return figures.figures(town.he, since=at - timedelta(days=1), until=at + timedelta(days=1), at=at)


def test_on_time_is_the_last_resolve_before_a_passed_verification(case_at, town, at, photo):
    in_time = case_at("resolved")
    late = case_at("in-progress")
    closing.verify(in_time, by=town.he, at=in_time.due_at + timedelta(days=9))  # verified late, resolved in time
    late = handling.resolve(late, done="-", photos=[photo()], by=town.gang, at=late.due_at + timedelta(seconds=1))
    closing.verify(late, by=town.he, at=late.due_at + timedelta(seconds=2))
    assert (told(town, at)["on time"].part, told(town, at)["on time"].whole) == (1, 2)
    assert [figures.is_on_time(case) for case in Case.objects.order_by("id")] == [True, False]


def test_a_resolve_that_was_sent_back_does_not_count(case_at, town, at, photo):
    case = closing.send_for_rework(case_at("resolved"), reason="没修好", by=town.he, at=at)
    after = case.due_at + timedelta(hours=1)
    case = handling.resolve(case, done="-", photos=[photo()], by=town.gang, at=after)
    closing.verify(case, by=town.he, at=after)
    assert (told(town, at)["on time"].part, told(town, at)["rework"].part) == (0, 1)


def test_forced_declined_and_closed_on_the_spot_stand_apart(case_at, town, report, at, photo, monkeypatch):
    closing.force(case_at("in-progress"), reason="-", by=town.zhi, at=at)
    triage.decline(case_at("reported"), reason="-", by=town.he, at=at)
    monkeypatch.setattr(terms, "is_sampled", lambda ref, on: False)
    small = report(category="grid-litter", source=Source.PATROL)
    intake.settle(small, done="-", photos=[photo()], by=town.li, at=at)
    found = told(town, at)
    assert found["on time"].whole == 0 and found["on time"].share is None
    assert [found[name].part for name in ("forced", "declined", "on the spot, not sampled")] == [1, 1, 1]
    assert (found["found by the grid"].part, found["found by the grid"].whole) == (1, 3)


def test_reopened_is_shown_and_counts_by_how_it_ends_again(case_at, town, at):
    case = closing.reopen(case_at("closed"), reason="又坏了", by=town.he, at=at)
    found = told(town, at)
    assert (found["reopened"].part, found["on time"].whole) == (1, 0)
    assert case.verified_at is None


def test_repeated_is_the_same_telephone_and_type_within_a_month(town, report, at):
    for phone, category, days in (
        ("1", "road", 0),
        ("1", "road", 3),
        ("1", "light", 4),
        ("2", "road", 5),
        ("", "road", 6),
    ):
        asked = report(category=category, raiser=RaisedBy(name="胡民", phone=phone))
        intake.raise_case(asked, by=town.he, at=at - timedelta(hours=20 - days))
    assert told(town, at)["repeated"].part == 1


def test_every_number_says_how_it_is_worked_out_and_names_nobody(case_at, town, at):
    case_at("closed")
    found = told(town, at)
    assert all(number.formula for number in found.numbers)
    assert found.first_answer_s == 0.0


def test_whoever_sees_nothing_counts_nothing(case_at, town, at):
    case_at("closed")
    found = figures.figures(town.wai, since=at - timedelta(days=1), until=at + timedelta(days=1), at=at)
    assert found["raised"].part == 0
