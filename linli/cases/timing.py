"""The clock of a case: put on it, read from it; by when whoever has it must act; when someone is told of it next."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from django.utils.timezone import localdate

from linli.areas.codes import Level, level_of
from linli.clocks import counting, running
from linli.clocks import queries as calendars
from linli.clocks.counting import Unit
from linli.clocks.running import Cap, Clock
from linli.clocks.working import Calendar

from . import stages, terms
from .models import Case
from .stages import Stage
from .terms import Term

REMINDER, OVERDUE = 0, 1
CLOCK_FIELDS: tuple[str, ...] = (
    "due_at",
    "due_why",
    "clock_since",
    "clock_left",
    "clock_used",
    "clock_rested",
    "clock_edition",
)
CLOCK_FIELDS += ("stands_since", "stands_until", "act_by", "look_at", "told", "late_at")
HALF = 0.5

KEPT = "_edition"


def calendar_of(case: Case) -> Calendar:
    """The working calendar by which the case is reckoned; its edition is asked once for as long as the case is here."""
    edition = vars(case).get(KEPT)
    if edition is None:
        edition = calendars.edition()
        setattr(case, KEPT, edition)
    return _calendar(edition, case.area_code)


@lru_cache(maxsize=1024)
def _calendar(edition: str, area: str) -> Calendar:
    """Kept with the years that were laid out in it: a move asks for nothing else as often."""
    return calendars.book(edition).calendar(area)


def bring_calendars(cases: Iterable[Case]) -> None:
    """Each of the cases knows the edition of its calendar, which is asked for once for all of them."""
    edition = calendars.edition()
    for case in cases:
        setattr(case, KEPT, edition)


def clock_of(case: Case) -> Clock | None:
    """The clock as it is kept on the case; None before it has one."""
    if case.clock_since is None or case.due_at is None:
        return None
    return Clock(
        Unit(case.clock_unit),
        case.clock_since,
        case.clock_left,
        case.due_at,
        case.clock_used,
        case.stands_since,
        case.stands_until,
        case.clock_rested,
        Unit(case.clock_cap_unit or Unit.WORKING_DAYS),
        case.clock_edition,
    )


def put(case: Case, clock: Clock, *, why: str) -> None:
    """The case has this clock from now on, for a reason (a short word). Nothing is saved."""
    case.clock_unit, case.clock_since, case.clock_left = clock.unit, clock.since, clock.left
    case.due_at, case.due_why = clock.due_at, why
    case.clock_used, case.clock_rested, case.clock_cap_unit = clock.used, clock.rested, clock.cap_unit
    case.stands_since, case.stands_until, case.clock_edition = clock.stands_since, clock.stands_until, clock.edition


def take_off(case: Case) -> None:
    """The case has no clock and no promise: it was reopened and is to be judged anew. Nothing is saved.

    What was missed before stays missed (`late_at`).
    """
    case.clock_since = case.due_at = case.stands_since = case.stands_until = case.promised_at = None
    case.due_why = case.clock_unit = case.clock_cap_unit = case.clock_edition = ""
    case.clock_left = case.clock_used = case.clock_rested = case.told_late = 0


def begin(case: Case, term: Term, *, since: datetime, why: str) -> None:
    """The clock of the case runs for a term since a moment. Nothing is saved."""
    put(case, running.start(since, term.amount, term.unit, calendar_of(case)), why=why)


def judged_anew(case: Case, term: Term, *, since: datetime, why: str, at: datetime) -> None:
    """The clock runs for the term of what the case is found to be, since a moment. Nothing is saved.

    A promise stays, and so does a due time that was missed: another judgement puts nothing off that is late already.
    What is found so urgent that it would be over at once has its term from now on, but is due no later than it was.
    """
    was, was_why = clock_of(case), case.due_why
    if case.promised_at is not None or (was is not None and at > was.due_at):
        return
    begin(case, term, since=since, why=why)
    if was is not None and case.due_at is not None and case.due_at <= at:
        begin(case, term, since=at, why=why)
        if case.due_at > was.due_at:
            put(case, was, why=was_why)


def promise(case: Case, due_at: datetime, *, since: datetime) -> None:
    """The case is due at a moment that was promised elsewhere, whatever any list says. Nothing is saved.

    Only more time that is asked for in time and granted by another moves when it is due; what was promised stays
    written beside it. Suspending, judging anew and another calendar move it in no way.
    """
    case.promised_at = due_at
    put(case, Clock(Unit.CLOCK_HOURS, since, _hours(due_at, since), due_at), why="promised")


def _hours(due_at: datetime, since: datetime) -> int:
    return max(int((due_at - since) / timedelta(microseconds=1)), 0)


def stand_still(case: Case, *, reason: str, at: datetime) -> None:
    """The clock of the case stands still, at most as long as its cap allows. Nothing is saved.

    Of a case that was promised elsewhere only our own clock stands: it is due when it was, and runs again by then.
    """
    clock = clock_of(case)
    assert clock is not None, case.ref
    cap = terms.term("suspension", case.urgency, on=localdate(at))
    stopped = running.pause(clock, Cap(cap.amount, cap.unit), at=at, reason=reason, calendar=calendar_of(case))
    if case.promised_at is not None and stopped.stands_until is not None:
        stopped = replace(stopped, due_at=clock.due_at, stands_until=min(stopped.stands_until, clock.due_at))
    put(case, stopped, why=case.due_why)


def run_on(case: Case, *, at: datetime) -> None:
    """The clock of the case runs again, if it stood still; a promised case is due when it was. Nothing is saved."""
    clock = clock_of(case)
    if clock is None or not clock.stands:
        return
    runs = running.resume(clock, at=at, calendar=calendar_of(case))
    if case.promised_at is not None:
        put(case, replace(runs, due_at=clock.due_at, left=_hours(clock.due_at, runs.since)), why=case.due_why)
    else:
        put(case, runs, why="resumed")


def lengthen(case: Case, *, by: str, at: datetime) -> None:
    """The case has the time more that was asked for before it was due; asked in time, it was not late. Not saved.

    What was missed before that, and what is past the new due time too, stays late.
    """
    clock, asked_at = clock_of(case), case.extension_asked_at
    assert clock is not None and asked_at is not None, case.ref
    amount, calendar = case.extension_asked, calendar_of(case)
    longer = running.extend(clock, amount, asked_by=case.extension_by, by=by, asked_at=asked_at, calendar=calendar)
    if case.promised_at is not None:
        more = timedelta(microseconds=running.measure(amount, clock.unit))
        longer = replace(longer, due_at=clock.due_at + more)
    case.late_at = None if case.late_at == clock.due_at else case.late_at
    case.told_late = 0 if longer.due_at > at else case.told_late
    put(case, longer, why="extended")
    mark_late(case, at=at)


def mark_late(case: Case, *, at: datetime) -> None:
    """A due time that passed while the work was not done stays written as the first that was missed. Nothing is saved.

    Whatever becomes of the case and its clock, it is late from then on: nothing below takes it away but `lengthen`.
    """
    if case.late_at is None and case.due_at is not None and at > case.due_at and case.stage in stages.UNDONE:
        case.late_at = case.due_at


def forget_extension(case: Case) -> None:
    """Nobody has asked for more time. Nothing is saved."""
    case.extension_asked, case.extension_asked_at, case.extension_by = 0, None, ""


# -- by when someone must act, and when someone is told ------------------------------------------------

STAGE_TERMS = {
    Stage.REPORTED: "reported",
    Stage.ACCEPTED: "accepted",
    Stage.RETURNED: "accepted",
    Stage.TRIAGED: "accepted",
    Stage.DISPATCHED: "dispatched",
    Stage.SELF_HANDLED: "resolved",
    Stage.RESOLVED: "resolved",
    Stage.VERIFIED: "resolved",
}


def act_by(case: Case, *, at: datetime) -> datetime | None:
    """By when whoever has the case now must act, being at its stage since this moment.

    Nobody has longer than the case has, and where that is over the time to act is over; whoever verifies what is done
    has a time of their own.
    """
    stage = Stage(case.stage)
    if stage not in stages.OPEN:
        return None
    if stage in stages.AT_WORK:
        return case.due_at
    term = terms.term(STAGE_TERMS[stage], case.urgency, on=localdate(at))
    found = counting.due(at, term.amount, term.unit, calendar_of(case))
    return min(found, case.due_at) if case.due_at and stage in stages.UNDONE else found


def schedule(case: Case, *, at: datetime) -> None:
    """Who has it now has a new time to act by, and nobody was told of that yet. Nothing is saved.

    How far its being late has come (`told_late`) stays, whoever it goes to.
    """
    case.act_by = act_by(case, at=at)
    case.told = REMINDER if case.stage in stages.AT_WORK else OVERDUE
    _look_ahead(case, at=at)


def reschedule(case: Case, was_due: datetime, *, at: datetime) -> None:
    """Whoever acts by its due time acts by the new one; what was told of the old one stays told. Nothing is saved."""
    if case.stage in stages.AT_WORK or case.act_by == was_due:
        case.act_by = act_by(case, at=case.stage_since)
    _look_ahead(case, at=at)


def _look_ahead(case: Case, *, at: datetime) -> None:
    """The case waits for its next telling; half a time that is over already is told to nobody."""
    if case.told == REMINDER and (half := _half(case)) is not None and half <= at:
        case.told = OVERDUE
    case.look_at = look_at(case)


class Ladder(StrEnum):
    """Of what someone is told: that half the time is used; that a stage, or the case itself, was not done in time."""

    HALF = "half"
    STAGE = "stage"
    DUE = "due"


def ahead(case: Case) -> list[tuple[datetime, Ladder]]:
    """What is to be told of the case next, and when: of its stage from its time to act by on, of its being late from
    its due time on; each up one level on each working day after that, whatever else happened to it meanwhile."""
    found: list[tuple[datetime, Ladder]] = []
    by_due = case.stage in stages.UNDONE and case.act_by == case.due_at
    if case.stage in stages.AT_WORK:
        if case.told == REMINDER and (half := _half(case)) is not None:
            found.append((half, Ladder.HALF))
    elif case.act_by is not None and not by_due and case.told - OVERDUE <= rungs(case):
        found.append((_rung_at(case.act_by, case.told - OVERDUE, case), Ladder.STAGE))
    if case.stage in stages.UNDONE and case.due_at is not None and case.told_late <= rungs(case):
        found.append((_rung_at(case.due_at, case.told_late, case), Ladder.DUE))
    return found


def look_at(case: Case) -> datetime | None:
    """When someone is told next; a clock that stands still runs again then."""
    if case.stage == Stage.SUSPENDED:
        return case.stands_until
    return min((when for when, _ladder in ahead(case)), default=None)


def _half(case: Case) -> datetime | None:
    clock = clock_of(case)
    return running.turns(clock, HALF, calendar_of(case)) if clock is not None else None


def _rung_at(since: datetime, rung: int, case: Case) -> datetime:
    """When a rung of a ladder is told: the first at once, each other on the morning of one working day more."""
    for _rung in range(rung):
        since = next_morning(since, calendar_of(case))
    return since


def tell_next(case: Case, *, at: datetime) -> tuple[Ladder, str]:
    """What is to be told now, and the level it has come to ("" for half the time); the case waits for what is next.

    Nothing is saved.
    """
    _when, ladder = min(ahead(case))
    level = ""
    if ladder is Ladder.HALF:
        case.told = OVERDUE
    elif ladder is Ladder.STAGE:
        level, case.told = _level(case, case.told - OVERDUE), case.told + 1
    else:
        level, case.told_late = _level(case, case.told_late), case.told_late + 1
        mark_late(case, at=at)
    case.look_at = look_at(case)
    return ladder, level


def rungs(case: Case) -> int:
    """How many levels are told after the first telling that it is overdue: urgent cases go to the township at once."""
    return len(_levels(case)) - 1


def _levels(case: Case) -> tuple[str, ...]:
    low = level_of(case.area_code) >= Level.COMMUNITY and case.urgency == "general"
    return ("community", "township", "district") if low else ("township", "district")


def _level(case: Case, rung: int) -> str:
    """The level that is told on a rung: one more for each working day."""
    levels = _levels(case)
    return levels[min(rung, len(levels) - 1)]


def next_morning(at: datetime, calendar: Calendar) -> datetime:
    """When work begins on the first working day after this one; never at midnight."""
    day = at.astimezone(calendar.zone).date()
    for _n in range(366):
        day += timedelta(days=1)
        if calendar.kind(day).works and (windows := calendar.windows(day)):
            begins = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
            return begins + timedelta(minutes=windows[0][0])
    return at + timedelta(days=1)


def colour(case: Case, *, at: datetime) -> running.Colour:
    """Green, yellow or red: how far the clock of the case has run; done or without a clock, if it waits too long."""
    clock = clock_of(case)
    if clock is None or case.stage not in stages.UNDONE:
        return running.Colour.RED if case.act_by and at > case.act_by else running.Colour.GREEN
    return calendars.colour(clock, at, calendar_of(case))
