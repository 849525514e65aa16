"""Late is late: no move, and no sequence of moves, makes a case on time that missed its due time.

One thing does: more time that was asked for before it was due, and granted by somebody else.
"""

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from linli.cases import chores, closing, dispatching, figures, handling, intake, merging, timing, triage
from linli.cases.models import Case, Source, Urgency
from linli.cases.stages import Move, Stage
from linli.cases.triage import Judgement
from linli.clocks.promises import KEEPERS
from linli.ground.refusals import Refusal
from linli.journal.models import Entry
from linli.web.templatetags.linli import moment as shown
from tests.rooms.cases.conftest import post_of
from tests.rooms.cases.test_desks import signed_in
from tests.rooms.cases.test_life import attempts, possible

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Anyone(SimpleNamespace):
    """May do everything, and is another person each time."""

    number = 0

    @property
    def ref(self):
        Anyone.number += 1
        return f"P-{Anyone.number}"

    def may(self, *_given, **_named):
        return True

    def must(self, *_given, **_named):
        return None


ANYONE = Anyone(post="")


@pytest.fixture
def finished(town, photo):
    """A case brought to its end by the usual way from wherever it stands, at a moment."""

    def brought(case: Case, at) -> Case:
        ways = {
            Stage.REPORTED: lambda c: triage.accept(c, by=ANYONE, at=at),
            Stage.DECLINED: lambda c: triage.appeal(c, reason="-", by=ANYONE, at=at),
            Stage.MERGED: lambda c: merging.part(c, reason="-", by=ANYONE, at=at),
            Stage.DISPATCHED: lambda c: dispatching.recall(c, reason="-", by=ANYONE, at=at),
            Stage.SIGNED: lambda c: handling.start(c, by=ANYONE, at=at),
            Stage.REWORK: lambda c: handling.start(c, by=ANYONE, at=at),
            Stage.SUSPENDED: lambda c: handling.resume(c, by=ANYONE, at=at),
            Stage.IN_PROGRESS: lambda c: handling.resolve(c, done="-", photos=[photo()], by=ANYONE, at=at),
            Stage.RESOLVED: lambda c: closing.verify(c, by=ANYONE, at=at),
        }
        for _step in range(30):
            if case.stage in figures.DONE:
                return case
            if case.stage in (Stage.ACCEPTED, Stage.RETURNED, Stage.TRIAGED):
                case = triage.judge(case, Judgement(), by=ANYONE, at=at)
                case = dispatching.give(case, to=post_of(town.gang), reason="-", by=ANYONE, at=at)
                case = handling.sign(case, by=town.gang, at=at)
                continue
            case = ways[Stage(case.stage)](case)
        raise AssertionError(case.stage)

    return brought


# -- what was tried to make it look better --------------------------------------------------------------

TRICKS = {
    "reopened": lambda c, t, at: closing.reopen(c, reason="-", by=t.he, at=at),
    "sent back for rework": lambda c, t, at: closing.send_for_rework(c, reason="-", by=t.he, at=at),
    "returned, judged as another with a longer term": lambda c, t, at: triage.judge(
        handling.send_back(c, reason="-", by=t.gang, at=at), Judgement(category="unlisted"), by=t.he, at=at
    ),
    "judged less urgent": lambda c, t, at: triage.judge(
        handling.send_back(c, reason="-", by=t.gang, at=at), Judgement(urgency=Urgency.GENERAL), by=t.he, at=at
    ),
    "passed on": lambda c, t, at: handling.pass_on(c, to=post_of(t.gang2), reason="-", by=t.gang, at=at),
    "escalated": lambda c, t, at: triage.escalate(c, reason="-", by=t.gang, at=at),
    "merged and parted": lambda c, t, at: merging.part(
        merging.merge(c, into=other(), reason="-", by=t.he, at=at), reason="-", by=t.he, at=at + 9 * DAY
    ),
    "noted": lambda c, t, at: handling.note(c, words="-", by=t.gang, at=at),
}


def other() -> Case:
    return Case.objects.order_by("pk")[0]


@pytest.fixture
def late(case_at, town, photo):
    """A case that somebody is a moment late with, where a trick begins: in someone's hand, resolved, or closed."""

    def brought(trick: str) -> tuple[Case, object]:
        case_at("reported")
        case = case_at("in-progress", urgency=Urgency.URGENT)
        over = case.due_at + timedelta(seconds=1)
        if trick in ("reopened", "sent back for rework"):
            case = handling.resolve(case, done="-", photos=[photo()], by=town.gang, at=over)
        if trick == "reopened":
            case = closing.verify(case, by=town.he, at=over)
        return case, over

    return brought


@pytest.mark.parametrize("trick", TRICKS)
def test_a_late_case_stays_late_whatever_is_done_with_it(late, finished, town, trick):
    case, over = late(trick)
    due = case.due_at
    case = finished(TRICKS[trick](case, town, over), over)
    assert case.stage == Stage.CLOSED and case.verified_at
    assert (figures.is_on_time(case), case.late_at) == (False, due)
    assert told(town, over)["on time"].part == 0
    assert told(town, over)["late once"].part == 1


def test_merged_into_what_is_due_later_it_is_late_at_its_own_time(case_at, finished, town, at):
    soon, later = case_at("in-progress", urgency=Urgency.URGENT), case_at("in-progress")
    due = soon.due_at
    assert due < later.due_at
    merging.merge(soon, into=later, reason="-", by=town.he, at=at)
    assert shown(due) in signed_in(town.he).get(reverse("case", args=[later.ref])).content.decode()
    count = [told(town, when)["late once"].part for when in (due, due + HOUR)]
    finished(later, due + HOUR)
    assert [*count, told(town, due + HOUR)["late once"].part] == [0, 1, 1]


def test_merged_and_done_in_its_own_time_it_is_not_late(case_at, finished, town, at):
    soon, later = case_at("in-progress", urgency=Urgency.URGENT), case_at("in-progress")
    merging.merge(soon, into=later, reason="-", by=town.he, at=at)
    finished(later, soon.due_at)
    assert told(town, soon.due_at + DAY)["late once"].part == 0


def told(town, at):
    return figures.figures(town.he, since=at - 90 * DAY, until=at + DAY, at=at)


def test_reopened_has_a_term_of_its_own_and_is_on_time_by_it_if_it_never_was_late(case_at, finished, town, at):
    case = case_at("closed")
    case = closing.reopen(case, reason="又坏了", by=town.he, at=at + 20 * DAY)
    assert (case.due_at, case.late_at, case.steps.latest("number").said["was_due"][:4]) == (None, None, "2026")
    case = finished(case, at + 20 * DAY)
    assert figures.is_on_time(case) and case.reopened == 1


def test_more_time_asked_in_time_and_granted_by_another_is_no_lateness(case_at, finished, town, at):
    case = case_at("in-progress")
    due = case.due_at
    case = handling.ask_extension(case, 5, reason="等雨停", by=town.gang, at=due)
    case = handling.note(case, words="还在等", by=town.gang, at=due + HOUR)
    assert case.late_at == due
    case = handling.grant_extension(case, by=town.he, at=due + 2 * HOUR)
    assert case.late_at is None
    assert figures.is_on_time(finished(case, due + 3 * HOUR))


def test_more_time_does_not_reach_back_to_what_was_missed_before(late, finished, town):
    case, over = late("reopened")
    due = case.due_at
    case = closing.reopen(case, reason="-", by=town.he, at=over)
    case = triage.judge(case, Judgement(), by=town.he, at=over)
    case = dispatching.give(case, to=post_of(town.gang), by=town.he, at=over)
    case = handling.sign(case, by=town.gang, at=over)
    case = handling.ask_extension(case, 9, reason="-", by=town.gang, at=over)
    case = handling.grant_extension(case, by=town.he, at=over)
    assert case.late_at == due and not figures.is_on_time(finished(case, over))


def test_more_time_that_is_over_too_is_late(case_at, town):
    case = case_at("in-progress")
    case = handling.ask_extension(case, 1, reason="-", by=town.gang, at=case.due_at)
    case = handling.grant_extension(case, by=town.he, at=case.due_at + 30 * DAY)
    assert case.late_at == case.due_at


def test_found_urgent_later_its_term_begins_then_and_never_ends_later_than_it_would_have(case_at, town, at):
    case = case_at("triaged")
    due = case.due_at
    urgent = triage.judge(case, Judgement(urgency=Urgency.EMERGENCY), by=town.he, at=at + DAY)
    assert urgent.due_at == at + DAY + 2 * HOUR
    near = case_at("triaged")
    near = triage.judge(near, Judgement(urgency=Urgency.EMERGENCY), by=town.he, at=due - HOUR)
    assert near.due_at == due


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_no_sequence_of_moves_makes_a_late_case_on_time(case_at, finished, town, seed):
    """A case a moment late, then whatever anyone may do with it for a while, then to its end by the usual way."""
    chance = random.Random(seed)
    case_at("reported")
    case = case_at("in-progress", urgency=Urgency.URGENT)
    due, at, made = case.due_at, case.due_at + timedelta(seconds=1), 0
    for _try in range(25):
        at += chance.choice([timedelta(minutes=5), HOUR, 5 * HOUR, 2 * DAY])
        fitting = [each for each in possible(case, town, at) if each[1] not in (Move.VOID, Move.ARCHIVE)]
        if not fitting:
            break
        who, how = chance.choice(fitting)
        kinds = SimpleNamespace(town=town, other=other(), chance=chance.randrange(60), category=lambda: "unlisted")
        verb, said = attempts(kinds)[how]
        try:
            case = verb(case, **said, by=getattr(town, who), at=at)
        except Refusal:
            continue
        made += 1
    assert made > 3, "nearly everything was refused: this proved little"
    if case.stage in (Stage.CLOSED, Stage.RATED):
        case = closing.reopen(case, reason="-", by=ANYONE, at=at)
    case = finished(case, at)
    assert case.late_at == due and not figures.is_on_time(case)


# -- a time that was promised elsewhere ----------------------------------------------------------------


@pytest.fixture
def promised(report, town, at):
    """A sheet of the hotline with the time it was promised for, in hand."""

    def brought(after: timedelta = 10 * DAY) -> Case:
        case = intake.raise_case(report(source=Source.HOTLINE, promised_at=at + after), by=town.he, at=at)
        case = triage.take_in(case, Judgement(), by=town.he, at=at)
        case = dispatching.give(case, to=post_of(town.gang), by=town.he, at=at)
        return handling.start(handling.sign(case, by=town.gang, at=at), by=town.gang, at=at)

    return brought


def test_suspending_moves_no_promise(promised, town, at):
    case = promised()
    due = case.due_at
    case = handling.suspend(case, reason="等配件", by=town.gang, at=at + DAY)
    assert (case.due_at, case.act_by, case.due_why) == (due, due, "promised")
    assert at + DAY < case.stands_until < due
    case = handling.resume(case, by=town.gang, at=at + 3 * DAY)
    assert (case.due_at, case.promised_at, case.due_why) == (due, due, "promised")


def test_a_promise_runs_again_by_its_due_time_and_is_late_then(promised, town, at):
    case = promised(2 * DAY)
    due = case.due_at
    case = handling.suspend(case, reason="等配件", by=town.gang, at=at + DAY)
    assert case.stands_until == case.look_at == due
    for _minute in range(2):
        chores.sweep(at=due + timedelta(seconds=1))
    case.refresh_from_db()
    assert (case.stage, case.due_at, case.late_at) == ("in-progress", due, due)


def test_more_time_moves_a_promise_and_both_are_kept(promised, town, at):
    case = promised()
    due = case.due_at
    case = handling.suspend(case, reason="等配件", by=town.gang, at=at + DAY)
    case = handling.ask_extension(case, 48, reason="等雨停", by=town.gang, at=at + DAY)
    case = handling.grant_extension(case, by=town.he, at=at + 2 * DAY)
    assert (case.due_at, case.promised_at, case.due_why) == (due + 2 * DAY, due, "extended")
    case = handling.resume(case, by=town.gang, at=at + 3 * DAY)
    assert (case.due_at, case.promised_at, case.due_why) == (due + 2 * DAY, due, "extended")


def test_judged_anew_after_more_time_a_promise_stays(promised, town, at):
    case = promised()
    case = handling.ask_extension(case, 48, reason="等雨停", by=town.gang, at=at)
    case = handling.grant_extension(case, by=town.he, at=at)
    due = case.due_at
    case = handling.send_back(case, reason="-", by=town.gang, at=at)
    case = triage.judge(case, Judgement(category="light", urgency=Urgency.URGENT), by=town.he, at=at)
    assert case.due_at == due


def test_another_calendar_moves_no_promise_suspended_and_resumed_or_not(promised, case_at, town, at):
    case, own = promised(), case_at("in-progress")
    case = handling.suspend(case, reason="等配件", by=town.gang, at=at + DAY)
    handling.resume(case, by=town.gang, at=at + 2 * DAY)
    assert [each.thing for each in KEEPERS["cases"].running(at, "")] == [own.ref]


# -- who hears of it -----------------------------------------------------------------------------------


def levels(case: Case) -> list[str]:
    every = Entry.objects.filter(thing=case.ref, verb="case.overdue").order_by("id")
    return [entry.said["level"] for entry in every if entry.said["of"] == "due"]


def swept(at) -> None:
    while chores.sweep(at=at):
        pass


def mornings(case: Case, days: int) -> list:
    """Its due time, and the mornings of the working days after it."""
    found = [case.due_at]
    for _day in range(days):
        found.append(timing.next_morning(found[-1], timing.calendar_of(case)))
    return found


def bounced(case: Case, town, at) -> Case:
    """From hand to desk and back, within minutes."""
    case = handling.send_back(case, reason="不归我", by=town.gang, at=at)
    case = triage.judge(case, Judgement(), by=town.he, at=at)
    return dispatching.give(case, to=post_of(town.gang), by=town.he, at=at)


def test_bounced_back_and_forth_it_reaches_the_district_by_working_days_late(case_at, town):
    case = case_at("in-progress")
    due, second, third, fourth = mornings(case, 3)
    for moment, known in ((due, 1), (second, 2), (third, 3), (fourth, 3)):
        swept(moment)
        assert levels(case) == ["community", "township", "district"][:known]
        for minutes in (5, 10, 15):
            case.refresh_from_db()
            case = bounced(case, town, moment + timedelta(minutes=minutes))
            swept(moment + timedelta(minutes=minutes + 1))
        assert levels(case) == ["community", "township", "district"][:known]
    assert case.act_by == due, "whoever it was given to last has no longer than the case"


def test_resolved_and_sent_back_again_and_again_it_goes_up_all_the_same(case_at, town, photo):
    case = case_at("in-progress")
    for moment in mornings(case, 2):
        swept(moment)
        case.refresh_from_db()
        case = handling.resolve(case, done="-", photos=[photo()], by=town.gang, at=moment)
        case = closing.send_for_rework(case, reason="-", by=town.he, at=moment)
    assert levels(case) == ["community", "township", "district"]


def test_done_and_waiting_to_be_verified_nobody_is_told_that_it_is_late(case_at):
    case = case_at("resolved")
    swept(case.due_at + DAY)
    assert levels(case) == []
    assert case.act_by == case.look_at, "whoever verifies has a time of their own"


def test_after_more_time_its_being_late_begins_anew(case_at, town):
    case = case_at("in-progress")
    due = case.due_at
    case = handling.ask_extension(case, 3, reason="-", by=town.gang, at=due)
    swept(due)
    case.refresh_from_db()
    case = handling.grant_extension(case, by=town.he, at=due + timedelta(minutes=1))
    assert case.told_late == 0 and levels(case) == ["community"]
    for moment in mornings(case, 2):
        swept(moment)
    assert levels(case) == ["community", "community", "township", "district"]


def test_an_unsigned_case_goes_up_before_it_is_due(case_at):
    case = case_at("dispatched")
    assert case.act_by < case.due_at and case.look_at == case.act_by
    swept(case.act_by)
    of_stage = Entry.objects.filter(thing=case.ref, verb="case.overdue")
    assert [entry.said["of"] for entry in of_stage] == ["stage"]


def test_what_is_looked_at_too_early_or_for_nothing_is_told_to_nobody(case_at, at):
    early, over = case_at("dispatched"), case_at("dispatched")
    Case.objects.filter(pk=early.pk).update(look_at=at)
    Case.objects.filter(pk=over.pk).update(look_at=at, told=9, told_late=9)
    chores.sweep(at=at)
    assert not Entry.objects.filter(verb="case.overdue").exists()
    assert dict(Case.objects.values_list("pk", "look_at")) == {early.pk: early.act_by, over.pk: None}


# -- what the page says of it --------------------------------------------------------------------------


def test_the_page_shows_what_was_promised_and_what_was_missed(promised, late, town, at):
    case = promised()
    case = handling.ask_extension(case, 48, reason="等雨停", by=town.gang, at=at)
    handling.grant_extension(case, by=town.he, at=at)
    browser = signed_in(town.he)
    told = browser.get(reverse("case", args=[case.ref])).content.decode()
    assert "原承诺" in told and "已批准延期" in told
    missed, over = late("reopened")
    closing.reopen(missed, reason="-", by=town.he, at=over)
    assert "曾超期</dt>" in browser.get(reverse("case", args=[missed.ref])).content.decode()
