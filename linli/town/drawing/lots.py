"""Cutting land: into lots along its own longest side, into fields along the contours, and putting things on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import atan2, cos, hypot, pi, sin

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing.chance import Numbers, Rng

Bearing = Callable[[float, float], float]


def turned(shape: BaseGeometry, angle: float) -> BaseGeometry:
    """The shape turned round the origin; turned by -angle it is itself again."""
    c, s = cos(angle), sin(angle)
    return shapely.transform(shape, lambda points: points @ np.array([[c, s], [-s, c]]))


def bearing_of(shape: Polygon) -> float:
    """The bearing of the long side of the least rectangle round a shape."""
    points = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    a, b = points[1] - points[0], points[2] - points[1]
    way = a if hypot(*a) >= hypot(*b) else b
    return atan2(way[1], way[0])


def polygons(shape: BaseGeometry, least: float = 1.0) -> list[Polygon]:
    """The polygons of a shape that are not crumbs."""
    return [p for p in shapely.get_parts(shape) if isinstance(p, Polygon) and p.area > least]


def largest(shape: BaseGeometry) -> Polygon:
    """The largest polygon of a shape; an empty one if it has none."""
    return max(polygons(shape), key=lambda part: part.area, default=Polygon())


@dataclass(frozen=True)
class Cut:
    """How land is cut: until pieces are no larger than `most`, with the cut never nearer an end than `edge`."""

    most: float
    edge: float = 0.38
    gap: float = 0.0
    bearing: Bearing | None = None


def cut(shape: Polygon, how: Cut, rng: Rng) -> Iterator[Polygon]:
    """The pieces of a shape, each cut across its long side, again and again; `gap` metres are left between."""
    if shape.area <= how.most * rng.uniform(0.7, 1.35):
        yield shape
        return
    x, y = shape.centroid.coords[0]
    bearing = how.bearing(x, y) if how.bearing else bearing_of(shape)
    for piece in _halves(shape, bearing, how, rng):
        yield from cut(piece, how, rng)


def _halves(shape: Polygon, bearing: float, how: Cut, rng: Rng) -> list[Polygon]:
    level = turned(shape, -bearing)
    west, south, east, north = level.bounds
    share = rng.uniform(how.edge, 1 - how.edge)
    half = how.gap / 2
    if (east - west) * (1.0 if how.bearing is None else 0.42) >= north - south:
        at = west + (east - west) * share
        boxes = [(west, south, at - half, north), (at + half, south, east, north)]
    else:
        at = south + (north - south) * share
        boxes = [(west, south, east, at - half), (west, at + half, east, north)]
    pieces = [piece for box in boxes for piece in polygons(level.intersection(shapely.box(*box)), 20)]
    return [turned(piece, bearing) for piece in pieces]


def across(shape: Polygon, count: int) -> list[LineString]:
    """Lines that cut a shape square to its long side into equal lengths, reaching a little beyond it."""
    bearing = bearing_of(shape)
    level = turned(shape, -bearing)
    west, south, east, north = level.bounds
    at = [west + (east - west) * (n + 1) / (count + 1) for n in range(count)]
    lines = [level.intersection(LineString([(x, south - 1), (x, north + 1)])) for x in at]
    whole = [max(shapely.get_parts(line), key=lambda part: part.length) for line in lines]
    return [turned(_longer(line, 0.3), bearing) for line in whole]


def _longer(line: LineString, by: float) -> LineString:
    (x, south), (_, north) = sorted(line.coords)
    return LineString([(x, south - by), (x, north + by)])


@dataclass
class Plot:
    """Land that buildings are put on: within its bounds and clear of each other."""

    land: BaseGeometry
    stood: list[Polygon] = field(default_factory=list)

    def __post_init__(self) -> None:
        shapely.prepare(self.land)

    def put(self, shape: Polygon, gap: float = 5.0) -> bool:
        """Whether the shape fits; then it stands there."""
        if not shapely.contains_properly(self.land, shape):
            return False
        if self.stood and shapely.distance(shape, np.array(self.stood)).min() < gap:
            return False
        self.stood.append(shape)
        return True

    def left(self, gap: float) -> BaseGeometry:
        """The land that is still open."""
        return self.land.difference(shapely.union_all(shapely.buffer(self.stood, gap, quad_segs=2)))


def oblong(x: float, y: float, bearing: float, length: float, depth: float) -> Polygon:
    """A rectangle round a point, its long side on the bearing.

    >>> round(oblong(0, 0, 0.3, 10, 4).area, 6)
    40.0
    """
    return stamp(np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (length / 2, depth / 2), x, y, bearing)


def stamp(points: Numbers, x: float, y: float, bearing: float) -> Polygon:
    """An outline drawn round the origin, turned and set down at a point."""
    c, s = cos(bearing), sin(bearing)
    return Polygon(points @ np.array([[c, s], [-s, c]]) + (x, y))


def sides_of(shape: Polygon, tolerance: float) -> Iterator[tuple[Numbers, float, float]]:
    """The straight sides of a shape, each as (start, bearing, length), the shape to the left."""
    whole = largest(shape)
    ring = shapely.get_coordinates(shapely.orient_polygons(whole.simplify(tolerance)).exterior)
    for start, end in pairwise(ring):
        dx, dy = end - start
        yield start, atan2(dy, dx), hypot(dx, dy)


def inward(start: Numbers, bearing: float, along: float, depth: float) -> tuple[float, float]:
    """The point so far along a side and so deep into the land to its left."""
    left = bearing + pi / 2
    x = start[0] + cos(bearing) * along + cos(left) * depth
    return float(x), float(start[1] + sin(bearing) * along + sin(left) * depth)


def ray(x: float, y: float, bearing: float, length: float) -> LineString:
    """A straight line from a point."""
    return LineString([(x, y), (x + cos(bearing) * length, y + sin(bearing) * length)])
