"""The same reckoning, slow and obvious, minute by minute: what `counting` and `blocks` are compared with."""

from datetime import UTC, date, datetime, timedelta

from .counting import Amount, Unit
from .working import Calendar

A_MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)


def works(minute: datetime, calendar: Calendar) -> bool:
    """Whether work is done in the minute that begins at this moment.

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00"),))
    >>> [works(datetime(2026, 11, 20, hour, tzinfo=town.zone), town) for hour in (8, 9, 12)]
    [False, True, False]
    """
    local = minute.astimezone(calendar.zone)
    of_day = local.hour * 60 + local.minute
    return any(begins <= of_day < ends for begins, ends in calendar.windows(local.date()))


def due(start: datetime, amount: Amount, unit: Unit, calendar: Calendar) -> datetime:
    """The first moment at which the amount has passed since the start, a whole minute.

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> friday = datetime(2026, 11, 20, 17, 0, tzinfo=town.zone)
    >>> f"{due(friday, 2, Unit.WORKING_HOURS, town).astimezone(town.zone):%a %H:%M}"
    'Mon 10:00'
    """
    if unit is Unit.WORKING_DAYS:
        return _due_days(start, int(amount), calendar)
    left = round(amount * 60)
    at = start.astimezone(UTC)
    while left:
        if unit is Unit.CLOCK_HOURS or works(at, calendar):
            left -= 1
        at += A_MINUTE
    return at


def _due_days(start: datetime, count: int, calendar: Calendar) -> datetime:
    """The end of work of the so-manieth working day after the day of the start; of none, the next end of work."""
    local = start.astimezone(calendar.zone)
    day = local.date()
    if count == 0:
        while not (calendar.kind(day).works and _closing(day, calendar) >= start):
            day += A_DAY
        return _closing(day, calendar)
    while count:
        day += A_DAY
        count -= calendar.kind(day).works
    return _closing(day, calendar)


def _closing(day: date, calendar: Calendar) -> datetime:
    """The minute after the last one worked on a day."""
    at = datetime.combine(day, datetime.min.time(), calendar.zone) + A_DAY
    at = at.astimezone(UTC)
    while not works(at - A_MINUTE, calendar):
        at -= A_MINUTE
    return at


def spent(start: datetime, end: datetime, unit: Unit, calendar: Calendar) -> int:
    """How many minutes passed between two moments: by the clock for clock hours, else worked.

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> friday = datetime(2026, 11, 20, 11, 0, tzinfo=town.zone)
    >>> spent(friday, friday + timedelta(days=3), Unit.WORKING_HOURS, town) / 60
    7.0
    """
    found, at = 0, start.astimezone(UTC)
    while at < end:
        found += unit is Unit.CLOCK_HOURS or works(at, calendar)
        at += A_MINUTE
    return found
