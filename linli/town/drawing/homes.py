"""Where people live: slabs in rows, point blocks, rings round a garden, and the close lots of an old town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import cos, pi, sin

import numpy as np
import shapely
from shapely import LineString, Polygon

from linli.town.drawing.chance import Numbers, Rng, pick
from linli.town.drawing.lots import Cut, Plot, bearing_of, cut, inward, oblong, polygons, sides_of, stamp, turned


@dataclass
class Building:
    """One building; homes have staircases (`units`) and dwellings on each floor of each (`per_floor`)."""

    shape: Polygon
    kind: str
    floors: int = 1
    units: int = 0
    per_floor: int = 0
    low: int = 1
    high: int = 1
    name: str = ""
    number: str = ""
    compound: int = -1

    @property
    def dwellings(self) -> int:
        """How many dwellings it holds."""
        return self.floors * self.units * self.per_floor


@dataclass
class Layout:
    """What was put on a plot: buildings, the lanes between them, gardens and water."""

    buildings: list[Building]
    lanes: list[LineString]
    gardens: list[Polygon]


@dataclass(frozen=True)
class Style:
    """One way of building homes: least and most floors, depth, length of a staircase, space between, dwellings."""

    low: int
    high: int
    depth: float
    unit: float
    space: float
    per_floor: int


WALK_UP = Style(5, 8, 11.5, 15.0, 12.5, 2)
LIFTED = Style(8, 15, 13.5, 18.0, 18.0, 2)
DANWEI = Style(4, 7, 10.5, 14.0, 11.0, 2)
TOWER = Style(14, 32, 25.0, 25.0, 26.0, 4)
POINT = Style(9, 17, 20.0, 20.0, 20.0, 4)


def rows(land: Polygon, style: Style, rng: Rng) -> Layout:
    """Slabs side by side in rows, a lane square through their middle, turned the way that holds more."""
    bearing = bearing_of(land)
    both = [_rows(land, style, bearing + turn, rng) for turn in (0.0, pi / 2)]
    return max(both, key=lambda layout: sum(b.shape.area for b in layout.buildings))


def _rows(land: Polygon, style: Style, bearing: float, rng: Rng) -> Layout:
    level = turned(land.buffer(-2.5), -bearing)
    if level.is_empty:
        return Layout([], [], [])
    plot, small = Plot(level), land.area < 5200
    lane = level.bounds[0] - 20 if small else float(level.centroid.x + rng.uniform(-8, 8))
    homes = [home for y in _courses(level, style) for home in _course(plot, y, lane, style, rng)]
    spine = LineString([(lane, level.bounds[1] - 60), (lane, level.bounds[3] + 60)])
    for home in homes:
        home.shape = turned(home.shape, bearing)
    return Layout(homes, [] if small else [turned(spine, bearing)], [])


def _courses(level: Polygon, style: Style) -> list[float]:
    """The southern edges of the rows, evenly spread."""
    south, north = level.bounds[1] + 1, level.bounds[3] - 1
    count = int((north - south + style.space) // (style.depth + style.space))
    if count < 1:
        return []
    pitch = (north - south - style.depth) / max(count - 1, 1)
    start = south if count > 1 else (south + north - style.depth) / 2
    return [start + pitch * n for n in range(count)]


def _course(plot: Plot, y: float, lane: float, style: Style, rng: Rng) -> Iterator[Building]:
    """The slabs of one row, left and right of the lane."""
    west, _, east, _ = plot.land.bounds
    strip = shapely.box(west - 1, y, east + 1, y + style.depth)
    blocked = [part.bounds for part in polygons(strip.difference(plot.land), 0.0)]
    walls = sorted([(b[0], b[2]) for b in blocked] + [(lane - 5, lane + 5)])
    for (_, left), (right, _) in pairwise(walls):
        yield from _slabs(plot, (left + 0.3, right - 0.3), y, style, rng)


def _slabs(plot: Plot, span: tuple[float, float], y: float, style: Style, rng: Rng) -> Iterator[Building]:
    """As many slabs of two to four staircases as a clear span holds, spread over it."""
    room, gap = span[1] - span[0], 6.5
    counts: list[int] = []
    while room - sum(counts) * style.unit - gap * len(counts) >= style.unit:
        free = int((room - sum(counts) * style.unit - gap * len(counts)) // style.unit)
        counts.append(min(free, int(rng.integers(2, 5))))
    used = sum(counts) * style.unit
    gaps = (room - used) / max(len(counts) - 1, 1) if len(counts) > 1 else 0
    x = span[0] + (0 if len(counts) > 1 else (room - used) * rng.random())
    for count in counts:
        shape = Polygon(_outline(x, y, count, style, rng))
        if plot.put(shape, 4):
            yield home(shape, style, count, rng)
        x += count * style.unit + min(gaps, 30)


def _outline(x: float, y: float, count: int, style: Style, rng: Rng) -> list[tuple[float, float]]:
    """A slab whose staircases step forward and back."""
    step = float(pick(rng, (0.0, 0.0, 1.2, 1.8)))
    offsets = [step * (n % 2) for n in range(count)]
    top = [(x + style.unit * (n + e), y + style.depth - step + offsets[n]) for n in range(count) for e in (0, 1)]
    foot = [(x + style.unit * (n + e), y + offsets[n]) for n in range(count) for e in (0, 1)]
    return foot + top[::-1]


def home(shape: Polygon, style: Style, units: int, rng: Rng) -> Building:
    """A residential building of a style, of a height between its least and most."""
    floors = int(rng.integers(style.low, style.high + 1))
    return Building(shape, "home", floors, units, style.per_floor, style.low, style.high)


_CROSS = np.array(
    [(-3, -9), (3, -9), (3, -12), (12, -12), (12, -3), (9, -3), (9, 3), (12, 3), (12, 12), (3, 12), (3, 9), (-3, 9),
     (-3, 12), (-12, 12), (-12, 3), (-9, 3), (-9, -3), (-12, -3), (-12, -12), (-3, -12)], dtype=float) / 24  # fmt: skip
_WINGS = (
    np.array([(-12, -7), (-4, -11), (4, -11), (12, -7), (12, 4), (6, 4), (6, 10), (-6, 10), (-6, 4), (-12, 4)]) / 24
)


def towers(land: Polygon, style: Style, rng: Rng) -> Layout:
    """Point blocks set like the spots of a die, a ring lane at their feet and gardens between."""
    bearing = bearing_of(land) + rng.uniform(-0.15, 0.15)
    outline = _CROSS if rng.random() < 0.55 else _WINGS
    plot, pitch, homes = Plot(land.buffer(-4)), style.unit + style.space, []
    level = turned(land, -bearing)
    west, south, east, north = level.bounds
    for row, y in enumerate(np.arange(south + style.unit / 2 + 4, north, pitch * 0.86)):
        for x in np.arange(west + style.unit / 2 + 4 + pitch / 2 * (row % 2), east, pitch):
            spot = turned(shapely.Point(x, y), bearing)
            shape = stamp(outline * style.unit, spot.x, spot.y, bearing + pi / 2 * rng.integers(4))
            if plot.put(shape, 14):
                homes.append(home(shape, style, 1, rng))
    return Layout(homes, _ring_lane(land), _gardens(plot, land))


def ring(land: Polygon, style: Style, rng: Rng) -> Layout:
    """Slabs along every side, backs to the street, round a garden; a point block in it where there is room."""
    plot = Plot(land.buffer(-3))
    homes = [home for side in sides_of(land.buffer(-3.6), 6) for home in _along(plot, side, style, rng)]
    for part in polygons(plot.left(16), 900):
        spot = part.point_on_surface() if not part.contains(part.centroid) else part.centroid
        shape = stamp(_CROSS * 22, spot.x, spot.y, bearing_of(part))
        if rng.random() < 0.5 and plot.put(shape, 14):
            homes.append(home(shape, POINT, 1, rng))
    return Layout(homes, _ring_lane(land, 24), _gardens(plot, land))


def _along(plot: Plot, side: tuple[Numbers, float, float], style: Style, rng: Rng) -> Iterator[Building]:
    """Slabs along one side."""
    (start, bearing, length), at = side, 1.0
    while at + style.unit < length:
        count = min(int((length - at) // style.unit), int(rng.integers(2, 4)))
        long = count * style.unit
        x, y = inward(start, bearing, at + long / 2, style.depth / 2 + 0.2)
        shape = oblong(x, y, bearing, long, style.depth)
        if plot.put(shape, 5):
            yield home(shape, style, count, rng)
            at += long + 6
        else:
            at += 4


def _ring_lane(land: Polygon, inset: float = 3.0) -> list[LineString]:
    """A lane round the plot and one in from the street."""
    inner = max(polygons(land.buffer(-inset)), key=lambda p: p.area, default=None)
    if inner is None or inner.area < 1200:
        return []
    loop = LineString(inner.simplify(2).exterior.coords)
    start = loop.interpolate(0.2, normalized=True)
    out = land.exterior.interpolate(land.exterior.project(start))
    way = np.arctan2(out.y - start.y, out.x - start.x)
    far = (out.x + cos(way) * 60, out.y + sin(way) * 60)
    return [loop, LineString([(start.x, start.y), far])]


def _gardens(plot: Plot, land: Polygon) -> list[Polygon]:
    """The open middle of a plot, as rounded lawns."""
    if not plot.stood:
        return []
    open_land = plot.left(7).intersection(land.buffer(-9))
    return [part.simplify(0.7) for part in polygons(open_land.buffer(-4).buffer(3.2, quad_segs=3), 260)]


OLD = Style(2, 6, 10, 12, 2, 2)


def old_town(land: Polygon, rng: Rng) -> Layout:
    """Close lots, most of them built on; wider cracks between the larger pieces are lanes."""
    homes, lanes = [], []
    quarters = list(cut(land, Cut(3000, gap=5.0), rng))
    for quarter in quarters:
        for lot in cut(quarter, Cut(380, edge=0.36, gap=0.5), rng):
            shape = _fitted(lot, rng)
            if shape is not None and rng.random() < 0.93:
                built = home(shape, OLD, 1, rng)
                built.per_floor = 1 if shape.area < 130 else 2 if shape.area < 260 else 3
                homes.append(built)
    wider = shapely.buffer(quarters, 2.6, quad_segs=1)
    for one, two in combinations(wider, 2):
        lanes += [line for part in polygons(one.intersection(two)) for line in _middle(part)]
    return Layout(homes, lanes, [])


def _fitted(lot: Polygon, rng: Rng) -> Polygon | None:
    """A building nearly as large as its lot, square-cornered where the lot allows."""
    body = max(polygons(lot.buffer(-0.5, join_style="mitre")), key=lambda p: p.area, default=None)
    if body is None:
        return None
    if body.area > 110 and rng.random() < 0.5:
        bearing = bearing_of(body)
        west, south, east, north = turned(body, -bearing).bounds
        yard = shapely.box(west, south, west + (east - west) * rng.uniform(0.7, 0.92), north)
        body = max(polygons(body.intersection(turned(yard, bearing))), key=lambda p: p.area, default=body)
    body = body.simplify(0.6)
    good = body.area > 48 and 4 * pi * body.area / body.length**2 > 0.42
    return body if good and body.is_valid else None


def _middle(gap: Polygon) -> list[LineString]:
    """The middle line of a long thin gap, a little longer than it."""
    points = shapely.get_coordinates(shapely.minimum_rotated_rectangle(gap))
    a, b = np.hypot(*(points[1] - points[0])), np.hypot(*(points[2] - points[1]))
    if min(a, b) > 9 or max(a, b) < 18:
        return []
    ends = ((points[0] + points[1]) / 2, (points[2] + points[3]) / 2) if a < b else (
        (points[1] + points[2]) / 2, (points[3] + points[0]) / 2)  # fmt: skip
    way = (ends[1] - ends[0]) / max(a, b)
    return [LineString([ends[0] - way * 14, ends[1] + way * 14])]
