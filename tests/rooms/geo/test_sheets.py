"""Borders on the map: once each, however often they are shared."""

import numpy as np
import pytest
import shapely
from shapely import box

from linli.geo.sheets import common_borders

LON, LAT, SIDE = 106.5, 29.5, 0.004


def block(i, j):
    sides = (LON + i * SIDE, LAT + j * SIDE, LON + (i + 1) * SIDE, LAT + (j + 1) * SIDE)
    return box(*(round(at, 7) for at in sides))


def test_borders_are_drawn_once():
    """A field of six by six blocks has 7 + 7 lines of six sides each, however often they are shared."""
    lines = common_borders(np.array([block(i, j) for i in range(6) for j in range(6)], dtype=object))
    assert shapely.length(lines).sum() == pytest.approx(14 * 6 * SIDE)
    assert shapely.union_all(lines).length == pytest.approx(shapely.length(lines).sum())


def test_borders_of_nothing():
    assert len(common_borders(np.array([], dtype=object))) == 0
