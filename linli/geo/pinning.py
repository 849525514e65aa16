"""A scanned plan laid on the map by pins: places known both on the picture and on the ground."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .points import Floats, from_unit_square, metres_per_degree, unit_square
from .refusals import PinsInALine, TooFewPins

FLATTEST = 0.05  # of a triangle of pins: its height beside its length


class Pin(NamedTuple):
    """A pixel of the picture, counted from its upper left corner, and where that is on the ground."""

    x: float
    y: float
    lon: float
    lat: float


class Pinned(NamedTuple):
    """How a picture lies on the ground. `residual_m` says how far, at worst, a pin is from where it should be.

    With three pins it is nothing; with more it tells whether one of them is wrong.
    """

    matrix: Floats  # web-mercator unit square from (x, y, 1)
    residual_m: float

    def ground(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a pixel."""
        east, south = np.array([x, y, 1.0]) @ self.matrix
        lon, lat = from_unit_square(east, south)
        return float(lon), float(lat)

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """The pixel of a place."""
        found = np.linalg.solve(self.matrix[:2].T, np.array(unit_square(lon, lat)) - self.matrix[2])
        return float(found[0]), float(found[1])

    def corners(self, width: int, height: int) -> list[tuple[float, float]]:
        """Upper left, upper right, lower right, lower left: the `coordinates` of MapLibre's image source."""
        return [self.ground(x, y) for x, y in ((0, 0), (width, 0), (width, height), (0, height))]


def pin(pins: Sequence[Pin]) -> Pinned:
    """The plan as the pins hold it: turned, stretched and slanted, straight lines staying straight.

    Refuses fewer than three pins, and pins that lie almost in one line on the picture or on the ground.

    >>> held = pin([Pin(0, 0, 106.5, 29.6), Pin(100, 0, 106.6, 29.6), Pin(0, 100, 106.5, 29.5)])
    >>> [round(v, 6) for v in held.ground(100, 100)]
    [106.6, 29.5]
    """
    if len(pins) < 3:
        raise TooFewPins(pins=len(pins))
    pixels = np.array([(each.x, each.y) for each in pins], dtype=float)
    places = np.column_stack(unit_square([each.lon for each in pins], [each.lat for each in pins]))
    if min(_roundness(pixels), _roundness(places)) < FLATTEST:
        raise PinsInALine()
    matrix, *_ = np.linalg.lstsq(np.column_stack([pixels, np.ones(len(pins))]), places, rcond=None)
    held = Pinned(matrix, 0.0)
    return held._replace(residual_m=max(_off_m(held, each) for each in pins))


def _roundness(xy: Floats) -> float:
    """How far points are from lying in a line: 0 in a line, 1 when they spread alike to all sides."""
    long, short = np.linalg.svd(xy - xy.mean(axis=0), compute_uv=False)
    return float(short / long) if long else 0.0


def _off_m(held: Pinned, each: Pin) -> float:
    """By this map's measure, which on the ground of one township is that of a flat plan."""
    lon, lat = held.ground(each.x, each.y)
    east, north = metres_per_degree(each.lat)
    return round(float(np.hypot((lon - each.lon) * east, (lat - each.lat) * north)), 3)
