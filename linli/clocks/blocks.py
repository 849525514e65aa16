"""A million due times at once: the reckoning of `counting` on arrays of microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from . import counting
from .counting import Unit
from .working import DAY, TICK, ZERO, Calendar, Year

Ticks = np.ndarray[Any, np.dtype[np.int64]]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FURTHER = 2  # years laid out at a time beyond the last one needed


def due(starts: Ticks, amounts: Ticks, unit: Unit, calendar: Calendar) -> Ticks:
    """For each start the first moment at which its amount has passed: microseconds of hours, or working days.

    >>> from .working import Hours
    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> friday = np.array(["2026-11-20T03:00"], "datetime64[us]").astype(np.int64)
    >>> due(friday, np.array([1]), Unit.WORKING_DAYS, town).astype("datetime64[us]").astype(str).tolist()
    ['2026-11-23T10:00:00.000000']
    """
    if unit is Unit.CLOCK_HOURS or not len(starts):
        return starts + amounts
    shift = _shift(starts, calendar)
    if shift is None:  # a zone with summer time: one by one
        return _one_by_one(starts, amounts, unit, calendar)
    local = starts + shift
    found = _days(local, amounts, calendar) if unit is Unit.WORKING_DAYS else _worked(local, amounts, calendar)
    return found - shift


def _shift(starts: Ticks, calendar: Calendar) -> int | None:
    """What turns a moment into ticks of the zone, where that is the same the whole year round and for ever after."""
    first, last = (EPOCH + int(each) * TICK for each in (starts.min(), starts.max()))
    days = (last - first).days + 366
    offsets = {(first + timedelta(days=n)).astimezone(calendar.zone).utcoffset() for n in range(0, days, 7)}
    if len(offsets) > 1:
        return None
    return (EPOCH.replace(tzinfo=None) - ZERO + (offsets.pop() or timedelta())) // TICK


def _years(first: int, last: int, calendar: Calendar) -> list[Year]:
    return [calendar.year(number) for number in range(counting.year_of(first), counting.year_of(last) + FURTHER + 1)]


def _worked(local: Ticks, lengths: Ticks, calendar: Calendar) -> Ticks:
    first, last = int(local.min()), int(local.max())
    while True:
        years = _years(first, last, calendar)
        starts = np.array([each for year in years for each in year.starts], np.int64)
        lasting = np.array([each for year in years for each in np.diff(year.before)], np.int64)
        before = np.concatenate([[0], np.cumsum(lasting)])
        at = np.maximum(np.searchsorted(starts, local, "right") - 1, 0)
        done = before[at] + np.clip(local - starts[at], 0, lasting[at])
        target = done + lengths
        if int(target.max()) <= int(before[-1]):
            break
        last += FURTHER * 366 * DAY
        assert last - int(local.max()) < counting.NEVER_YEARS * 366 * DAY, "a calendar without working hours"
    at = np.maximum(np.searchsorted(before, target, "left") - 1, 0)
    return np.where(lengths == 0, local, starts[at] + target - before[at])


def _days(local: Ticks, counts: Ticks, calendar: Calendar) -> Ticks:
    first, last = int(local.min()), int(local.max())
    while True:
        years = _years(first, last, calendar)
        days = np.array([each for year in years for each in year.days], np.int64)
        closings = np.array([each for year in years for each in year.closings], np.int64)
        begun = np.searchsorted(days, local // DAY, "right") + counts - 1
        at = np.where(counts == 0, np.searchsorted(closings, local, "left"), begun)
        if int(at.max()) < len(closings):
            return closings[at]
        last += FURTHER * 366 * DAY
        assert last - int(local.max()) < counting.NEVER_YEARS * 366 * DAY, "a calendar without working days"


def _one_by_one(starts: Ticks, amounts: Ticks, unit: Unit, calendar: Calendar) -> Ticks:
    days = unit is Unit.WORKING_DAYS
    found = (
        counting.due(EPOCH + int(start) * TICK, int(amount), unit, calendar)
        if days
        else counting.after(EPOCH + int(start) * TICK, int(amount), unit, calendar)
        for start, amount in zip(starts, amounts, strict=True)
    )
    return np.array([(each - EPOCH) // TICK for each in found], np.int64)
