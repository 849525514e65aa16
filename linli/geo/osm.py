"""An OpenStreetMap extract as the layers of a plan. What the tags mean here is one table."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from linli.ground.progress import Tell, silent

from .pyramids import Layer, layer_of
from .refusals import CannotReadExtract

Tags = Mapping[str, str]
Properties = dict[str, Any]

ANY = "*"


class Kind(NamedTuple):
    """What a tag makes of a thing: the layer it is drawn in, and its kind there."""

    layer: str
    kind: str


# The first row that fits decides. Key, values parted by spaces, what it becomes.
AREAS: tuple[tuple[str, str, Kind], ...] = (
    ("building", "house apartments residential terrace dormitory detached", Kind("building", "home")),
    ("building", "retail shop kiosk", Kind("building", "shop")),
    ("building", "office commercial", Kind("building", "office")),
    ("building", "school kindergarten university college", Kind("building", "school")),
    ("building", "hospital clinic", Kind("building", "clinic")),
    ("building", "civic public government", Kind("building", "hall")),
    ("building", "supermarket marketplace", Kind("building", "market")),
    ("building", "industrial factory warehouse", Kind("building", "factory")),
    ("building", "train_station transportation", Kind("building", "station")),
    ("building", "shed garage garages hut roof", Kind("building", "shed")),
    ("building", ANY, Kind("building", "home")),
    ("natural", "water", Kind("water", "lake")),
    ("waterway", "riverbank", Kind("water", "river")),
    ("landuse", "reservoir basin", Kind("water", "pond")),
    ("leisure", "park garden playground", Kind("green", "park")),
    ("place", "square", Kind("green", "square")),
    ("natural", "wood scrub", Kind("green", "wood")),
    ("landuse", "forest orchard", Kind("green", "wood")),
    ("landuse", "farmland meadow grass allotments", Kind("green", "field")),
    ("landuse", "cemetery", Kind("green", "cemetery")),
    ("amenity", "grave_yard", Kind("green", "cemetery")),
    ("landuse", "residential", Kind("compound", "home")),
)
LINES: tuple[tuple[str, str, Kind], ...] = (
    ("highway", "motorway motorway_link trunk trunk_link", Kind("street", "trunk")),
    ("highway", "primary primary_link secondary secondary_link", Kind("street", "main")),
    ("highway", "tertiary tertiary_link unclassified residential living_street", Kind("street", "local")),
    ("highway", "service track road", Kind("street", "lane")),
    ("highway", "pedestrian footway path steps cycleway", Kind("street", "path")),
    ("railway", "rail light_rail subway monorail tram", Kind("street", "rail")),
    ("waterway", "river canal", Kind("water", "river")),
    ("waterway", "stream ditch drain", Kind("water", "stream")),
)
PLACES: tuple[tuple[str, str, Kind], ...] = (
    ("railway", "station halt", Kind("place", "station")),
    ("amenity", "bus_station", Kind("place", "station")),
    ("amenity", "school kindergarten college university", Kind("place", "school")),
    ("amenity", "hospital clinic doctors", Kind("place", "clinic")),
    ("amenity", "townhall community_centre", Kind("place", "hall")),
    ("amenity", "marketplace", Kind("place", "market")),
    ("shop", "supermarket mall", Kind("place", "market")),
    ("amenity", "canteen food_court", Kind("place", "canteen")),
    ("leisure", "park", Kind("place", "park")),
    ("place", "square", Kind("place", "square")),
    ("natural", "peak", Kind("place", "hill")),
    ("shop", ANY, Kind("place", "shop")),
)
RANKS: Mapping[str, int] = MappingProxyType(
    {"station": 1, "hall": 2, "clinic": 2, "park": 2, "hill": 2, "school": 3, "market": 3, "square": 3, "canteen": 4}
)
WIDTHS: Mapping[str, int] = MappingProxyType({"trunk": 24, "main": 16, "local": 9, "lane": 5, "path": 3, "rail": 6})
LAYERS = ("water", "relief", "green", "compound", "street", "building", "place")


def kind_of(tags: Tags, table: tuple[tuple[str, str, Kind], ...]) -> Kind | None:
    """What the tags make of a thing, by the first row of the table that fits.

    >>> kind_of({"highway": "footway"}, LINES)
    Kind(layer='street', kind='path')
    >>> kind_of({"building": "no"}, AREAS)
    """
    for key, values, kind in table:
        value = tags.get(key, "no")
        if value != "no" and (values == ANY or value in values.split()):
            return kind
    return None


def read_extract(path: Path, *, progress: Tell = silent) -> dict[str, Layer]:
    """The layers of a plan out of an .osm, .osm.bz2, .osm.gz or .osm.pbf file; ways that miss a node are left out.

    Refuses a file that is none of these, or breaks off.
    """
    found: dict[str, list[tuple[BaseGeometry, Properties]]] = {layer: [] for layer in LAYERS}
    try:
        things = osmium.FileProcessor(str(path)).with_areas()
        for done, thing in enumerate(things.with_filter(osmium.filter.EmptyTagFilter()), start=1):
            for layer, shape, properties in _drawn(thing):
                found[layer].append((shape, properties))
            if done % 10_000 == 0:
                progress("osm", done, 0)
    except (RuntimeError, OSError) as error:
        raise CannotReadExtract(what=path.name, why=str(error)) from error
    return {layer: layer_of(things) for layer, things in found.items() if things}


_SHAPES = osmium.geom.WKBFactory()


def _drawn(thing: Any) -> list[tuple[str, BaseGeometry, Properties]]:
    """What one thing of the extract adds to the plan: at most its shape and a place with its name."""
    tags = dict(thing.tags)
    if thing.is_area():
        return _area(thing, tags)
    if thing.is_way():
        return _line(thing, tags)
    if thing.is_node():
        return _place(tags, lambda: shapely.Point(thing.lon, thing.lat))
    return []


def _area(thing: Any, tags: Tags) -> list[tuple[str, BaseGeometry, Properties]]:
    kind = kind_of(tags, AREAS)
    shape = _shape(_SHAPES.create_multipolygon, thing) if kind or "name" in tags else None
    if shape is None:
        return []
    drawn = [(kind.layer, shape, _said(kind, tags))] if kind else []
    return [*drawn, *_place(tags, shape.representative_point)]


def _line(thing: Any, tags: Tags) -> list[tuple[str, BaseGeometry, Properties]]:
    """A closed way that is an area comes again as one, so only what is drawn as a line is taken here."""
    kind = kind_of(tags, LINES)
    shape = _shape(_SHAPES.create_linestring, thing) if kind and tags.get("area") != "yes" else None
    return [(kind.layer, shape, _said(kind, tags))] if kind and shape is not None else []


def _place(tags: Tags, point: Callable[[], BaseGeometry]) -> list[tuple[str, BaseGeometry, Properties]]:
    kind = kind_of(tags, PLACES)
    if kind is None or not tags.get("name"):
        return []
    return [("place", point(), {"kind": kind.kind, "name": tags["name"], "rank": RANKS.get(kind.kind, 5)})]


def _shape(create: Callable[[Any], str], thing: Any) -> BaseGeometry | None:
    """None for a thing whose nodes are not all in the extract."""
    try:
        return shapely.from_wkb(create(thing))
    except (RuntimeError, osmium.InvalidLocationError):
        return None


def _said(kind: Kind, tags: Tags) -> Properties:
    said: Properties = {"kind": kind.kind}
    if tags.get("name"):
        said["name"] = tags["name"]
    if kind.layer == "street":
        said |= {"bridge": int(tags.get("bridge", "no") != "no"), "width": _metres(tags) or WIDTHS[kind.kind]}
    if kind.layer == "building":
        said |= {"number": tags.get("addr:housenumber", ""), "floors": _whole(tags.get("building:levels", "")) or 1}
    return said


def _metres(tags: Tags) -> int:
    return _whole(tags.get("width", "").removesuffix("m").strip())


def _whole(text: str) -> int:
    """The whole part of a number as people write it in tags; 0 where there is none.

    >>> _whole("6.5"), _whole("about 6")
    (6, 0)
    """
    number = text.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 0
