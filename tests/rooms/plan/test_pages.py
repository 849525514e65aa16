"""Pages about areas: open to all, the same cost whatever their number, and what became of a code."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.areas import keeping, redrawing
from linli.areas.changes import Merge
from linli.areas.codes import Level
from linli.areas.models import Area
from linli.site.plan import mapping

from .conftest import COMMUNITY, PLACES, TOWNSHIP, stands

pytestmark = pytest.mark.django_db
PAGES = ["/areas/", f"/areas/{TOWNSHIP}/", f"/areas/{COMMUNITY}001/", "/map", "/areas/?q=qhsq"]


@pytest.mark.parametrize("who", ["nobody", "outsider", "worker", "clerk", "administrator"])
@pytest.mark.parametrize("page", PAGES)
def test_everyone_may_look(country, plan, browsers, who, page):
    answer = browsers[who]().get(page)
    assert answer.status_code == 200
    assert b"linli/map/" in answer.content


def test_a_page_says_what_an_area_is_and_what_lies_in_it(country, client):
    text = client.get(f"/areas/{COMMUNITY}/").content.decode()
    for word in ("清河社区", "qing he she qu", COMMUNITY, "第一网格", f"{COMMUNITY}002", "香樟街道"):
        assert word in text


def test_counts_are_said_as_english_says_them(country, client):
    tree = client.get("/areas/", headers={"Accept-Language": "en"}).content.decode()
    assert "1 township" in tree and "2 communities" in tree and "2 grids" in tree


@pytest.mark.parametrize("words", ["清河", "qinghe", "qhsq", COMMUNITY, "QHSQ"])
def test_search_by_name_pinyin_initials_and_code(country, client, words):
    assert f'href="/areas/{COMMUNITY}/"' in client.get("/areas/", {"q": words}).content.decode()


def test_htmx_gets_only_the_part_it_asks_for(country, client):
    found = client.get("/areas/", {"q": "清河"}, headers={"HX-Request": "true"}).content.decode()
    branches = client.get("/areas/", {"at": COMMUNITY}, headers={"HX-Request": "true"}).content.decode()
    assert "清河社区" in found and "<html" not in found
    assert "第二网格" in branches and "<html" not in branches


def test_an_empty_house_says_how_areas_come(db, client):
    text = client.get("/areas/").content.decode()
    assert "linli areas import" in text
    assert client.get("/map").status_code == 200


def test_an_area_without_a_boundary_has_its_page(country, client):
    keeping.made("500199002", "无图街道").save()
    answer = client.get("/areas/500199002/")
    assert answer.status_code == 200 and "无图街道" in answer.content.decode()


@pytest.mark.parametrize("path", ["/areas/500199999/", "/areas/12345/", "/areas/5001990x1/", "/areas/500198/"])
def test_what_never_stood_is_no_page(country, client, path):
    assert client.get(path).status_code == 404


def test_a_code_given_up_says_where_it_went(country, client, program, at):
    redrawing.redraw(
        [Merge((COMMUNITY, "500199001002"), COMMUNITY, "大社区")], effective_on=at.date(), by=program, at=at
    )
    answer = client.get("/areas/500199001002/")
    assert answer.status_code == 410
    assert f'href="/areas/{COMMUNITY}/"' in answer.content.decode()


def test_only_whoever_may_read_the_journal_sees_what_was_done(country, browsers, client):
    sign = "/journal/?area="
    assert sign not in client.get(f"/areas/{COMMUNITY}/").content.decode()
    assert sign in browsers["clerk"]().get(f"/areas/{COMMUNITY}/").content.decode()
    assert sign not in browsers["outsider"]().get(f"/areas/{COMMUNITY}/").content.decode()


@pytest.mark.parametrize("page", ["/areas/", f"/areas/{TOWNSHIP}/", "/map"])
def test_more_areas_do_not_cost_more_queries(country, plan, page):
    def cost() -> int:
        Client().get(page)
        with CaptureQueriesContext(connection) as asked:
            Client().get(page)
        return len(asked)

    before = cost()
    Area.objects.bulk_create([keeping.made(f"{TOWNSHIP}{n:03d}", f"社区{n}") for n in range(100, 160)])
    assert cost() <= before <= 24


def test_the_map_names_no_other_host(country, plan, client):
    text = client.get("/map").content.decode()
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "") and "https://" not in text
    assert "<script>" not in text and " style=" not in text


def test_the_map_of_a_township_nobody_has_drawn_begins_where_its_district_lies(country):
    stands("500199002", "无图街道")
    stands("500199002001", "无图社区")
    for code in ("500199002", "500199002001"):
        assert mapping.bounds(code, [], "edition") == list(PLACES["500199"][1].bounds)
        assert Level.DISTRICT in mapping.levels_below(code, "edition")
    assert Level.DISTRICT not in mapping.levels_below(TOWNSHIP, "edition")
