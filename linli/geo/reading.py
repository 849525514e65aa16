"""Reading a GeoJSON FeatureCollection that someone brings: taken whole, or refused with a reason."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .points import Crs
from .polygons import converted, shape_of
from .refusals import CannotReadFile, FileTooLarge, LooksSwapped, NotABoundary, OutOfRange

MOST_MB = 256


class Feature(NamedTuple):
    """One thing in a file: its place in it (from 1), its properties, its shape in WGS-84."""

    number: int
    properties: Mapping[str, Any]
    geometry: BaseGeometry


def features(source: Path | bytes, *, crs: Crs | str = Crs.WGS84, most_mb: float = MOST_MB) -> list[Feature]:
    """Every feature of a file. Refuses one too large, of another kind, or off the globe.

    >>> [f.number for f in features(b'{"type": "FeatureCollection", "features": []}')]
    []
    """
    found = _collection(_bytes(source, most_mb))
    return [_feature(number, raw, crs) for number, raw in enumerate(found, start=1)]


def boundaries(source: Path | bytes, *, crs: Crs | str = Crs.WGS84, most_mb: float = MOST_MB) -> list[Feature]:
    """Every feature of a file of areas, as drawn (mend them next). Refuses points and lines too."""
    found = features(source, crs=crs, most_mb=most_mb)
    for feature in found:
        if feature.geometry.geom_type not in ("Polygon", "MultiPolygon"):
            raise NotABoundary(feature=feature.number, found=feature.geometry.geom_type)
    return found


def _bytes(source: Path | bytes, most_mb: float) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > most_mb * 1_000_000:
        raise FileTooLarge(size=round(size / 1_000_000, 1), limit=most_mb)
    return source if isinstance(source, bytes) else source.read_bytes()


def _collection(text: bytes) -> list[Any]:
    try:
        found = json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CannotReadFile(why=f"byte {error.start} is not UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise CannotReadFile(why=f"it is not JSON ({error})") from error
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise CannotReadFile(why="it is not a FeatureCollection")
    if not isinstance(found.get("features"), list):
        raise CannotReadFile(why="it has no list of features")
    return found["features"]


def _feature(number: int, raw: Any, crs: Crs | str) -> Feature:
    if not isinstance(raw, dict) or raw.get("type") != "Feature":
        raise CannotReadFile(why=f"entry {number} is not a Feature")
    properties = raw.get("properties") or {}
    if not isinstance(properties, dict):
        raise CannotReadFile(why=f"the properties of feature {number} are not an object")
    if "id" in raw:  # RFC 7946 keeps a feature's name beside its properties
        properties = {"id": raw["id"], **properties}
    geometry = shape_of(raw.get("geometry"), feature=number)
    must_be_on_the_globe(geometry, feature=number)
    return Feature(number, properties, converted(geometry, crs))


def must_be_on_the_globe(geometry: BaseGeometry, *, feature: int = 1) -> None:
    """Refuses coordinates that are no degrees, and those with latitude first."""
    xy = shapely.get_coordinates(geometry)
    off = (np.abs(xy[:, 0]) > 180) | (np.abs(xy[:, 1]) > 90)
    if not off.any():
        return
    lon, lat = (float(v) for v in xy[off][0])
    swapped = abs(lon) <= 90 and abs(lat) <= 180
    raise (LooksSwapped if swapped else OutOfRange)(feature=feature, lon=lon, lat=lat)
