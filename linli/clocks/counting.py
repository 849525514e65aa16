"""When an amount of time has passed by a working calendar, and how much has, in three units.

Days are counted as 民法典 (Civil Code) art. 201 and 203 count them: the day it begins on is not counted, and the last
one ends when work ends.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from linli.ground.words import gettext_noop as _

from .working import DAY, MINUTE, TICK, ZERO, Calendar

Amount = int | float | Decimal  # hours, which may be broken, or whole days
NEVER_YEARS = 60  # so long without a working hour means that there is none


class Unit(StrEnum):
    """What an amount of time is counted in (GB/T 30428.8 has the three words)."""

    CLOCK_HOURS = "clock-hours"
    WORKING_HOURS = "working-hours"
    WORKING_DAYS = "working-days"

    @property
    def label(self) -> str:
        """What it is called, as an English msgid.

        >>> Unit.WORKING_DAYS.label
        'working days'
        """
        return {
            Unit.CLOCK_HOURS: _("clock hours"),
            Unit.WORKING_HOURS: _("working hours"),
            Unit.WORKING_DAYS: _("working days"),
        }[self]


CHINESE = {Unit.CLOCK_HOURS: "紧急工作时", Unit.WORKING_HOURS: "工作时", Unit.WORKING_DAYS: "工作日"}


def due(start: datetime, amount: Amount, unit: Unit, calendar: Calendar) -> datetime:
    """The first moment at which the amount has passed since the start.

    Hours are rounded to whole minutes (0.17 h is 10 min). Working days end with the work of the last one; none at all
    (当日) end with the work of the day it begins on, or of the next working day where that has ended.

    >>> from datetime import date
    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> friday = datetime(2026, 11, 20, 11, 0, tzinfo=town.zone)
    >>> def told(amount, unit): return f"{due(friday, amount, unit, town).astimezone(town.zone):%a %H:%M}"
    >>> told(2, Unit.CLOCK_HOURS), told(2, Unit.WORKING_HOURS), told(6, Unit.WORKING_HOURS)
    ('Fri 13:00', 'Fri 15:00', 'Mon 10:00')
    >>> told(1, Unit.WORKING_DAYS), told(0, Unit.WORKING_DAYS)
    ('Mon 18:00', 'Fri 18:00')
    """
    if unit is Unit.WORKING_DAYS:
        return _after_days(start, whole(amount), calendar)
    return after(start, microseconds(amount), unit, calendar)


def microseconds(hours: Amount) -> int:
    """Hours, rounded to whole minutes.

    >>> microseconds(Decimal("0.17")) // MINUTE
    10
    """
    found = round(Decimal(str(hours)) * 60)
    assert found >= 0, hours
    return found * MINUTE


def whole(days: Amount) -> int:
    """Days, which are whole."""
    assert days == int(days) >= 0, days
    return int(days)


def after(start: datetime, length: int, unit: Unit, calendar: Calendar) -> datetime:
    """The first moment at which so many microseconds have passed, by the clock or worked.

    >>> from .working import Hours
    >>> noon = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    >>> after(noon, 1, Unit.CLOCK_HOURS, Calendar((Hours.every("09:00-12:00"),))).microsecond
    1
    """
    if unit is Unit.CLOCK_HOURS or not length:
        return start.astimezone(UTC) + length * TICK
    begun = calendar.ticks(start)
    number = year_of(begun)
    year = calendar.year(number)
    target = year.worked(begun) + length
    for _year in range(NEVER_YEARS):
        if target <= year.total:
            at = bisect_left(year.before, target) - 1
            return calendar.moment(year.starts[at] + target - year.before[at])
        target, number = target - year.total, number + 1
        year = calendar.year(number)
    raise AssertionError("a calendar without working hours")


def spent(start: datetime, end: datetime, unit: Unit, calendar: Calendar) -> int:
    """How many microseconds passed between two moments: by the clock for clock hours, else worked.

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> friday = datetime(2026, 11, 20, 11, 0, tzinfo=town.zone)
    >>> spent(friday, friday + timedelta(days=3), Unit.WORKING_HOURS, town) / MINUTE / 60
    7.0
    """
    if end <= start:
        return 0
    if unit is Unit.CLOCK_HOURS:
        return (end - start) // TICK
    begun, ended = calendar.ticks(start), calendar.ticks(end)
    first, last = year_of(begun), year_of(ended)
    between = sum(calendar.year(number).total for number in range(first, last))
    return between + calendar.year(last).worked(ended) - calendar.year(first).worked(begun)


def days_between(start: datetime, end: datetime, calendar: Calendar) -> int:
    """How many working days follow the day of the start, up to and with the day of the end.

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> friday = datetime(2026, 11, 20, 11, 0, tzinfo=town.zone)
    >>> days_between(friday, friday + timedelta(days=4), town), days_between(friday, friday, town)
    (2, 0)
    """
    first, last = calendar.ticks(start) // DAY, (calendar.ticks(end) - 1) // DAY
    if last <= first:
        return 0
    years = (calendar.year(number).days for number in range(year_of(first * DAY), year_of(last * DAY) + 1))
    return sum(bisect_right(days, last) - bisect_right(days, first) for days in years)


def _after_days(start: datetime, count: int, calendar: Calendar) -> datetime:
    begun = calendar.ticks(start)
    number = year_of(begun)
    year = calendar.year(number)
    at = bisect_right(year.days, begun // DAY) + count - 1 if count else bisect_left(year.closings, begun)
    for _year in range(NEVER_YEARS):
        if at < len(year.days):
            return calendar.moment(year.closings[at])
        at, number = at - len(year.days), number + 1
        year = calendar.year(number)
    raise AssertionError("a calendar without working days")


def year_of(ticks: int) -> int:
    """The year a moment lies in.

    >>> year_of(0), year_of(-1)
    (2000, 1999)
    """
    return (ZERO + timedelta(microseconds=ticks)).year
