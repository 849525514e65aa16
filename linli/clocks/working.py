"""A working calendar (工作日历): the hours of each weekday, the holidays, and the make-up working days (调休)."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from linli.ground.words import gettext_noop as _

Window = tuple[int, int]  # minutes of the day, from and until; 1440 is midnight at its end
MINUTE = 60_000_000  # in microseconds, which all is counted in
DAY = 1440 * MINUTE
ZERO = datetime(2000, 1, 1)  # noqa: DTZ001 - wall-clock time of the calendar's zone is counted from here
TICK = timedelta(microseconds=1)
MAKE_UP = 7  # behind the seven weekdays: the hours of a make-up working day
NO_HOURS: tuple[Window, ...] = ()


class Kind(StrEnum):
    """What a day is."""

    WORKING = "working"
    MAKE_UP = "make-up"
    REST = "rest"
    HOLIDAY = "holiday"

    @property
    def works(self) -> bool:
        """Whether work is done on it.

        >>> Kind.MAKE_UP.works, Kind.HOLIDAY.works
        (True, False)
        """
        return self in (Kind.WORKING, Kind.MAKE_UP)

    @property
    def label(self) -> str:
        """What it is called, as an English msgid."""
        return {
            Kind.WORKING: _("working day"),
            Kind.MAKE_UP: _("make-up working day"),
            Kind.REST: _("rest day"),
            Kind.HOLIDAY: _("holiday"),
        }[self]


@dataclass(frozen=True)
class Hours:
    """From a day on, the windows of each weekday (Monday first), and of a make-up working day at the end."""

    since: date
    windows: tuple[tuple[Window, ...], ...]

    def __post_init__(self) -> None:
        assert len(self.windows) == MAKE_UP + 1, self.windows
        for day in self.windows:
            flat = [minute for window in day for minute in window]
            assert flat == sorted(set(flat)) and all(0 <= each <= 1440 for each in flat), day

    @classmethod
    def every(cls, text: str, *, since: date = date.min, days: int = 5) -> "Hours":
        """The same windows on each working day of the week and on make-up days.

        >>> Hours.every("09:00-12:00 14:00-18:00").windows[0]
        ((540, 720), (840, 1080))
        """
        found = windows(text)
        return cls(since, (*[found] * days, *[NO_HOURS] * (7 - days), found))


@dataclass(frozen=True)
class Special:
    """A day that is not as its weekday: work is done or not, what for, and by which notice (国办发明电 …)."""

    works: bool
    name: str = ""
    notice: str = ""


@dataclass(frozen=True)
class Year:
    """The windows of a year in order: where each begins and what was worked in the year before; its working days."""

    starts: list[int]
    before: list[int]  # one more than starts: the last is what the whole year has
    days: list[int]  # working days, as numbers of days since ZERO
    closings: list[int]  # when work ends on each

    @property
    def total(self) -> int:
        """What is worked in the whole year."""
        return self.before[-1]

    def worked(self, until: int) -> int:
        """What is worked in the year before a moment."""
        at = bisect_right(self.starts, until) - 1
        return 0 if at < 0 else min(self.before[at] + until - self.starts[at], self.before[at + 1])


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working calendar of a place. `announced` are the years whose notice is known; the others are provisional.

    `edition` says which state of the dated rows it was made from; it is stored beside each due time.

    >>> town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),), {date(2026, 2, 28): Special(True, "春节")})
    >>> town.kind(date(2026, 2, 28)), town.kind(date(2026, 3, 1)), town.provisional(2026)
    (<Kind.MAKE_UP: 'make-up'>, <Kind.REST: 'rest'>, True)
    """

    hours: tuple[Hours, ...]
    special: Mapping[date, Special] = field(default_factory=dict)
    announced: frozenset[int] = frozenset()
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")  # noqa: RUF009 - never changes
    edition: str = ""
    _years: dict[int, Year] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        assert self.hours and list(self.hours) == sorted(self.hours, key=lambda each: each.since), self.hours

    @cached_property
    def _since(self) -> list[date]:
        return [each.since for each in self.hours]

    def hours_on(self, day: date) -> Hours:
        """The hours in force on a day; the first ones before any was."""
        return self.hours[max(bisect_right(self._since, day) - 1, 0)]

    def kind(self, day: date) -> Kind:
        """What a day is: by its notice, else by its weekday."""
        usual = bool(self.hours_on(day).windows[day.weekday()])
        said = self.special.get(day)
        if said is None or said.works == usual:
            return Kind.WORKING if usual else Kind.REST if said is None else Kind.HOLIDAY
        return Kind.MAKE_UP if said.works else Kind.HOLIDAY

    def windows(self, day: date) -> tuple[Window, ...]:
        """When work is done on a day."""
        kind = self.kind(day)
        return self.hours_on(day).windows[MAKE_UP if kind is Kind.MAKE_UP else day.weekday()] if kind.works else ()

    def provisional(self, year: int) -> bool:
        """Whether the year goes by its weekdays alone, its notice not being known."""
        return year not in self.announced

    def year(self, number: int) -> Year:
        """The windows of a year, made once."""
        if number not in self._years:
            self._years[number] = _year(self, number)
        return self._years[number]

    def ticks(self, at: datetime) -> int:
        """A moment as microseconds of wall-clock time of the zone."""
        return (at.astimezone(self.zone).replace(tzinfo=None, fold=0) - ZERO) // TICK

    def moment(self, ticks: int) -> datetime:
        """The moment of so many microseconds."""
        return (ZERO + timedelta(microseconds=ticks)).replace(tzinfo=self.zone).astimezone(UTC)


def _year(calendar: Calendar, number: int) -> Year:
    made = Year([], [0], [], [])
    for day in days_of(number):
        if found := calendar.windows(day):
            midnight = (day - ZERO.date()).days
            made.days.append(midnight)
            made.closings.append(midnight * DAY + found[-1][1] * MINUTE)
            for begins, ends in found:
                made.starts.append(midnight * DAY + begins * MINUTE)
                made.before.append(made.before[-1] + (ends - begins) * MINUTE)
    return made


def days_of(year: int) -> Iterator[date]:
    """Every day of a year, in order.

    >>> len(list(days_of(2028)))
    366
    """
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range(date(year, 12, 31).timetuple().tm_yday))


def windows(text: str) -> tuple[Window, ...]:
    """The windows of a day as one writes them; nothing for a day without.

    >>> windows("09:00-12:00 14:00-18:00"), windows("22:00-24:00"), windows("")
    (((540, 720), (840, 1080)), ((1320, 1440),), ())
    >>> windows("14:00-12:00")
    Traceback (most recent call last):
    ValueError: 14:00-12:00
    """
    found = tuple(_window(part) for part in text.replace("–", "-").replace("，", " ").replace(",", " ").split())
    flat = [minute for window in found for minute in window]
    if flat != sorted(set(flat)):
        raise ValueError(text)
    return found


def _window(text: str) -> Window:
    begins, _dash, ends = text.partition("-")
    return _minute(begins), _minute(ends)


def _minute(text: str) -> int:
    hour, _colon, minute = text.replace("：", ":").partition(":")
    found = int(hour) * 60 + int(minute or 0)
    if not (0 <= found <= 1440 and 0 <= int(minute or 0) < 60):
        raise ValueError(text)
    return found


def as_text(found: tuple[Window, ...]) -> str:
    """Windows as one writes them; the inverse of `windows`.

    >>> as_text(((540, 720), (840, 1440)))
    '09:00-12:00 14:00-24:00'
    """
    return " ".join("-".join(f"{each // 60:02d}:{each % 60:02d}" for each in window) for window in found)
