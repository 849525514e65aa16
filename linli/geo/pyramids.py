"""A whole plan as one file: every tile of every zoom level, in PMTiles."""

import gzip
import json
import mmap
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pmtiles.writer
import shapely
from numpy.typing import NDArray
from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    zxy_to_tileid,
)

from linli.ground.progress import Tell, silent

from .mvt import Geometries, Properties
from .points import unit_square
from .refusals import NotAPyramid, NothingToDraw, TooWide
from .tiles import Layer, Sheet, Tile, fields, packed, to_units

ZOOMS = range(8, 16)
MOST_BYTES = 60_000  # of one packed tile
MOST_TILES = 1_000_000  # of the deepest zoom: more than a province has
PIXEL = 8  # tile units, on a 512 px tile


@dataclass(frozen=True)
class Rule:
    """How one layer is drawn at low zooms. Sizes are in pixels."""

    first: int  # zoom
    kinds: Mapping[str, int] = field(default_factory=dict)  # kinds that come later, or earlier
    smallest: float = 1.0  # shapes smaller across are left out below the last zoom
    simple: float = 0.5  # how far a line may be moved to make it simpler
    late: Mapping[str, int] = field(default_factory=dict)  # properties that come only from a zoom on
    ranked: Mapping[int, int] = field(default_factory=dict)  # rank → first zoom


# Later in the table is left out sooner where a tile would grow too large.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "place": Rule(8, ranked={1: 8, 2: 10, 3: 12, 4: 14, 5: 15}),
        "water": Rule(8, {"stream": 13, "pond": 12}, late={"name": 11}),
        "street": Rule(
            13,
            {"trunk": 8, "rail": 9, "main": 10, "local": 12, "lane": 14, "path": 14},
            smallest=0,
            late={"name": 12, "width": 13, "bridge": 13},
        ),
        "green": Rule(10, {"field": 12, "square": 13, "cemetery": 13}, smallest=2, late={"name": 13}),
        "relief": Rule(8, smallest=3, simple=1.0),
        "compound": Rule(12, smallest=2, late={"name": 15}),
        "building": Rule(
            14,
            {"station": 13, "hall": 13, "school": 13, "clinic": 13, "factory": 13, "market": 13},
            late={"name": 15, "number": 15, "units": 15, "per_floor": 15},
        ),
    }
)
PLAIN = Rule(8)

_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    IndexError,
    KeyError,
    zlib.error,
    MagicNumberNotFound,
    SpecVersionUnsupported,
)


def layer_of(things: Iterable[tuple[Any, Properties]]) -> Layer:
    """A layer out of pairs of shape and properties."""
    pairs = list(things)
    shapes = np.empty(len(pairs), dtype=object)
    shapes[:] = [shape for shape, _ in pairs]
    return Layer(shapes, [properties for _, properties in pairs])


def write_pyramid(
    path: Path,
    layers: Mapping[str, Layer],
    *,
    zooms: range = ZOOMS,
    rules: Mapping[str, Rule] = RULES,
    name: str = "",
    progress: Tell = silent,
) -> int:
    """The file holds every tile in which something lies; the number of tiles. Equal layers give equal bytes.

    It is written beside its place and moved there when whole, so that a reader never meets half a file.
    """
    must_not_be_wider(layers, zooms[-1])
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as file, closing(Writer(file)) as writer:
            for z in zooms:
                _write_level(writer, z, _sheets(layers, z, zooms[-1], rules), progress)
            if not writer.addressed_tiles:
                raise NothingToDraw()
            _finish(writer, layers, zooms, rules, name)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return int(writer.addressed_tiles)


def must_not_be_wider(layers: Mapping[str, Layer], z: int) -> None:
    """Refuses shapes that may fall into more tiles than a plan holds, before any tile is listed."""
    tiles = tiles_at_most([layer.geometries for layer in layers.values()], z)
    if tiles > MOST_TILES:
        raise TooWide(tiles=tiles, most=MOST_TILES)


def tiles_at_most(shapes: Sequence[Geometries], z: int) -> int:
    """How many tiles shapes in degrees can fall into: no more than each one's box holds, nor the box around all.

    >>> tiles_at_most([np.array([shapely.Point(106.5, 29.5), shapely.box(106.5, 29.5, 106.51, 29.51)])], 15)
    4
    """
    boxes = np.concatenate([shapely.bounds(each) for each in shapes]) if shapes else np.empty((0, 4))
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return 0
    left, top = (np.floor(side * 2**z) for side in unit_square(boxes[:, 0], boxes[:, 3]))
    right, bottom = (np.floor(side * 2**z) for side in unit_square(boxes[:, 2], boxes[:, 1]))
    each = ((right - left + 1) * (bottom - top + 1)).sum()
    return int(min(each, (right.max() - left.min() + 1) * (bottom.max() - top.min() + 1)))


class Writer(pmtiles.writer.Writer):
    """The library's writer, whose scratch file is let go of whatever happens."""

    def close(self) -> None:
        self.tile_f.close()


def _write_level(writer: Writer, z: int, sheets: list[Sheet], progress: Tell) -> None:
    n = 2**z
    found = set().union(*(sheet.places() for sheet in sheets)) if sheets else set()
    tiles = sorted((zxy_to_tileid(z, x, y), Tile(z, x, y)) for x, y in found if 0 <= x < n and 0 <= y < n)
    layers = [sheet.cut([tile for _, tile in tiles]) for sheet in sheets]
    for done, (number, tile) in enumerate(tiles, start=1):
        cut = [layer.get(tile, b"") for layer in layers]
        if any(cut):
            writer.write_tile(number, _fitting(cut, tile, sheets))
        progress(f"z{z}", done, len(tiles))


def _fitting(cut: list[bytes], tile: Tile, sheets: list[Sheet]) -> bytes:
    """The packed tile; where it is too large, its smallest shapes are left out, last layers first."""
    data = packed(cut)
    for place in reversed(range(len(sheets))):
        smallest = 2.0 * PIXEL
        while len(data) > MOST_BYTES and cut[place] and smallest < 64 * PIXEL:
            cut[place] = sheets[place].cut([tile], smallest).get(tile, b"")
            data, smallest = packed(cut), smallest * 1.5
    return data


def _sheets(layers: Mapping[str, Layer], z: int, last: int, rules: Mapping[str, Rule]) -> list[Sheet]:
    order = [*(name for name in rules if name in layers), *(name for name in layers if name not in rules)]
    sheets = (_sheet(name, layers[name], z, last, rules.get(name, PLAIN)) for name in order)
    return [sheet for sheet in sheets if len(sheet.geometries)]


def _sheet(name: str, layer: Layer, z: int, last: int, rule: Rule) -> Sheet:
    chosen = np.array([z >= _first_zoom(rule, each) for each in layer.properties], dtype=bool)
    shapes = to_units(layer.geometries[chosen], z)
    hidden = {key for key, first in rule.late.items() if z < first}
    said: dict[tuple[Any, ...], Properties] = {}  # what says the same is one object, written once to a tile
    properties: list[Properties] = []
    for i in np.flatnonzero(chosen).tolist():
        shown = {key: value for key, value in layer.properties[i].items() if key not in hidden}
        properties.append(said.setdefault(tuple((key, type(shown[key]), shown[key]) for key in shown), shown))
    if z < last:
        shapes, properties = _joined_lines(shapes, properties)
        large = _large_enough(shapes, rule.smallest * PIXEL)
        shapes, properties = shapes[large], [properties[i] for i in np.flatnonzero(large).tolist()]
    return Sheet(name, shapely.simplify(shapes, rule.simple * PIXEL), properties)


def _first_zoom(rule: Rule, properties: Properties) -> int:
    if rule.ranked:
        return rule.ranked.get(properties.get("rank", 0), rule.first)
    return rule.kinds.get(properties.get("kind", ""), rule.first)


def _large_enough(shapes: Geometries, smallest: float) -> NDArray[np.bool_]:
    west, north, east, south = shapely.bounds(shapes).T
    return (shapely.get_dimensions(shapes) == 0) | (np.hypot(east - west, south - north) >= smallest)


def _joined_lines(shapes: Geometries, properties: list[Properties]) -> tuple[Geometries, list[Properties]]:
    """Lines that say the same are joined end to end: fewer shapes, and names that find room."""
    lines = shapely.get_dimensions(shapes) == 1
    if not lines.any():
        return shapes, properties
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place in np.flatnonzero(lines).tolist():
        groups.setdefault(tuple(properties[place].items()), []).append(place)
    found = [
        shapely.line_merge(shapely.multilinestrings(shapely.get_parts(shapes[places]))) for places in groups.values()
    ]
    parts, group = shapely.get_parts(np.array(found, dtype=object), return_index=True)
    said = [properties[places[0]] for places in groups.values()]
    rest = np.flatnonzero(~lines)
    return (
        np.concatenate([shapes[rest], parts]),
        [*(properties[i] for i in rest.tolist()), *(said[i] for i in group.tolist())],
    )


def _finish(writer: Writer, layers: Mapping[str, Layer], zooms: range, rules: Mapping[str, Rule], name: str) -> None:
    west, south, east, north = shapely.total_bounds(
        np.concatenate([layer.geometries for layer in layers.values()])
    ).tolist()
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": round(west * 1e7),
        "min_lat_e7": round(south * 1e7),
        "max_lon_e7": round(east * 1e7),
        "max_lat_e7": round(north * 1e7),
        "center_zoom": zooms[len(zooms) // 2],
        "center_lon_e7": round((west + east) * 5e6),
        "center_lat_e7": round((south + north) * 5e6),
    }
    described = [
        {
            "id": key,
            "fields": fields(iter(layer.properties)),
            "minzoom": max(zooms[0], min([rules.get(key, PLAIN).first, *rules.get(key, PLAIN).kinds.values()])),
            "maxzoom": zooms[-1],
        }
        for key, layer in layers.items()
    ]
    writer.finalize(header, {"name": name, "format": "pbf", "vector_layers": described})


class Pyramid:
    """A PMTiles file of vector tiles, read where it lies. May be shared by threads."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self.header = deserialize_header(self._map[:127])
            self._root = self._directory(self.header["root_offset"], self.header["root_length"])
            self.metadata: dict[str, Any] = json.loads(gzip.decompress(self._metadata()))
        except _UNREADABLE as error:
            raise NotAPyramid(why=str(error) or type(error).__name__) from error
        if self.header["tile_type"] != TileType.MVT or self.header["tile_compression"] != Compression.GZIP:
            raise NotAPyramid(why="its tiles are not gzipped vector tiles")
        self._leaves: dict[int, _Directory] = {}

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The packed tile, or None where nothing lies.

        A PMTiles directory points at tiles or at directories, at most three deep.
        """
        if not Tile(z, x, y).exists():
            return None
        number = zxy_to_tileid(z, x, y)
        directory = self._root
        for _ in range(4):
            entry = directory.entry(number)
            if entry is None:
                return None
            if entry.run_length:
                start = self.header["tile_data_offset"] + entry.offset
                return self._map[start : start + entry.length]
            directory = self._leaf(entry)
        return None

    def close(self) -> None:
        """Lets go of the file."""
        self._map.close()

    def _leaf(self, entry: Entry) -> "_Directory":
        leaf = self._leaves.get(entry.offset)
        if leaf is None:
            leaf = self._directory(self.header["leaf_directory_offset"] + entry.offset, entry.length)
            self._leaves[entry.offset] = leaf
        return leaf

    def _directory(self, offset: int, length: int) -> "_Directory":
        return _Directory(deserialize_directory(self._map[offset : offset + length]))

    def _metadata(self) -> bytes:
        start = self.header["metadata_offset"]
        return self._map[start : start + self.header["metadata_length"]]


class _Directory:
    """Entries of a PMTiles directory, by tile number."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._numbers = [entry.tile_id for entry in entries]

    def entry(self, number: int) -> Entry | None:
        """The entry that covers a tile: a run of equal tiles, or the directory to look in next."""
        place = bisect_right(self._numbers, number) - 1
        if place < 0:
            return None
        entry = self._entries[place]
        covers = not entry.run_length or number < entry.tile_id + entry.run_length
        return entry if covers else None
