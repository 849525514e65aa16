"""A district is townships that fit: one border between two neighbours, and every road goes on beyond it."""

import hashlib
import os
from itertools import islice

import numpy as np
import pytest
import shapely

from linli.town.drawing import draw, export
from linli.town.drawing.chance import chance
from linli.town.drawing.features import in_metres
from linli.town.drawing.stitching import stitched
from linli.town.drawing.streets import names_of_streets
from linli.town.drawing.township import Brief
from tests.rooms.town.test_areas_of_the_town import LENGTH, assert_partition


def test_a_corner_one_neighbour_put_on_a_border_is_put_by_the_other():
    west, east = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    north = shapely.Polygon([(0, 5), (10, 5.0), (10, 10), (0, 10)])
    south = shapely.Polygon([(0, 0), (10, 0), (10, 5.0), (0, 5)])
    west_grids, (east_grid,) = stitched([[north, south], [east]], [west, east])
    assert (10.0, 5.0) in east_grid.exterior.coords
    assert shapely.coverage_is_valid([*west_grids, east_grid])


def test_corners_of_both_neighbours_come_in_the_order_they_lie():
    west, east = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    halves = [shapely.box(0, 0, 10, 3), shapely.box(0, 3, 10, 10)]
    thirds = [shapely.box(10, 0, 20, 2), shapely.box(10, 2, 20, 7), shapely.box(10, 7, 20, 10)]
    grids = [grid for parts in stitched([halves, thirds], [west, east]) for grid in parts]
    assert shapely.coverage_is_valid(grids)
    assert sum(grid.area for grid in grids) == 200


@pytest.fixture(scope="module")
def district():
    return draw(3, scale="district", townships=4)


@pytest.mark.slow
def test_townships_communities_and_grids_nest_exactly(district):
    assert district.counts["township"] == 4
    assert_partition(district.areas)
    assert all(len(area.code) == LENGTH[area.level] for area in district.areas)
    assert shapely.coverage_is_valid([area.polygon for area in district.areas if area.level == "grid"])


@pytest.mark.slow
def test_every_building_of_the_district_lies_in_the_grid_said_and_overlaps_no_other(district):
    grids = {area.code: area.polygon for area in district.areas if area.level == "grid"}
    shapes = np.array([f.shape for f in district.layers["building"]], dtype=object)
    homes = np.array([grids[code] for code in district.grid_of], dtype=object)
    assert shapely.contains_properly(homes, shapes).all()
    metres = shapely.transform(shapes, in_metres)
    one, other = shapely.STRtree(metres).query(metres, predicate="overlaps")
    assert [
        pair for pair in zip(one, other, strict=True) if shapely.intersection(*metres[list(pair)]).area > 0.05
    ] == []


@pytest.mark.slow
def test_trunk_roads_go_on_beyond_the_border(district):
    """A trunk road that ends inside the district's outline ends on another road of some township."""
    streets = shapely.transform(np.array([f.shape for f in district.layers["street"]]), in_metres)
    trunks = [s for s, f in zip(streets, district.layers["street"], strict=True) if f.properties["kind"] == "trunk"]
    outline = shapely.transform(district.areas[0].polygon, in_metres).exterior
    ends = shapely.points([c for line in trunks for c in (line.coords[0], line.coords[-1])])
    ends = ends[shapely.distance(ends, outline) > 5]
    touching = np.bincount(shapely.STRtree(streets).query(ends, predicate="dwithin", distance=1.5)[0])
    assert (touching >= 2).mean() > 0.97


@pytest.mark.slow
def test_the_district_is_the_same_bytes_however_many_processes_draw_it(district, tmp_path, monkeypatch):
    """Drawn by this process alone, and by as many as a larger machine would start."""
    written = digests(district, tmp_path / "here")
    for processors in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda processors=processors: processors)
        again = draw(3, scale="district", townships=4)
        assert (again.counts, again.grid_of) == (district.counts, district.grid_of)
        assert digests(again, tmp_path / str(processors)) == written


def digests(drawing, folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in export(drawing, folder)}


@pytest.mark.slow
def test_names_of_communities_compounds_and_places_are_given_once_in_a_district(district):
    names = {"community": [area.name for area in district.areas if area.level == "community"]}
    names["compound"] = [f.properties["name"] for f in district.layers["compound"]]
    for kind in ("park", "hill", "school", "market", "hall", "clinic", "station", "canteen"):
        names[kind] = [f.properties["name"] for f in district.layers["place"] if f.properties["kind"] == kind]
    for kind, found in names.items():
        assert found and len(found) == len(set(found)), kind


@pytest.mark.slow
def test_a_street_of_a_name_runs_in_one_township_alone(district):
    """Roads between towns go through several, and streets on a border belong to both sides."""
    towns = [area for area in district.areas if area.level == "township"]
    tree = shapely.STRtree([area.polygon for area in towns])
    runs: dict[str, set[int]] = {}
    for feature in district.layers["street"]:
        name = feature.properties.get("name", "")
        if feature.properties["kind"] in ("main", "local", "lane") and name and not name.endswith("大街"):
            middle = feature.shape.interpolate(0.5, normalized=True)
            runs.setdefault(name, set()).update(tree.query(middle, predicate="within").tolist())
    assert len(runs) > 500
    assert {name: found for name, found in runs.items() if len(found) > 1} == {}


def test_a_district_has_names_for_more_streets_than_a_township_was_seen_to_have():
    """Beyond the list names go on with a numeral; a drawn district should not need them."""
    brief = Brief(1, "500199035", "梨花镇", None, None, 1, 1, place=(34, 35))
    names = names_of_streets(brief, chance(1))
    for given, many in ((names.named, 180), (names.small, 130)):
        first = list(islice(given, many))
        assert len(set(first)) == many and not any(name.endswith(("段", "弄")) for name in first)


@pytest.mark.slow
def test_the_land_of_a_district_ends_with_it(district):
    """Nothing is drawn beyond the border, so that the map needs no frame to cut the district with."""
    outline = shapely.transform(district.areas[0].polygon, in_metres).buffer(5)  # simplified after it was cut
    for layer in ("water", "relief", "green"):
        shapes = shapely.transform(np.array([f.shape for f in district.layers[layer]]), in_metres)
        assert shapely.covers(outline, shapes).all(), layer
