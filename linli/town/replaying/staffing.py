"""Simulated desks: so many hands, each with one matter at a time, in working hours; the oldest matter first."""

import heapq
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from linli.clocks import counting
from linli.clocks.counting import Unit
from linli.clocks.working import MINUTE, TICK, Calendar, Hours, Special

from .mapping import CityMap, Staff

SPREAD = 0.8  # of the logarithm of how long a matter takes: most take half to twice the usual time, a few much longer
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Task:
    """When somebody took a matter in hand, and when they were done with it."""

    begins: datetime
    ends: datetime


class Desk:
    """Whoever is free first takes what came first; what comes at night waits for the morning.

    >>> desk = Desk(Staff(1, 60), Calendar((Hours.every("09:00-12:00"),)), spread=0)
    >>> monday = datetime(2026, 11, 16, 3, tzinfo=UTC)
    >>> [f"{desk.take(monday, 'a').ends.astimezone(desk.calendar.zone):%a %H:%M}" for _hour in range(2)]
    ['Mon 12:00', 'Tue 10:00']
    """

    def __init__(self, staff: Staff, calendar: Calendar, *, spread: float = SPREAD) -> None:
        self.calendar = calendar
        self._minutes, self._spread = staff.minutes, spread
        self._free = [BEGINNING] * staff.hands

    def take(self, at: datetime, word: str) -> Task:
        """The matter is done by whoever is free first; how long it takes is decided by its word, always the same."""
        begins = open_at(max(at, self._free[0]), self.calendar)
        minutes = max(self._minutes * Random(word).lognormvariate(0, self._spread), 1)  # noqa: S311 - play
        ends = counting.after(begins, round(minutes) * MINUTE, Unit.WORKING_HOURS, self.calendar)
        heapq.heapreplace(self._free, ends)
        return Task(begins, ends)


def open_at(at: datetime, calendar: Calendar) -> datetime:
    """The moment itself where work is done at it, else when it begins again.

    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),))
    >>> noon = datetime(2026, 11, 20, 12, 30, tzinfo=town.zone)
    >>> f"{open_at(noon, town).astimezone(town.zone):%H:%M}"
    '14:00'
    """
    return counting.after(at, 1, Unit.WORKING_HOURS, calendar) - TICK


def calendar_of(city: CityMap) -> Calendar:
    """The working calendar of a city, its public holidays left out."""
    hours = Hours.every(city.hours, days=city.days)
    off = {date.fromisoformat(day): Special(works=False) for day in city.holidays}
    return Calendar((hours,), off, zone=city.zone)


def happens(share: float, word: str) -> bool:
    """Whether what happens to a share of all happens to this one; always the same for the same word.

    >>> happens(0, "a"), happens(1, "a")
    (False, True)
    """
    return Random(word).random() < share  # noqa: S311 - play
