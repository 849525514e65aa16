"""A small country: a district, a township, two communities, two grids, and a plan of one street under them."""

from collections.abc import Callable

import pytest
import shapely
from django.test import Client
from shapely import LineString, Point, box

from linli.areas import keeping, laying
from linli.areas.models import Area, Background, Boundary
from linli.geo import polygons
from linli.town.drawing import Feature

WEST, SOUTH = 102.2, 39.9
TOWNSHIP, COMMUNITY = "500199001", "500199001001"
PLACES = {
    "500199": ("云岭区", box(WEST, SOUTH, WEST + 0.04, SOUTH + 0.02)),
    TOWNSHIP: ("香樟街道", box(WEST, SOUTH, WEST + 0.04, SOUTH + 0.02)),
    COMMUNITY: ("清河社区", box(WEST, SOUTH, WEST + 0.02, SOUTH + 0.02)),
    "500199001002": ("团结社区", box(WEST + 0.02, SOUTH, WEST + 0.04, SOUTH + 0.02)),
    f"{COMMUNITY}001": ("第一网格", box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.02)),
    f"{COMMUNITY}002": ("第二网格", box(WEST + 0.01, SOUTH, WEST + 0.02, SOUTH + 0.02)),
}


def stands(code: str, name: str, shape: shapely.Polygon | None = None) -> Area:
    """An area, with its boundary if it has one."""
    area = keeping.made(code, name)
    if shape is not None:
        area.lon, area.lat = polygons.centre(shape)
    area.save()
    if shape is not None:
        west, south, east, north = shape.bounds
        sides = {"west": west, "south": south, "east": east, "north": north}
        Boundary.objects.create(area=area, geometry=polygons.write(shape), **sides)
    return area


@pytest.fixture
def country(db) -> dict[str, Area]:
    """Every area by its code."""
    return {code: stands(code, name, shape) for code, (name, shape) in PLACES.items()}


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    """Files of a test are its own."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture
def plan(country, program, at) -> Background:
    """A street and a school under the map of everything."""
    layers = {
        "street": [
            Feature(LineString([(WEST, SOUTH + 0.01), (WEST + 0.04, SOUTH + 0.01)]), {"kind": "main", "name": "樟树路"})
        ],
        "place": [Feature(Point(WEST + 0.01, SOUTH + 0.01), {"kind": "school", "name": "香樟小学", "rank": 1})],
    }
    return laying.lay_drawn(layers, wish=laying.Wish("底图", "", "邻里"), by=program, at=at)


@pytest.fixture
def browsers(signed_in) -> dict[str, Callable[[], Client]]:
    """Everyone who may come: nobody, the outsider, a grid worker, a clerk, an administrator."""
    return {
        "nobody": Client,
        "outsider": lambda: signed_in("wai", "community-clerk", "500198001001"),
        "worker": lambda: signed_in("li", "grid-worker", f"{COMMUNITY}001"),
        "clerk": lambda: signed_in("zhou", "community-clerk", COMMUNITY),
        "administrator": lambda: signed_in("admin", "administrator", ""),
    }
