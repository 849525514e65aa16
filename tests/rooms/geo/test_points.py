"""Coordinates go round and come back; cells nest; distances are those of a globe."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.geo.points import (
    Crs,
    cell,
    cells_within,
    convert,
    distance_m,
    from_unit_square,
    metres_per_degree,
    unit_square,
)

# A degree inside the box: at its very edge one side of a conversion is shifted and the other is not.
inland = st.tuples(st.floats(73, 137), st.floats(2, 55))
anywhere = st.tuples(st.floats(-180, 180), st.floats(-85, 85))


@given(inland, st.sampled_from(Crs), st.sampled_from(Crs))
def test_there_and_back_is_the_same_point(place, source, target):
    back = convert(*convert(*place, source, target), target, source)
    assert back == pytest.approx(place, abs=1e-9)


@given(inland)
def test_the_way_through_gcj02_is_the_way_to_bd09(place):
    through = convert(*convert(*place, Crs.WGS84, Crs.GCJ02), Crs.GCJ02, Crs.BD09)
    assert through == pytest.approx(convert(*place, Crs.WGS84, Crs.BD09), abs=1e-12)


@given(inland)
def test_the_shift_is_some_hundred_metres(place):
    assert 1 < distance_m(*place, *convert(*place, Crs.WGS84, Crs.GCJ02)) < 1500


@given(
    st.one_of(
        st.tuples(st.floats(-180, 72), st.floats(-85, 85)), st.tuples(anywhere.map(lambda p: p[0]), st.floats(-85, 0.5))
    )
)
def test_places_abroad_stay_where_they_are(place):
    assert convert(*place, Crs.WGS84, Crs.BD09) == place
    assert convert(*place, Crs.GCJ02, Crs.WGS84) == place


def test_the_meridian_where_the_formula_has_a_kink():
    """105° E runs through Chongqing; the formula takes the root of the distance from it."""
    lons = 105 + np.array([0, 1e-15, -1e-12, 1e-9, -1e-7, 1e-4])
    lats = np.full(len(lons), 29.5)
    back = convert(*convert(lons, lats, Crs.WGS84, Crs.GCJ02), Crs.GCJ02, Crs.WGS84)
    np.testing.assert_allclose(back, (lons, lats), rtol=0, atol=1e-8)


def test_arrays_and_single_points_agree():
    rng = np.random.default_rng(4)
    lons, lats = rng.uniform(60, 140, 200), rng.uniform(-5, 60, 200)
    many = convert(lons, lats, "wgs84", "bd09")
    one_by_one = [convert(float(x), float(y), "wgs84", "bd09") for x, y in zip(lons, lats, strict=True)]
    np.testing.assert_allclose(np.transpose(many), one_by_one, rtol=0, atol=1e-12)


def test_known_points():
    """Values of the formula as published, worked out by hand-written scalar code."""
    assert convert(106.5507, 29.5647, "wgs84", "gcj02") == pytest.approx(
        (106.55441934761784, 29.56185366502643), abs=1e-12
    )
    assert convert(116.404, 39.915, "gcj02", "bd09") == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)


def test_an_unknown_system_is_an_error():
    with pytest.raises(ValueError, match="epsg"):
        convert(106, 29, "epsg:4490", "wgs84")


@given(anywhere, st.integers(0, 30), st.integers(0, 30))
def test_cells_nest(place, z, other):
    low, high = sorted((z, other))
    assert cell(*place, z=high) >> 2 * (high - low) == cell(*place, z=low)


@given(anywhere, st.integers(0, 20))
def test_a_cell_lies_in_the_tile_around_its_point(place, z):
    x, y = (min(int(v * 2**z), 2**z - 1) for v in unit_square(*place))
    first, after = cells_within(z, x, y)
    assert first <= cell(*place) < after
    assert after - first == 4 ** (30 - z)


def test_cells_of_an_array_are_those_of_its_points():
    lons, lats = np.array([-180.0, 106.5, 180.0]), np.array([89.0, 29.5, -89.0])
    cells = cell(lons, lats)
    assert cells.dtype == np.int64
    assert cells.tolist() == [cell(float(x), float(y)) for x, y in zip(lons, lats, strict=True)]


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_the_unit_square_is_undone(lon, lat):
    x, y = unit_square(lon, lat)
    assert [float(v) for v in from_unit_square(x, y)] == pytest.approx([lon, lat], abs=1e-9)


def test_distances():
    assert distance_m(0, 0, 180, 0) == pytest.approx(np.pi * 6_371_008.8)
    assert distance_m(106.5, 29.5, 106.5, 29.5) == 0
    east, north = metres_per_degree(29.5)
    assert distance_m(106.5, 29.5, 106.501, 29.5) == pytest.approx(east / 1000, rel=1e-6)
    assert distance_m(106.5, 29.5, 106.5, 29.501) == pytest.approx(north / 1000, rel=1e-6)
    assert distance_m(np.zeros(3), np.zeros(3), np.ones(3), np.zeros(3)).shape == (3,)
