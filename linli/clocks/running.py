"""A clock (时限): it runs until its due time, stops with a reason and not longer than its cap, and may be extended.

A clock is what is stored of it. While it stands still its due time is the one it has if it stands to its cap, so that
what is forgotten falls due nevertheless.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import counting
from .counting import Amount, Unit
from .working import Calendar


class ClockStands(Refusal):
    """A clock that stands still already."""

    code = "clock.stands"
    words = _("The clock stands still already.")
    next_step = _("Let it run again first. Nothing was written.")


class ClockRuns(Refusal):
    """A clock that does not stand still."""

    code = "clock.runs"
    words = _("The clock is running.")
    next_step = _("Only a clock that stands still can be let run again. Nothing was written.")


class ClockOver(Refusal):
    """What was to be asked before the due time was asked after it."""

    code = "clock.over"
    words = _("This was due already, so it can be neither paused nor extended.")
    next_step = _("Bring it to an end, or ask whoever supervises it. Nothing was written.")


class PauseNeedsReason(Refusal):
    """A clock was to be stopped without saying why."""

    code, status = "clock.pause-reason", 422
    words = _("A clock is stopped for a reason.")
    next_step = _("Say what is waited for, then send it again. Nothing was written.")


class PauseUsedUp(Refusal):
    """The clock stood still as long as it may."""

    code = "clock.pause-used-up"
    words = _("This clock stood still as long as it may.")
    next_step = _("Ask for more time instead. Nothing was written.")


class OwnExtension(Refusal):
    """Whoever asks for more time does not grant it."""

    code, status = "clock.own-extension", 403
    words = _("Someone else grants more time than the one who asked for it.")
    next_step = _("Ask your leader or the command centre. Nothing was written.")


class Colour(StrEnum):
    """How far a clock has run."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        """What it says, as an English msgid."""
        return {
            Colour.GREEN: _("in good time"),
            Colour.YELLOW: _("more than half used"),
            Colour.RED: _("overdue"),
        }[self]


@dataclass(frozen=True)
class Clock:
    """Since a moment so much is left: microseconds of hours, or a number of working days. `due_at` follows from both.

    `used` is the time that passed before that moment, `rested` what was used of the cap, in the cap's unit.
    `edition` is the calendar's by which the due time was reckoned.

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> def at(day, hour): return datetime(2026, 11, day, hour, tzinfo=town.zone)
    >>> def told(clock): return f"{clock.due_at.astimezone(town.zone):%a %d %H:%M}"
    >>> begun = start(at(16, 10), 3, Unit.WORKING_DAYS, town)
    >>> told(begun)
    'Thu 19 18:00'
    >>> waits = pause(begun, Cap(5, Unit.WORKING_DAYS), at=at(17, 9), reason="wait for a part", calendar=town)
    >>> told(waits), share(waits, at(24, 9), town) == share(begun, at(17, 9), town)
    ('Thu 26 18:00', True)
    >>> told(resume(waits, at=at(18, 9), calendar=town))
    'Fri 20 18:00'
    >>> told(extend(begun, 2, asked_by="A", by="B", asked_at=at(19, 9), calendar=town))
    'Mon 23 18:00'
    """

    unit: Unit
    since: datetime
    left: int
    due_at: datetime
    used: int = 0
    stands_since: datetime | None = None
    stands_until: datetime | None = None
    rested: int = 0
    cap_unit: Unit = Unit.WORKING_DAYS
    edition: str = ""

    @property
    def stands(self) -> bool:
        """Whether it stands still."""
        return self.stands_since is not None


@dataclass(frozen=True)
class Cap:
    """How long a clock may stand still in all."""

    amount: Amount
    unit: Unit


@dataclass(frozen=True)
class Shares:
    """From which share on a clock is yellow; red is what is overdue. Dated data (`colours.toml`)."""

    yellow: float
    since: date = date.min
    source: str = ""


def start(at: datetime, amount: Amount, unit: Unit, calendar: Calendar) -> Clock:
    """A clock that begins to run."""
    return reckoned(Clock(unit, at, measure(amount, unit), at), calendar)


def reckoned(clock: Clock, calendar: Calendar) -> Clock:
    """The clock with its due time by this calendar; of one that stands still, by when it runs again at the latest."""
    return replace(clock, due_at=_due(clock, calendar), edition=calendar.edition)


def measure(amount: Amount, unit: Unit) -> int:
    """An amount as a clock keeps it: a number of days, or microseconds.

    >>> measure(3, Unit.WORKING_DAYS), measure(1, Unit.CLOCK_HOURS)
    (3, 3600000000)
    """
    return counting.whole(amount) if unit is Unit.WORKING_DAYS else counting.microseconds(amount)


def _due(clock: Clock, calendar: Calendar) -> datetime:
    return _reached(clock.stands_until or clock.since, clock.left, clock.unit, calendar)


def _reached(begun: datetime, left: int, unit: Unit, calendar: Calendar) -> datetime:
    days = unit is Unit.WORKING_DAYS
    return counting.due(begun, left, unit, calendar) if days else counting.after(begun, left, unit, calendar)


def _between(begun: datetime, ended: datetime, unit: Unit, calendar: Calendar) -> int:
    days = unit is Unit.WORKING_DAYS
    return counting.days_between(begun, ended, calendar) if days else counting.spent(begun, ended, unit, calendar)


def pause(clock: Clock, cap: Cap, *, at: datetime, reason: str, calendar: Calendar) -> Clock:
    """The clock stands still, until it is let run again or what is left of the cap is used up."""
    if clock.stands:
        raise ClockStands()
    if at > clock.due_at:
        raise ClockOver()
    if not reason.strip():
        raise PauseNeedsReason()
    assert not clock.rested or cap.unit is clock.cap_unit, cap
    rest = measure(cap.amount, cap.unit) - clock.rested
    if rest <= 0:
        raise PauseUsedUp()
    left = _between(at, clock.due_at, clock.unit, calendar)
    until = _reached(at, rest, cap.unit, calendar)
    used = clock.used + counting.spent(clock.since, at, clock.unit, calendar)
    stopped = replace(clock, since=at, left=left, used=used, stands_since=at, stands_until=until, cap_unit=cap.unit)
    return reckoned(stopped, calendar)


def resume(clock: Clock, *, at: datetime, calendar: Calendar) -> Clock:
    """The clock runs again, from now or from when its cap was used up.

    A part of a day costs a clock of hours a whole day of a cap in days, or it could stand still every day for nothing.
    """
    if clock.stands_since is None or clock.stands_until is None:
        raise ClockRuns()
    begun = min(at, clock.stands_until)
    rested = _between(clock.stands_since, begun, clock.cap_unit, calendar)
    if clock.cap_unit is Unit.WORKING_DAYS and clock.unit is not Unit.WORKING_DAYS and begun > clock.stands_since:
        rested = max(rested, 1)
    running = replace(clock, since=begun, rested=clock.rested + rested, stands_since=None, stands_until=None)
    return reckoned(running, calendar)


def may_be_extended(clock: Clock, *, at: datetime) -> None:
    """Refuses to ask for more time once the due time is past (延期须在到期前申请)."""
    if at > clock.due_at:
        raise ClockOver()


def extend(clock: Clock, amount: Amount, *, asked_by: str, by: str, asked_at: datetime, calendar: Calendar) -> Clock:
    """So much more is left, as somebody else than who asked for it in time has granted."""
    may_be_extended(clock, at=asked_at)
    if asked_by == by:
        raise OwnExtension()
    return reckoned(replace(clock, left=clock.left + measure(amount, clock.unit)), calendar)


def share(clock: Clock, at: datetime, calendar: Calendar) -> float:
    """Which part of the time has passed, 1 when it is due; it does not grow while the clock stands still.

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> begun = start(datetime(2026, 11, 16, 9, tzinfo=town.zone), 4, Unit.WORKING_HOURS, town)
    >>> [share(begun, datetime(2026, 11, 16, hour, tzinfo=town.zone), town) for hour in (9, 11, 13, 15, 17)]
    [0.0, 0.5, 0.75, 1.0, 1.5]
    """
    if clock.stands_until and at > clock.stands_until:
        clock = resume(clock, at=at, calendar=calendar)
    due_at = _reached(clock.since, clock.left, clock.unit, calendar) if clock.stands else clock.due_at
    whole = clock.used + counting.spent(clock.since, due_at, clock.unit, calendar)
    passed = clock.used + (0 if clock.stands else counting.spent(clock.since, at, clock.unit, calendar))
    return passed / whole if whole else float(at >= clock.due_at)


def colour(clock: Clock, at: datetime, calendar: Calendar, shares: Shares) -> Colour:
    """Green up to a share, yellow until it is due, red when it is overdue: later than due, not at it."""
    if at > clock.due_at:
        return Colour.RED
    return Colour.YELLOW if share(clock, at, calendar) > shares.yellow else Colour.GREEN


def turns(clock: Clock, part: float, calendar: Calendar) -> datetime:
    """When this part of the time will have passed if nothing happens; not before it runs (again).

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> begun = start(datetime(2026, 11, 16, 9, tzinfo=town.zone), 4, Unit.WORKING_HOURS, town)
    >>> f"{turns(begun, 0.5, town).astimezone(town.zone):%H:%M}"
    '11:00'
    """
    begun = clock.stands_until or clock.since
    whole = clock.used + counting.spent(begun, clock.due_at, clock.unit, calendar)
    return counting.after(begun, max(round(whole * part) - clock.used, 0), clock.unit, calendar)


def recomputed(clock: Clock, calendar: Calendar, *, at: datetime) -> Clock:
    """The clock by another calendar. What is due already, or would be due at once by it, stays as it was promised."""
    if clock.due_at <= at:
        return clock
    found = reckoned(clock, calendar)
    return found if found.due_at > at else replace(clock, edition=calendar.edition)
