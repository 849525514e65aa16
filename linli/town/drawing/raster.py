"""A field of numbers on a square lattice: sampled between its points, and cut into polygons at a level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely import Polygon

from linli.town.drawing.chance import Numbers, Surface

# Which lattice edges (0 south, 1 east, 2 north, 3 west) a contour joins, for each of the sixteen
# ways the four corners of a cell (sw=1, se=2, ne=4, nw=8) can lie above the level.
_JOINS = {
    1: [(3, 0)], 2: [(0, 1)], 3: [(3, 1)], 4: [(1, 2)], 5: [(3, 0), (1, 2)], 6: [(0, 2)], 7: [(3, 2)],
    8: [(2, 3)], 9: [(0, 2)], 10: [(0, 1), (2, 3)], 11: [(1, 2)], 12: [(1, 3)], 13: [(0, 1)], 14: [(3, 0)],
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """The rectangle a raster covers, in metres, and the size of its cells."""

    west: float
    south: float
    cell: float
    columns: int
    rows: int

    @classmethod
    def around(cls, bounds: tuple[float, float, float, float], cell: float) -> Frame:
        """The least frame of whole cells that covers the bounds."""
        west, south = np.floor(bounds[0] / cell) * cell, np.floor(bounds[1] / cell) * cell
        columns = int(np.ceil((bounds[2] - west) / cell)) + 1
        rows = int(np.ceil((bounds[3] - south) / cell)) + 1
        return cls(float(west), float(south), cell, columns, rows)

    @cached_property
    def box(self) -> Polygon:
        """The frame as a polygon."""
        east = self.west + (self.columns - 1) * self.cell
        return shapely.box(self.west, self.south, east, self.south + (self.rows - 1) * self.cell)

    @cached_property
    def points(self) -> tuple[Numbers, Numbers]:
        """The x and the y of every lattice point, as two arrays of rows by columns."""
        x = self.west + np.arange(self.columns) * self.cell
        y = self.south + np.arange(self.rows) * self.cell
        xs, ys = np.meshgrid(x, y)
        return xs, ys

    def inside(self, shape: shapely.Geometry) -> Numbers:
        """Which lattice points lie in the shape."""
        shapely.prepare(shape)
        return shapely.contains_xy(shape, *self.points)

    def fill(self, surface: Surface) -> Raster:
        """The surface sampled at every lattice point."""
        return Raster(self, surface(*self.points))


@dataclass(frozen=True)
class Raster:
    """Numbers at the lattice points of a frame."""

    frame: Frame
    values: Numbers

    def at(self, x: Numbers, y: Numbers) -> Numbers:
        """The values at any points, weighed between the four nearest; beyond the frame, those of its edge."""
        f = self.frame
        u = np.clip((np.asarray(x) - f.west) / f.cell, 0, f.columns - 1.001)
        v = np.clip((np.asarray(y) - f.south) / f.cell, 0, f.rows - 1.001)
        i, j = u.astype(int), v.astype(int)
        u, v = u - i, v - j
        a = self.values
        low = a[j, i] * (1 - u) + a[j, i + 1] * u
        return low * (1 - v) + (a[j + 1, i] * (1 - u) + a[j + 1, i + 1] * u) * v

    def one(self, x: float, y: float) -> Any:
        """The value at one point: the same as `at` gives, far quicker than an array of one."""
        f, a = self.frame, self.values
        u = min(max((x - f.west) / f.cell, 0.0), f.columns - 1.001)
        v = min(max((y - f.south) / f.cell, 0.0), f.rows - 1.001)
        i, j = int(u), int(v)
        u, v = u - i, v - j
        low = a.item(j, i) * (1 - u) + a.item(j, i + 1) * u
        return low * (1 - v) + (a.item(j + 1, i) * (1 - u) + a.item(j + 1, i + 1) * u) * v

    def above(self, level: float) -> list[Polygon]:
        """The parts of the frame where the values are over the level, as polygons with their holes."""
        values = np.pad(self.values - level, 1, constant_values=-1e-6)
        values = np.where(values == 0, -1e-9, values)
        segments = _segments(values)
        if not len(segments):
            return []
        f = self.frame
        lines = shapely.linestrings(segments * f.cell + (f.west - f.cell, f.south - f.cell))
        faces = shapely.get_parts(shapely.polygonize(lines))
        inner = shapely.point_on_surface(faces)
        x, y = shapely.get_x(inner), shapely.get_y(inner)
        return [face for face, value in zip(faces, self.at(x, y), strict=True) if value > level]


def _segments(values: Numbers) -> Numbers:
    """The contour at zero as an array of (segments, 2 ends, x and y), in lattice units."""
    high = values > 0
    case = high[:-1, :-1] + 2 * high[:-1, 1:] + 4 * high[1:, 1:] + 8 * high[1:, :-1]
    found = []
    for number, joins in _JOINS.items():
        rows, columns = np.nonzero(case == number)
        for start, end in joins:
            ends = [_crossing(values, rows, columns, edge) for edge in (start, end)]
            found.append(np.stack(ends, axis=1))
    return np.concatenate(found)


def _crossing(values: Numbers, rows: Numbers, columns: Numbers, edge: int) -> Numbers:
    """Where the contour crosses one edge of each cell; both cells of an edge find the very same point."""
    if edge in (0, 2):
        rows = rows + edge // 2
        a, b = values[rows, columns], values[rows, columns + 1]
        return np.stack([columns + a / (a - b), rows.astype(float)], axis=1)
    columns = columns + (edge == 1)
    a, b = values[rows, columns], values[rows + 1, columns]
    return np.stack([columns.astype(float), rows + a / (a - b)], axis=1)
