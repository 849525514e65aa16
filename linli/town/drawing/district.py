"""A district of about thirty-five townships: a city at its heart, market towns round it, villages on the hills."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing import words
from linli.town.drawing.chance import Numbers, Rng, chance, shuffled, waves
from linli.town.drawing.land import Course, Ground, Land, River, landscape, meander, survey
from linli.town.drawing.lots import largest, polygons
from linli.town.drawing.names import without_end
from linli.town.drawing.network import LATTICE, Street
from linli.town.drawing.raster import Frame
from linli.town.drawing.roads import QUAY, Wish, zone
from linli.town.drawing.routes import Surveyor
from linli.town.drawing.township import Brief
from linli.town.drawing.world import costs

REACH = 11_500.0  # metres from the heart of the city to the district's border
CITY = 27e6  # square metres of continuous town
DENSE = 10_600e-6  # dwellings to a square metre of city
LOOSE = 7_600e-6  # and of a market town


@dataclass(frozen=True)
class District:
    """What a district is to be: the briefs of its townships, and the streets on borders between them."""

    land: Land
    briefs: list[Brief]
    shared: list[Street]
    extent: Polygon


def land_of(seed: int) -> Land:
    """The district's land: a great river, and a lesser one that joins it in the city."""
    rng = chance(seed, "district land")
    bearing = float(rng.uniform(-0.35, 0.35))
    main = meander(chance(seed, "great"), Course(words.RIVER, (0, -900), bearing, 330, 15_500, 0.85, 26_000))
    side = Course("云溪河", (700, 5200), bearing + 1.55, 115, 5600, 0.75, 22_000)
    return landscape(seed, [main, _joining(meander(chance(seed, "lesser"), side), main)], size=3)


def _joining(river: River, main: River) -> River:
    """The part of a river above its mouth in another."""
    parts = shapely.get_parts(river.line.difference(main.line))
    line = max((p for p in parts if p.distance(main.line) < 1), key=lambda p: p.interpolate(0.5, normalized=True).y)
    water = [p for p in polygons(river.water.difference(main.water)) if p.intersects(line)]
    return replace(river, line=line, water=largest(shapely.union_all(water)))


def plan(seed: int, townships: int = 35) -> District:
    """The district of a seed, divided among so many townships."""
    land = land_of(seed)
    reach = REACH * (townships / 35) ** 0.5
    outline = _outline(seed, reach)
    frame = Frame.around(outline.buffer(400).bounds, 90)
    ground = survey(land, frame, chance(seed, "district survey"))
    wish = Wish((0.0, 0.0), None, CITY * townships / 35, outline)
    city = shapely.union_all(zone(ground, wish, chance(seed, "city")))
    cells = _cells(seed, outline, land, townships, reach)
    hearts = [_heart(cell, city, ground) for cell in cells]
    names = _names(seed, len(cells))
    trunks = _trunks(land, outline, hearts, names)
    shared = _shared(cells, city, land, chance(seed, "borders"))
    briefs = [
        replace(
            _brief(seed, f"{words.DISTRICT[0]}{n + 1:03d}", names[n], (cells[n], hearts[n], city, trunks, shared)),
            place=(n, len(cells)),
        )
        for n in range(len(cells))
    ]
    return District(land, briefs, shared, outline)


def _outline(seed: int, reach: float) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    bulge = waves(chance(seed, "outline"), 1.4 * reach, octaves=3)
    x, y = np.cos(angle) * reach, np.sin(angle) * reach
    return Polygon(np.round(np.stack([x, y], 1) * (1 + 0.1 * bulge(x, y))[:, None], 1))


def _names(seed: int, count: int) -> list[str]:
    """The first is the township of the small drawing; streets (街道) in the city, towns (镇) beyond."""
    roots = [words.TOWNSHIPS[0], *shuffled(chance(seed, "townships"), words.TOWNSHIPS[1:])]
    return [root + ("街道" if n < count * 0.6 else "镇") for n, root in enumerate(roots[:count])]


def _cells(seed: int, outline: Polygon, land: Land, count: int, reach: float) -> list[Polygon]:
    """Townships from the middle outwards, small to large, parted by the rivers where there is one."""
    rng = chance(seed, "townships' seats")
    turn = np.arange(count) * 2.39996 + rng.uniform(0, 6)
    far = reach * 0.88 * ((np.arange(count) + 0.6) / count) ** 0.98 + rng.normal(0, 0.012 * reach, count)
    spots = np.stack([np.cos(turn) * far, np.sin(turn) * far], 1)
    seats, warp = shapely.points(spots), _warp(rng)
    voronoi = shapely.voronoi_polygons(MultiPoint(list(seats)), extend_to=outline.buffer(9000), only_edges=True)
    edges = shapely.transform(shapely.segmentize(voronoi, 90), warp)
    lines = [edges.intersection(outline), outline.exterior, *[r.line.intersection(outline) for r in land.rivers]]
    faces = list(shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=LATTICE)])))
    return _seated(faces, shapely.points(warp(spots)))


def _warp(rng: Rng) -> Callable[[Numbers], Numbers]:
    east, north = waves(rng, 2600, octaves=3), waves(rng, 2600, octaves=3)

    def warp(points: Numbers) -> Numbers:
        x, y = points.T
        return np.round(points + 170 * np.stack([east(x, y), north(x, y)], 1), 1)

    return warp


def _seated(faces: list[Polygon], seats: Numbers) -> list[Polygon]:
    """One cell for each seat, in their order; a face without a seat goes to the neighbour with the longest border."""
    holder = {n: face for n, seat in enumerate(seats) for face in range(len(faces)) if faces[face].contains(seat)}
    owner = {face: n for n, face in holder.items()}
    loose = [face for face in range(len(faces)) if face not in owner]
    while loose:
        shares = [
            (float(faces[a].intersection(faces[b]).length), -a, -b)
            for a in loose
            for b in sorted(owner)
            if faces[a].intersects(faces[b])
        ]
        _, a, b = max(shares)
        owner[-a] = owner[-b]
        loose.remove(-a)
    groups = [[faces[f] for f, o in sorted(owner.items()) if o == n] for n in range(len(seats))]
    cells = [shapely.coverage_union_all(group) for group in groups if group]
    cells.sort(key=lambda cell: cell.centroid.distance(shapely.Point(0, 0)))
    return [largest(cell) for cell in cells]


def _heart(cell: Polygon, city: BaseGeometry, ground: Ground) -> tuple[float, float]:
    """Where a township's town is: the middle of its part of the city, else its best land."""
    part = largest(cell.intersection(city))
    if part.area > 3e5:
        spot = part.point_on_surface()
        return spot.x, spot.y
    x, y = ground.frame.points
    inner = cell.buffer(-550)
    inside = ground.frame.inside(inner if not inner.is_empty else cell)
    middle = cell.centroid
    score = ground.height.values / 60 + ground.slope.values * 6 + np.hypot(x - middle.x, y - middle.y) / 1500
    score = np.where(inside & (ground.away.values > 150), score, 99)
    best = np.unravel_index(int(np.argmin(score)), score.shape)
    return float(x[best]), float(y[best])


def _trunks(
    land: Land, outline: Polygon, hearts: Sequence[tuple[float, float]], townships: Sequence[str]
) -> list[Street]:
    """Roads that join every heart to the nearest joined before it, some rings, and six out of the district.

    They are named after where they lead.
    """
    frame = Frame.around(outline.buffer(900).bounds, 260)
    surveyor = Surveyor(frame, costs(land, frame))
    spots = np.array(hearts)
    ways: list[tuple[LineString, str]] = []
    for n in range(1, len(spots)):
        near = np.argsort(np.hypot(*(spots[:n] - spots[n]).T), kind="stable")[: 2 if n % 3 == 0 else 1]
        root = townships[n].removesuffix("街道").removesuffix("镇")
        ways += [
            (surveyor.way(hearts[n], hearts[int(m)]), root + kind)
            for m, kind in zip(near, ("大道", "公路"), strict=False)
        ]
    out = iter(words.TRUNK_ROADS)
    for angle in np.arange(6) * np.pi / 3 + 0.4:
        far = np.array([np.cos(angle), np.sin(angle)]) * max(outline.bounds)
        nearest = int(np.argmin(np.hypot(*(spots - far).T)))
        ways.append((surveyor.way((float(far[0]), float(far[1])), hearts[nearest]), next(out)))
    return [Street(way, "trunk", name) for way, name in ways if way.length > 60]


def _shared(cells: Sequence[Polygon], city: BaseGeometry, land: Land, rng: Rng) -> list[Street]:
    """Main streets on the borders within the city."""
    names = without_end([word + "大街" for word in shuffled(rng, words.STREETS)], "段")
    inner = shapely.union_all([cell.exterior for cell in cells])
    inner = inner.intersection(city).difference(land.water.buffer(QUAY + 3))
    lines = [line for line in shapely.get_parts(shapely.line_merge(inner)) if line.length > 60]
    return [Street(line, "main", next(names), shared=True) for line in lines]


Setting = tuple[Polygon, tuple[float, float], BaseGeometry, list[Street], list[Street]]


def _brief(seed: int, code: str, name: str, setting: Setting) -> Brief:
    """What one township is to be, by how much of the city lies in it."""
    cell, heart, city, trunks, shared = setting
    parts = tuple(part for part in polygons(cell.intersection(city), 90_000))
    urban = sum(part.area for part in parts)
    ways = tuple(_clipped(trunks, cell))
    bounds = tuple(s for s in shared if cell.exterior.buffer(0.3).contains(s.line))
    kilometres = cell.area / 1e6
    if urban > 5e5:
        wish = Wish(heart, None, urban, cell, bounds, ways, given=parts)
        return Brief(seed, code, name, wish, cell, int(urban * DENSE), int(kilometres * 4), 11_000, 0.3)
    town = 1.15e6 if kilometres < 16 else 6.5e5
    wish = Wish(heart, None, town, cell, bounds, ways)
    return Brief(seed, code, name, wish, cell, int(town * LOOSE), int(kilometres * 26), 11_000, 0.06)


def _clipped(trunks: Sequence[Street], cell: Polygon) -> Iterator[Street]:
    """The parts of the trunk roads inside a township."""
    for street in trunks:
        for part in shapely.get_parts(street.line.intersection(cell)):
            if isinstance(part, LineString) and part.length > 5:
                yield Street(part, "trunk", street.name)
