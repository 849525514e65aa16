"""Points on the ground: the three coordinate systems of Chinese maps, cells, and distance.

Maps published in mainland China are shifted on purpose: GCJ-02 (火星坐标) from WGS-84, and BD-09 (百度坐标)
from GCJ-02. Linli keeps WGS-84 and converts at its doors.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

EARTH_M = 6_371_008.8  # mean radius
HIGHEST_LATITUDE = 85.0511287798066  # where web mercator is cut to a square
DEEPEST = 30

# The ellipsoid of Krasovsky, on which the shift was defined.
_A, _EE = 6_378_245.0, 0.006_693_421_622_965_943
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271


class Crs(StrEnum):
    """A coordinate system a file may be written in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def in_mainland_box(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Whether a point lies in the box within which coordinates are shifted.

    >>> bool(in_mainland_box(106.55, 29.56)), bool(in_mainland_box(2.35, 48.86))
    (True, False)
    """
    x, y = np.asarray(lon), np.asarray(lat)
    return (x >= _WEST) & (x <= _EAST) & (y >= _SOUTH) & (y <= _NORTH)


def _waves(x: Floats, *waves: tuple[float, float]) -> Floats:
    """The sum of sine waves, each given as its height and its half-period in degrees."""
    heights = [height * np.sin(x / period * np.pi) for height, period in waves]
    return np.sum(heights, axis=0) * 2 / 3


def _shifted(lon: Floats, lat: Floats) -> Pair:
    """WGS-84 to GCJ-02."""
    x, y = lon - 105.0, lat - 35.0
    ripple = _waves(x, (20, 1 / 6), (20, 1 / 2))
    root, xy = np.sqrt(np.abs(x)), x * y
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * xy + 0.2 * root + ripple
    north += _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * xy + 0.1 * root + ripple
    east += _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))
    radians = lat * np.pi / 180
    flat = 1 - _EE * np.sin(radians) ** 2
    return (
        lon + east * 180 / (_A / np.sqrt(flat) * np.cos(radians) * np.pi),
        lat + north * 180 / (_A * (1 - _EE) / (flat * np.sqrt(flat)) * np.pi),
    )


def _baidu(lon: Floats, lat: Floats) -> Pair:
    """GCJ-02 to BD-09."""
    turn = np.pi * 3000 / 180
    far = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * turn)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * turn)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006


def _undone(shift: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """The point that `shift` brings to (lon, lat). Each round leaves under a hundredth of the error."""
    x, y = lon, lat
    for _ in range(7):
        moved_x, moved_y = shift(x, y)
        x, y = x - (moved_x - lon), y - (moved_y - lat)
    return x, y


def _route(source: Crs, target: Crs) -> list[Callable[[Floats, Floats], Pair]]:
    order = [Crs.WGS84, Crs.GCJ02, Crs.BD09]
    here, there = order.index(source), order.index(target)
    steps = [_shifted, _baidu]
    if there >= here:
        return list(steps[here:there])
    return [lambda x, y, step=step: _undone(step, x, y) for step in reversed(steps[there:here])]  # type: ignore[misc]


def convert(lon: Any, lat: Any, source: Crs | str, target: Crs | str) -> tuple[Any, Any]:
    """The same places written in another system; floats for floats, arrays for arrays.

    Points outside the mainland box are not shifted, so they come back as they are.

    >>> lon, lat = convert(106.5507, 29.5647, "wgs84", "gcj02")
    >>> f"{lon:.6f} {lat:.6f}"
    '106.554419 29.561854'
    >>> convert(2.35, 48.86, "gcj02", "wgs84")
    (2.35, 48.86)
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    shifted = in_mainland_box(x, y)
    at = (x, y)
    for step in _route(Crs(source), Crs(target)):
        at = step(*at)
    new_x, new_y = np.where(shifted, at[0], x), np.where(shifted, at[1], y)
    return (float(new_x), float(new_y)) if new_x.ndim == 0 else (new_x, new_y)


def unit_square(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Web-mercator position in the unit square, x to the east and y to the south.

    >>> [float(v) for v in unit_square(0.0, 0.0)]
    [0.5, 0.5]
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    sine = np.sin(np.radians(np.clip(y, -HIGHEST_LATITUDE, HIGHEST_LATITUDE)))
    return x / 360 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)


def from_unit_square(x: ArrayLike, y: ArrayLike) -> Pair:
    """The inverse of `unit_square`.

    >>> [round(float(v), 9) for v in from_unit_square(*unit_square(106.5, 29.5))]
    [106.5, 29.5]
    """
    east, south = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return (east - 0.5) * 360, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * south))))


def _spread(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each of the low 32 bits moved to twice its place."""
    v = values
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        v = (v | (v << np.uint64(shift))) & np.uint64(mask)
    return v


def _interleaved(x: NDArray[np.uint64], y: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (_spread(x) | (_spread(y) << np.uint64(1))).astype(np.int64)


def cell(lon: Any, lat: Any, z: int = DEEPEST) -> Any:
    """The Morton cell of a point: the web-mercator tile at zoom z, its column and row interleaved bit by bit.

    Cells nest: the cell two bits shorter is the tile one zoom up.

    >>> cell(106.55, 29.56) >> 2 * (30 - 14) == cell(106.55, 29.56, z=14)
    True
    """
    x, y = unit_square(lon, lat)
    n = 1 << z
    column = np.clip(x * n, 0, n - 1).astype(np.uint64)
    row = np.clip(y * n, 0, n - 1).astype(np.uint64)
    found = _interleaved(column, row)
    return int(found) if found.ndim == 0 else found


def cells_within(z: int, x: int, y: int, *, depth: int = DEEPEST) -> tuple[int, int]:
    """First cell in a tile, and the first one after it.

    >>> low, high = cells_within(14, 13041, 6781)
    >>> high - low == 4 ** 16
    True
    """
    at = int(_interleaved(np.asarray(x, dtype=np.uint64), np.asarray(y, dtype=np.uint64)))
    shift = 2 * (depth - z)
    return at << shift, (at + 1) << shift


def distance_m(lon: Any, lat: Any, other_lon: Any, other_lat: Any) -> Any:
    """Metres along the great circle.

    >>> round(distance_m(106.55, 29.56, 106.55, 29.57))
    1112
    """
    a, b = np.radians(np.asarray(lat, float)), np.radians(np.asarray(other_lat, float))
    east = np.radians(np.asarray(other_lon, float) - np.asarray(lon, float))
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(east / 2) ** 2
    metres = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return float(metres) if metres.ndim == 0 else metres


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres in one degree of longitude and of latitude, there.

    >>> [round(m) for m in metres_per_degree(60)]
    [55598, 111195]
    """
    north = np.pi * EARTH_M / 180
    return float(north * np.cos(np.radians(lat))), float(north)
