"""Communities partition their township and grids their community: no gap, no overlap, every border vertex shared."""

from collections import defaultdict

import numpy as np
import pytest
import shapely

from linli.town.drawing import draw
from linli.town.drawing.features import in_metres

PARENT = {"grid": 12, "community": 9, "township": 6}
LENGTH = {"district": 6, "township": 9, "community": 12, "grid": 15}


def children(areas):
    found = defaultdict(list)
    for area in areas:
        if area.level in PARENT:
            found[area.code[: PARENT[area.level]]].append(area)
    return found


def assert_partition(areas):
    by_code = {area.code: area for area in areas}
    for code, parts in children(areas).items():
        whole, polygons = by_code[code].polygon, np.array([part.polygon for part in parts])
        assert shapely.coverage_is_valid(polygons)
        assert abs(shapely.area(polygons).sum() / whole.area - 1) < 1e-9
        assert shapely.symmetric_difference(shapely.union_all(polygons), whole).area < 1e-9 * whole.area
        vertices = {tuple(p) for p in shapely.get_coordinates(polygons).tolist()}
        assert {tuple(p) for p in shapely.get_coordinates(whole).tolist()} <= vertices


@pytest.mark.parametrize("seed", [1, 5])
def test_areas_nest_exactly(seed, drawing):
    assert_partition((drawing if seed == 1 else draw(seed)).areas)


def test_codes_are_statutory_and_unique(drawing):
    codes = [area.code for area in drawing.areas]
    assert len(codes) == len(set(codes))
    assert all(area.code.isdigit() and len(area.code) == LENGTH[area.level] for area in drawing.areas)
    assert {a.code[: PARENT[a.level]] for a in drawing.areas if a.level in PARENT} <= set(codes)


def test_communities_have_names_of_their_own_and_some_are_villages(drawing):
    names = [area.name for area in drawing.areas if area.level == "community"]
    assert len(names) == len(set(names))
    assert 1 <= sum(name.endswith("村") for name in names) <= 4


def test_areas_are_whole(drawing):
    assert all(area.polygon.is_valid and area.polygon.geom_type == "Polygon" for area in drawing.areas)


def test_every_building_lies_in_exactly_one_grid_and_it_is_the_one_said(drawing):
    grids = [area for area in drawing.areas if area.level == "grid"]
    shapes = np.array([f.shape for f in drawing.layers["building"]], dtype=object)
    inside, holders = shapely.STRtree([g.polygon for g in grids]).query(shapes, predicate="within")
    assert inside.tolist() == list(range(len(shapes)))
    assert [grids[n].code for n in holders] == list(drawing.grid_of)


def test_grids_in_town_hold_200_to_500_dwellings_and_those_on_the_hills_at_least_a_hamlet(drawing):
    """Village grids are allowed to be small (25 or more): a hamlet is one grid however few live there."""
    held = defaultdict(int)
    for feature, grid in zip(drawing.layers["building"], drawing.grid_of, strict=True):
        p = feature.properties
        held[grid] += p["floors"] * p["units"] * p["per_floor"] if "units" in p else 0
    names = {area.code: area.name for area in drawing.areas}
    for area in drawing.areas:
        if area.level == "grid":
            least = 25 if names[area.code[:12]].endswith("村") else 200
            assert least <= held[area.code] <= 500, (area.code, held[area.code])


def test_grid_borders_run_along_streets_rivers_or_the_township_border(drawing, metres):
    """At least 99 in a hundred metres of every border between grids."""
    grids = shapely.transform(np.array([a.polygon for a in drawing.areas if a.level == "grid"]), in_metres)
    border = shapely.transform(drawing.areas[1].polygon, in_metres).exterior
    inner = shapely.union_all(shapely.boundary(grids)).difference(border.buffer(0.5))
    streets = shapely.union_all(shapely.buffer(metres["street"], 1.5))
    rivers = shapely.union_all([s for s in metres["water"] if s.geom_type == "Polygon"])
    assert inner.difference(shapely.union_all([streets, rivers])).length < 0.01 * inner.length
