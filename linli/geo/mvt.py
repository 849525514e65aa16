"""Writing vector tiles (Mapbox Vector Tile 2.1), a layer of all tiles of a zoom level at a time.

The geometry of all features becomes one array of numbers, which is written as variable-length
integers in one stroke and then cut at the features' ends: ten times as fast as feature by feature.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .points import Floats

EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
_MOVE_TO_ONE, _LINE_TO, _CLOSE = 9, 2, 15

Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]
Properties = Mapping[str, Any]


def layers(
    name: str, geometries: Geometries, properties: Sequence[Properties], tile: Ints, corners: Floats
) -> dict[int, bytes]:
    """One layer of many tiles. `tile` numbers the tile each shape goes to, `corners` are the tiles' upper left corners.

    Shapes come in tile units of the whole zoom level and already clipped. Those that round to nothing are
    left out, and so is a layer with nothing in it. Points, lines and polygons may be mixed; they come in that order.
    """
    pages: dict[int, _Page] = {}
    dimensions, tiles = shapely.get_dimensions(geometries), tile.tolist()
    for kind, paths_of in ((POINT, _points), (LINE, _lines), (POLYGON, _polygons)):
        places = np.flatnonzero(dimensions == kind - 1)
        for at, stream in _streams(paths_of(geometries[places], corners[tile[places]]), closed=kind == POLYGON):
            place = places[at]
            page = pages.get(tiles[place]) or pages.setdefault(tiles[place], _Page())
            page.add(kind, properties[place], stream)
    return {number: page.written(name) for number, page in pages.items()}


class _Page:
    """The features of one layer of one tile; each key and value is written once and referred to by number."""

    def __init__(self) -> None:
        self._keys: dict[str, int] = {}
        self._values: dict[tuple[type, Any], int] = {}
        self._features: list[bytes] = []
        self._heads: dict[int, bytes] = {}  # by the identity of the properties, which many features share

    def add(self, kind: int, properties: Properties, stream: bytes) -> None:
        known = id(properties) << 2 | kind
        head = self._heads.get(known)
        if head is None:
            tags = self._tags(properties)
            head = self._heads[known] = (_field(2, tags) if tags else b"") + b"\x18" + _SMALL[kind]
        self._features.append(_field(2, head + _field(4, stream)))

    def written(self, name: str) -> bytes:
        keys = [_field(3, key.encode()) for key in self._keys]
        values = [_field(4, _value(value)) for _, value in self._values]
        body = b"".join([_field(1, name.encode()), *self._features, *keys, *values, b"\x28\x80\x20\x78\x02"])
        return _field(3, body)

    def _tags(self, properties: Properties) -> bytes:
        keys, values = self._keys, self._values
        tags = bytearray()
        for key, value in properties.items():
            if value is not None:
                tags += _varint(keys.setdefault(key, len(keys)))
                tags += _varint(values.setdefault((type(value), value), len(values)))
        return bytes(tags)


def _varint(value: int) -> bytes:
    if value < 128:
        return _SMALL[value]
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


_SMALL = [bytes([value]) for value in range(128)]


def _field(number: int, content: bytes) -> bytes:
    return _SMALL[number << 3 | 2] + _varint(len(content)) + content


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\x38" + _SMALL[value]
    if isinstance(value, int):
        return b"\x28" + _varint(value) if value >= 0 else b"\x30" + _varint(-value * 2 - 1)
    if isinstance(value, float):
        return b"\x19" + struct.pack("<d", value)
    return _field(1, str(value).encode())


class _Paths:
    """Rounded corners of many paths after one another, with the path and the feature each belongs to."""

    def __init__(self, xy: Floats, path: Ints, owner: Ints, corners: Floats) -> None:
        self.xy = np.rint(xy - corners[owner[path]]).astype(np.int64)
        self.path = path
        self.owner = owner  # feature of each path
        self.keep(self.first() | np.any(np.diff(self.xy, axis=0, prepend=self.xy[:1]) != 0, axis=1))

    def first(self) -> NDArray[np.bool_]:
        """Whether each corner begins its path."""
        return np.diff(self.path, prepend=-1) != 0

    def ends(self) -> tuple[Ints, Ints]:
        """Where each path begins, and where its last corner is."""
        begins = np.flatnonzero(self.first())
        return begins, np.append(begins[1:], len(self.path))[: len(begins)] - 1

    def keep(self, corners: NDArray[np.bool_]) -> None:
        self.xy, self.path = self.xy[corners], self.path[corners]

    def counts(self) -> Ints:
        return np.bincount(self.path, minlength=len(self.owner))

    def only(self, paths: NDArray[np.bool_]) -> None:
        self.keep(paths[self.path])


def _points(geometries: Geometries, corners: Floats) -> _Paths:
    parts, owner = shapely.get_parts(geometries, return_index=True)
    chosen = shapely.get_type_id(parts) == shapely.GeometryType.POINT
    xy, path = shapely.get_coordinates(parts[chosen], return_index=True)
    return _Paths(xy, path, owner[chosen], corners)


def _lines(geometries: Geometries, corners: Floats) -> _Paths:
    parts, owner = _all_parts(geometries)
    chosen = np.isin(shapely.get_type_id(parts), (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
    xy, path = shapely.get_coordinates(parts[chosen], return_index=True)
    paths = _Paths(xy, path, owner[chosen], corners)
    paths.only(paths.counts() > 1)
    return paths


def _polygons(geometries: Geometries, corners: Floats) -> _Paths:
    """Shells first and clockwise as seen (rows grow to the south), holes after them and the other way."""
    parts, owner = _all_parts(geometries)
    chosen = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts = shapely.orient_polygons(parts[chosen], exterior_cw=False)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, path = shapely.get_coordinates(rings, return_index=True)
    paths = _Paths(xy, path, owner[chosen][part], corners)
    paths.keep(~_closing(paths))
    shell = np.diff(part, prepend=-1) != 0
    areas = _areas(paths, len(rings))
    sound = (paths.counts() > 2) & np.where(shell, areas > 0, areas < 0)
    paths.only(sound & sound[shell][np.cumsum(shell) - 1] if len(rings) else sound)
    return paths


def _all_parts(geometries: Geometries) -> tuple[Geometries, Ints]:
    """Parts of parts, since a collection may hold a MultiPolygon."""
    once, owner = shapely.get_parts(geometries, return_index=True)
    if not np.any(shapely.get_type_id(once) > shapely.GeometryType.POLYGON):
        return once, owner
    twice, inner = shapely.get_parts(once, return_index=True)
    return twice, owner[inner]


def _closing(paths: _Paths) -> NDArray[np.bool_]:
    """Whether a corner only repeats the first of its ring."""
    first, last = paths.ends()
    closing = np.zeros(len(paths.path), dtype=bool)
    closing[last] = np.all(paths.xy[first] == paths.xy[last], axis=1) & (last > first)
    return closing


def _areas(paths: _Paths, rings: int) -> Floats:
    """Twice the area of each ring after rounding, positive where it runs clockwise as seen."""
    first, last = paths.ends()
    following = np.arange(1, len(paths.path) + 1)
    following[last] = first
    (x, y), (next_x, next_y) = paths.xy.T, paths.xy[following].T
    doubled = np.bincount(paths.path, weights=(x * next_y - next_x * y).astype(float), minlength=rings)
    return np.asarray(doubled, dtype=np.float64)


def _streams(paths: _Paths, *, closed: bool) -> Iterable[tuple[int, bytes]]:
    """Each feature's place and its commands, as bytes."""
    if not len(paths.path):
        return []
    numbers, feature = _commands(paths, closed)
    written, sizes = varints(numbers)
    places, first = np.unique(feature, return_index=True)
    ends = np.append(np.concatenate(([0], np.cumsum(sizes)))[first], len(written)).tolist()
    text = written.tobytes()
    return [(place, text[ends[i] : ends[i + 1]]) for i, place in enumerate(places.tolist())]


def _commands(paths: _Paths, closed: bool) -> tuple[Ints, Ints]:
    """The command numbers of all paths after one another, and the feature of each number."""
    starts, last = paths.ends()
    counts = last - starts + 1
    feature = paths.owner[paths.path]
    steps = np.diff(paths.xy, axis=0, prepend=paths.xy[:1])
    new = np.diff(feature, prepend=-1) != 0
    steps[new] = paths.xy[new]
    more = counts > 1
    sizes = 2 * counts + 1 + more + closed
    begin = np.cumsum(sizes) - sizes
    numbers = np.empty(int(sizes.sum()), dtype=np.int64)
    order = np.arange(len(paths.path)) - np.repeat(starts, counts)
    at = np.repeat(begin, counts) + 1 + 2 * order + (order > 0)
    numbers[at], numbers[at + 1] = (steps.T << 1) ^ (steps.T >> 63)
    numbers[begin] = _MOVE_TO_ONE
    numbers[(begin + 3)[more]] = (counts[more] - 1) << 3 | _LINE_TO
    if closed:
        numbers[begin + sizes - 1] = _CLOSE
    return numbers, np.repeat(feature[starts], sizes)


_LIMITS = np.array([1 << 7 * k for k in range(1, 5)])


def varints(numbers: Ints) -> tuple[NDArray[np.uint8], Ints]:
    """Numbers below 2 ** 35 as variable-length integers after one another, and how long each is.

    >>> written, sizes = varints(np.array([1, 300]))
    >>> written.tolist(), sizes.tolist()
    ([1, 172, 2], [1, 2])
    """
    sizes = np.searchsorted(_LIMITS, numbers, side="right") + 1
    begin = np.cumsum(sizes) - sizes
    written = np.empty(int(sizes.sum()), dtype=np.uint8)
    for k in range(5):
        has = sizes > k
        if not has.any():
            break
        written[begin[has] + k] = (numbers[has] >> 7 * k) & 127 | np.where(sizes[has] > k + 1, 128, 0)
    return written, sizes
