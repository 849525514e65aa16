"""A small made-up city, and a table of things that lie in it."""

from collections.abc import Callable

import pytest
import shapely
from django.apps.registry import Apps
from django.db import connection, models
from shapely.geometry.base import BaseGeometry

from linli.areas import cover, keeping, scoped
from linli.areas.models import Area, Boundary
from linli.geo import polygons

NAMES = {
    "50": "重庆市",
    "500198": "云溪区",
    "500198001": "香樟街道",
    "500198001001": "梧桐社区",
    "500198001002": "银杏社区",
    "500198001002001": "第一网格",
    "500198002": "石桥镇",
    "500198002001": "桥头村",
    "500198002002": "桥尾村",
    "500198003": "柳林乡",
    "500199": "江口区",
    "500199001": "江口街道",
}


class Thing(models.Model):
    """Something that lies in an area; a table of the tests' own."""

    area_code = models.CharField(max_length=17, db_index=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    owner = models.IntegerField(default=0)
    until = models.DateField(null=True)

    one_per_area = ("owner",)

    class Meta:
        apps = Apps()
        app_label = "tests"
        db_table = "tests_thing"


CREATE = {
    "sqlite": "CREATE TABLE tests_thing (id integer PRIMARY KEY AUTOINCREMENT, area_code varchar(17) NOT NULL, "
    "lon real, lat real, owner integer NOT NULL, until date)",
    "postgresql": "CREATE TABLE tests_thing (id bigserial PRIMARY KEY, area_code varchar(17) NOT NULL, "
    "lon double precision, lat double precision, owner integer NOT NULL, until date)",
}


@pytest.fixture
def city(db) -> None:
    """Two districts, four townships, four communities, a grid."""
    stand(NAMES)


def stand(names: dict[str, str]) -> None:
    """These areas stand."""
    Area.objects.bulk_create(keeping.made(code, name) for code, name in names.items())


@pytest.fixture
def things(db, monkeypatch) -> type[Thing]:
    """The table, known to redrawings as every table of the house is."""
    known = [*scoped.models(), Thing]
    with connection.cursor() as cursor:
        cursor.execute(CREATE[connection.vendor])
        cursor.execute("CREATE INDEX tests_thing_area ON tests_thing (area_code)")
    monkeypatch.setattr(scoped, "models", lambda: known)
    return Thing


@pytest.fixture
def lay(things) -> Callable[..., list[int]]:
    """lay("500198001", 3): that many things there; their keys."""

    def laid(code: str, number: int = 1, **more) -> list[int]:
        return [thing.pk for thing in Thing.objects.bulk_create(Thing(area_code=code, **more) for _ in range(number))]

    return laid


@pytest.fixture
def draw(city) -> Callable[[str, BaseGeometry], None]:
    """draw("500198001", shape): the area lies there."""

    def drawn(code: str, shape: BaseGeometry) -> None:
        area = Area.objects.standing().get(code=code)
        cover.bounded(area, polygons.write(shape), shape, since=None).save()
        area.save()

    return drawn


def box(west: float, south: float, east: float, north: float) -> str:
    """A rectangle as GeoJSON text."""
    return polygons.write(shapely.box(west, south, east, north))


def stamps() -> dict[int, str]:
    """The code that each thing bears."""
    return dict(Thing.objects.values_list("pk", "area_code"))


def standing() -> dict[str, str]:
    """The areas that stand, by code."""
    return dict(Area.objects.standing().values_list("code", "name"))


def everything() -> dict[str, list[tuple]]:
    """Areas, boundaries and things, byte for byte."""
    return {model._meta.label: list(model.objects.order_by("pk").values_list()) for model in (Area, Boundary, Thing)}
