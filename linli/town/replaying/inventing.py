"""What people of the made-up town raise: sentences of ours, on days and at hours as people call, at its real doors."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from linli.areas import codes
from linli.areas.codes import Level
from linli.cases.models import Urgency
from linli.registers.models import Dwelling

from .mapping import CityMap, Rule, Staff
from .matters import Matter

DATA = Path(__file__).with_name("invented.toml")
ZONE = ZoneInfo("Asia/Shanghai")
DOORS = 400
INDOORS = re.compile(r"\d+单元.*$")
NOWHERE = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Kind:
    """A kind of matter: its event type, who handles it, how often it comes, in which words, how urgent."""

    code: str
    desk: str
    often: int
    says: Sequence[str]
    urgency: str = Urgency.GENERAL


@cache
def told() -> Mapping[str, Any]:
    """What matters are invented from."""
    return tomllib.loads(DATA.read_text("utf-8"))


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds of matters, by event type."""
    return {each["code"]: Kind(**each) for each in told()["kinds"]}


def manner() -> CityMap:
    """How the town works: as a map says it of a city."""
    said = told()["replay"]
    staff = {name: Staff(**said[name]) for name in ("usual", "dispatchers", "verifiers")}
    return CityMap(
        name="invented",
        source="invented",
        columns={},
        formats=(),
        zone=ZONE,
        box=NOWHERE,
        hours="00:00-24:00",
        days=7,
        holidays=(),
        rule=Rule(5, "working-days"),
        desks={each["desk"]: Staff(each["hands"], each["minutes"]) for each in said["desks"]},
        returned=float(said["returned"]),
        reworked=float(said["reworked"]),
        dropped=frozenset(),
        sources={},
        **staff,
    )


def night(now: datetime) -> datetime:
    """Since when nobody has judged anything."""
    return now - timedelta(hours=told()["night_hours"])


def matters(seed: int, township: str, now: datetime) -> list[Matter]:
    """What was raised in the days before now, the first first; none where nobody has a door.

    The same seed, town and hour give the same matters.
    """
    rng = Random(f"{seed}:matters")  # noqa: S311 - a made-up town
    doors = _doors(rng, township)
    if not doors:
        return []
    began = now - timedelta(days=told()["days"])
    days = [began + timedelta(days=day) for day in range(told()["days"] + 1)]
    opened = sorted(moment for day in days for moment in _moments(rng, day, told()["a_day"]) if began < moment < now)
    more = told()["night_factor"] - 1
    opened += sorted(_within(rng, night(now), now, more * round(told()["a_day"] * told()["night_hours"] / 24)))
    made = [_matter(rng, row, moment, doors) for row, moment in enumerate(sorted(opened), start=1)]
    return [*made, *_bursts(rng, made, now)]


def _moments(rng: Random, day: datetime, count: int) -> Iterator[datetime]:
    """Moments of a day, most in the hours in which people call; fewer at a weekend."""
    here = day.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    count = max(1, round(count * rng.uniform(0.7, 1.3) * (0.6 if here.weekday() > 4 else 1)))
    for hour in rng.choices(range(24), told()["hours"]["day"], k=count):
        yield (here + timedelta(hours=hour, seconds=rng.randrange(3600))).astimezone(UTC)


def _within(rng: Random, since: datetime, until: datetime, count: int) -> list[datetime]:
    seconds = int((until - since).total_seconds())
    return [since + timedelta(seconds=rng.randrange(seconds)) for _ in range(count)]


@dataclass(frozen=True)
class Door:
    """A house of the town: its address, where it lies."""

    address: str
    area_code: str
    lon: float
    lat: float


def _doors(rng: Random, township: str) -> list[Door]:
    rows = Dwelling.objects.filter(**codes.inside(township), lon__isnull=False).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    chosen = sorted(rng.sample(keys, min(DOORS, len(keys))))
    found = Dwelling.objects.in_bulk(chosen).values()
    doors = [
        Door(INDOORS.sub("", each.address), each.area_code, each.lon, each.lat)
        for each in found
        if each.lon is not None and each.lat is not None
    ]
    return sorted((door for door in doors if codes.level_of(door.area_code) is Level.GRID), key=attrgetter("area_code"))


def _matter(rng: Random, row: int, opened: datetime, doors: Sequence[Door]) -> Matter:
    kind = rng.choices(list(kinds().values()), [each.often for each in kinds().values()])[0]
    source = rng.choices(list(told()["sources"]), list(told()["sources"].values()))[0]
    near = [door for door in doors if door.area_code == doors[0].area_code] if _falls(rng) else doors
    return _at(rng.choice(near), row, opened, kind, rng.choice(kind.says), source)


def _falls(rng: Random) -> bool:
    return rng.random() < float(told()["first_grid"])


def _at(door: Door, row: int, opened: datetime, kind: Kind, title: str, source: str) -> Matter:
    return Matter(
        row=row,
        opened=opened,
        kind=kind.code,
        desk=kind.desk,
        title=title,
        place=door.address,
        source=source,
        spot=(door.lon, door.lat),
        area_code=door.area_code,
    )


def _bursts(rng: Random, made: Sequence[Matter], now: datetime) -> Iterator[Matter]:
    """What several people report in the same night from the same place."""
    for kind in (kinds()[code] for code in told()["bursts"]):
        like = rng.choice(made)
        assert like.spot is not None
        door = Door(like.place, like.area_code, *like.spot)
        for nth, moment in enumerate(sorted(_within(rng, night(now), now, 3))):
            yield _at(door, len(made) + nth + 1, moment, kind, kind.says[nth % len(kind.says)], "phone")
