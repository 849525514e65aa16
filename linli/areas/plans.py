"""Reading what people bring as a plan: GeoJSON in our layers or in nobody's, OpenStreetMap extracts, tiles."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from linli.geo import osm, reading
from linli.geo.points import Crs
from linli.geo.pyramids import Layer, Pyramid, layer_of
from linli.geo.reading import Feature
from linli.geo.refusals import FileTooLarge
from linli.ground.progress import Tell

LONGEST_TEXT = 80


def must_not_be_larger(path: Path, most_mb: float) -> None:
    """Refuses a file of more megabytes."""
    size = path.stat().st_size
    if size > most_mb * 1_000_000:
        raise FileTooLarge(size=round(size / 1_000_000, 1), limit=most_mb)


def from_geojson(files: Sequence[tuple[str, Path]], layers: Sequence[str], crs: Crs, tell: Tell) -> dict[str, Layer]:
    """The layers of files: told by a feature's `layer`, else by its file's name, else guessed from what it is."""
    found: dict[str, list[tuple[Any, Mapping[str, Any]]]] = {}
    for done, (name, path) in enumerate(files, start=1):
        stem = Path(name).stem.lower()
        for feature in reading.features(path, crs=crs):
            layer = layer_of_feature(feature, stem, layers)
            found.setdefault(layer, []).append((feature.geometry, plain(feature, layer)))
        tell("read", done, len(files))
    return {layer: layer_of(things) for layer, things in found.items()}


def from_osm(path: Path, tell: Tell) -> dict[str, Layer]:
    """The layers of an OpenStreetMap extract."""
    return osm.read_extract(path, progress=tell)


def layers_in(path: Path) -> list[str]:
    """The names of the layers that a file of tiles says it has."""
    pyramid = Pyramid(path)
    described = pyramid.metadata.get("vector_layers") or []
    pyramid.close()
    return [str(each.get("id")) for each in described if isinstance(each, dict)]


def copied(path: Path, to: Path) -> None:
    """The same bytes at another place."""
    shutil.copyfile(path, to)


def layer_of_feature(feature: Feature, stem: str, layers: Sequence[str]) -> str:
    """Where a feature is drawn.

    >>> import shapely
    >>> layer_of_feature(Feature(1, {"building": "yes"}, shapely.box(0, 0, 1, 1)), "export", ["building", "place"])
    'building'
    >>> layer_of_feature(Feature(1, {}, shapely.Point(0, 0)), "export", ["building", "place"])
    'place'
    """
    told = feature.properties.get("layer")
    if told in layers:
        return str(told)
    return stem if stem in layers else _guessed(feature)


def _guessed(feature: Feature) -> str:
    """By its tags as an OpenStreetMap extract has them, else by its shape."""
    made = _tagged(feature)
    if made:
        return made.layer
    shape = feature.geometry.geom_type
    return "place" if "Point" in shape else "street" if "Line" in shape else "compound"


def _tagged(feature: Feature) -> osm.Kind | None:
    tags = {str(key): str(value) for key, value in feature.properties.items() if value is not None}
    shape = feature.geometry.geom_type
    table = osm.PLACES if "Point" in shape else osm.LINES if "Line" in shape else osm.AREAS
    return osm.kind_of(tags, table)


STANDING = {"street": "local", "building": "home", "water": "lake", "green": "park", "compound": "home"}


def plain(feature: Feature, layer: str) -> dict[str, str | int]:
    """Short words and whole numbers only, with the kind and the rank that the map's style asks for."""
    kept = {
        str(key)[:20]: value if isinstance(value, int) else str(value)[:LONGEST_TEXT]
        for key, value in feature.properties.items()
        if isinstance(value, str | int | float) and key != "layer" and value != ""
    }
    if "kind" not in kept:
        made = _tagged(feature)
        kept["kind"] = made.kind if made and made.layer == layer else STANDING.get(layer, "hill")
    if layer == "place":
        rank = kept.get("rank")
        known = isinstance(rank, int) and 1 <= rank <= 5
        kept["rank"] = rank if known and rank is not None else osm.RANKS.get(str(kept["kind"]), 3)
    return kept
