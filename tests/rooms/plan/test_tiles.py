"""Tiles: what lies in them, how they are kept, and what is no tile."""

import gzip
import json
from pathlib import Path

import mapbox_vector_tile
import pytest
from shapely import box

from linli.areas import backgrounds, cover, laying, queries
from linli.geo.tiles import Tile, tile_at
from linli.site.plan import area_tiles, mapping
from linli.town.drawing import Feature

from .conftest import COMMUNITY, SOUTH, WEST

pytestmark = pytest.mark.django_db
WISH = laying.Wish("around", "", "Linli")
HERE = WEST + 0.01, SOUTH + 0.01


def area_tile(z: int, version: str = "") -> str:
    return f"/tiles/areas/{version or queries.version()}/{'/'.join(map(str, tile_at(*HERE, z)))}.mvt"


def plan_tile(plan, z: int, *, version: str = "") -> str:
    version = version or backgrounds.version(plan)
    return f"/tiles/plan/{plan.ref}/{version}/{'/'.join(map(str, tile_at(*HERE, z)))}.mvt"


def told(answer) -> dict:
    assert answer["Content-Encoding"] == "gzip" and answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert len(answer.content) < 60_000
    return mapbox_vector_tile.decode(gzip.decompress(answer.content))


@pytest.mark.parametrize(("z", "levels"), [(8, {3}), (10, {3, 4}), (12, {3, 4, 5}), (14, {3, 4, 5, 6})])
def test_each_zoom_has_its_levels_in_one_layer(country, client, z, levels):
    tile = told(client.get(area_tile(z), headers={"Accept-Encoding": "gzip"}))
    assert set(tile) >= {"area", "border"}
    assert {feature["properties"]["level"] for feature in tile["area"]["features"]} == levels


def test_an_area_has_its_code_and_name_and_one_label(country, client):
    tile = told(client.get(area_tile(13), headers={"Accept-Encoding": "gzip"}))
    codes = [feature["properties"]["code"] for feature in tile["label"]["features"]]
    assert len(codes) == len(set(codes))
    named = {feature["properties"]["code"]: feature["properties"]["name"] for feature in tile["area"]["features"]}
    assert named[COMMUNITY] == "清河社区"


def test_tiles_follow_the_areas(country, client, at):
    before = client.get(area_tile(14))
    version = queries.version()
    cover.put({f"{COMMUNITY}001": cover.land(country[f"{COMMUNITY}002"])}, on=at.date())
    assert queries.version() != version
    after = client.get(area_tile(14))
    assert after["ETag"] != before["ETag"] and after.content != before.content
    stale = client.get(area_tile(14, version))
    assert "immutable" not in stale["Cache-Control"] and "immutable" in after["Cache-Control"]


def test_the_plan_is_sent_as_its_file_holds_it(plan, client):
    answer = client.get(plan_tile(plan, 15), headers={"Accept-Encoding": "gzip"})
    assert set(told(answer)) == {"street", "place"}
    assert "immutable" in answer["Cache-Control"]
    again = client.get(plan_tile(plan, 15), headers={"Accept-Encoding": "gzip", "If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and not again.content


def test_a_browser_without_gzip_gets_it_unpacked(plan, client):
    answer = client.get(plan_tile(plan, 15), headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer
    assert set(mapbox_vector_tile.decode(answer.content)) == {"street", "place"}


def test_where_nothing_lies_there_is_nothing(plan, client):
    assert client.get(f"/tiles/plan/{plan.ref}/{backgrounds.version(plan)}/15/0/0.mvt").status_code == 204
    assert client.get(f"/tiles/areas/{queries.version()}/15/0/0.mvt").status_code == 204


@pytest.mark.parametrize("place", ["1/2/0", "99/0/0", "3/a/1", "3/-1/1", "3/1", "3/1/1/1", "14/1e3/2"])
def test_what_is_no_tile_is_no_page(plan, client, place):
    assert client.get(f"/tiles/areas/x/{place}.mvt").status_code == 404
    assert client.get(f"/tiles/plan/{plan.ref}/x/{place}.mvt").status_code == 404


@pytest.mark.parametrize(("zoom", "status"), [(0, 404), (3, 404), (4, 204), (16, 204), (17, 404), (22, 404)])
def test_zooms_at_which_no_area_is_drawn_are_no_page(country, client, zoom, status):
    assert client.get(f"/tiles/areas/x/{zoom}/0/0.mvt").status_code == status


def test_kept_tiles_take_so_many_bytes_and_no_more(monkeypatch):
    cuts = []
    monkeypatch.setattr(area_tiles, "cut", lambda _version, at: cuts.append(at) or b"x" * 800)
    kept = area_tiles.Shelved(10_000)
    for column in range(50):
        kept.get("a", Tile(12, column, 0))
        assert kept.get("a", Tile(12, 0, 0))
        assert kept.bytes <= 10_000
    assert len(cuts) == 50
    kept.get("a", Tile(12, 1, 0))
    assert len(cuts) == 51


def test_a_wrong_reference_is_no_page(plan, client):
    assert client.get("/tiles/plan/B-00000-01/x/1/0/0.mvt").status_code == 404
    assert client.get("/tiles/plan/A-00000-00/x/1/0/0.mvt").status_code == 404


def test_a_lifted_plan_is_gone(plan, client, program, at):
    laying.lift(plan, by=program, at=at)
    assert client.get(plan_tile(plan, 15)).status_code == 404


def test_a_tile_asks_the_database_no_more_than_for_its_edition(plan, client, django_assert_max_num_queries):
    client.get(area_tile(14))
    with django_assert_max_num_queries(3):
        client.get(f"/tiles/areas/x/{'/'.join(map(str, tile_at(*HERE, 14)))}.mvt")
    with django_assert_max_num_queries(1):
        client.get(plan_tile(plan, 15))


def test_once_warm_a_tile_asks_for_no_boundary(country, client, django_assert_max_num_queries):
    area_tiles.warm()
    version = queries.version()
    with django_assert_max_num_queries(0):
        assert area_tiles.cut(version, tile_at(*HERE, 14)) and area_tiles.cut(version, tile_at(*HERE, 8))


def test_only_a_town_that_goes_on_beyond_its_areas_has_its_edge_papered_over(plan, program, at):
    assert [each["ragged"] for each in mapping.describe().config["plans"]] == [False]
    around = box(WEST - 0.01, SOUTH - 0.01, WEST + 0.05, SOUTH + 0.03)
    laying.lay_drawn({"relief": [Feature(around, {"kind": "hill", "height": 200})]}, wish=WISH, by=program, at=at)
    assert [each["ragged"] for each in mapping.describe().config["plans"]] == [False, True]


def test_the_map_is_told_of_the_library_that_is_laid(country):
    package = mapping.LIBRARY.split("/")[1]
    lock = json.loads((Path(__file__).parents[3] / "frontend" / "package-lock.json").read_text("utf-8"))
    assert package == f"maplibre-gl-{lock['packages']['node_modules/maplibre-gl']['version']}"
