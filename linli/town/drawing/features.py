"""What a drawing is made of, and the town's place on the globe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.town.drawing.chance import Numbers

# The town stands in the dunes of the Badain Jaran desert, where nobody lives and no river runs:
# in China, so that its conversions of coordinates apply, and nowhere that could be mistaken for a real place.
ORIGIN = (102.2, 39.9)
_METRES = 111_195.0  # in a degree of a great circle
DECIMALS = 7  # about a centimetre

LAYERS = ("water", "relief", "green", "compound", "street", "building", "place")
Value = str | int


@dataclass(frozen=True)
class Feature:
    """One thing on the map, in WGS-84 degrees."""

    shape: BaseGeometry
    properties: Mapping[str, Value]


class Area(NamedTuple):
    """A division: its statutory code, level (district, township, community, grid), name and polygon in degrees."""

    code: str
    level: str
    name: str
    polygon: BaseGeometry


def to_degrees(points: Numbers) -> Numbers:
    """Metres east and north of the origin as longitude and latitude, on the lattice of the export."""
    lon = ORIGIN[0] + points[:, 0] / (_METRES * cos(radians(ORIGIN[1])))
    lat = ORIGIN[1] + points[:, 1] / _METRES
    return np.round(np.stack([lon, lat], 1), DECIMALS)


def in_metres(points: Numbers) -> Numbers:
    """Longitude and latitude as metres east and north of the origin.

    >>> in_metres(to_degrees(np.array([(150.0, -20.0)]))).round(1).tolist()
    [[150.0, -20.0]]
    """
    east = (points[:, 0] - ORIGIN[0]) * _METRES * cos(radians(ORIGIN[1]))
    return np.stack([east, (points[:, 1] - ORIGIN[1]) * _METRES], 1)


def features(shapes: list[tuple[BaseGeometry, dict[str, Value]]]) -> list[Feature]:
    """Shapes in metres with their properties as features; empty properties are left out."""
    if not shapes:
        return []
    set_down = shapely.transform(np.array([shape for shape, _ in shapes], dtype=object), to_degrees)
    bent = ~shapely.is_valid(set_down)  # by the rounding
    set_down[bent] = shapely.set_precision(shapely.make_valid(set_down[bent]), 10**-DECIMALS)
    return [
        Feature(shape, {key: value for key, value in properties.items() if value not in ("", None)})
        for shape, (_, properties) in zip(set_down, shapes, strict=True)
    ]
