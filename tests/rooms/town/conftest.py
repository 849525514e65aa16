import numpy as np
import pytest
import shapely

from linli.town.drawing import draw
from linli.town.drawing.features import in_metres


@pytest.fixture(scope="session")
def drawing():
    return draw(1)


@pytest.fixture(scope="session")
def metres(drawing):
    """The shapes of each layer in metres, by layer, as arrays."""
    return {
        layer: shapely.transform(np.array([f.shape for f in features], dtype=object), in_metres)
        for layer, features in drawing.layers.items()
    }
