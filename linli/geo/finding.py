"""Which area is this point in? Millions at once, and the same answer every time."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import STRtree

from .points import Floats, cell
from .polygons import Boundary

NOWHERE = ""
BLOCK = 50_000


class Finder:
    """Looks points up in a set of areas.

    A point on a border belongs to the area with the lower code, a point in a hole to none of them.

    >>> finder = Finder(["b", "a"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> [str(code) for code in finder.which([0.5, 1.0, 1.5, 9.0], [0.5, 0.5, 0.5, 0.5])]
    ['b', 'a', 'a', '']
    """

    def __init__(self, codes: Sequence[str], polygons: Sequence[Boundary]) -> None:
        order = np.argsort(np.asarray(codes, dtype=str), kind="stable")
        self.codes = np.array([*(codes[i] for i in order), NOWHERE], dtype=object)
        self._polygons = np.array([polygons[i] for i in order], dtype=object)
        self._tree = STRtree(self._polygons)
        shapely.prepare(self._polygons)

    def which(self, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.object_]:
        """The code of each point's area, or "" where there is none."""
        return self.codes[self.places(lons, lats)]

    def places(self, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.int64]:
        """The place of each point's area in `self.codes`; the last place is nowhere."""
        x, y = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
        # Neighbours after one another meet polygons that the processor still holds: three times as fast.
        order = np.argsort(cell(x, y))
        found = np.empty(len(x), dtype=np.int64)
        for start in range(0, len(x), BLOCK):
            block = order[start : start + BLOCK]
            found[block] = self._block(x[block], y[block])
        return found

    def _block(self, x: Floats, y: Floats) -> NDArray[np.int64]:
        point, polygon = self._tree.query(shapely.points(x, y))
        inside = shapely.intersects_xy(self._polygons[polygon], x[point], y[point])
        found = np.full(len(x), len(self._polygons), dtype=np.int64)
        np.minimum.at(found, point[inside], polygon[inside])
        return found

    def code_at(self, lon: float, lat: float) -> str:
        """The code of the area around one point, or ""."""
        return str(self.which([lon], [lat])[0])


def looked_up(codes: Sequence[str], polygons: Sequence[Boundary], lon: float, lat: float) -> str:
    """The same answer, slow and obvious: what the Finder is compared with.

    >>> looked_up(["b", "a"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], 1.0, 0.5)
    'a'
    """
    point = shapely.Point(lon, lat)
    holding = [code for code, polygon in zip(codes, polygons, strict=True) if polygon.intersects(point)]
    return min(holding, default=NOWHERE)
