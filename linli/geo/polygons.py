"""Boundaries: read, mended, and written in one canonical form, so that equal land is equal text."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from linli.ground.refusals import Refusal

from .points import Crs, Floats, convert
from .refusals import BrokenGeometry, CrossesItself, NotABoundary, NothingLeft

Boundary: TypeAlias = Polygon | MultiPolygon

DECIMALS = 7  # about a centimetre
GRID = 1e-7
SLIVER = 1e-6  # a part this small beside the whole is an accident of drawing
_NAMED = re.compile(r"\[(-?[\d.e+-]+) (-?[\d.e+-]+)")


class Mended(NamedTuple):
    """A sound boundary, and what was wrong with it before, if anything was."""

    geometry: Boundary
    complaint: Refusal | None


def parse(geometry: Mapping[str, Any], *, feature: int | str = 1) -> Boundary:
    """The boundary a GeoJSON geometry describes, as drawn. Refuses what is not a Polygon or a MultiPolygon.

    >>> parse({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}).area
    0.5
    """
    shape = shape_of(geometry, feature=feature)
    if not isinstance(shape, Polygon | MultiPolygon):
        raise NotABoundary(feature=feature, found=shape.geom_type)
    return shape


def shape_of(geometry: Any, *, feature: int | str = 1) -> BaseGeometry:
    """Any GeoJSON geometry in two dimensions. Refuses what does not make a shape."""
    if not isinstance(geometry, Mapping) or "type" not in geometry:
        raise BrokenGeometry(feature=feature, why="it has no geometry")
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
        raise BrokenGeometry(feature=feature, why=str(error).splitlines()[0]) from error
    if shape is None or shape.is_empty:
        raise BrokenGeometry(feature=feature, why="it is empty")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise BrokenGeometry(feature=feature, why="a coordinate is not a number")
    return shapely.force_2d(shape)


def complaint(geometry: BaseGeometry) -> Refusal | None:
    """What is wrong with a boundary, and where; None for a sound one.

    >>> bowtie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> print(complaint(bowtie).words % complaint(bowtie).facts)
    The boundary crosses itself at 1.0, 1.0.
    """
    if shapely.is_valid(geometry):
        return None
    named = _NAMED.search(shapely.is_valid_reason(geometry))
    lon, lat = (float(named[1]), float(named[2])) if named else shapely.get_coordinates(geometry)[0]
    return CrossesItself(lon=round(lon, DECIMALS), lat=round(lat, DECIMALS))


def mend(geometry: BaseGeometry) -> Mended:
    """The same land as a sound boundary, with the complaint about what was wrong.

    Every part that the line went round is kept; slivers and stray lines are dropped.
    Refuses a boundary that encloses no land.
    """
    wrong = complaint(geometry)
    sound = shapely.union_all([_sound(part) for part in parts(geometry)]) if wrong else geometry
    whole = _without_slivers(list(parts(sound)))
    if whole is None:
        raise NothingLeft()
    return Mended(whole, wrong)


def _sound(polygon: Polygon) -> BaseGeometry:
    """What the outer line goes round, less what the inner lines go round."""
    holes = [_gone_round(hole) for hole in polygon.interiors]
    return _gone_round(polygon.exterior).difference(shapely.union_all(holes))


def _gone_round(ring: BaseGeometry) -> BaseGeometry:
    return shapely.union_all(shapely.polygonize([shapely.node(ring)]))


def parts(geometry: BaseGeometry) -> Iterator[Polygon]:
    """The polygons in any geometry, lines and points left out."""
    for part in shapely.get_parts(shapely.get_parts(geometry)):
        if isinstance(part, Polygon) and not part.is_empty:
            yield part


def together(polygons: list[Polygon]) -> Boundary:
    """One polygon as it is, several as a MultiPolygon."""
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _without_slivers(polygons: list[Polygon]) -> Boundary | None:
    most = sum(polygon.area for polygon in polygons)
    kept = [polygon for polygon in polygons if polygon.area > SLIVER * most]
    return together(kept) if kept else None


def on_grid(geometry: Boundary) -> Boundary:
    """The boundary with every corner rounded to seven decimals, and still sound.

    Corners are rounded each by itself, so neighbours that shared a corner share it afterwards;
    only where that would spoil a hair-thin place is the boundary re-noded.
    """
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS) + 0.0)
    rounded = shapely.remove_repeated_points(rounded)
    if not rounded.is_valid or rounded.is_empty:
        noded = mend(shapely.set_precision(mend(geometry).geometry, GRID)).geometry
        rounded = shapely.transform(noded, lambda xy: np.round(xy, DECIMALS) + 0.0)
    return rounded


def _turned(ring: Floats, *, counter_clockwise: bool) -> list[list[float]]:
    """A closed ring as a list that runs the given way round from its lowest corner."""
    corners = ring[:-1]
    if shapely.is_ccw(shapely.linearrings(ring)) != counter_clockwise:
        corners = corners[::-1]
    first = np.lexsort((corners[:, 1], corners[:, 0]))[0]
    turned = np.roll(corners, -first, axis=0).tolist()
    return [*turned, turned[0]]


def _rings(polygon: Polygon) -> list[list[list[float]]]:
    shell = _turned(shapely.get_coordinates(polygon.exterior), counter_clockwise=True)
    holes = [_turned(shapely.get_coordinates(hole), counter_clockwise=False) for hole in polygon.interiors]
    return [shell, *sorted(holes)]


def canonical(geometry: Boundary) -> dict[str, Any]:
    """The boundary as a GeoJSON geometry in its one form.

    Seven decimals, shells counter-clockwise and holes clockwise (RFC 7946), each ring from its lowest
    corner, rings and parts in order.

    >>> canonical(Polygon([(1, 1), (1, 0), (0, 0)]))
    {'type': 'Polygon', 'coordinates': [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]}
    """
    found = sorted(_rings(part) for part in parts(on_grid(geometry)))
    if len(found) == 1:
        return {"type": "Polygon", "coordinates": found[0]}
    return {"type": "MultiPolygon", "coordinates": found}


def write(geometry: Boundary) -> str:
    """The canonical form as compact text: the same land gives the same bytes.

    >>> write(Polygon([(1, 1), (1, 0), (0, 0)]))
    '{"type":"Polygon","coordinates":[[[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,0.0]]]}'
    """
    return json.dumps(canonical(geometry), separators=(",", ":"))


def read(text: str | bytes) -> Boundary:
    """The boundary in a text that `write` wrote."""
    return parse(json.loads(text))


def centre(geometry: Boundary) -> tuple[float, float]:
    """A point well inside, for a label: the centroid if it lies inside, else the middle of the widest place.

    >>> centre(Polygon([(0, 0), (2, 0), (2, 2), (0, 2)]))
    (1.0, 1.0)
    """
    largest = max(parts(geometry), key=lambda part: part.area)
    middle = largest.centroid
    if not largest.contains(middle):
        spoke = shapely.maximum_inscribed_circle(largest, tolerance=_extent(largest) / 200)
        middle = shapely.get_point(spoke, 0)
    return round(middle.x, DECIMALS), round(middle.y, DECIMALS)


def _extent(geometry: BaseGeometry) -> float:
    west, south, east, north = geometry.bounds
    return max(east - west, north - south)


def converted(geometry: Boundary, source: Crs | str, target: Crs | str = Crs.WGS84) -> Boundary:
    """The same land with every corner written in another coordinate system."""
    return shapely.transform(geometry, lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1], source, target)))
