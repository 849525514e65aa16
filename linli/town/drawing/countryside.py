"""Outside the town: lanes that keep to the contours, farmhouses strewn along them, fields, woods and streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atan2, cos, hypot, pi, sin

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing.chance import Rng, waves
from linli.town.drawing.homes import Building
from linli.town.drawing.land import BED, Ground
from linli.town.drawing.lots import Cut, cut, oblong, polygons
from linli.town.drawing.network import Street, smooth
from linli.town.drawing.raster import Raster
from linli.town.drawing.weave import Weave, joined, lattice


@dataclass
class Countryside:
    """Everything outside the town's edge."""

    lanes: list[Street]
    paths: list[Street]
    houses: list[Building] = field(default_factory=list)
    fields: list[Polygon] = field(default_factory=list)
    woods: list[Polygon] = field(default_factory=list)
    ponds: list[Polygon] = field(default_factory=list)


def lanes(ground: Ground, extent: BaseGeometry, town: BaseGeometry, known: Sequence[Street], rng: Rng) -> Countryside:
    """Lanes wide apart and paths between them, wherever it is not too steep."""
    frame = ground.frame
    room = extent.buffer(-15).difference(town.buffer(70))
    mild = (ground.slope.values < 0.42) & (ground.away.values > 34) & frame.inside(room)
    swell = 1 + 0.3 * waves(rng, 1500, octaves=2)(*frame.points)
    lines = [part for street in known for part in shapely.get_parts(street.line)]
    grown: list[list[Street]] = []
    for kind, apart, least in (("lane", 430, 260), ("path", 210, 90)):
        gentle = mild & (ground.slope.values < 0.27) if kind == "lane" else mild
        weave = Weave(ground.grain, np.where(gentle, apart * swell, 0), step=20 if kind == "lane" else 14)
        for line in lines:
            weave.known(line)
        seeds = lattice(frame, apart, rng.uniform(-0.4, 0.4, (frame.columns * frame.rows, 2)))
        new = joined(weave.grow(seeds, least=least, close=0.6), lines, reach=apart * 0.6, wall=ground.water)
        grown.append([Street(smooth(line.simplify(2), 2), kind) for line in new])
        lines += [street.line for street in grown[-1]]
    return Countryside(lanes=grown[0], paths=grown[1])


def woods(ground: Ground, room: BaseGeometry, rng: Rng) -> list[Polygon]:
    """Woods on the higher and steeper land, their edges frayed."""
    x, y = ground.frame.points
    score = (ground.height.values - BED - 56) / 75 + 2.2 * (ground.slope.values - 0.16)
    score = score + 0.45 * waves(rng, 620)(x, y) + 0.18 * waves(rng, 150)(x, y)
    score = np.where(ground.away.values < 25, -1, score)
    parts = shapely.union_all(Raster(ground.frame, score).above(0.12)).intersection(room)
    return [part.simplify(2.5) for part in polygons(parts, 5000)]


def houses(country: Countryside, ground: Ground, room: BaseGeometry, count: int, rng: Rng) -> list[Building]:
    """Farmhouses in loose hamlets beside the lanes and paths, none on a steep slope or on another."""
    spots = [spot for street in [*country.lanes, *country.paths] for spot in _beside(street.line, rng)]
    if not spots:
        return []
    x, y, bearing = np.array(spots).T
    gather = waves(rng, 650, octaves=2)(x, y) + rng.uniform(-0.35, 0.35, len(x)) - ground.slope.at(x, y) * 2
    order = np.argsort(-gather, kind="stable")
    ways = [*country.lanes, *country.paths]
    taken = shapely.union_all([s.line.buffer(s.width / 2 + 2, quad_segs=2) for s in ways])
    free = room.difference(taken)
    shapely.prepare(free)
    built: list[Building] = []
    standing: dict[tuple[int, int], list[Polygon]] = {}
    for n in order.tolist():
        shape = oblong(x[n], y[n], bearing[n], rng.uniform(9, 17), rng.uniform(7.5, 11))
        if shapely.contains_properly(free, shape) and _clear(shape, standing):
            floors = int(rng.integers(2, 4))
            built.append(Building(shape, "home", floors, 1, 1, 2, 3))
        if len(built) == count:
            break
    return built


def _beside(line: LineString, rng: Rng) -> list[tuple[float, float, float]]:
    """Places for houses on both sides of a lane, with the lane's bearing."""
    spots, at = [], 10.0
    while at < line.length - 10:
        here, ahead = line.interpolate(at), line.interpolate(at + 2)
        bearing = atan2(ahead.y - here.y, ahead.x - here.x)
        for side in (1, -1):
            deep = side * rng.uniform(9, 24)
            x, y = here.x - sin(bearing) * deep, here.y + cos(bearing) * deep
            spots.append((x, y, bearing + rng.normal(0, 0.12) + (pi / 2 if rng.random() < 0.25 else 0)))
        at += rng.uniform(17, 34)
    return spots


def _clear(shape: Polygon, standing: dict[tuple[int, int], list[Polygon]]) -> bool:
    """Whether nothing stands within four metres; then this does."""
    x, y = shape.centroid.coords[0]
    i, j = int(x // 40), int(y // 40)
    near = [other for a in (i - 1, i, i + 1) for b in (j - 1, j, j + 1) for other in standing.get((a, b), ())]
    if near and shapely.distance(shape, np.array(near)).min() < 4:
        return False
    standing.setdefault((i, j), []).append(shape)
    return True


def fields(ground: Ground, country: Countryside, room: BaseGeometry, size: float, rng: Rng) -> list[Polygon]:
    """Terraced fields along the contours of the milder slopes near lanes and houses."""
    ways = [*country.lanes, *country.paths]
    near = shapely.union_all([s.line.simplify(8).buffer(130, quad_segs=2) for s in ways])
    x, y = ground.frame.points
    score = 0.24 - ground.slope.values + 0.2 * waves(rng, 520)(x, y)
    mild = shapely.union_all(Raster(ground.frame, score).above(0))
    off = [s.line.buffer(s.width / 2 + 2.5, quad_segs=2) for s in ways]
    off += [house.shape.buffer(7, quad_segs=2) for house in country.houses]
    land = room.intersection(near).intersection(mild).difference(shapely.union_all([*off, *country.woods]))
    angles = Raster(ground.frame, ground.grain.values)

    def bearing(east: float, north: float) -> float:
        return float(np.angle(angles.at(np.array([east]), np.array([north])))[0] / 2)

    how = Cut(size, gap=3.0, bearing=bearing)
    pieces = [piece for part in polygons(land, 900) for piece in cut(part, how, rng)]
    shapes = shapely.simplify(shapely.buffer(shapely.buffer(pieces, -7, quad_segs=2), 5.5, quad_segs=2), 1.0)
    return [part for shape in shapes for part in polygons(shape, 500) if 4 * pi * part.area / part.length**2 > 0.22]


def flooded(country: Countryside, ground: Ground) -> None:
    """Every so many a level field is a pond (堰塘) instead."""
    x, y = np.array([f.centroid.coords[0] for f in country.fields] or [(0.0, 0.0)]).T
    level = ground.slope.at(x, y) < 0.12
    chosen = {n for n in range(5, len(country.fields), 43) if level[n] and country.fields[n].area < 6000}
    ponds = [country.fields[n].buffer(-9).buffer(7.5).simplify(0.6) for n in sorted(chosen)]
    country.ponds = [part for pond in ponds for part in polygons(pond, 250)]
    country.fields = [f for n, f in enumerate(country.fields) if n not in chosen]


@dataclass(frozen=True)
class Fall:
    """Which way water runs off: down the slope, and towards the nearest river."""

    east: Raster
    north: Raster

    @classmethod
    def of(cls, ground: Ground) -> Fall:
        """The fall of a ground."""
        down = np.gradient(ground.height.values, ground.frame.cell)
        near = np.gradient(ground.away.values, ground.frame.cell)
        north, east = (Raster(ground.frame, -(5 * d + 0.8 * n)) for d, n in zip(down, near, strict=True))
        return cls(east, north)


def stream(ground: Ground, fall: Fall, start: tuple[float, float], rng: Rng) -> LineString | None:
    """A stream from a spring down to the river, winding; none where the water would gather in a hollow."""
    (x, y), step = start, 12.0
    wind = waves(rng, 260, octaves=2)
    points, dx, dy = [(x, y)], 0.0, 0.0
    seen: dict[tuple[int, int], int] = {}
    for number in range(400):
        turn = 1.05 * wind(x, y)
        px, py = fall.east.one(x, y), fall.north.one(x, y)
        px, py = px * cos(turn) - py * sin(turn), px * sin(turn) + py * cos(turn)
        length = hypot(px, py) or 1.0
        dx, dy = dx * 0.6 + px / length * 0.4, dy * 0.6 + py / length * 0.4
        length = hypot(dx, dy) or 1.0
        x, y = x + dx / length * step, y + dy / length * step
        points.append((x, y))
        if number - seen.setdefault((int(x // step), int(y // step)), number) > 4:
            return None
        if ground.away.one(x, y) <= 0:
            return smooth(LineString(points).simplify(1.5), 2)
    return None
