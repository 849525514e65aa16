"""Borders made one: where a township has put a corner on a border, its neighbour puts the same corner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
Corners = dict[tuple[Point, Point], tuple[Point, ...]]


def stitched(grids: Sequence[Sequence[BaseGeometry]], cells: Sequence[Polygon]) -> list[list[BaseGeometry]]:
    """The grids of each township with every corner any neighbour has put on their common border.

    `cells` are the borders as they were given out: each pair of neighbours has the same corners there. A
    township may since have put more corners between two of them, never moved one.
    """
    given = {point for cell in cells for point in _points(cell.exterior)}
    put: dict[frozenset[Point], set[Point]] = defaultdict(set)
    runs = [_runs(shapely.coverage_union_all(list(parts)), given) for parts in grids]
    for chains in runs:
        for start, end, between in chains:
            put[frozenset((start, end))].update(between)
    return [
        [_with_corners(grid, _steps(chains, put)) for grid in parts] for parts, chains in zip(grids, runs, strict=True)
    ]


def _points(ring: BaseGeometry) -> list[Point]:
    return [tuple(point) for point in np.round(shapely.get_coordinates(ring), 2).tolist()]


def _runs(whole: BaseGeometry, given: set[Point]) -> list[tuple[Point, Point, list[Point]]]:
    """The border as runs from one given corner to the next, with what lies between."""
    ring = _points(shapely.get_parts(whole)[0].exterior)[:-1]
    first = next((n for n, point in enumerate(ring) if point in given), None)
    if first is None:
        return []
    ring = [*ring[first:], *ring[: first + 1]]
    runs: list[tuple[Point, Point, list[Point]]] = []
    start, between = ring[0], list[Point]()
    for point in ring[1:]:
        if point in given:
            runs.append((start, point, between))
            start, between = point, []
        else:
            between.append(point)
    return runs


def _steps(runs: list[tuple[Point, Point, list[Point]]], put: dict[frozenset[Point], set[Point]]) -> Corners:
    """For each step along the border as this township has it, the corners that are to be put into it."""
    steps: Corners = {}
    for start, end, between in runs:
        have = [start, *between, end]
        new = put[frozenset((start, end))] - set(between)
        if not new:
            continue
        place = [(_far(start, point), point) for point in have]
        for point in new:
            at = _far(start, point)
            n = max(k for k, (far, _) in enumerate(place[:-1]) if far <= at)
            key = (have[n], have[n + 1])
            steps[key] = (*steps.get(key, ()), point)
    return {key: tuple(sorted(points, key=lambda p: _far(key[0], p))) for key, points in steps.items()}


def _far(a: Point, b: Point) -> float:
    return float(np.hypot(b[0] - a[0], b[1] - a[1]))


def _with_corners(grid: BaseGeometry, steps: Corners) -> BaseGeometry:
    """A grid with the corners put in, whichever way round its rings run."""
    if not steps:
        return grid
    parts = [
        Polygon(_ring(part.exterior, steps), [_ring(hole, steps) for hole in part.interiors])
        for part in shapely.get_parts(grid)
    ]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _ring(ring: BaseGeometry, steps: Corners) -> list[Point]:
    points = _points(ring)
    out = [points[0]]
    for a, b in pairwise(points):
        out += steps.get((a, b)) or tuple(reversed(steps.get((b, a), ())))
        out.append(b)
    return out
