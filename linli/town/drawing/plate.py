"""A township as layers of features and areas with codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from linli.town.drawing.features import Area, Feature, Value, features
from linli.town.drawing.land import BED, Land
from linli.town.drawing.lettering import Lettering, numeral
from linli.town.drawing.lots import polygons
from linli.town.drawing.network import RANKS, Street
from linli.town.drawing.raster import Frame
from linli.town.drawing.roads import QUAY
from linli.town.drawing.township import Township


@dataclass(frozen=True)
class Outline:
    """The grids of a township in metres, and the communities they make up, by name."""

    code: str
    name: str
    grids: list[BaseGeometry]
    communities: list[tuple[str, list[int]]]


Drawn = list[tuple[BaseGeometry, dict[str, Value]]]


def layers(here: Township, said: Lettering) -> dict[str, list[Feature]]:
    """Everything of one township but the land itself."""
    return {
        "water": features(_waters(here, said)),
        "green": features(_greens(here, said)),
        "compound": features([(shape, {"kind": "home", "name": name}) for shape, name in said.compounds]),
        "street": features(list(_streets(here))),
        "building": features(list(_buildings(here))),
        "place": features(
            [(label.spot, {"kind": label.kind, "name": label.name, "rank": label.rank}) for label in said.labels]
        ),
    }


def _waters(here: Township, said: Lettering) -> Drawn:
    drawn: Drawn = [
        (line, {"kind": "stream", "name": name}) for line, name in zip(here.streams, said.streams, strict=True)
    ]
    return drawn + [(pond, {"kind": "pond"}) for pond in here.country.ponds]


def _greens(here: Township, said: Lettering) -> Drawn:
    drawn: Drawn = [(shape, {"kind": "wood"}) for shape in here.country.woods]
    drawn += [(shape, {"kind": "field"}) for shape in here.country.fields]
    drawn += [(shape, {"kind": kind, "name": name}) for shape, kind, name in said.greens]
    town = shapely.union_all([block.face for block in here.blocks]).buffer(QUAY)
    bank = here.ground.water.buffer(QUAY - 11).difference(here.ground.water.buffer(2)).intersection(town)
    drawn += [(part.simplify(0.5), {"kind": "park"}) for part in polygons(bank, 600)]
    return drawn


def _streets(here: Township) -> Iterator[tuple[BaseGeometry, dict[str, Value]]]:
    """Streets, the great ones last so that they lie on top."""
    wet = shapely.union_all([here.ground.water.buffer(12), *[line.buffer(9) for line in here.streams]])
    for street in sorted([s for s in here.streets if not s.shared], key=lambda s: -RANKS[s.kind]):
        yield from drawn(street, wet)


def drawn(street: Street, wet: BaseGeometry) -> Iterator[tuple[BaseGeometry, dict[str, Value]]]:
    """A street cut where it crosses water on a bridge."""
    line = street.line.simplify(0.3)
    tags: dict[str, Value] = {"kind": street.kind, "name": street.name, "width": street.width}
    for shape, bridge in ((line.difference(wet), 0), (line.intersection(wet), 1)):
        whole = shapely.line_merge(shape) if shape.geom_type == "MultiLineString" else shape
        for part in shapely.get_parts(whole):
            if isinstance(part, LineString) and part.length > 0.5:
                yield part, {**tags, "bridge": bridge}


def _buildings(here: Township) -> Iterator[tuple[BaseGeometry, dict[str, Value]]]:
    for b in here.buildings:
        tags: dict[str, Value] = {"kind": b.kind, "name": b.name, "number": b.number, "floors": b.floors}
        if b.dwellings:
            tags |= {"units": b.units, "per_floor": b.per_floor}
        yield b.shape, tags


def relief(land: Land, extent: Polygon, cell: float) -> list[Feature]:
    """Nested bands of height, a band every 25 metres above the river terraces."""
    raster = Frame.around(extent.bounds, cell).fill(land.height)
    bands = range(BED + 28, int(raster.values.max()), 25)
    return features(
        [
            (part.simplify(cell / 16), {"kind": "hill", "height": level})
            for level in bands
            for band in raster.above(level)
            for part in polygons(band.intersection(extent), 2000)
        ]
    )


def water(land: Land, extent: Polygon) -> list[Feature]:
    """The rivers within the extent."""
    found = [(part, r.name) for r in land.rivers for part in polygons(r.water.intersection(extent), 10)]
    return features([(part, {"kind": "river", "name": name}) for part, name in found])


def areas(outline: Outline, grids: Sequence[BaseGeometry]) -> list[Area]:
    """The township, its communities and their grids; neighbours share every vertex of their border.

    `grids` are the outline's grids in degrees; larger areas are joined from them, so that all nest exactly.
    """
    found = [Area(outline.code, "township", outline.name, shapely.coverage_union_all(grids))]
    for number, (name, mine) in enumerate(outline.communities, 1):
        whole = shapely.coverage_union_all([grids[n] for n in mine])
        found.append(Area(f"{outline.code}{number:03d}", "community", name, whole))
    for number, (_, mine) in enumerate(outline.communities, 1):
        for n, grid in enumerate(mine, 1):
            code = f"{outline.code}{number:03d}{n:03d}"
            found.append(Area(code, "grid", f"第{numeral(n)}网格", grids[grid]))
    return found


def outline(here: Township, said: Lettering) -> Outline:
    """The grids of a township as shapes, and which community each belongs to."""
    faces = np.array(here.faces, dtype=object)
    grids = [shapely.coverage_union_all(faces[grid]) for grid in here.grids]
    named = list(zip(said.communities, here.communities, strict=True))
    return Outline(here.brief.code, here.brief.name, grids, named)


def grid_codes(here: Township) -> list[str]:
    """The grid code of each building."""
    codes = {
        grid: f"{here.brief.code}{c + 1:03d}{n:03d}"
        for c, grids in enumerate(here.communities)
        for n, grid in enumerate(grids, 1)
    }
    return [codes[grid] for grid in here.grid_of]
