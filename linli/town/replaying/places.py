"""A city laid onto the made-up town: the same neighbours, another place."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from .matters import Matter


@dataclass(frozen=True)
class Place:
    """A spot in the town, and the grid it lies in."""

    area_code: str
    lon: float
    lat: float


class Ground:
    """The grids of the town, with the city's box stretched over them.

    A spot that falls beside every grid goes to the nearest; a matter without a spot to a grid its address decides,
    the same for the same address.

    >>> ground = Ground(["1", "2"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], (10.0, 10.0, 12.0, 11.0))
    >>> ground.at((11.5, 10.5)).area_code, ground.at((10.1, 10.5)).area_code
    ('2', '1')
    """

    def __init__(
        self, codes: Sequence[str], polygons: Sequence[shapely.Geometry], box: tuple[float, float, float, float]
    ) -> None:
        self._codes = list(codes)
        self._polygons = np.array(polygons, dtype=object)
        self._tree = STRtree(self._polygons)
        self._box = box
        self._bounds = tuple(float(each) for each in shapely.total_bounds(self._polygons))

    def of(self, matter: Matter) -> Place:
        """Where a matter lies in the town."""
        return self.at(matter.spot) if matter.spot else self._somewhere(matter.place or matter.kind)

    def at(self, spot: tuple[float, float]) -> Place:
        """Where a spot of the city lies in the town."""
        west, south, east, north = self._box
        left, bottom, right, top = self._bounds
        lon = left + (spot[0] - west) / (east - west) * (right - left)
        lat = bottom + (spot[1] - south) / (north - south) * (top - bottom)
        point = shapely.Point(lon, lat)
        found = int(self._tree.nearest(point))
        if self._polygons[found].distance(point) > 0:
            point = self._polygons[found].representative_point()
        return Place(self._codes[found], round(point.x, 6), round(point.y, 6))

    def _somewhere(self, words: str) -> Place:
        at = int.from_bytes(hashlib.blake2b(words.encode(), digest_size=4).digest()) % len(self._codes)
        inside = self._polygons[at].representative_point()
        return Place(self._codes[at], round(inside.x, 6), round(inside.y, 6))
