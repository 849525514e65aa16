"""The quick finder and the slow, obvious one never disagree, least of all on borders."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from linli.geo.finding import FEW, Finder, looked_up

CODES = ["500199001002", "500199001001", "500199002001", "500199001010"]

# Small whole numbers, so that drawn points often lie exactly on borders and corners.
corners = st.tuples(st.integers(0, 6), st.integers(0, 6))
triangles = st.lists(corners, min_size=3, max_size=5, unique=True).map(
    lambda found: shapely.MultiPoint(found).convex_hull
)
areas = triangles.filter(lambda shape: shape.geom_type == "Polygon")
holed = st.tuples(areas, areas).map(lambda two: two[0].difference(two[1]))
grounds = st.one_of(areas, holed.filter(lambda shape: shape.geom_type in ("Polygon", "MultiPolygon") and shape.area))


@given(
    st.lists(grounds, min_size=1, max_size=4),
    st.permutations(CODES),
    st.lists(st.tuples(st.integers(-1, 14), st.integers(-1, 14)), min_size=1, max_size=30),
)
def test_both_finders_agree(polygons, codes, halves):
    codes = codes[: len(polygons)]
    lons, lats = np.array(halves).T / 2
    finder, obvious = Finder(codes, polygons), [looked_up(codes, polygons, x, y) for x, y in halves_of(halves)]
    assert finder.which(lons, lats).tolist() == obvious
    times = FEW // len(halves) + 1  # more points than are asked for one by one
    assert finder.which(np.tile(lons, times), np.tile(lats, times)).tolist() == obvious * times


def halves_of(pairs):
    return [(x / 2, y / 2) for x, y in pairs]


@pytest.mark.parametrize("spread", [0, 1e-13, 3, 1000])
def test_many_points_are_found_as_few_are_however_they_lie(spread):
    """All on one spot, close together, all over the areas, and mostly beyond them."""
    chance = np.random.default_rng(1)
    polygons = [shapely.box(x, y, x + 1 + y % 2, y + 1) for x in range(20) for y in range(20)]
    codes = [f"{n:03}" for n in chance.permutation(len(polygons))]
    lons, lats = chance.normal(10, spread, (2, FEW + 7))
    lons[:2] = np.nan, np.inf
    finder = Finder(codes, polygons)
    one_by_one = [code for x, y in zip(lons, lats, strict=True) for code in finder.which([x], [y])]
    assert finder.which(lons, lats).tolist() == one_by_one


def test_a_shared_border_belongs_to_the_lower_code():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    assert Finder(["2", "1"], [left, right]).code_at(1, 0.5) == "1"
    assert Finder(["1", "2"], [left, right]).code_at(1, 0.5) == "1"


def test_a_hole_is_nowhere_and_its_rim_is_not():
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    finder = Finder(["1"], [ring])
    assert finder.which([1.5, 1.0, 0.5, 4], [1.5, 1.5, 0.5, 4]).tolist() == ["", "1", "1", ""]


def test_no_areas_and_no_points():
    assert Finder([], []).which([1.0], [1.0]).tolist() == [""]
    assert Finder(["1"], [shapely.box(0, 0, 1, 1)]).which([], []).tolist() == []


def test_codes_and_polygons_come_in_pairs():
    with pytest.raises(IndexError):
        Finder(["1", "2"], [shapely.box(0, 0, 1, 1)])
    with pytest.raises(ValueError, match="shorter"):
        looked_up(["1", "2"], [shapely.box(0, 0, 1, 1)], 0, 0)


def test_answers_come_in_the_order_of_the_points():
    columns = [shapely.box(i, 0, i + 1, 1) for i in range(50)]
    codes = [f"{i:03}" for i in range(50)]
    order = np.random.default_rng(1).permutation(50)
    assert Finder(codes, columns).which(order + 0.5, np.full(50, 0.5)).tolist() == [codes[i] for i in order]
