"""The clock of a case: put on it, read from it; by when whoever has it must act; when someone is told of it next."""

from collections.abc import Iterable
from datetime import datetime, timedelta
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
CLOCK_FIELDS += ("stands_since", "stands_until", "act_by", "look_at", "told")
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
    """The case has no clock: it was reopened and is to be judged anew. Nothing is saved."""
    case.clock_since = case.due_at = case.stands_since = case.stands_until = None
    case.due_why = case.clock_unit = case.clock_cap_unit = case.clock_edition = ""
    case.clock_left = case.clock_used = case.clock_rested = 0


def begin(case: Case, term: Term, *, since: datetime, why: str) -> None:
    """The clock of the case runs for a term since a moment. Nothing is saved."""
    put(case, running.start(since, term.amount, term.unit, calendar_of(case)), why=why)


def promise(case: Case, due_at: datetime, *, since: datetime) -> None:
    """The case is due at a moment that was promised elsewhere, whatever any list says. Nothing is saved."""
    left = int((due_at - since) / timedelta(microseconds=1))
    put(case, Clock(Unit.CLOCK_HOURS, since, max(left, 0), due_at), why="promised")


def stand_still(case: Case, *, reason: str, at: datetime) -> None:
    """The clock of the case stands still, at most as long as its cap allows. Nothing is saved."""
    clock = clock_of(case)
    assert clock is not None, case.ref
    cap = terms.term("suspension", case.urgency, on=localdate(at))
    calendar = calendar_of(case)
    put(
        case, running.pause(clock, Cap(cap.amount, cap.unit), at=at, reason=reason, calendar=calendar), why=case.due_why
    )


def run_on(case: Case, *, at: datetime) -> None:
    """The clock of the case runs again, if it stood still. Nothing is saved."""
    clock = clock_of(case)
    if clock is not None and clock.stands:
        put(case, running.resume(clock, at=at, calendar=calendar_of(case)), why="resumed")


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
    """By when whoever has the case now must act, being at its stage since this moment."""
    stage = Stage(case.stage)
    if stage not in stages.OPEN:
        return None
    if stage in stages.AT_WORK:
        return case.due_at
    term = terms.term(STAGE_TERMS[stage], case.urgency, on=localdate(at))
    found = counting.due(at, term.amount, term.unit, calendar_of(case))
    return min(found, case.due_at) if case.due_at and case.due_at > at else found


def schedule(case: Case, *, at: datetime) -> None:
    """Who has it now has a new time to act by, and nobody was told of it yet. Nothing is saved."""
    case.act_by = act_by(case, at=at)
    case.told = REMINDER if case.stage in stages.AT_WORK else OVERDUE
    case.look_at = first_look(case, at=at)


def reschedule(case: Case, *, at: datetime) -> None:
    """Whoever is at work on the case acts by its new due time; what was told of the old one stays told. Not saved."""
    if case.stage in stages.AT_WORK and case.told <= OVERDUE:
        case.act_by = case.due_at
        case.look_at = first_look(case, at=at)


def first_look(case: Case, *, at: datetime) -> datetime | None:
    """When someone is told first: at half its time who is at work on it, else when the time to act is over."""
    if case.stage == Stage.SUSPENDED:
        return case.stands_until
    clock = clock_of(case)
    if case.told != REMINDER or clock is None or case.act_by is None:
        return case.act_by
    half = running.turns(clock, HALF, calendar_of(case))
    if half <= at:
        case.told = OVERDUE
        return case.act_by
    return half


def told_again(case: Case, *, at: datetime) -> None:
    """Someone was just told what `told` says; the case waits for the next telling, if any. Nothing is saved."""
    case.told += 1
    if case.told == OVERDUE:
        case.look_at = case.act_by
    elif case.told > OVERDUE + rungs(case):
        case.look_at = None
    else:
        case.look_at = next_morning(at, calendar_of(case))


def rungs(case: Case) -> int:
    """How many levels are told after the first telling that it is overdue: urgent cases go to the township at once."""
    return 2 if level_of(case.area_code) >= Level.COMMUNITY and case.urgency == "general" else 1


def told_level(case: Case) -> str:
    """The level that an overdue case has come to by now, as it goes up one each working day."""
    levels = ("community", "township", "district") if rungs(case) > 1 else ("township", "district")
    return levels[min(case.told - OVERDUE, len(levels) - 1)]


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
    """Green, yellow or red: how far the clock of the case has run; of one without a clock, if it waits too long."""
    clock = clock_of(case)
    if clock is None or case.stage not in stages.OPEN:
        return running.Colour.RED if case.act_by and at > case.act_by else running.Colour.GREEN
    return calendars.colour(clock, at, calendar_of(case))
