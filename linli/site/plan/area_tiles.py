"""The areas as vector tiles: borders by level, a point for each name. Made from the edition of the areas that stands.

Layers: `area` (polygons: code, name, level), `border` (lines: level) and `label` (points: code, name, level), the
levels of a zoom in one layer each.
"""

from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock, RLock
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely import STRtree

from linli.areas import queries
from linli.areas.codes import Level
from linli.geo.mvt import EXTENT, Geometries
from linli.geo.sheets import common_borders
from linli.geo.tiles import BUFFER, SIMPLE, Sheet, Tile, packed, to_units
from linli.ground.refusals import NotFound

# The zoom from which a level is drawn at all: a tile then holds a few hundred areas, not thousands.
FIRST = {
    Level.MUNICIPALITY: 4,
    Level.PREFECTURE: 5,
    Level.DISTRICT: 5,
    Level.TOWNSHIP: 9,
    Level.COMMUNITY: 11,
    Level.GRID: 13,
    Level.MICROGRID: 15,
}
SHALLOWEST, DEEPEST = 4, 16
FINE = 3  # zooms after its first at which a level is drawn with every corner

LARGE = 200  # corners, from which an area is cut to its tile before anything else is done with it
AROUND = 0.1  # of a tile, beyond its edge: where it is cut no line is seen
AREAL = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]

AT_ONCE = 100  # boundaries read at a time
KEPT_BYTES = 32_000_000  # of packed tiles, in each process

Said = list[dict[str, Any]]
Part = tuple[Geometries, Said]


class Shelf(NamedTuple):
    """The areas of one level, ready to be asked for by place; a land may be None, its label then stands alone."""

    said: Said
    land: Geometries
    labels: Geometries
    by_land: STRtree
    by_label: STRtree


def levels_at(z: int) -> list[Level]:
    """The levels drawn at a zoom, from the top.

    >>> [level.name for level in levels_at(9)]
    ['MUNICIPALITY', 'PREFECTURE', 'DISTRICT', 'TOWNSHIP']
    """
    return [level for level in Level if FIRST[level] <= z]


class Shelved:
    """Packed tiles by edition and place, so many bytes of them; those asked for longest ago go first."""

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0
        self._tiles: OrderedDict[tuple[str, Tile], bytes | None] = OrderedDict()
        self._lock = Lock()

    def get(self, version: str, at: Tile) -> bytes | None:
        """The tile, cut now if it is not kept."""
        with self._lock:
            if (version, at) in self._tiles:
                self._tiles.move_to_end((version, at))
                return self._tiles[version, at]
        data = cut(version, at)
        with self._lock:
            self._put((version, at), data)
        return data

    def _put(self, key: tuple[str, Tile], data: bytes | None) -> None:
        if key not in self._tiles:
            self._tiles[key] = data
            self.bytes += _weight(data)
        while self.bytes > self.most:
            self.bytes -= _weight(self._tiles.popitem(last=False)[1])


def _weight(data: bytes | None) -> int:
    """A tile and what keeping it costs."""
    return len(data or b"") + 200


def tile(version: str, at: Tile) -> bytes | None:
    """The packed tile of an edition, the one that stands; None where no area lies. Refuses zooms that are not drawn."""
    if not SHALLOWEST <= at.z <= DEEPEST:
        raise NotFound(what=f"{at.z}/{at.x}/{at.y}")
    return KEPT.get(version, at)


def cut(version: str, at: Tile) -> bytes | None:
    """The tile made afresh."""
    levels = [level for level in levels_at(at.z) if standing(version, level)[0]]
    lands = [_land(shelf_of(version, level, coarse=at.z < FIRST[level] + FINE), at) for level in levels]
    borders = [_border(shapes, level) for (shapes, _), level in zip(lands, levels, strict=True)]
    labels = [_labels(shelf_of(version, level, coarse=False), at) for level in levels]
    layers = [_layer(name, parts, at) for name, parts in (("area", lands), ("border", borders), ("label", labels))]
    return packed(layers) if any(layers) else None


KEPT = Shelved(KEPT_BYTES)


def _land(shelf: Shelf, at: Tile) -> Part:
    """Neighbours are made simpler together, so that their common border stays common."""
    near = np.sort(shelf.by_land.query(shapely.box(*at.bounds(BUFFER / EXTENT))))
    shapes = shelf.land[near]
    large = shapely.get_num_coordinates(shapes) > LARGE
    shapes[large] = shapely.clip_by_rect(shapes[large], *at.bounds(AROUND))
    kept = np.isin(shapely.get_type_id(shapes), AREAL) & ~shapely.is_empty(shapes)
    simpler = shapely.coverage_simplify(to_units(shapes[kept], at.z), SIMPLE)
    return simpler, [shelf.said[i] for i in near[kept].tolist()]


def _border(shapes: Geometries, level: Level) -> Part:
    lines = common_borders(shapes) if len(shapes) else shapes
    return lines, [{"level": int(level)}] * len(lines)


def _labels(shelf: Shelf, at: Tile) -> Part:
    near = np.sort(shelf.by_label.query(shapely.box(*at.bounds())))
    return to_units(shelf.labels[near], at.z), [shelf.said[i] for i in near.tolist()]


def _layer(name: str, parts: list[Part], at: Tile) -> bytes:
    found = [(shapes, said) for shapes, said in parts if len(shapes)]
    if not found:
        return b""
    shapes = np.concatenate([shapes for shapes, _ in found])
    return Sheet(name, shapes, [each for _, said in found for each in said]).cut([at]).get(at, b"")


MAKING = {level: RLock() for level in Level}  # what one thread is making, the next waits for


def warm() -> None:
    """Every shelf of the edition that stands is made, and what is searched, so that the first need not wait for it."""
    queries.search("a")
    version = queries.version()
    for level in Level:
        for coarse in (True, False):
            shelf_of(version, level, coarse=coarse)


def shelf_of(version: str, level: Level, *, coarse: bool) -> Shelf:
    """The areas of a level; coarse: borders moved by half a pixel at most, at the last zoom they are used for."""
    with MAKING[level]:
        return _shelf(version, level, coarse=coarse)


@lru_cache(maxsize=2 * len(Level))
def _shelf(version: str, level: Level, *, coarse: bool) -> Shelf:
    said, land, labels = standing(version, level)
    if coarse and level < Level.GRID and len(land):
        pixel = 360 / 2 ** (FIRST[level] + FINE - 1) / 512
        known = np.flatnonzero(land != None)  # noqa: E711 - asked of each
        land = land.copy()
        land[known] = shapely.coverage_simplify(land[known], pixel / 2)
    return Shelf(said, land, labels, STRtree(land), STRtree(labels))


def standing(version: str, level: Level) -> tuple[Said, Geometries, Geometries]:
    """The standing areas of a level; one without a boundary is only a name where its middle is known."""
    with MAKING[level]:
        return _standing(version, level)


@lru_cache(maxsize=len(Level))
def _standing(version: str, level: Level) -> tuple[Said, Geometries, Geometries]:
    boundaries = dict(queries.boundaries(level))
    rows = queries.within("").filter(level=level).order_by("code").values_list("code", "name", "lon", "lat")
    known = [row for row in rows if row[0] in boundaries or row[2] is not None]
    said = [{"code": code, "name": name, "level": int(level)} for code, name, _, _ in known]
    land = np.empty(len(known), dtype=object)
    land[:] = list(_read([boundaries.get(code) for code, *_ in known]))
    middles = np.array([[np.nan, np.nan] if lon is None else [lon, lat] for _, _, lon, lat in known]).reshape(-1, 2)
    placed = ~np.isnan(middles[:, 0])
    labels = np.empty(len(known), dtype=object)
    labels[placed] = shapely.points(middles[placed])
    labels[~placed] = shapely.point_on_surface(land[~placed])
    return said, land, labels


def _read(texts: list[str | None]) -> Iterator[Any]:
    """The shapes of boundaries, a few milliseconds' worth at a time: while one reads, no other thread goes on."""
    for start in range(0, len(texts), AT_ONCE):
        yield from shapely.from_geojson(texts[start : start + AT_ONCE])
