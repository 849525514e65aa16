"""Names and numbers: streets, doors, compounds, public buildings, and the labels of the map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing import words
from linli.town.drawing.chance import Rng, chance, pick, shuffled
from linli.town.drawing.homes import Building
from linli.town.drawing.land import BED
from linli.town.drawing.names import NUMERALS, paired, pairs, shared, without_end
from linli.town.drawing.network import RANKS
from linli.town.drawing.quarters import Block
from linli.town.drawing.streets import names_of_streets
from linli.town.drawing.township import Township

Names = Iterator[str]


@dataclass(frozen=True)
class Label:
    """A point with a name on the map."""

    spot: Point
    kind: str
    name: str
    rank: int


@dataclass
class Lettering:
    """What the map says beside what it shows."""

    compounds: list[tuple[Polygon, str]] = field(default_factory=list)
    greens: list[tuple[Polygon, str, str]] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    communities: list[str] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)


_PUBLIC = {
    "hall": ("{}街道党群服务中心", 1),
    "market": ("{}农贸市场", 2),
    "clinic": ("{}街道社区卫生服务中心", 2),
    "station": ("{}站", 1),
}
_SCHOOLS = ("{}小学", "{}中学", "{}第二小学", "{}实验学校")


def letter(here: Township) -> Lettering:
    """Give every street, building and place of a township its name or number."""
    rng = chance(here.brief.seed, here.brief.code, "names")
    said = Lettering()
    _name_streets(here, rng)
    _name_blocks(here, said, rng)
    _number_doors(here)
    _name_shops(here, said, rng)
    _name_communities(here, said, rng)
    _name_land(here, said, rng)
    return said


def _name_streets(here: Township, rng: Rng) -> None:
    """Trunk roads and quays by their own lists, the longer streets first; short lanes and paths have none."""
    names = names_of_streets(here.brief, rng)
    old = shapely.union_all([block.face for block in here.blocks if block.use == "old"]).buffer(-15).boundary
    order = sorted(here.streets, key=lambda s: (RANKS[s.kind], -s.line.length))
    for street in order:
        if street.name or street.kind in ("path", "rail"):
            continue
        if street.kind == "trunk":
            street.name = next(names.trunk)
        elif (
            street.kind == "main"
            and here.ground.water.distance(_longest(street.line).interpolate(0.5, normalized=True)) < 60
        ):
            street.name = next(names.quay)
        elif street.kind == "local" and old.distance(_longest(street.line).interpolate(0.5, normalized=True)) < 22:
            street.name = next(names.old, "") or next(names.named)
        elif street.kind in ("main", "local"):
            street.name = next(names.named)
        elif street.line.length > 70:
            street.name = next(names.small)


def _name_blocks(here: Township, said: Lettering, rng: Rng) -> None:
    root, district = here.brief.root, chance(here.brief.seed, "names of compounds")
    mine = shared(pairs(district, words.COMPOUND_HEADS, words.COMPOUND_TAILS), here.brief.place)
    compounds = without_end(mine, "期")
    yards = without_end([f"{root}{name}家属院" for name in shuffled(rng, words.WORKS)])
    works = without_end([root + name for name in shuffled(rng, words.FACTORIES)])
    schools = without_end(_SCHOOLS)
    parks = without_end([root + kind for kind in ("公园", *shuffled(rng, words.PARK_KINDS))])
    markets = without_end(["{}农贸市场", "{}第二农贸市场", "{}第三农贸市场"])
    kept = {id(b) for b in here.buildings}
    for block in here.blocks:
        built = [b for b in block.buildings if id(b) in kept]
        if block.use == "compound":
            name = next(yards) if len(said.compounds) % 6 == 4 else next(compounds)
            _name_compound(block, built, name, said)
        elif block.use in _PUBLIC:
            form, rank = _PUBLIC[block.use]
            form = next(markets) if block.use == "market" else form
            _name_public(block, built, block.use, form.format(here.brief.root), rank, said)
        elif block.use == "school":
            _name_public(block, built, "school", next(schools).format(here.brief.root), 2, said)
        elif block.use == "works":
            name = next(works)
            for b in built:
                b.name = name
        park = next(parks) if block.use == "park" else ""
        if park:
            said.labels.append(Label(block.land.point_on_surface(), "park", park, 2))
        said.greens += [(shape, kind, park) for kind, shape in block.greens]


def _name_compound(block: Block, built: list[Building], name: str, said: Lettering) -> None:
    """The compound's wall and name, and its buildings numbered from the north-west."""
    homes = [b for b in built if b.kind == "home"]
    if len(homes) < 2:
        return
    shops = shapely.union_all([b.shape.buffer(3, quad_segs=2) for b in built if b.kind == "shop"])
    wall = max(shapely.get_parts(block.land.difference(shops)), key=lambda p: p.area)
    number = len(said.compounds)
    said.compounds.append((Polygon(wall.exterior), name))
    said.labels.append(Label(wall.point_on_surface(), "compound", name, 3))
    homes.sort(key=lambda b: (-round(b.shape.centroid.y / 22), b.shape.centroid.x))
    for n, b in enumerate(homes, 1):
        b.name, b.number, b.compound = name, f"{n}栋", number


def _name_public(block: Block, built: list[Building], kind: str, name: str, rank: int, said: Lettering) -> None:
    mine = [b for b in built if b.kind == kind]
    for b in mine:
        b.name = name
    if mine:
        said.labels.append(Label(mine[0].shape.point_on_surface(), kind, name, rank))


def _number_doors(here: Township) -> None:
    """Odd and even doors along each named street, for what stands in no compound."""
    streets = [s for s in here.streets if s.name]
    doors = [b for b in here.buildings if not b.number]
    tree = shapely.STRtree([s.line for s in streets])
    near = tree.query_nearest([b.shape for b in doors], all_matches=False)
    along: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for door, street in near.T.tolist():
        line, spot = _longest(streets[street].line), doors[door].shape.centroid
        at = line.project(spot)
        side = _side(line, at, spot)
        along.setdefault((street, side), []).append((at, door))
    for (street, side), row in sorted(along.items()):
        for n, (_, door) in enumerate(sorted(row)):
            doors[door].number = f"{streets[street].name}{2 * n + 1 + side}号"


def _longest(line: BaseGeometry) -> LineString:
    return max(shapely.get_parts(line), key=lambda part: part.length)


def _side(line: LineString, at: float, spot: Point) -> int:
    """0 to the left of a street, 1 to its right."""
    a, b = line.interpolate(max(at - 1, 0)), line.interpolate(at + 1)
    return int((b.x - a.x) * (spot.y - a.y) - (b.y - a.y) * (spot.x - a.x) < 0)


def _name_shops(here: Township, said: Lettering, rng: Rng) -> None:
    names = paired(rng, words.SHOP_HEADS, words.SHOP_TAILS)
    for shop in [b for b in here.buildings if b.kind == "shop"]:
        shop.name = next(names)
        said.labels.append(Label(shop.shape.centroid, "shop", shop.name, 5))


def _name_communities(here: Township, said: Lettering, rng: Rng) -> None:
    """Communities in town and villages in the country; one canteen for the old in each."""
    towns = _given_once(here, "communities", words.COMMUNITIES, words.COMMUNITY_HEADS, words.COMMUNITY_TAILS)
    villages = _given_once(here, "villages", words.VILLAGES, words.VILLAGE_HEADS, words.VILLAGE_TAILS)
    for grids, rural in zip(here.communities, here.rural, strict=True):
        name = next(villages) + "村" if rural else next(towns) + "社区"
        said.communities.append(name)
        mine = set(grids)
        shops = [b for b, g in zip(here.buildings, here.grid_of, strict=True) if g in mine and b.kind == "shop"]
        if shops:
            shop = pick(rng, shops)
            said.labels = [x for x in said.labels if x.name != shop.name]
            shop.name = f"{name}老年食堂"
            said.labels.append(Label(shop.shape.centroid, "canteen", shop.name, 4))


def _given_once(here: Township, what: str, whole: Sequence[str], heads: Sequence[str], tails: Sequence[str]) -> Names:
    """This township's share of the district's names: first the whole words, then heads with tails."""
    rng = chance(here.brief.seed, "names", what)
    made = [name for name in pairs(rng, heads, tails) if name not in whole]
    return without_end(shared([*shuffled(rng, whole), *made], here.brief.place))


def _name_land(here: Township, said: Lettering, rng: Rng) -> None:
    """The river where it is seen, streams, and the tops of the hills."""
    said.streams = shuffled(rng, words.STREAMS)[: len(here.streams)]
    for river in here.land.rivers:
        reach = river.line.intersection(here.brief.wish.border)
        for part in [p for p in shapely.get_parts(reach) if p.length > (900 if here.brief.place[1] == 1 else 3000)]:
            said.labels.append(Label(part.interpolate(0.3, normalized=True), "river", river.name, 1))
    x, y = here.ground.frame.points
    height = np.where(here.ground.frame.inside(here.brief.extent.buffer(-150)), here.ground.height.values, 0)
    names = _given_once(here, "hills", words.HILLS, words.HILL_HEADS, words.HILL_TAILS)
    for name in islice(names, 5):
        top = np.unravel_index(int(np.argmax(height)), height.shape)
        if height[top] < BED + 75:
            break
        said.labels.append(Label(Point(float(x[top]), float(y[top])), "hill", name, 3))
        height = np.where(np.hypot(x - x[top], y - y[top]) < 800, 0, height)


def numeral(n: int) -> str:
    """The number in Chinese, up to 99.

    >>> [numeral(n) for n in (1, 10, 12, 20, 34)]
    ['一', '十', '十二', '二十', '三十四']
    """
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else NUMERALS[tens - 1] + "十"
    return head + (NUMERALS[ones - 1] if ones else "")
