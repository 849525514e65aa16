"""The land before people: rivers that meander, and hills that stand back from them in parallel ridges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing.chance import Numbers, Rng, Surface, chance, waves
from linli.town.drawing.raster import Frame, Raster

BED = 172  # metres above the sea: the river at its usual level


@dataclass(frozen=True)
class River:
    """A river's middle line and the water between its banks."""

    name: str
    line: LineString
    water: Polygon
    width: float


@dataclass(frozen=True)
class Land:
    """Rivers and heights, the same whichever part of them is looked at."""

    rivers: tuple[River, ...]
    height: Surface

    @property
    def water(self) -> BaseGeometry:
        """All river water as one shape."""
        return shapely.union_all([river.water for river in self.rivers])


@dataclass(frozen=True)
class Course:
    """How a river is to run: past a point, on a bearing, so wide, swinging so far in so long a wave."""

    name: str
    past: tuple[float, float]
    bearing: float
    width: float
    wave: float
    swing: float
    reach: float


def meander(rng: Rng, course: Course) -> River:
    """A river after the sine-generated curve of Langbein and Leopold, its sharpest bend at `course.past`."""
    step = course.width / 4
    s = np.arange(-course.reach, course.reach + step, step)
    drift = waves(rng, course.wave * 1.7, octaves=2)(s, np.zeros_like(s)) * 0.25
    angle = course.bearing + course.swing * np.sin(2 * np.pi * s / course.wave) + drift
    x, y = np.cumsum(np.cos(angle)) * step, np.cumsum(np.sin(angle)) * step
    middle = len(s) // 2
    x, y = x - x[middle] + course.past[0], y - y[middle] + course.past[1]
    ripple = waves(rng, course.width * 7, octaves=3)
    half = course.width / 2 * (1 + 0.1 * np.abs(np.sin(np.pi * s / course.wave)))
    left = half * (1 + 0.16 * ripple(x, y))
    right = half * (1 + 0.16 * ripple(y + 9e3, x))
    nx, ny = -np.sin(angle), np.cos(angle)
    banks = np.concatenate(
        [np.stack([x + nx * left, y + ny * left], 1), np.stack([x - nx * right, y - ny * right], 1)[::-1]]
    )
    water = max(shapely.get_parts(Polygon(banks).buffer(0)), key=lambda part: part.area)
    return River(course.name, LineString(np.stack([x, y], 1)), water.simplify(0.8), course.width)


def rise(values: Numbers, low: float, high: float) -> Numbers:
    """From 0 at `low` to 1 at `high`, level at both ends."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def landscape(seed: int, rivers: Sequence[River], *, size: float) -> Land:
    """The land round these rivers; `size` stretches the valley floors (1 for one township)."""
    rng = chance(seed, "relief")
    ridges = waves(rng, 2100 * size**0.5, octaves=2, stretch=0.42, bearing=float(rng.uniform(0.9, 1.25)))
    knolls, swell = waves(rng, 720, octaves=3), waves(rng, 5200 * size, octaves=2)
    beds = [far_from(river.line) for river in rivers]

    def height(x: Numbers, y: Numbers) -> Numbers:
        off = [bed(x, y) - river.width / 2 for bed, river in zip(beds, rivers, strict=True)]
        away = np.min(off, axis=0)
        floor = 14 * rise(away, -10, 70) + 16 * rise(away, 190, 330) + 26 * rise(away, 450 * size, 1300 * size)
        ridge = (1 - np.abs(ridges(x, y))) ** 2 * (0.75 + 0.35 * swell(x, y))
        hills = 165 * ridge * rise(away, 330 * size, 1350 * size)
        return BED + floor + hills + 13 * knolls(x, y) * rise(away, 80, 700)

    return Land(tuple(rivers), height)


@dataclass(frozen=True)
class Ground:
    """One piece of the land, sampled: heights, slopes, and the way streets would like to run."""

    frame: Frame
    height: Raster
    slope: Raster
    grain: Raster  # complex: the square of the preferred direction, so that a line has no front and back
    away: Raster  # metres to the nearest water, 0 on it
    water: BaseGeometry


def survey(land: Land, frame: Frame, rng: Rng) -> Ground:
    """The ground in a frame, with its grain: along rivers near them, along contours on slopes, else by plan."""
    height = frame.fill(land.height)
    dy, dx = np.gradient(height.values, frame.cell)
    water = land.water.intersection(frame.box.buffer(2000))
    away = Raster(frame, far_from(water)(*frame.points))
    ry, rx = np.gradient(away.values, frame.cell)
    river = -((rx + 1j * ry) ** 2) * np.exp(-((away.values / 520) ** 2)) * 1.6
    contour = -((dx + 1j * dy) ** 2)
    contour = contour / (np.abs(contour) + 0.012)
    grain = river + contour + _plans(frame, rng)
    grain *= np.exp(2j * 0.16 * waves(rng, 900, octaves=2)(*frame.points))
    grain = _blurred(grain, 3)
    return Ground(frame, height, Raster(frame, np.hypot(dx, dy)), Raster(frame, grain), away, water)


def _plans(frame: Frame, rng: Rng) -> Numbers:
    """The pull of a few surveyors' grids, each with its own bearing."""
    x, y = frame.points
    pull = np.full(x.shape, 0.02 + 0j)
    east, north = x.max() - x.min(), y.max() - y.min()
    for _ in range(min(max(4, int(east * north / 2.5e6)), 30)):
        cx, cy = x.min() + rng.random() * east, y.min() + rng.random() * north
        weight = 0.55 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / rng.uniform(350, 700) ** 2)
        pull = pull + weight * np.exp(2j * rng.uniform(0, np.pi))
    return pull


def far_from(shape: BaseGeometry) -> Surface:
    """How many metres it is to a shape, 0 in it."""
    if shape.is_empty:
        return lambda x, y: np.full(np.shape(x), 1e5)
    rings = shapely.get_parts(shape.boundary if shape.area else shape)
    corners = [shapely.get_coordinates(ring) for ring in rings]
    sides = np.concatenate([np.stack([points[:-1], points[1:]], 1) for points in corners])
    tree = shapely.STRtree(shapely.linestrings(sides))
    shapely.prepare(shape)

    def far(x: Numbers, y: Numbers) -> Numbers:
        if np.ndim(x) == 2 and min(x.shape) > 9:
            return _between(far, x, y)
        (spots, _), metres = tree.query_nearest(
            shapely.points(np.ravel(x), np.ravel(y)), return_distance=True, all_matches=False
        )
        found = np.empty(np.size(x))
        found[spots] = metres
        inside = shapely.contains_xy(shape, x, y) if shape.area else False
        return np.where(inside, 0.0, found.reshape(np.shape(x)))

    return far


def _between(far: Surface, x: Numbers, y: Numbers) -> Numbers:
    """A smooth surface at the points of a lattice, measured at every third of them and weighed between."""
    cell = float(x[0, 1] - x[0, 0])
    bounds = (float(x[0, 0]), float(y[0, 0]), float(x[0, -1]), float(y[-1, 0]))
    coarse = Frame.around(bounds, 3 * cell)
    xs, ys = coarse.points
    return Raster(coarse, far(xs.ravel(), ys.ravel()).reshape(xs.shape)).at(x, y)


def _blurred(values: Numbers, times: int) -> Numbers:
    """Each value mixed with its four neighbours, several times over."""
    for _ in range(times):
        padded = np.pad(values, 1, mode="edge")
        values = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] + 2 * values) / 6
    return values
