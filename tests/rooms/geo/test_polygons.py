"""Boundaries are mended without losing land, and equal land is equal text."""

import json
import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from linli.geo.polygons import (
    canonical,
    centre,
    complaint,
    converted,
    mend,
    on_grid,
    parse,
    read,
    write,
)
from linli.geo.refusals import BrokenGeometry, CrossesItself, NotABoundary, NothingLeft

RING = [[106.5, 29.5], [106.6, 29.5], [106.6, 29.6], [106.5, 29.6], [106.5, 29.5]]


@st.composite
def stars(draw, lon=106.5, lat=29.5):
    """A polygon that never crosses itself: corners at growing angles, at any distance."""
    n = draw(st.integers(3, 12))
    far = draw(st.lists(st.floats(0.001, 0.05), min_size=n, max_size=n))
    return Polygon(
        [(lon + r * math.cos(2 * math.pi * i / n), lat + r * math.sin(2 * math.pi * i / n)) for i, r in enumerate(far)]
    )


scribbles = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=4, max_size=12, unique=True)


def test_parse_takes_areas_only():
    assert parse({"type": "Polygon", "coordinates": [RING]}).area == pytest.approx(0.01)
    assert parse({"type": "MultiPolygon", "coordinates": [[RING]]}).geom_type == "MultiPolygon"
    with pytest.raises(NotABoundary) as refused:
        parse({"type": "LineString", "coordinates": RING}, feature=7)
    assert refused.value.facts == {"feature": 7, "found": "LineString"}


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        "Polygon",
        {},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]},
        {"type": "Polygon", "coordinates": RING},
        {"type": "Polygon", "coordinates": [[["a", "b"], [1, 2], [3, 4], ["a", "b"]]]},
        {"type": "Polygon", "coordinates": [[[math.nan, 1], [1, 2], [3, 4], [math.nan, 1]]]},
        {"type": "Circle", "coordinates": [1, 2]},
    ],
)
def test_what_makes_no_shape_is_refused(geometry):
    with pytest.raises(BrokenGeometry) as refused:
        parse(geometry, feature=3)
    assert "feature 3" in str(refused.value)


def test_heights_are_left_out():
    ring = [[*corner, 210.5] for corner in RING]
    assert not parse({"type": "Polygon", "coordinates": [ring]}).has_z


def test_a_sound_boundary_is_left_alone():
    square = box(0, 0, 1, 1)
    assert mend(square) == (square, None)
    assert complaint(square) is None


def test_a_bow_keeps_both_halves_and_says_where_it_crosses():
    mended = mend(Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    assert mended.geometry.is_valid
    assert mended.geometry.area == pytest.approx(2)
    assert isinstance(mended.complaint, CrossesItself)
    assert mended.complaint.facts == {"lon": 1.0, "lat": 1.0}


def test_spikes_go_and_the_land_stays():
    spiked = Polygon([(0, 0), (1, 0), (1, 1), (5, 1), (1, 1), (0, 1)])
    mended = mend(spiked)
    assert mended.geometry.equals(box(0, 0, 1, 1))
    assert mended.complaint is not None


def test_slivers_go():
    both = MultiPolygon([box(0, 0, 1, 1), box(3, 0, 3 + 1e-9, 1)])
    assert mend(both).geometry.equals(box(0, 0, 1, 1))


def test_a_boundary_around_nothing_is_refused():
    with pytest.raises(NothingLeft):
        mend(Polygon([(0, 0), (1, 1), (2, 2)]))


@given(scribbles)
def test_any_scribble_is_mended_or_refused(corners):
    scribble = Polygon(corners)
    try:
        mended = mend(scribble)
    except NothingLeft:
        assert scribble.buffer(0).area < 1e-6
        return
    assert mended.geometry.is_valid
    assert (mended.complaint is None) == scribble.is_valid
    assert mended.geometry.area >= scribble.buffer(0).area - 1e-6
    assert complaint(mended.geometry) is None


@given(stars(), st.integers(0, 11), st.booleans())
def test_the_same_land_is_the_same_text(star, start, backwards):
    corners = list(star.exterior.coords)[:-1]
    start %= len(corners)
    turned = corners[start:] + corners[:start]
    assert write(Polygon(turned[::-1] if backwards else turned)) == write(star)


@given(stars())
def test_written_land_reads_back_as_itself(star):
    text = write(star)
    back = read(text)
    assert write(back) == text
    assert back.is_valid
    assert back.symmetric_difference(on_grid(star)).area == pytest.approx(0, abs=1e-15)
    assert " " not in text


@given(stars())
def test_the_right_hand_rule(star):
    holed = star.buffer(0.2).difference(star)
    shell, *holes = (shapely.linearrings(ring) for ring in canonical(holed)["coordinates"])
    assert shell.is_ccw
    assert not any(hole.is_ccw for hole in holes)
    assert len(holes) == 1


def test_seven_decimals_and_no_minus_zero():
    text = write(Polygon([(-0.00000001, 0), (1.123456789, 0), (1, 1)]))
    assert json.loads(text)["coordinates"][0] == [[0.0, 0.0], [1.1234568, 0.0], [1.0, 1.0], [0.0, 0.0]]
    assert "-" not in text


def test_parts_are_in_order_and_one_part_is_a_polygon():
    left, right = box(0, 0, 1, 1), box(2, 0, 3, 1)
    assert write(MultiPolygon([right, left])) == write(MultiPolygon([left, right]))
    assert canonical(MultiPolygon([left]))["type"] == "Polygon"


def test_a_boundary_that_rounding_would_break_stays_sound():
    hair = Polygon([(0, 0), (1, 0), (1, 1), (0.5, 4e-8), (0.49999999, 3e-8), (0, 1)])
    assert hair.is_valid
    assert read(write(hair)).is_valid


@given(stars())
def test_the_label_point_lies_inside(star):
    assert star.contains(shapely.Point(*centre(star)))


def test_the_label_of_a_horseshoe_is_on_the_shoe():
    horseshoe = box(0, 0, 10, 10).difference(box(2, 2, 8, 10))
    assert horseshoe.contains(shapely.Point(*centre(horseshoe)))
    scattered = MultiPolygon([box(0, 0, 1, 1), box(5, 5, 9, 9)])
    assert centre(scattered) == (7.0, 7.0)


@given(stars())
def test_converting_a_boundary_there_and_back(star):
    back = converted(converted(star, "wgs84", "bd09"), "bd09", "wgs84")
    assert shapely.hausdorff_distance(back, star) < 1e-9
