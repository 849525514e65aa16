"""One vector tile: where it lies, and what of many shapes falls into it."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from . import mvt
from .mvt import EXTENT, Geometries, Properties
from .points import Floats, from_unit_square, unit_square

BUFFER = 64  # tile units; lines are drawn on past the tile's edge, so that no seam shows
SIMPLE = 4  # tile units; half a pixel on a 512 px tile

Box = tuple[float, float, float, float]


class Tile(NamedTuple):
    """An XYZ tile of the web-mercator pyramid.

    >>> [round(v, 4) for v in Tile(14, 13041, 6781).bounds()]
    [106.5454, 29.5735, 106.5674, 29.5926]
    """

    z: int
    x: int
    y: int

    def bounds(self, margin: float = 0.0) -> Box:
        """West, south, east, north in degrees, with a margin in parts of a tile."""
        n, reach = 2**self.z, np.array([-margin, 1 + margin])
        (west, east), (north, south) = from_unit_square((self.x + reach) / n, (self.y + reach) / n)
        return float(west), float(south), float(east), float(north)

    def exists(self) -> bool:
        """Whether the pyramid has such a tile.

        >>> Tile(1, 2, 0).exists()
        False
        """
        return 0 <= self.z <= 30 and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    def corner(self) -> tuple[float, float]:
        """Its upper left corner in tile units of the whole zoom level."""
        return float(self.x * EXTENT), float(self.y * EXTENT)


def tile_at(lon: float, lat: float, z: int) -> Tile:
    """The tile around a point.

    >>> tile_at(106.55, 29.54, 14)
    Tile(z=14, x=13041, y=6783)
    """
    x, y = (min(int(v * 2**z), 2**z - 1) for v in unit_square(lon, lat))
    return Tile(z, x, y)


def to_units(geometries: Geometries, z: int) -> Geometries:
    """Shapes in degrees as shapes in tile units of a zoom level, rows growing to the south."""
    scale = EXTENT * 2**z
    return shapely.transform(geometries, lambda xy: np.column_stack(unit_square(xy[:, 0], xy[:, 1])) * scale)


class Layer(NamedTuple):
    """Shapes, and the properties of each."""

    geometries: Geometries
    properties: Sequence[Properties]


class Sheet:
    """One layer at one zoom level, ready to be cut into tiles. Shapes are in tile units, properties beside them."""

    def __init__(self, name: str, geometries: Geometries, properties: Sequence[Properties]) -> None:
        self.name = name
        self.geometries = geometries
        self.properties = np.asarray(properties, dtype=object)
        self.bounds = shapely.bounds(geometries)
        self.points = shapely.get_dimensions(geometries) == 0
        self._across = np.hypot(self.bounds[:, 2] - self.bounds[:, 0], self.bounds[:, 3] - self.bounds[:, 1])
        self._tree = STRtree(geometries)

    def places(self) -> set[tuple[int, int]]:
        """Columns and rows of the tiles that something may fall into."""
        found: set[tuple[int, int]] = set()
        reach = np.where(self.points, 0, BUFFER)[:, None] * np.array([-1, -1, 1, 1])
        for west, north, east, south in np.floor((self.bounds + reach) / EXTENT).astype(int).tolist():
            found.update((x, y) for x in range(west, east + 1) for y in range(north, south + 1))
        return found

    def cut(self, tiles: Sequence[Tile], smallest: float = 0.0) -> dict[Tile, bytes]:
        """What falls into each tile, as a layer of it. A point falls into exactly one tile.

        Shapes that are less than `smallest` tile units across are left out, but never points.
        """
        corners = np.array([tile.corner() for tile in tiles], dtype=float).reshape(-1, 2)
        edges = np.hstack([corners - BUFFER, corners + EXTENT + BUFFER])
        place, shape = self._tree.query(shapely.box(*edges.T))
        order = np.lexsort((shape, place))
        place, shape = place[order], shape[order]
        wanted = np.where(self.points[shape], self._holds(corners[place], shape), self._across[shape] >= smallest)
        place, shape = place[wanted], shape[wanted]
        clipped = self._clipped(shape, place, edges)
        written = mvt.layers(self.name, clipped, self.properties[shape], place, corners)
        return {tiles[number]: layer for number, layer in written.items()}

    def _holds(self, corners: Floats, shape: NDArray[np.int64]) -> NDArray[np.bool_]:
        inner = self.bounds[shape, :2] - corners
        return np.all((inner >= 0) & (inner < EXTENT), axis=1)

    def _clipped(self, shape: NDArray[np.int64], place: NDArray[np.int64], edges: Floats) -> Geometries:
        """The shapes, those that reach past the edges of their tile cut off there."""
        found, bounds, limits = self.geometries[shape], self.bounds[shape], edges[place]
        reaching = np.flatnonzero(np.any((bounds[:, :2] < limits[:, :2]) | (bounds[:, 2:] > limits[:, 2:]), axis=1))
        for some in np.split(reaching, np.flatnonzero(np.diff(place[reaching])) + 1):
            if len(some):
                found[some] = shapely.clip_by_rect(found[some], *edges[place[some[0]]].tolist())
        return found


def packed(layers: Sequence[bytes]) -> bytes:
    """A tile as it is stored and sent: gzip, without a date, so that equal tiles are equal bytes."""
    return gzip.compress(b"".join(layers), compresslevel=6, mtime=0)


def encode(layers: Mapping[str, tuple[Sequence[BaseGeometry], Sequence[Properties]]], tile: Tile) -> bytes:
    """One tile out of shapes in degrees, clipped and slightly simplified."""
    sheets = []
    for name, (geometries, properties) in layers.items():
        shapes = to_units(np.array(geometries, dtype=object), tile.z)
        sheets.append(Sheet(name, shapely.simplify(shapes, SIMPLE), properties))
    return packed([sheet.cut([tile]).get(tile, b"") for sheet in sheets])


def fields(properties: Iterator[Properties]) -> dict[str, str]:
    """The fields a layer carries, as TileJSON names them."""
    found: dict[str, Any] = {}
    for each in properties:
        for key, value in each.items():
            found.setdefault(key, "Number" if isinstance(value, int | float) else "String")
    return dict(sorted(found.items()))
