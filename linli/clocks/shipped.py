"""What comes with the program: notices of holidays, hours until a place enters its own, colours; each sourced."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from .running import Shares
from .working import Hours, Special, windows

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Line:
    """A day that a notice names: whether work is done on it, and what for."""

    day: date
    works: bool
    name: str


@dataclass(frozen=True)
class Told:
    """A notice: its number, the year it arranges, the day it was issued, the days it names."""

    number: str
    year: int
    issued: date
    lines: tuple[Line, ...]


@cache
def notices() -> tuple[Told, ...]:
    """Every notice that comes with the program, in the order they were issued.

    >>> notices()[-1].number, len(notices()[-1].lines)
    ('国办发明电〔2025〕7号', 39)
    """
    rows = _rows("notices")
    made = (Told(row["number"], row["year"], row["issued"], tuple(_lines(row["breaks"]))) for row in rows)
    return tuple(sorted(made, key=lambda each: each.issued))


def _lines(breaks: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    for each in breaks:
        for n in range((each["last"] - each["since"]).days + 1):
            yield Line(each["since"] + timedelta(days=n), False, each["name"])
        yield from (Line(day, True, each["name"]) for day in each.get("worked", ()))


@cache
def hours() -> tuple[Hours, ...]:
    """The hours of a place that entered none.

    >>> len(hours()[0].windows)
    8
    """
    return tuple(Hours(row["since"], tuple(windows(day) for day in row["days"])) for row in _rows("hours"))


def shares(*, on: date) -> Shares:
    """From when a clock is yellow, on a day.

    >>> shares(on=date(2026, 1, 1)).yellow
    0.5
    """
    rows = sorted(_rows("colours"), key=lambda row: row["since"])
    row = next((row for row in reversed(rows) if row["since"] <= on), rows[0])
    return Shares(row["yellow"], row["since"], row["source"])


def special(told: Iterable[Told]) -> dict[date, Special]:
    """The days of notices in the order they were issued: what a later one says goes before.

    >>> special(notices())[date(2020, 2, 1)]
    Special(works=False, name='春节', notice='国办发明电〔2020〕1号')
    """
    return {line.day: Special(line.works, line.name, each.number) for each in told for line in each.lines}


@cache
def digest() -> str:
    """A short word that is another one whenever what comes with the program is.

    >>> len(digest())
    12
    """
    content = b"".join((DATA / f"{name}.toml").read_bytes() for name in ("notices", "hours"))
    return hashlib.sha256(content).hexdigest()[:12]


@cache
def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))[name]
    return rows
