"""What each block of the town is for, and what is built on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing import homes
from linli.town.drawing.chance import Numbers, Rng
from linli.town.drawing.homes import Building, Layout
from linli.town.drawing.land import Ground
from linli.town.drawing.lots import Plot, bearing_of, inward, oblong, polygons, sides_of, stamp
from linli.town.drawing.network import Net
from linli.town.drawing.roads import Wish

KERB = 2.5  # metres from the carriageway to the first wall


@dataclass
class Block:
    """A block between streets: its land within the kerbs, its use, and what stands on it."""

    face: Polygon
    land: Polygon
    front: BaseGeometry  # the main streets it looks on to
    use: str = "compound"
    tall: float = 0.1
    buildings: list[Building] = field(default_factory=list)
    lanes: list[LineString] = field(default_factory=list)
    paths: list[LineString] = field(default_factory=list)
    greens: list[tuple[str, Polygon]] = field(default_factory=list)


def blocks(net: Net, water: BaseGeometry) -> list[Block]:
    """Every block with its land: the face less the streets round and into it, less water."""
    tree = shapely.STRtree(net.edges)
    widths = np.array([net.streets[owner].width for owner in net.owners])
    bodies = shapely.buffer(net.edges, widths / 2 + KERB, quad_segs=3)
    found = []
    for face in net.faces:
        near = np.sort(tree.query(face, predicate="dwithin", distance=0.2))
        land = face.difference(shapely.union_all([*bodies[near], water]))
        whole = max(polygons(land.buffer(-5).buffer(5, quad_segs=3)), key=lambda p: p.area, default=None)
        if whole is None or whole.area < 900:
            continue
        grand = [n for n in near if net.kind(n) in ("main", "trunk")]
        found.append(Block(face, Polygon(whole.simplify(0.4).exterior), shapely.union_all(net.edges[grand])))
    return found


@dataclass(frozen=True)
class Places:
    """How many blocks of each public kind a township has."""

    wanted: tuple[str, ...] = ("hall", "market", "clinic", "school", "school", "station", "park", "park")
    factories: int = 5
    old: float = 0.075  # share of blocks
    compounds: int = 31

    @classmethod
    def sized(cls, town: float) -> Places:
        """For so many square metres of town: at least one of each, more of the everyday kinds in larger ones.

        >>> Places.sized(1.5e6) == Places()
        True
        """
        times = max(1, round(town / 1.5e6))
        wanted = cls.wanted + ("school", "park", "market", "school", "park") * (times - 1)
        if town < 6e5:
            return cls(("hall", "market", "clinic", "school", "station", "park"), 1, compounds=max(3, int(town / 5e4)))
        return cls(wanted, 5 * times, compounds=31 * times)


_SIZES = {"hall": (5e3, 13e3), "market": (4e3, 9e3), "clinic": (4e3, 10e3), "school": (11e3, 32e3),
          "station": (5e3, 16e3), "park": (5e3, 20e3)}  # fmt: skip
_REACH = {"hall": 150, "market": 250, "clinic": 420, "school": 550, "station": 1100, "park": 350}


def assign(found: list[Block], ground: Ground, wish: Wish, places: Places, rng: Rng) -> None:
    """Give every block its use: public ones where they are wanted, the old town by the river, works far out."""
    x, y = np.array([b.face.centroid.coords[0] for b in found]).T
    rail = np.min([shapely.distance(r.line, shapely.points(x, y)) for r in wish.rails] or [x * 0], axis=0)
    far, away = np.hypot(x - wish.heart[0], y - wish.heart[1]), ground.away.at(x, y)
    area = np.array([b.land.area for b in found])
    free = np.ones(len(found), dtype=bool)

    def take(use: str, order: Numbers, count: int) -> None:
        for n in [n for n in np.argsort(order, kind="stable") if free[n]][:count]:
            found[n].use, free[n] = use, False

    take("old", away * 1.5 + far * 0.6, round(len(found) * places.old))
    for number, use in enumerate(places.wanted):
        low, high = _SIZES[use]
        misfit = np.maximum(low / area, 1) * np.maximum(area / high, 1) - 1
        fronted = np.array([b.front.is_empty for b in found]) * 400
        spread = rng.uniform(0, 160, len(found)) + number * 0.01
        fronted = fronted + (rail * 2 - far if use == "station" else 0)
        take(use, np.abs(far - _REACH[use]) + misfit * 2500 + fronted * (use != "park") + spread, 1)
    take("works", -far + rng.uniform(0, 300, len(found)) + (area < 7000) * 600, places.factories)
    plain = rng.random(len(found)) + (area > 15000) - (area < 6000)
    take("street", plain, max(0, int(free.sum()) - places.compounds))


def build(block: Block, rng: Rng, tall: float) -> None:
    """Fill a block after its use; `tall` is the share of compounds that are towers."""
    block.tall = tall
    land = block.land
    if block.use in ("compound", "street", "market", "clinic") and not block.front.is_empty:
        land = _shops(block, rng)
    _FILL[block.use](block, land, rng)


def _shops(block: Block, rng: Rng) -> Polygon:
    """Shops along the main streets; returns the land behind them."""
    plot, depth = Plot(block.land.buffer(0.5)), float(rng.uniform(9, 13))
    for start, bearing, length in sides_of(block.land, 3):
        middle = shapely.Point(inward(start, bearing, length / 2, 0))
        if block.front.distance(middle) < 18 and length > 24:
            _terrace(block, plot, (start, bearing, length), depth, rng)
    if not plot.stood:
        return block.land
    rest = block.land.difference(shapely.union_all(shapely.buffer(plot.stood, 6, quad_segs=2)))
    return max(polygons(rest.buffer(-4).buffer(4)), key=lambda p: p.area, default=block.land)


def _terrace(block: Block, plot: Plot, side: tuple[Numbers, float, float], depth: float, rng: Rng) -> None:
    """A row of shops along one side, now and then a gap for a gate."""
    (start, bearing, length), at = side, 1.0
    while at + 9 < length:
        long = float(min(rng.uniform(10, 30), length - at - 1))
        shape = oblong(*inward(start, bearing, at + long / 2, depth / 2 + 0.3), bearing, long, depth)
        if plot.put(shape, 0.4):
            block.buildings.append(Building(shape, "shop", floors=int(rng.integers(1, 4))))
        at += long + (0.8 if rng.random() < 0.75 else 9)


def _compound(block: Block, land: Polygon, rng: Rng) -> None:
    chances = rng.random()
    styled = homes.LIFTED if chances < 0.36 else homes.WALK_UP
    roomy = land.area > 6500 and 2 * land.area / land.length > 30
    if roomy and chances > 0.9 - block.tall:
        layout = homes.towers(land, homes.TOWER if chances > 1 - block.tall else homes.POINT, rng)
    elif roomy and chances > 0.65 - block.tall:
        layout = homes.ring(land, styled, rng)
    else:
        layout = homes.rows(land, styled, rng)
    _lay(block, layout)


def _street(block: Block, land: Polygon, rng: Rng) -> None:
    _lay(block, homes.ring(land, homes.DANWEI, rng) if rng.random() < 0.4 else homes.rows(land, homes.DANWEI, rng))


def _old(block: Block, land: Polygon, rng: Rng) -> None:
    _lay(block, homes.old_town(land, rng))


def _lay(block: Block, layout: Layout) -> None:
    block.buildings += layout.buildings
    for lane in layout.lanes:
        _open(block, lane.intersection(block.face))
    block.greens += [("park", garden) for garden in layout.gardens]


def _open(block: Block, lane: BaseGeometry) -> None:
    """Lead a lane through a block: shops in its way are not built, and it ends before any other wall."""
    passage = lane.buffer(3.2, cap_style="flat")
    block.buildings = [b for b in block.buildings if b.kind != "shop" or not passage.intersects(b.shape)]
    shapes = np.array([b.shape for b in block.buildings], dtype=object)
    walls = shapely.union_all(shapely.buffer(shapes[shapely.dwithin(shapes, lane, 3.1)], 3, quad_segs=2))
    parts = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lane.difference(walls)))))
    block.lanes += [part for part in parts if part.length > 7]


def _public(block: Block, kind: str, land: Polygon, rng: Rng, depth: float = 15) -> list[Building]:
    """One large building of wings along two or three sides of the land."""
    plot, built = Plot(land.buffer(-4)), []
    long_sides = sorted(sides_of(land.buffer(-4.5), 8), key=lambda side: -side[2])[:3]
    for start, bearing, length in long_sides:
        long = min(length * 0.8, 64)
        x, y = inward(start, bearing, length / 2, depth / 2 + 0.4)
        shape = oblong(x, y, bearing, long, depth)
        if long > 18 and plot.put(shape, 9):
            built.append(Building(shape, kind, floors=int(rng.integers(3, 6))))
    block.buildings += built
    return built


_TRACK = np.array(
    [(np.cos(a) * 22 + (26 if np.cos(a) > 0 else -26), np.sin(a) * 22) for a in np.linspace(0, 2 * np.pi, 33)[:-1]]
)


def _school(block: Block, land: Polygon, rng: Rng) -> None:
    bearing, plot = bearing_of(land), Plot(land.buffer(-3))
    spots = (
        [land.centroid, *(shapely.Point(p) for p in land.buffer(-32).exterior.coords)] if land.buffer(-32).area else []
    )
    for spot in spots[::3]:
        track = stamp(_TRACK * (1.0 if land.area > 15000 else 0.8), spot.x, spot.y, bearing)
        if plot.put(track):
            block.greens.append(("square", track))
            break
    rest = max(polygons(plot.left(8)), key=lambda p: p.area, default=land) if plot.stood else land
    _public(block, "school", rest, rng, 13)


def _hall(block: Block, land: Polygon, rng: Rng) -> None:
    built = _public(block, "hall", land, rng, 18)
    if built:
        open_land = land.difference(shapely.union_all([b.shape.buffer(6) for b in built])).buffer(-6).buffer(4)
        block.greens += [("square", part) for part in polygons(open_land, 500)[:1]]


def _market(block: Block, land: Polygon, rng: Rng) -> None:
    plot, bearing = Plot(land.buffer(-3)), bearing_of(land)
    for scale in (0.66, 0.5, 0.36):
        west, south, east, north = shapely.affinity.rotate(land, -np.degrees(bearing), origin=(0, 0)).bounds
        shape = oblong(land.centroid.x, land.centroid.y, bearing, (east - west) * scale, (north - south) * scale)
        if plot.put(shape):
            block.buildings.append(Building(shape, "market", floors=2))
            return
    _public(block, "market", land, rng, 20)


def _works(block: Block, land: Polygon, rng: Rng) -> None:
    """Long sheds side by side, and an office by the gate."""
    style = homes.Style(1, 2, 27, 24, 13, 0)
    for number, shed in enumerate(homes.rows(land, style, rng).buildings):
        block.buildings.append(Building(shed.shape, "factory" if number else "office", floors=1 + 3 * (not number)))


def _station(block: Block, land: Polygon, rng: Rng) -> None:
    _public(block, "station", land, rng, 24)
    block.buildings = block.buildings[:2]
    stood = [b.shape.buffer(5) for b in block.buildings]
    rest = land.difference(shapely.union_all(stood)).buffer(-5).buffer(4) if stood else land
    block.greens += [("square", part) for part in polygons(rest, 600)[:1]]


def _park(block: Block, land: Polygon, rng: Rng) -> None:
    block.greens.append(("park", land))
    walk = max(polygons(land.buffer(-24).buffer(12)), key=lambda p: p.area, default=None)
    if walk is not None and walk.area > 900:
        block.paths.append(LineString(walk.exterior.coords))


_FILL = {"compound": _compound, "street": _street, "old": _old, "school": _school, "hall": _hall, "market": _market,
         "clinic": lambda b, land, rng: _public(b, "clinic", land, rng), "works": _works, "station": _station,
         "park": _park}  # fmt: skip
