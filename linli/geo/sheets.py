"""The borders of areas on a map, each drawn once."""

import numpy as np
import shapely
from numpy.typing import NDArray

from .mvt import Geometries
from .points import Floats


def common_borders(polygons: Geometries) -> Geometries:
    """The lines between and around polygons, each piece once even where two polygons share it.

    >>> pair = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> float(shapely.length(common_borders(pair)).sum())
    7.0
    """
    rings = shapely.get_rings(shapely.get_parts(polygons))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    steps = _once(np.stack([xy[:-1][same], xy[1:][same]], axis=1))
    if not len(steps):
        return np.empty(0, dtype=object)
    return shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.linestrings(steps))))


def _once(steps: Floats) -> NDArray[np.float64]:
    """Each step from corner to corner once, whichever way it runs."""
    back = (steps[:, 0, 0] > steps[:, 1, 0]) | ((steps[:, 0, 0] == steps[:, 1, 0]) & (steps[:, 0, 1] > steps[:, 1, 1]))
    steps[back] = steps[back][:, ::-1]
    return np.unique(steps.reshape(-1, 4), axis=0).reshape(-1, 2, 2)
