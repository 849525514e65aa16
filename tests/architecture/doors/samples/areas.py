"""The doors to areas, their redrawing, and what lies under the map."""

import json

from linli.geo.tiles import Tile, tile_at
from tests.architecture.doors.asking import OTHER, OWN, Sample
from tests.browser import small_town

HERE = tile_at(small_town.WEST + small_town.SIDE, small_town.SOUTH + small_town.SIDE, 14)
AWAY = Tile(14, 0, 0)


def cut(community: str) -> dict[str, str]:
    """Cutting the first grid of a community in two, from south to north."""
    west, south, east, north = next(box for code, _, box in small_town.squares() if code == f"{community}001")
    middle = (west + east) / 2
    line = {"type": "LineString", "coordinates": [[middle, south - 0.001], [middle, north + 0.001]]}
    return {"act": "cut", "area": f"{community}001", "name": "新网格", "shape": json.dumps(line)}


def rename(code: str) -> dict[str, str]:
    """Another name for an area, at once."""
    return {"kind": "rename", "code": code, "name": "临江社区", "effective_on": "2026-11-24", "do": "yes"}


def sent(area: str) -> dict[str, object]:
    """A background for an area: one street."""
    street = {"type": "LineString", "coordinates": [[106.5, 29.5], [106.51, 29.51]]}
    told = {"type": "Feature", "properties": {"kind": "main"}, "geometry": street}
    text = json.dumps({"type": "FeatureCollection", "features": [told]})
    return {"kind": "geojson", "name": "街道", "crs": "wgs84", "area": area, "files": ("street.geojson", text)}


PINS = {f"{axis}{n}": value for n, pin in enumerate(
    [(0, 0, 106.50, 29.51), (90, 0, 106.51, 29.51), (0, 90, 106.50, 29.50)], 1
) for axis, value in zip(("x", "y", "lon", "lat"), pin, strict=True)}  # fmt: skip

SAMPLES: list[Sample] = [
    ("areas", "", {}, {}),
    ("areas", "?q=binjiang", {}, {}),
    ("area", "the clerk's community", {"code": OWN}, {}),
    ("area", "another community", {"code": OTHER}, {}),
    ("area", "one that never stood", {"code": f"{small_town.TOWN}099"}, {}),
    ("area-edit", "the clerk's community", {"code": OWN}, cut(OWN)),
    ("area-edit", "another community", {"code": OTHER}, cut(OTHER)),
    ("area-edit", "the township", {"code": small_town.TOWN}, {"undo": "yes"}),
    ("area-children", "the clerk's community", {"code": OWN}, {}),
    ("redraw", "a community", {}, rename(OWN)),
    ("redraw", "one that never stood", {}, rename(f"{small_town.TOWN}099")),
    ("redrawn", "the clerk's community", {"ref": "REDRAWING"}, {"undo": "yes"}),
    ("redrawn", "none of that reference", {"ref": "D-00000-00"}, {}),
    ("map", "", {}, {}),
    ("plan", "lift what lies under all", {}, {"lift": "PLAN"}),
    ("plan", "lay under the township", {}, sent(small_town.TOWN)),
    ("plan", "lay under another district", {}, sent("500198")),
    ("plan-pins", "a scan of the township", {"ref": "SCAN"}, PINS),
    ("plan-pins", "what is no scan", {"ref": "PLAN"}, PINS),
    ("plan-picture", "a scan of the township", {"ref": "SCAN"}, {}),
    ("plan-picture", "what is no scan", {"ref": "PLAN"}, {}),
    ("plan-tile", "where it lies", {"ref": "PLAN", "version": "VERSION", "at": HERE}, {}),
    ("plan-tile", "where nothing lies", {"ref": "PLAN", "version": "VERSION", "at": AWAY}, {}),
    ("plan-tile", "of a scan", {"ref": "SCAN", "version": "VERSION", "at": HERE}, {}),
    ("area-tile", "where areas lie", {"version": "any", "at": HERE}, {}),
    ("area-tile", "where none lie", {"version": "any", "at": AWAY}, {}),
]  # fmt: skip
