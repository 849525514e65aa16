"""Shops and firms: those that are drawn, and small shops on the ground floor of houses. Their codes are nobody's."""

import tomllib
from bisect import bisect
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from . import numbers
from .houses import House, Town, Workplace
from .names import Names

TRADES = Path(__file__).with_name("data") / "trades.toml"
GROUND_FLOOR = 0.75  # small shops to a house of a compound
LAST_PHONE = 99_999_999


class Firm(NamedTuple):
    """A shop or firm, in the codes of the registers; `jobs` are what people do there."""

    area: str
    lon: float
    lat: float
    name: str
    kind: str
    code: str
    trade: str
    address: str
    head: str
    phone: str
    staff: int
    opened: date
    jobs: tuple[str, ...]


@cache
def trades() -> dict[str, Any]:
    """What is done where."""
    return tomllib.loads(TRADES.read_text("utf-8"))


def firms(town: Town, today: date) -> list[Firm]:
    """Every shop and firm of the town, in the same order for the same town and day."""
    rng = Random(f"{town.seed}:firms")  # noqa: S311 - a made-up town, not a secret
    names = Names(rng)
    drawn = [_drawn(each, rng) for each in town.workplaces]
    ground = [each for house in town.houses for each in _ground_floor(house, rng)]
    return [_whole(number, told, rng, names, today) for number, told in enumerate([*drawn, *ground])]


Told = tuple[House | Workplace, str, dict[str, Any], str]


def _drawn(place: Workplace, rng: Random) -> Told:
    told = trades()["building"].get(place.kind) or trades()["building"]["office"]
    ends = trades()["ends"].items() if place.kind == "shop" else ()
    trade = next((name for name, words in ends if place.name.endswith(tuple(words.split()))), told["trade"])
    return place, place.name, {**told, "trade": trade}, f"{place.town}{place.number}"


def _ground_floor(house: House, rng: Random) -> Iterator[Told]:
    """A shop below the dwellings of a house in a compound, or none."""
    if not house.compound or house.dwellings < 10 or rng.random() > GROUND_FLOOR:
        return
    kind = trades()["ground"][int(rng.random() * len(trades()["ground"]))]
    told = {**trades()["building"]["shop"], **kind, "staff": [1, 4]}
    yield house, f"{house.compound}{house.number}{kind['name']}", told, f"{house.address}底层门面"


def _whole(number: int, told: Told, rng: Random, names: Names, today: date) -> Firm:
    place, name, trade, address = told
    low, high = trade["staff"]
    return Firm(
        area=place.area,
        lon=place.lon,
        lat=place.lat,
        name=name,
        kind=trade["kind"],
        code=numbers.credit_code(trade["code"], number),
        trade=trade["trade"],
        address=address,
        head=names.surname() + names.given("1" if rng.random() < 0.6 else "2", 1975),
        phone=numbers.phone(LAST_PHONE - number),
        staff=low + int((high - low + 1) * rng.random() ** 1.5),
        opened=today - timedelta(days=60 + int(rng.random() * 6000)),
        jobs=tuple(trade["jobs"].split()),
    )


class Jobs:
    """Where people work: the larger a firm, the likelier."""

    def __init__(self, all_firms: list[Firm]) -> None:
        self._by_town: dict[str, tuple[list[int], list[int]]] = {}
        towns: dict[str, list[int]] = {"": list(range(len(all_firms)))}
        for number, firm in enumerate(all_firms):
            towns.setdefault(firm.area[:9], []).append(number)
        for town, some in towns.items():
            self._by_town[town] = some, list(accumulate(all_firms[number].staff for number in some))

    def one(self, rng: Random, town: str = "") -> int | None:
        """The number of a firm of a township, or of any; None where there is none."""
        some, upto = self._by_town.get(town, ([], []))
        return some[min(bisect(upto, rng.random() * upto[-1]), len(some) - 1)] if some else None
