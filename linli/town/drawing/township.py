"""One township, from bare ground to numbered doors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing import countryside, quarters, roads
from linli.town.drawing.chance import Rng, chance
from linli.town.drawing.countryside import Countryside
from linli.town.drawing.grids import Joining, mosaic
from linli.town.drawing.homes import Building
from linli.town.drawing.land import Ground, Land, survey
from linli.town.drawing.names import Place
from linli.town.drawing.network import Net, Street, closed, noded
from linli.town.drawing.quarters import Block, Places
from linli.town.drawing.raster import Frame

Step = Callable[[str], None]


@dataclass(frozen=True)
class Brief:
    """What a township is to be."""

    seed: int
    code: str
    name: str
    wish: roads.Wish
    extent: Polygon  # how far the countryside is drawn
    dwellings: int
    farmhouses: int
    field: float = 5200.0  # square metres of the larger fields
    tall: float = 0.1  # share of compounds that are towers
    place: Place = (0, 1)

    @property
    def root(self) -> str:
        """The name without its kind: 香樟 of 香樟街道."""
        return self.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")


@dataclass
class Township:
    """A township drawn, in metres; names and numbers are given in a last step."""

    brief: Brief
    land: Land
    ground: Ground
    net: Net
    blocks: list[Block]
    country: Countryside
    streams: list[LineString]
    streets: list[Street] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    faces: list[Polygon] = field(default_factory=list)
    grids: list[list[int]] = field(default_factory=list)  # faces of each grid
    communities: list[list[int]] = field(default_factory=list)  # grids of each community
    rural: list[bool] = field(default_factory=list)  # whether each community is a village
    grid_of: list[int] = field(default_factory=list)  # the grid each building stands in


def draw(brief: Brief, land: Land, step: Step = lambda name: None) -> Township:
    """The township of a brief on a land."""
    seed, key = brief.seed, brief.code
    frame = Frame.around(brief.extent.buffer(120).bounds, 20)
    step("survey")
    ground = survey(land, frame, chance(seed, key, "survey"))
    zones = roads.zone(ground, brief.wish, chance(seed, key, "zone"))
    town = shapely.union_all(zones)
    step("streets")
    net = roads.plan(ground, brief.wish, zones, chance(seed, key, "plan"))
    streams = _streams(brief, ground, town, chance(seed, key, "streams"))
    step("blocks")
    blocks = _built(brief, ground, net, zones, streams)
    step("countryside")
    country = _country(brief, ground, net, town, streams)
    here = Township(brief, land, ground, net, blocks, country, streams)
    step("grids")
    _gather(here, town)
    asked = int(brief.dwellings * 0.94)
    raise_to(here.buildings, asked, asked)
    for block in blocks:
        raise_to(block.buildings, 0, 400)
    _divide(here, town)
    _mend(here)
    return here


def _streams(brief: Brief, ground: Ground, town: BaseGeometry, rng: Rng) -> list[LineString]:
    """Two streams from the hills on the town's side."""
    found: list[LineString] = []
    fall = countryside.Fall.of(ground)
    for _ in range(14):
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(1150, 1700)
        x, y = brief.wish.heart[0] + np.cos(angle) * far, brief.wish.heart[1] + np.sin(angle) * far
        inside = brief.extent.contains(shapely.Point(x, y))
        if not inside or ground.away.one(x, y) < 650:
            continue
        whole = countryside.stream(ground, fall, (float(x), float(y)), rng)
        line = whole.intersection(brief.extent) if whole is not None and whole.is_simple else LineString()
        apart = all(line.distance(other) > 350 for other in found)
        if isinstance(line, LineString) and 500 < line.length < 2600 and apart and line.is_simple:
            found.append(line)
        if len(found) == 2:
            break
    return found


def _built(brief: Brief, ground: Ground, net: Net, zones: Sequence[Polygon], streams: list[LineString]) -> list[Block]:
    wet = shapely.union_all([ground.water.buffer(8), *[line.buffer(8) for line in streams], *_track(brief)])
    town = shapely.union_all(list(zones)).buffer(2)
    net = Net(net.edges, net.owners, net.streets, [f for f in net.faces if town.contains(f.representative_point())])
    found = quarters.blocks(net, wet)
    quarters.assign(
        found,
        ground,
        brief.wish,
        Places.sized(sum(part.area for part in zones)),
        chance(brief.seed, brief.code, "uses"),
    )
    for number, block in enumerate(found):
        quarters.build(block, chance(brief.seed, brief.code, "block", number), brief.tall)
    return found


def _track(brief: Brief) -> list[BaseGeometry]:
    """The land railways keep clear."""
    return [rail.line.buffer(11) for rail in brief.wish.rails]


def _country(brief: Brief, ground: Ground, net: Net, town: BaseGeometry, streams: list[LineString]) -> Countryside:
    inner = town.buffer(-20)
    known = [Street(edge, "main") for edge in net.edges[~shapely.intersects(inner, net.edges)]]
    rng = chance(brief.seed, brief.code, "country")
    country = countryside.lanes(ground, brief.extent, town, known, rng)
    wet = shapely.union_all([ground.water.buffer(14), *[line.buffer(9) for line in streams], *_track(brief)])
    roads_off = shapely.union_all([s.line.buffer(s.width / 2 + 5, quad_segs=2) for s in net.streets])
    off = shapely.union_all([town.buffer(14), wet, roads_off])
    open_land = brief.extent.difference(off)
    country.woods = countryside.woods(ground, open_land, rng)
    home_land = open_land.intersection(brief.wish.border.buffer(-14)).difference(shapely.union_all(country.woods))
    country.houses = countryside.houses(country, ground, home_land, brief.farmhouses, rng)
    country.fields = countryside.fields(ground, country, open_land, brief.field, rng)
    countryside.flooded(country, ground)
    return country


def _gather(here: Township, town: BaseGeometry) -> None:
    """One list of streets, and of the buildings that can be reached from one."""
    here.streets = here.net.pieces()
    lanes = [Street(lane, "lane") for block in here.blocks for lane in block.lanes if lane.length > 6]
    walks = [Street(walk, "path") for block in here.blocks for walk in block.paths]
    here.streets += [*lanes, *here.country.lanes, *here.country.paths, *walks, *here.brief.wish.rails]
    everything = [*[b for block in here.blocks for b in block.buildings], *here.country.houses]
    tree = shapely.STRtree([street.line for street in here.streets if street.kind != "rail"])
    reached = set(tree.query([b.shape for b in everything], predicate="dwithin", distance=50)[0].tolist())
    here.buildings = [b for n, b in enumerate(everything) if n in reached]


def raise_to(buildings: Sequence[Building], least: int, most: int) -> None:
    """Add or take floors, within what each kind of building may have, until the dwellings are between the bounds.

    Where no floors are left to add or take, dwellings of a floor are made smaller or larger; at least one is left.
    """
    homes = [b for b in buildings if b.dwellings]
    if not homes or least <= _held(homes) <= most:
        return
    first = [(b.floors - b.low) / max(b.high - b.low, 1) for b in homes]
    short = _held(homes) < least
    low, high = -1.0, 1.0
    for _ in range(20):
        shift = (low + high) / 2
        _shifted(homes, first, shift)
        low, high = (shift, high) if _held(homes) < (least if short else most) else (low, shift)
    _shifted(homes, first, high if short else low)
    _resized(homes, least, most)


def _held(homes: Sequence[Building]) -> int:
    return sum(b.dwellings for b in homes)


def _shifted(homes: Sequence[Building], first: Sequence[float], shift: float) -> None:
    for building, share in zip(homes, first, strict=True):
        part = min(max(share + shift, 0.0), 1.0)
        building.floors = round(building.low + (building.high - building.low) * part)


def _resized(homes: Sequence[Building], least: int, most: int) -> None:
    """More and smaller dwellings to a floor, or fewer and larger ones, the largest buildings first."""
    held = _held(homes)
    order = sorted(homes, key=lambda b: -b.shape.area)
    for building in [b for b in order for _ in range(2)]:
        if held > most and building.per_floor > 1:
            building.per_floor -= 1
            held -= building.floors * building.units
        elif held < least and building.shape.area > 60 * (building.per_floor + 1):
            building.per_floor += 1
            held += building.floors * building.units


ENOUGH, MOST = (45, 140), (200, 350)  # dwellings of a grid: in the country, in town


def _divide(here: Township, town: BaseGeometry) -> None:
    """Grids cut along streets and the middle of rivers, and communities of grids."""
    border = here.brief.wish.border
    lines = [s for s in here.streets if s.kind in ("trunk", "main", "local")]
    lines += [*here.country.lanes, *here.country.paths]
    lines += [Street(river.line, "river") for river in here.land.rivers]
    inside = [Street(part, s.kind) for s in lines if not (part := s.line.intersection(border)).is_empty]
    net = closed(noded([*inside, Street(border.exterior, "local")]))
    here.faces = net.faces
    face_of = _containing(net.faces, here.buildings)
    held = np.bincount(face_of, [b.dwellings for b in here.buildings], len(net.faces)).astype(int)
    tiles = mosaic(net, held, shapely.contains(town, shapely.point_on_surface(net.faces)))
    here.grids = Joining(tiles).until(ENOUGH, MOST)
    grid_of_face = {face: n for n, grid in enumerate(here.grids) for face in grid}
    here.grid_of = [grid_of_face[face] for face in face_of.tolist()]
    joining = Joining(tiles, here.grids)
    groups = joining.until((130, 900), (400, 1750))
    here.communities = [sorted({grid_of_face[face] for face in group}) for group in groups]
    here.rural = [not joining.clusters[n].town for n in sorted(joining.clusters)]


def _containing(faces: Sequence[Polygon], buildings: Sequence[Building]) -> np.ndarray:
    """The face each building stands in."""
    spots = shapely.centroid([b.shape for b in buildings])
    numbers, inside = shapely.STRtree(faces).query(spots, predicate="within")
    found = np.full(len(spots), -1)
    found[numbers] = inside
    return found


def _mend(here: Township) -> None:
    """Floors taken or added where a grid in town holds too many dwellings or too few."""
    rural = {grid for grids, away in zip(here.communities, here.rural, strict=True) if away for grid in grids}
    for grid in range(len(here.grids)):
        homes = [b for b, g in zip(here.buildings, here.grid_of, strict=True) if g == grid]
        raise_to(homes, 0 if grid in rural else 206, 490)
