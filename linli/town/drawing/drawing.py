"""The whole drawing: the one township, or a district of many."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import shapely

from linli.town.drawing import district, plate, words, world
from linli.town.drawing.export import write
from linli.town.drawing.features import LAYERS, Area, Feature, features, to_degrees
from linli.town.drawing.lettering import letter
from linli.town.drawing.stitching import stitched
from linli.town.drawing.township import Brief
from linli.town.drawing.township import draw as draw_township

Scale = Literal["township", "district"]
Progress = Callable[[str, int, int], None]
Layers = dict[str, list[Feature]]


@dataclass(frozen=True)
class Drawing:
    """A made-up town: its layers, its areas, and the grid in which each building stands."""

    seed: int
    scale: Scale
    layers: Layers
    areas: list[Area]
    grid_of: list[str]  # the grid code of each feature of the building layer, in its order
    counts: dict[str, int]


@dataclass(frozen=True)
class Sheet:
    """One township as it comes back from the process that drew it."""

    layers: Layers
    outline: plate.Outline
    grid_of: list[str]


def _silent(step: str, done: int, total: int) -> None:
    """Nobody is watching."""


def draw(seed: int, *, scale: Scale = "township", progress: Progress = _silent, townships: int = 35) -> Drawing:
    """The town of a seed, the same each time; `townships` is how many a district has."""
    if scale == "township":
        return _township(seed, progress)
    return _district(seed, townships, progress)


def export(drawing: Drawing, folder: Path) -> list[Path]:
    """Write the drawing as GeoJSON and CSV files, byte for byte the same for the same seed; the files written."""
    return write(drawing.layers, drawing.areas, Path(folder))


_STEPS = ("survey", "streets", "blocks", "countryside", "grids", "names", "layers")


def _township(seed: int, progress: Progress) -> Drawing:
    def step(name: str) -> None:
        progress(name, _STEPS.index(name), len(_STEPS))

    land, brief = world.township(seed)
    here = draw_township(brief, land, step)
    step("names")
    said = letter(here)
    step("layers")
    sheet = Sheet(plate.layers(here, said), plate.outline(here, said), plate.grid_codes(here))
    ground = {"water": plate.water(land, brief.extent), "relief": plate.relief(land, brief.extent, 20)}
    drawing = _joined(seed, "township", ground, [sheet], [sheet.outline.grids])
    progress("layers", len(_STEPS), len(_STEPS))
    return drawing


def _district(seed: int, townships: int, progress: Progress) -> Drawing:
    total = townships + 3
    progress("land", 0, total)
    plan = district.plan(seed, townships)
    sheets = []
    for sheet in _sheets(seed, plan.briefs):
        sheets.append(sheet)
        progress("townships", len(sheets), total)
    grids = stitched([sheet.outline.grids for sheet in sheets], [brief.wish.border for brief in plan.briefs])
    progress("borders", townships + 1, total)
    ground = {
        "water": plate.water(plan.land, plan.extent),
        "relief": plate.relief(plan.land, plan.extent, 60),
        "street": features([drawn for s in plan.shared for drawn in plate.drawn(s, plan.land.water.buffer(12))]),
    }
    progress("layers", townships + 2, total)
    drawing = _joined(seed, "district", ground, sheets, grids)
    progress("layers", total, total)
    return drawing


def _sheets(seed: int, briefs: Sequence[Brief]) -> Iterator[Sheet]:
    """The townships in order, drawn in as many processes as there are processors."""
    workers = min(os.cpu_count() or 1, len(briefs))
    if workers == 1:
        yield from map(partial(_sheet, seed), briefs)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(partial(_sheet, seed), briefs)


def _sheet(seed: int, brief: Brief) -> Sheet:
    """One township of a district."""
    here = draw_township(brief, district.land_of(seed))
    said = letter(here)
    return Sheet(plate.layers(here, said), plate.outline(here, said), plate.grid_codes(here))


def _joined(
    seed: int, scale: Scale, ground: Layers, sheets: Sequence[Sheet], grids: Sequence[list[shapely.Geometry]]
) -> Drawing:
    """The sheets laid side by side over the ground."""
    layers: Layers = {
        layer: [*ground.get(layer, []), *(f for sheet in sheets for f in sheet.layers.get(layer, []))]
        for layer in LAYERS
    }
    divisions = [
        plate.areas(sheet.outline, list(shapely.transform(np.array(shapes, dtype=object), to_degrees)))
        for sheet, shapes in zip(sheets, grids, strict=True)
    ]
    whole = shapely.coverage_union_all([areas[0].polygon for areas in divisions])
    areas = [Area(words.DISTRICT[0], "district", words.DISTRICT[1], whole), *(a for part in divisions for a in part)]
    grid_of = [code for sheet in sheets for code in sheet.grid_of]
    return Drawing(seed, scale, layers, areas, grid_of, counted(layers, areas))


def counted(layers: Layers, areas: Sequence[Area]) -> dict[str, int]:
    """How much of everything there is."""
    homes = [f.properties for f in layers["building"] if "units" in f.properties]
    counts = {layer: len(found) for layer, found in layers.items()}
    for level in ("district", "township", "community", "grid"):
        counts[level] = sum(area.level == level for area in areas)
    counts["homes"] = len(homes)
    counts["dwellings"] = sum(int(p["floors"]) * int(p["units"]) * int(p["per_floor"]) for p in homes)
    return counts
