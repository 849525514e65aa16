"""A scanned plan lies where its pins say."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.geo.pinning import Pin, pin
from linli.geo.refusals import PinsInALine, TooFewPins

THREE = [Pin(100, 100, 106.51, 29.55), Pin(900, 120, 106.53, 29.551), Pin(150, 700, 106.511, 29.53)]
pixels = st.tuples(st.floats(0, 4000), st.floats(0, 4000))


def test_each_pin_lies_where_it_was_put():
    held = pin(THREE)
    for each in THREE:
        assert held.ground(each.x, each.y) == pytest.approx((each.lon, each.lat), abs=1e-8)
    assert held.residual_m == 0


@given(pixels)
def test_pixels_go_to_the_ground_and_back(place):
    held = pin(THREE)
    assert held.pixel(*held.ground(*place)) == pytest.approx(place, abs=1e-3)


@given(pixels, pixels, pixels, pixels)
def test_any_three_good_pins_hold_the_same_plan(first, second, third, place):
    """Whichever three places of a plan are pinned, it lies the same."""
    held = pin(THREE)
    pins = [Pin(*each, *held.ground(*each)) for each in (first, second, third)]
    try:
        again = pin(pins)
    except PinsInALine:
        return
    assume(max(abs(a.x - b.x) + abs(a.y - b.y) for a in pins for b in pins) > 10)
    assert again.ground(*place) == pytest.approx(held.ground(*place), abs=1e-6)


def test_the_corners_run_as_maplibre_wants_them():
    upright = [Pin(0, 0, 106.5, 29.6), Pin(200, 0, 106.6, 29.6), Pin(0, 100, 106.5, 29.5)]
    corners = pin(upright).corners(200, 100)
    expected = [(106.5, 29.6), (106.6, 29.6), (106.6, 29.5), (106.5, 29.5)]
    assert corners == [pytest.approx(corner, abs=1e-9) for corner in expected]


def test_a_fourth_pin_shows_how_wrong_the_pins_are():
    held = pin(THREE)
    right = Pin(800, 650, *held.ground(800, 650))
    assert pin([*THREE, right]).residual_m < 0.01
    lon, lat = held.ground(800, 650)
    assert 5 < pin([*THREE, Pin(800, 650, lon, lat + 0.0005)]).residual_m < 56


@pytest.mark.parametrize(
    "pins",
    [
        [Pin(0, 0, 106.5, 29.5), Pin(10, 10, 106.6, 29.6), Pin(20, 20, 106.7, 29.5)],
        [Pin(0, 0, 106.5, 29.5), Pin(10, 0, 106.6, 29.6), Pin(0, 10, 106.7, 29.7)],
        [Pin(0, 0, 106.5, 29.5), Pin(1000, 1, 106.6, 29.5), Pin(500, 20, 106.55, 29.8)],
        [Pin(5, 5, 106.5, 29.5)] * 3,
    ],
)
def test_pins_in_a_line_are_refused(pins):
    with pytest.raises(PinsInALine):
        pin(pins)


def test_two_pins_are_too_few():
    with pytest.raises(TooFewPins) as refused:
        pin(THREE[:2])
    assert refused.value.facts == {"pins": 2}
