"""A year as it is seen: twelve months of weeks of days, each day what it is, and what it is called."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from linli.clocks import moving, queries
from linli.clocks.promises import Moved
from linli.clocks.queries import Book
from linli.clocks.shipped import Told
from linli.clocks.working import Calendar, Kind, as_text, days_of

MOST_SHOWN = 50


@dataclass(frozen=True)
class Cell:
    """A day of a month: what it is, what it is called, by which notice."""

    day: date
    kind: Kind
    name: str
    notice: str


@dataclass(frozen=True)
class Month:
    """A month: its weeks, Monday first, without a day where another month is."""

    first: date
    weeks: list[list[Cell | None]]
    working: int


def months(calendar: Calendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    return [_month(calendar, date(year, number, 1)) for number in range(1, 13)]


def _month(calendar: Calendar, first: date) -> Month:
    cells: list[Cell | None] = [None] * first.weekday()
    day = first
    while day.month == first.month:
        said = calendar.special.get(day)
        cells.append(Cell(day, calendar.kind(day), said.name if said else "", said.notice if said else ""))
        day += timedelta(days=1)
    cells += [None] * (-len(cells) % 7)
    working = sum(cell.kind.works for cell in cells if cell)
    return Month(first, [cells[n : n + 7] for n in range(0, len(cells), 7)], working)


def counts(calendar: Calendar, year: int) -> Counter[Kind]:
    """How many days of each kind a year has."""
    return Counter(calendar.kind(day) for day in days_of(year))


def breaks(told: Told) -> list[tuple[str, list[tuple[date, date, bool]]]]:
    """The days of a notice by what they are for: the first and the last of each run, and whether work is done.

    >>> from linli.clocks.shipped import notices
    >>> [(name, len(runs)) for name, runs in breaks(notices()[-1])][:2]
    [('元旦', 2), ('春节', 3)]
    """
    found: dict[str, list[tuple[date, date, bool]]] = {}
    for line in sorted(told.lines, key=lambda each: each.day):
        runs = found.setdefault(line.name, [])
        if runs and runs[-1][2] == line.works and runs[-1][1] + timedelta(days=1) == line.day:
            runs[-1] = (runs[-1][0], line.day, line.works)
        else:
            runs.append((line.day, line.day, line.works))
    return list(found.items())


def week_in_words(week: Sequence[str]) -> list[tuple[int, int, str]]:
    """Weekdays with the same hours as one line: the first, the last, the hours; the eighth is make-up days.

    >>> week_in_words(["09:00-12:00"] * 5 + ["", "", "09:00-12:00"])
    [(0, 4, '09:00-12:00'), (5, 6, ''), (7, 7, '09:00-12:00')]
    """
    found: list[tuple[int, int, str]] = []
    for n, text in enumerate(week):
        if found and found[-1][2] == text and n < 7:
            found[-1] = (found[-1][0], n, text)
        else:
            found.append((n, n, text))
    return found


def hours_on(calendar: Calendar, day: date) -> list[str]:
    """The hours of the eight kinds of day, as one writes them."""
    return [as_text(each) for each in calendar.hours_on(day).windows]


def with_notice(told: Told, area: str) -> Book:
    """The calendars as they would be with a notice."""
    standing = queries.read(queries.edition())
    kept = [(code, each) for code, each in standing.notices if (code, each.number) != (area, told.number)]
    return Book("preview", [*kept, (area, told)], standing.hours, standing.since)


def moved_by(told: Told, area: str, *, at: datetime) -> tuple[list[Moved], bool]:
    """The first due times that a notice would move, and whether there are more."""
    found = list(islice(moving.would_move(with_notice(told, area), at=at, within=area), MOST_SHOWN + 1))
    return [moved for _room, moved in found[:MOST_SHOWN]], len(found) > MOST_SHOWN
