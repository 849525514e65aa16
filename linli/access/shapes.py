"""Shapes of teams that are in use somewhere (data/teams.toml), and bureaus that districts usually have.

Dated data with a source: a township, or a district, takes over what it uses and changes it there.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class PlaceAsked:
    """A place of a shape as it is asked for. Any number may fill it where `most` is 0."""

    name: str
    role: str
    most: int = 1
    in_pairs: bool = False
    slug: str = ""


@dataclass(frozen=True)
class KnownShape:
    """A shape someone uses, with where we read of it."""

    known: str
    name: str
    since: date
    source: str
    places: tuple[PlaceAsked, ...]
    special: bool = False
    status: str = ""


@dataclass(frozen=True)
class KnownBureau:
    """A bureau that districts usually have."""

    code: str
    name: str
    since: date
    source: str
    status: str = ""


@cache
def known() -> dict[str, KnownShape]:
    """Every known shape, in the order of the file.

    >>> [place.name for place in known()["1-3-n"].places[:4]]
    ['网格长', '专职网格员', '兼职网格员', '网格指导员']
    """
    rows = tomllib.loads((DATA / "teams.toml").read_text("utf-8"))["shapes"]
    return {
        row["known"]: KnownShape(**row | {"places": tuple(PlaceAsked(**place) for place in row["places"])})
        for row in rows
    }


@cache
def bureaus() -> dict[str, KnownBureau]:
    """Every bureau districts usually have.

    >>> bureaus()["civil-affairs"].name
    '民政局'
    """
    told = tomllib.loads((DATA / "bureaus.toml").read_text("utf-8"))
    common = {name: told[name] for name in ("since", "source", "status")}
    return {row["code"]: KnownBureau(**row, **common) for row in told["bureaus"]}
