"""A drawing as files: one GeoJSON per layer, the areas, and the table of division codes; the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.town.drawing.features import LAYERS, Area, Feature, Value

CODE_COLUMNS = ("district_code", "district", "street_code", "street", "community_code", "community")


def write(layers: Mapping[str, list[Feature]], areas: list[Area], folder: Path) -> list[Path]:
    """The files written, in order; each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"{layer}.geojson": _collection(_pairs(layers.get(layer, []))) for layer in LAYERS}
    texts["areas.geojson"] = _collection(
        (area.polygon, {"code": area.code, "level": area.level, "name": area.name}) for area in areas
    )
    texts["divisions.csv"] = iter([_codes(areas)])
    return [_written(folder / name, text) for name, text in texts.items()]


def _pairs(features: list[Feature]) -> Iterator[tuple[BaseGeometry, Mapping[str, Value]]]:
    return ((feature.shape, feature.properties) for feature in features)


def _written(path: Path, text: Iterable[str]) -> Path:
    draft = path.with_suffix(path.suffix + ".draft")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(text)
    draft.replace(path)
    return path


def _collection(pairs: Iterable[tuple[BaseGeometry, Mapping[str, Value]]]) -> Iterator[str]:
    """A FeatureCollection, a feature to a line."""
    shapes, properties = zip(*pairs, strict=True) if (pairs := list(pairs)) else ((), ())
    yield '{"type":"FeatureCollection","features":[\n'
    geometries = shapely.to_geojson(np.array(shapes, dtype=object)) if shapes else ()
    for number, (geometry, values) in enumerate(zip(geometries, properties, strict=True)):
        tags = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        comma = ",\n" if number else ""
        yield f'{comma}{{"type":"Feature","properties":{tags},"geometry":{geometry}}}'
    yield "\n]}\n"


def _codes(areas: list[Area]) -> str:
    """The division codes as a table of the communities, with their township and district."""
    names = {area.code: area.name for area in areas}
    sheet = io.StringIO()
    table = csv.writer(sheet, lineterminator="\n")
    table.writerow(CODE_COLUMNS)
    for area in areas:
        if area.level == "community":
            district, street = area.code[:6], area.code[:9]
            table.writerow((district, names[district], street, names[street], area.code, area.name))
    return sheet.getvalue()
