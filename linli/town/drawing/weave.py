"""Streets grown as streamlines of the ground's grain, evenly apart (after Chen et al. 2008, Jobard and Lefer 1997)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import atan2, cos, hypot, pi, sin

import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from linli.town.drawing.chance import Numbers
from linli.town.drawing.raster import Frame, Raster

Point = tuple[float, float]
ALONG, ACROSS = 0, 1
_AROUND = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)]


@dataclass
class Weave:
    """Warp and weft: two families of streets, each keeping its distance within itself.

    `ease` (metres of distance asked for, at lattice points) says how far apart streets are to lie; 0 where
    none may go.
    """

    grain: Raster
    ease: Numbers
    step: float = 14.0
    _angles: list[list[float]] = field(init=False, repr=False)
    _ease: list[list[float]] = field(init=False, repr=False)
    _near: tuple[dict, dict] = field(init=False, repr=False)
    _bin: float = field(init=False)

    def __post_init__(self) -> None:
        self._angles = (np.angle(self.grain.values) / 2).tolist()
        self._ease = self.ease.tolist()
        self._near = ({}, {})
        self._bin = float(self.ease.max()) or 1.0

    def known(self, line: LineString) -> None:
        """From here on, streets of the family this line runs with keep away from it."""
        points = shapely.get_coordinates(shapely.segmentize(line.simplify(1.0), max(self.step, self._bin / 7)))
        for (x, y), (ahead_x, ahead_y) in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
            turn = atan2(ahead_y - y, ahead_x - x) - self._direction(x, y, ALONG)
            self._keep((x, y), ALONG if abs(cos(turn)) > 0.72 else ACROSS)

    def grow(self, seeds: Iterable[Point], *, least: float, close: float) -> list[LineString]:
        """Streets from the seeds and from beside every street grown, until there is no room.

        A street shorter than `least` is not made; one ends where another of its family is nearer than
        `close` of the distance asked for.
        """
        waiting = deque((seed, family) for seed in seeds for family in (ALONG, ACROSS))
        grown = []
        while waiting:
            seed, family = waiting.popleft()
            if not self._free(seed, family, 0.82):
                continue
            path = self._trace(seed, family, close)
            if len(path) * self.step < least:
                continue
            sparse = max(1, int(self._bin / self.step / 7))
            for point in [*path[::sparse], path[-1]]:
                self._keep(point, family)
            grown.append(LineString(path))
            waiting.extend(self._beside(path, family))
        return grown

    def _beside(self, path: list[Point], family: int) -> list[tuple[Point, int]]:
        """Seeds to both sides of a street for its own family, and on it for the other."""
        seeds = []
        for x, y in path[2::5]:
            apart, turn = self._wide(x, y), self._direction(x, y, family) + pi / 2
            dx, dy = cos(turn) * apart, sin(turn) * apart
            seeds += [((x + dx, y + dy), family), ((x - dx, y - dy), family), ((x, y), 1 - family)]
        return seeds

    def _trace(self, seed: Point, family: int, close: float) -> list[Point]:
        ahead = self._run(seed, family, close, 0.0)
        behind = self._run(seed, family, close, pi)
        return [*reversed(behind), seed, *ahead]

    def _run(self, seed: Point, family: int, close: float, turn: float) -> list[Point]:
        """Points downstream of the seed, in steps of the midpoint rule."""
        (x, y), path = seed, list[Point]()
        bearing = self._direction(x, y, family) + turn
        for _ in range(600):
            bearing = self._onward(x, y, family, bearing)
            half = self.step / 2
            middle = self._onward(x + cos(bearing) * half, y + sin(bearing) * half, family, bearing)
            x, y = x + cos(middle) * self.step, y + sin(middle) * self.step
            if not self._free((x, y), family, close) or self._bites_tail(path, x, y):
                break
            path.append((x, y))
            bearing = middle
        return path

    def _bites_tail(self, path: list[Point], x: float, y: float) -> bool:
        return len(path) > 12 and any(hypot(x - a, y - b) < self.step * 2 for a, b in path[:-8:4])

    def _onward(self, x: float, y: float, family: int, bearing: float) -> float:
        """The direction here, turned the way one is going."""
        angle = self._direction(x, y, family)
        return angle if cos(angle - bearing) >= 0 else angle + pi

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        f = self.grain.frame
        i = min(max(int((x - f.west) / f.cell + 0.5), 0), f.columns - 1)
        return min(max(int((y - f.south) / f.cell + 0.5), 0), f.rows - 1), i

    def _direction(self, x: float, y: float, family: int) -> float:
        j, i = self._cell(x, y)
        return self._angles[j][i] + family * pi / 2

    def _wide(self, x: float, y: float) -> float:
        j, i = self._cell(x, y)
        return self._ease[j][i]

    def _free(self, point: Point, family: int, share: float) -> bool:
        """Whether streets may go here and none of the family is nearer than a share of the distance asked for."""
        x, y = point
        apart = self._wide(x, y) * share
        if apart <= 0:
            return False
        i, j, near, limit = int(x // self._bin), int(y // self._bin), self._near[family], apart * apart
        for column, row in _AROUND:
            for a, b in near.get((i + column, j + row), ()):
                east, north = x - a, y - b
                if east * east + north * north < limit:
                    return False
        return True

    def _keep(self, point: Point, family: int) -> None:
        spot = int(point[0] // self._bin), int(point[1] // self._bin)
        self._near[family].setdefault(spot, []).append(point)


def joined(lines: list[LineString], others: list[LineString], *, reach: float, wall: BaseGeometry) -> list[LineString]:
    """The lines with loose ends led straight on to the first street ahead, if one is in reach and no wall between."""
    everything = [*others, *lines]
    tree = shapely.STRtree(everything)
    mended = []
    for number, line in enumerate(lines, start=len(others)):
        points = shapely.get_coordinates(line)
        tip = _hit(points[-1], points[-3:].mean(axis=0), everything, tree, number, reach, wall)
        tail = _hit(points[0], points[:3].mean(axis=0), everything, tree, number, reach, wall)
        parts = [p[None, :] if p is not None else points[:0] for p in (tail, tip)]
        mended.append(LineString(np.concatenate([parts[0], points, parts[1]])))
    return mended


def _hit(
    end: Numbers,
    back: Numbers,
    lines: list[LineString],
    tree: shapely.STRtree,
    own: int,
    reach: float,
    wall: BaseGeometry,
) -> Numbers | None:
    """Where a street that goes straight on from its end meets another, a hand's breadth beyond."""
    way = end - back
    way = way / (np.hypot(*way) or 1.0)
    ray = LineString([end, end + way * reach])
    found: list[BaseGeometry] = []
    if wall.intersects(ray):
        dry = shapely.get_parts(ray.difference(wall))
        ray = next((part for part in dry if part.distance(shapely.Point(end)) < 1e-6), LineString())
    for other in tree.query(ray, predicate="intersects"):
        if other != own:
            found += list(shapely.get_parts(shapely.intersection(ray, lines[other])))
    if not found:
        return None
    nearest = min(found, key=lambda shape: shape.distance(shapely.Point(end)))
    return shapely.get_coordinates(nearest)[0] + way * 0.3


def lattice(frame: Frame, pitch: float, jitter: Numbers) -> list[Point]:
    """Points a pitch apart over the frame, each moved a little: seeds for what no street has seeded."""
    xs = np.arange(frame.west, frame.west + frame.columns * frame.cell, pitch)
    ys = np.arange(frame.south, frame.south + frame.rows * frame.cell, pitch)
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return [tuple(point) for point in (points + jitter[: len(points)] * pitch).tolist()]
