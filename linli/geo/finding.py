"""Which area is this point in? Millions at once, and the same answer every time."""

from collections.abc import Iterator, Sequence
from math import isqrt
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import STRtree

from .points import Floats
from .polygons import Boundary

Places: TypeAlias = NDArray[np.int64]
Pairs: TypeAlias = tuple[Places, Places]

NOWHERE = ""
FEW = 5_000  # points that are asked for one by one
BLOCK = 100_000  # pairs of point and polygon tried at a time


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
        found = np.full(len(x), len(self._polygons), dtype=np.int64)
        for point, polygon in self._asked(x, y) if len(x) <= FEW else self._sifted(x, y):
            inside = shapely.intersects_xy(self._polygons[polygon], x[point], y[point])
            np.minimum.at(found, point[inside], polygon[inside])
        return found

    def _asked(self, x: Floats, y: Floats) -> Iterator[Pairs]:
        """Each point with the polygons whose box holds it, by the tree."""
        point, polygon = self._tree.query(shapely.points(x, y))
        yield point, polygon

    def _sifted(self, x: Floats, y: Floats) -> Iterator[Pairs]:
        """The same for many points at once: the points are laid out in cells, and each polygon takes those of its box.

        No shape is made of a point, which costs more than all else. Pairs come polygon after polygon, so that
        each polygon is met while the processor still holds it.
        """
        west, south, east, north = shapely.total_bounds(self._polygons)
        within = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        if len(within):
            yield from _strips(Cells(x[within], y[within]), within, shapely.bounds(self._polygons))

    def code_at(self, lon: float, lat: float) -> str:
        """The code of the area around one point, or ""."""
        return str(self.which([lon], [lat])[0])


class Cells:
    """Points laid out in square cells, row by row: those of neighbouring cells in a row lie after one another."""

    def __init__(self, x: Floats, y: Floats) -> None:
        self._side = isqrt(len(x)) // 2 + 1  # about four points to a cell
        self.bounds = float(x.min()), float(y.min()), float(x.max()), float(y.max())
        cells = self._row(y) * self._side + self._column(x)
        self.order = np.argsort(cells)
        self._begin = np.concatenate(([0], np.cumsum(np.bincount(cells, minlength=self._side**2))))

    def _column(self, x: Floats) -> Places:
        return self._numbered(x, self.bounds[0], self.bounds[2])

    def _row(self, y: Floats) -> Places:
        return self._numbered(y, self.bounds[1], self.bounds[3])

    def _numbered(self, at: Floats, low: float, high: float) -> Places:
        scale = self._side / max(high - low, 1e-9)
        return np.clip((at - low) * scale, 0, self._side - 1).astype(np.int64)

    def strips(self, boxes: Floats) -> tuple[Places, Places, Places]:
        """For each row that a box has cells in: the box, the first point of the order in them, and how many."""
        left, right = self._column(boxes[:, 0]), self._column(boxes[:, 2])
        low, high = self._row(boxes[:, 1]), self._row(boxes[:, 3])
        box = np.repeat(np.arange(len(boxes)), high - low + 1)
        row = (low[box] + _counted(high - low + 1)) * self._side
        first = self._begin[row + left[box]]
        return box, first, self._begin[row + right[box] + 1] - first


def _strips(cells: Cells, points: Places, boxes: Floats) -> Iterator[Pairs]:
    """Points, and the box each may lie in, a block at a time."""
    west, south, east, north = cells.bounds
    near = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    places = np.flatnonzero(near)
    box, first, count = cells.strips(boxes[places])
    points = points[cells.order]
    block = np.cumsum(count) // BLOCK
    for some in np.split(np.arange(len(box)), np.flatnonzero(np.diff(block)) + 1):
        many = count[some]
        yield points[np.repeat(first[some], many) + _counted(many)], places[np.repeat(box[some], many)]


def _counted(counts: Places) -> Places:
    """0, 1, 2 … up to each count, after one another.

    >>> _counted(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def looked_up(codes: Sequence[str], polygons: Sequence[Boundary], lon: float, lat: float) -> str:
    """The same answer, slow and obvious: what the Finder is compared with.

    >>> looked_up(["b", "a"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], 1.0, 0.5)
    'a'
    """
    point = shapely.Point(lon, lat)
    holding = [code for code, polygon in zip(codes, polygons, strict=True) if polygon.intersects(point)]
    return min(holding, default=NOWHERE)
