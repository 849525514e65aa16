"""The made-up township is a place: nothing stands in the river, every door has a way to it, every home its grid."""

import numpy as np
import pytest
import shapely

from linli.town.drawing import LAYERS, draw

KINDS = {
    "water": {"river", "lake", "pond", "stream"},
    "relief": {"hill"},
    "green": {"park", "wood", "field", "square", "cemetery"},
    "compound": {"home"},
    "street": {"trunk", "main", "local", "lane", "path", "rail"},
    "building": {"home", "shop", "office", "school", "clinic", "hall", "market", "factory", "station", "shed"},
    "place": {
        "school",
        "clinic",
        "park",
        "market",
        "hall",
        "station",
        "canteen",
        "square",
        "shop",
        "hill",
        "river",
        "compound",
    },
}


def test_every_layer_is_drawn_in_its_own_kinds(drawing):
    assert set(drawing.layers) == set(LAYERS)
    for layer, features in drawing.layers.items():
        assert features, layer
        assert {f.properties["kind"] for f in features} <= KINDS[layer], layer
        assert all(f.shape.is_valid and not f.shape.is_empty for f in features), layer
        assert all(type(value) in (str, int) for f in features for value in f.properties.values()), layer


FLATS = 12  # dwellings: a block of flats; below, houses of the old town and of farmers


def homes_of(drawing):
    return [f.properties for f in drawing.layers["building"] if "units" in f.properties]


def test_counts_are_those_of_a_township_of_thirty_thousand(drawing):
    counts = drawing.counts
    assert 11_600 <= counts["dwellings"] <= 13_600
    held = [int(p["floors"]) * int(p["units"]) * int(p["per_floor"]) for p in homes_of(drawing)]
    assert 400 <= sum(dwellings >= FLATS for dwellings in held) <= 700
    assert 300 <= sum(dwellings < FLATS for dwellings in held) <= 600
    assert 24 <= counts["compound"] <= 34
    assert 10 <= counts["community"] <= 14
    assert 46 <= counts["grid"] <= 66


@pytest.mark.parametrize("kind", ["school", "clinic", "market", "hall", "station", "shop", "factory"])
def test_a_township_has_its_public_buildings(drawing, kind):
    assert any(f.properties["kind"] == kind and f.properties["name"] for f in drawing.layers["building"])


def test_there_are_bridges_and_more_than_one_bank_is_built_on(drawing, metres):
    assert any(f.properties["bridge"] == 1 for f in drawing.layers["street"] if f.properties["kind"] == "trunk")


def test_names_of_compounds_and_public_places_are_given_once(drawing):
    for kind in ("compound", "school", "park", "hall"):
        names = [f.properties["name"] for f in drawing.layers["place"] if f.properties["kind"] == kind]
        assert len(names) == len(set(names))


def test_every_home_has_a_number_and_its_staircases(drawing):
    homes = [f.properties for f in drawing.layers["building"] if f.properties["kind"] == "home"]
    assert all(p["number"] and p["units"] >= 1 and p["per_floor"] >= 1 and p["floors"] >= 1 for p in homes)
    doors = [(p.get("name", ""), p["number"]) for p in homes]
    assert len(doors) == len(set(doors))


def test_no_building_overlaps_another(metres):
    buildings = metres["building"]
    one, other = shapely.STRtree(buildings).query(buildings, predicate="intersects")
    pairs = [(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b]
    assert [(a, b) for a, b in pairs if shapely.intersection(buildings[a], buildings[b]).area > 0.05] == []


def test_no_building_is_a_sliver(metres):
    buildings = metres["building"]
    assert shapely.area(buildings).min() > 40
    assert (2 * shapely.area(buildings) / shapely.length(buildings)).min() > 2.4


def test_no_building_stands_in_water(drawing, metres):
    tree = shapely.STRtree(metres["water"])
    assert len(tree.query(metres["building"], predicate="dwithin", distance=2.0)[0]) == 0


def test_no_building_stands_on_a_street(drawing, metres):
    widths = np.array([f.properties["width"] for f in drawing.layers["street"]])
    roads = shapely.buffer(metres["street"], widths / 2, cap_style="flat")
    assert len(shapely.STRtree(roads).query(metres["building"], predicate="intersects")[0]) == 0


def test_every_building_is_within_sixty_metres_of_a_way(drawing, metres):
    ways = [
        s for s, f in zip(metres["street"], drawing.layers["street"], strict=True) if f.properties["kind"] != "rail"
    ]
    reached, _ = shapely.STRtree(ways).query(metres["building"], predicate="dwithin", distance=60)
    assert set(reached.tolist()) == set(range(len(metres["building"])))


def test_blocks_of_homes_stay_inside_their_compound(drawing, metres):
    compounds = {f.properties["name"]: s for f, s in zip(drawing.layers["compound"], metres["compound"], strict=True)}
    for feature, shape in zip(drawing.layers["building"], metres["building"], strict=True):
        if feature.properties["number"].endswith("栋"):
            assert compounds[feature.properties["name"]].buffer(1).contains(shape)


def test_progress_is_told_in_steps(drawing):
    told = []
    draw(2, progress=lambda step, done, total: told.append((step, done, total)))
    done = [d for _, d, _ in told]
    assert done == sorted(done)
    assert told[-1][1] == told[-1][2]
    assert len({step for step, _, _ in told}) >= 5
