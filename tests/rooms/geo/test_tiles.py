"""Each shape falls into the tiles it lies in, each point into one."""

import gzip
import math

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

from linli.geo.tiles import Sheet, Tile, encode, fields, tile_at, to_units

HOME = tile_at(106.55, 29.56, 14)


def decoded(data):
    return mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})


@given(st.floats(-179.99, 179.99), st.floats(-85, 85), st.integers(0, 18))
def test_a_point_lies_within_the_bounds_of_its_tile(lon, lat, z):
    west, south, east, north = tile_at(lon, lat, z).bounds()
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9


@given(st.floats(-179.99, 179.99), st.floats(-85, 85), st.integers(0, 18))
def test_tiles_are_numbered_as_everywhere(lon, lat, z):
    """The formula of the OpenStreetMap wiki, written out."""
    n = 2**z
    x = int((lon + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
    found = tile_at(lon, lat, z)
    assert abs(found.x - x) + abs(found.y - y) <= 1
    assert found.exists()


@pytest.mark.parametrize("tile", [(0, 1, 0), (3, -1, 0), (3, 0, 8), (-1, 0, 0), (31, 0, 0)])
def test_tiles_that_are_not_there(tile):
    assert not Tile(*tile).exists()


def sheet(*shapes, z=14):
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return Sheet("thing", to_units(found, z), [{"n": i} for i in range(len(shapes))])


@given(st.lists(st.tuples(st.floats(106.5, 106.6), st.floats(29.5, 29.6)), min_size=1, max_size=20), st.integers(8, 16))
def test_each_point_is_in_exactly_one_tile(places, z):
    points = sheet(*(Point(place) for place in places), z=z)
    tiles = [Tile(z, x, y) for x, y in sorted(points.places())]
    counted = [
        feature["properties"]["n"]
        for data in points.cut(tiles).values()
        for feature in mapbox_vector_tile.decode(data)["thing"]["features"]
    ]
    assert sorted(counted) == list(range(len(places)))


def test_a_point_on_the_edge_of_two_tiles_is_in_one():
    west, south, _, _ = HOME.bounds()
    edge = sheet(Point(west, (south + HOME.bounds()[3]) / 2))
    around = [Tile(14, HOME.x + i, HOME.y) for i in (-1, 0, 1)]
    assert len(edge.cut(around)) == 1


def test_shapes_are_cut_at_the_margin():
    west, south, east, north = HOME.bounds()
    wide = box(west - 1, south - 1, east + 1, north + 1)
    (feature,) = decoded(encode({"land": ([wide], [{"kind": "hill"}])}, HOME))["land"]["features"]
    xs, ys = np.array(feature["geometry"]["coordinates"][0]).T
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (-64, 4160, -64, 4160)


def test_a_line_through_many_tiles_is_in_each():
    west, south, east, north = HOME.bounds()
    middle = (south + north) / 2
    long = sheet(LineString([(west + 0.1 * (east - west), middle), (west + 3.2 * (east - west), middle)]))
    tiles = [Tile(14, x, y) for x, y in long.places()]
    assert {tile.x for tile in long.cut(tiles)} == {HOME.x + i for i in range(4)}


def test_nothing_near_is_an_empty_tile():
    assert decoded(encode({"land": ([box(0, 0, 1, 1)], [{}])}, HOME)) == {}
    assert decoded(encode({"land": ([], [])}, HOME)) == {}


def test_small_shapes_are_left_out_when_asked_but_never_points():
    lon, lat = 106.55, 29.56
    both = sheet(box(lon, lat, lon + 1e-5, lat + 1e-5), box(lon, lat, lon + 1e-2, lat + 1e-2), Point(lon, lat))
    data = both.cut([HOME], smallest=50)[HOME]
    left = {feature["properties"]["n"] for feature in mapbox_vector_tile.decode(data)["thing"]["features"]}
    assert left == {1, 2}


def test_the_same_tile_is_the_same_bytes():
    layers = {"land": ([box(106.54, 29.55, 106.56, 29.57)], [{"name": "香樟"}])}
    assert encode(layers, HOME) == encode(layers, HOME)


def test_fields_have_types():
    assert fields(iter([{"b": "x", "a": 1}, {"a": 2, "c": 0.5}])) == {"a": "Number", "b": "String", "c": "Number"}
