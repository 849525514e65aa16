"""What a city's table means: which column says what, when work is done there, and who does it. Dated data, not code.

The figures of a map that the city does not publish (hands, minutes, shares) are marked `unverified` in it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

SHIPPED = Path(__file__).with_name("maps")
NEEDED = ("opened", "kind", "desk")


class NoMap(Refusal):
    """A table that no map we ship can read."""

    code, status = "replay.no-map", 422
    words = _("None of the maps that come with Linli reads a table with the columns %(columns)s.")
    next_step = _("Write one after those in linli/town/replaying/maps, and name it: --map MAP.toml.")


class BadMap(Refusal):
    """A map that lacks something, or names a column the table does not have."""

    code, status = "replay.bad-map", 422
    words = _("The map %(map)s does not fit: %(what)s.")
    next_step = _("Mend the map, or name another with --map.")


@dataclass(frozen=True)
class Staff:
    """How many hands a desk has, and how many working minutes a matter takes one of them, half of the time."""

    hands: int
    minutes: float


@dataclass(frozen=True)
class Rule:
    """The deadline where the file promises none."""

    amount: int
    unit: str


@dataclass(frozen=True)
class CityMap:
    """How to read one city's table. `columns` say for each idea which columns hold it, the first that is filled."""

    name: str
    source: str
    columns: Mapping[str, tuple[str, ...]]
    formats: tuple[str, ...]
    zone: ZoneInfo
    box: tuple[float, float, float, float]
    hours: str
    days: int
    holidays: tuple[str, ...]
    rule: Rule
    desks: Mapping[str, Staff]
    usual: Staff
    dispatchers: Staff
    verifiers: Staff
    returned: float
    reworked: float
    dropped: frozenset[str]
    sources: Mapping[str, str]

    def fits(self, columns: Sequence[str]) -> bool:
        """Whether a table with these columns can be read by it."""
        return {each for names in self.columns.values() for each in names} <= set(columns)

    def staff(self, desk: str) -> Staff:
        """Who works at a desk."""
        return self.desks.get(desk, self.usual)


def read(path: Path) -> CityMap:
    """The map in a file; refuses (BadMap) one that lacks something."""
    try:
        return _of(path.stem, tomllib.loads(path.read_text("utf-8")))
    except (KeyError, TypeError, ValueError) as bad:
        raise BadMap(map=path.name, what=str(bad)) from bad


@cache
def shipped() -> tuple[CityMap, ...]:
    """The maps that come with Linli.

    >>> sorted(each.name for each in shipped())
    ['boston_311', 'la_311', 'nyc_311', 'sf_311', 'sf_fire']
    """
    return tuple(read(path) for path in sorted(SHIPPED.glob("*.toml")))


def fitting(columns: Sequence[str]) -> CityMap:
    """The shipped map that reads most of such a table; refuses (NoMap) where none does."""
    fits = [each for each in shipped() if each.fits(columns)]
    if not fits:
        raise NoMap(columns=", ".join(columns[:12]))
    return max(fits, key=lambda each: sum(map(len, each.columns.values())))


def _of(name: str, said: Mapping[str, Any]) -> CityMap:
    columns = {idea: tuple(names) for idea, names in said["columns"].items()}
    if missing := [idea for idea in NEEDED if not columns.get(idea)]:
        raise KeyError(f"columns.{missing[0]}")
    working, staff = said["working"], said["staff"]
    west, south, east, north = said["place"]["box"]
    return CityMap(
        name=name,
        source=str(said["map"]["source"]),
        columns=columns,
        formats=tuple(said["times"]["formats"]),
        zone=ZoneInfo(str(said["times"]["zone"])),
        box=(west, south, east, north),
        hours=str(working["hours"]),
        days=int(working["days"]),
        holidays=tuple(working["holidays"]),
        rule=Rule(**said["rule"]),
        desks={each["desk"]: Staff(each["hands"], each["minutes"]) for each in staff.get("desks", [])},
        usual=Staff(**staff["usual"]),
        dispatchers=Staff(**staff["dispatchers"]),
        verifiers=Staff(**staff["verifiers"]),
        returned=float(staff["returned"]),
        reworked=float(staff["reworked"]),
        dropped=frozenset(said["map"].get("dropped", ())),
        sources=dict(said.get("sources", {})),
    )
