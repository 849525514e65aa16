"""What is written here is read back alike by the well-known library; winding and order are those of the standard."""

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from linli.geo import mvt


def written(shapes, properties=None, corner=(0.0, 0.0)):
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    properties = np.array(properties or [{}] * len(shapes), dtype=object)
    places = np.zeros(len(shapes), dtype=np.int64)
    return mvt.layers("land", found, properties, places, np.array([corner])).get(0, b"")


def decoded(data):
    """Features of the only layer, rows growing to the south as they are stored."""
    (layer,) = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True}).values()
    assert layer["extent"] == 4096
    assert layer["version"] == 2
    return layer["features"]


def shape(feature):
    return shapely.from_geojson(str(feature["geometry"]).replace("'", '"'))


def test_all_kinds_of_values():
    said = {"name": "香樟", "floors": 18, "below": -3, "share": 0.25, "bridge": True, "none": None}
    (feature,) = decoded(written([Point(5, 6)], [said]))
    assert feature["properties"] == {k: v for k, v in said.items() if v is not None}
    assert feature["geometry"] == {"type": "Point", "coordinates": [5, 6]}


def test_one_and_true_are_kept_apart():
    features = decoded(written([Point(0, 0), Point(1, 1), Point(2, 2)], [{"k": 1}, {"k": True}, {"k": 1.0}]))
    assert [type(feature["properties"]["k"]) for feature in features] == [int, bool, float]


def test_large_numbers():
    numbers = [127, 128, 300, 2**21, 2**35, 2**53]
    features = decoded(written([Point(i, 0) for i in range(6)], [{"n": n} for n in numbers]))
    assert [feature["properties"]["n"] for feature in features] == numbers


@given(st.lists(st.integers(0, 2**35 - 1), max_size=30))
def test_variable_length_integers(numbers):
    data, sizes = mvt.varints(np.array(numbers, dtype=np.int64))
    stream, found = iter(data.tolist()), []
    for size in sizes.tolist():
        found.append(sum((next(stream) & 127) << 7 * k for k in range(size)))
    assert found == numbers
    assert sizes.tolist() == [max(1, -(-number.bit_length() // 7)) for number in numbers]


corners = st.tuples(st.integers(-64, 4160), st.integers(-64, 4160))


@given(st.lists(st.lists(corners, min_size=2, max_size=8), min_size=1, max_size=6))
def test_lines_come_back(paths):
    lines = [LineString(path) for path in paths]
    kept = [shapely.remove_repeated_points(line) for line in lines if line.length]
    data = written(lines)
    found = [shape(feature) for feature in decoded(data)] if data else []
    assert [line.coords[:] for line in found] == [line.coords[:] for line in kept]


@given(st.lists(st.tuples(corners, st.integers(2, 300), st.integers(2, 300), st.booleans()), min_size=1, max_size=8))
def test_polygons_come_back_wound_as_the_standard_says(places):
    polygons = []
    for (x, y), width, height, hole in places:
        inner = box(x + 1, y + 1, x + width, y + height) if hole else Polygon()
        polygons.append(box(x, y, x + width + 1, y + height + 1).difference(inner))
    features = decoded(written(polygons))
    assert len(features) == len(polygons)
    for feature, polygon in zip(features, polygons, strict=True):
        found = shape(feature)
        assert found.equals(polygon)
        assert found.exterior.is_ccw, "a positive area by the surveyor's formula"
        assert not any(hole.is_ccw for hole in found.interiors)


def test_several_parts_are_one_feature():
    several = MultiPolygon([box(0, 0, 10, 10), box(20, 20, 30, 30).difference(box(22, 22, 25, 25))])
    (feature,) = decoded(written([several]))
    assert shape(feature).equals(several)


def test_shapes_that_round_to_nothing_are_left_out():
    tiny = box(5.1, 5.1, 5.3, 5.3)
    hair = Polygon([(0, 0), (100, 0), (100, 0.2)])
    assert written([tiny, hair, LineString([(1, 1), (1.1, 1.2)]), Polygon()]) == b""
    holed = box(0, 0, 9, 9).difference(box(4.1, 4.1, 4.2, 4.2))
    (feature,) = decoded(written([tiny, holed, hair], [{"n": 1}, {"n": 2}, {"n": 3}]))
    assert feature["properties"] == {"n": 2}
    assert shape(feature).equals(box(0, 0, 9, 9))


def test_a_part_that_rounds_away_leaves_the_others():
    lost = Polygon([(0, 0), (0.4, 0), (0.4, 900), (0, 900)])
    assert written([MultiPolygon([lost])]) == b""
    both = MultiPolygon([lost, box(10, 10, 20, 20)])
    (feature,) = decoded(written([both]))
    assert shape(feature).equals(box(10, 10, 20, 20))


def test_shapes_are_counted_from_their_tile():
    (feature,) = decoded(written([LineString([(8192, 4096), (8200, 4100)])], corner=(8192.0, 4096.0)))
    assert feature["geometry"]["coordinates"] == [[0, 0], [8, 4]]


def test_many_tiles_at_once_are_as_one_after_another():
    rng = np.random.default_rng(2)
    shapes = np.array([box(x, y, x + 50, y + 20) for x, y in rng.integers(0, 4000, (40, 2))], dtype=object)
    said = np.array([{"n": int(i % 7)} for i in range(40)], dtype=object)
    tile = np.sort(rng.integers(0, 5, 40))
    at = rng.integers(0, 3, (5, 2)) * 100.0
    together = mvt.layers("land", shapes, said, tile, at)
    for number in range(5):
        mine = tile == number
        alone = written(list(shapes[mine]), list(said[mine]), tuple(at[number]))
        assert together[number] == alone


def test_a_line_and_an_area_in_one_layer():
    features = decoded(written([box(0, 0, 9, 9), LineString([(0, 0), (5, 5)])], [{"n": 1}, {"n": 2}]))
    assert {f["geometry"]["type"]: f["properties"]["n"] for f in features} == {"Polygon": 1, "LineString": 2}


@pytest.mark.parametrize("shapes", [[], [Point()], [LineString()], [Polygon()]])
def test_nothing_is_no_bytes(shapes):
    assert written(shapes) == b""
