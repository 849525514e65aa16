"""What stands in the drawn town and can be lived or worked in: houses with their dwellings, and the shops and firms.

It is little beside the drawing, so it is kept in a file: whoever settles the town later need not draw it again, and
settles the town that was founded, whatever is drawn differently by then.
"""

import json
import os
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from linli.town.drawing import Drawing

VILLAGE = 2  # dwellings at most in a house of a village


class House(NamedTuple):
    """A building people live in, and where it stands."""

    area: str
    lon: float
    lat: float
    town: str
    compound: str
    number: str
    floors: int
    units: int
    per_floor: int

    @property
    def dwellings(self) -> int:
        """How many dwellings it holds."""
        return self.floors * self.units * self.per_floor

    @property
    def address(self) -> str:
        """Its standard address, from the township down."""
        return f"{self.town}{self.compound}{self.number}"

    def doors(self) -> Iterator[tuple[int, int, int]]:
        """Staircase, floor and door of each dwelling, from the ground up."""
        for unit in range(1, self.units + 1):
            for floor in range(1, self.floors + 1):
                for door in range(1, self.per_floor + 1):
                    yield unit, floor, door


class Workplace(NamedTuple):
    """A building of the drawing with a name: a shop, a factory, a school."""

    area: str
    lon: float
    lat: float
    town: str
    kind: str
    name: str
    number: str


class Town(NamedTuple):
    """What stands in the town of a seed."""

    seed: int
    scale: str
    houses: tuple[House, ...]
    workplaces: tuple[Workplace, ...]


class Street:
    """The houses of a town in their order, so that the n-th dwelling can be asked for."""

    def __init__(self, houses: tuple[House, ...]) -> None:
        self.houses = houses

    @cached_property
    def ends(self) -> list[int]:
        """How many dwellings there are up to the end of each house."""
        return list(accumulate(house.dwellings for house in self.houses))

    def __len__(self) -> int:
        return self.ends[-1] if self.houses else 0

    def house_of(self, number: int) -> House:
        """The house in which the dwelling of this number lies."""
        return self.houses[bisect_right(self.ends, number)]

    def dwellings(self, first: int, last: int) -> Iterator[tuple[House, int, int, int]]:
        """The dwellings from a number up to another: house, staircase, floor, door."""
        if first >= last:
            return
        at = bisect_right(self.ends, first)
        number = self.ends[at] - self.houses[at].dwellings
        for house in self.houses[at:]:
            for door in house.doors():
                if number >= last:
                    return
                if number >= first:
                    yield house, *door
                number += 1


def of(drawing: Drawing) -> Town:
    """What stands in a drawing."""
    towns = {area.code: area.name for area in drawing.areas if area.level == "township"}
    houses: list[House] = []
    workplaces: list[Workplace] = []
    for grid, feature in zip(drawing.grid_of, drawing.layers["building"], strict=True):
        told: Any = feature.properties
        centre = feature.shape.centroid
        place = (grid, round(centre.x, 7), round(centre.y, 7), towns.get(grid[:9], ""))
        name, number = str(told.get("name", "")), str(told.get("number", ""))
        if told.get("units"):
            sizes = (int(told["floors"]), int(told["units"]), int(told["per_floor"]))
            houses.append(House(*place, name, number, *sizes))
        elif name:
            workplaces.append(Workplace(*place, str(told["kind"]), name, number))
    return Town(drawing.seed, drawing.scale, tuple(houses), tuple(workplaces))


def file_of(seed: int, scale: str) -> Path:
    """Where it is kept."""
    return Path(settings.DATA_DIR) / "town" / f"houses-{seed}-{scale}.json"


def keep(town: Town) -> None:
    """What stands is kept; the file stands whole or not at all."""
    path = file_of(town.seed, town.scale)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(town, ensure_ascii=False), "utf-8")
    aside.replace(path)


def kept(seed: int, scale: str) -> Town | None:
    """What was kept of the town, if it was."""
    try:
        told = json.loads(file_of(seed, scale).read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    houses, workplaces = (House(*each) for each in told[2]), (Workplace(*each) for each in told[3])
    return Town(told[0], told[1], tuple(houses), tuple(workplaces))
