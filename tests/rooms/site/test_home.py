"""The home page before and behind the door, the switches, and what an empty house says."""

import json

import pytest
from django.conf import settings as configured
from django.test import Client

from linli.access.actors import Actor
from linli.access.roles import ROLES
from linli.site import navigation
from tests.browser import small_town


@pytest.fixture
def town(db):
    small_town.lay()


def browser(user="", language="en"):
    client = Client(headers={"accept-language": language})
    if user:
        client.force_login(small_town.account(user))
    return client


def test_before_the_door_stands_the_town_with_its_map_a_search_and_the_way_in(town):
    text = browser().get("/").content.decode()
    assert "香樟街道</h1>" in text
    assert 'action="/areas/"' in text and 'href="/sign-in"' in text and "data-map" in text
    assert "Communities" in text and "Journal</a>" not in text


def test_behind_it_stands_ones_own_area_and_what_was_done_in_it(town):
    text = browser("zhou").get("/").content.decode()
    assert "滨江社区</h1>" in text
    assert "community clerk" in text and 'href="/journal/"' in text
    assert "李网" in text and "周社" in text


def test_nobody_is_shown_what_was_done_outside_their_scope(town):
    text = browser("zhou").get("/").content.decode()
    assert "林晓" not in text


def test_a_grid_worker_is_shown_no_journal(town):
    text = browser("li").get("/").content.decode()
    assert "第一网格</h1>" in text and 'id="latest"' not in text and 'href="/journal/"' not in text


def test_an_empty_house_says_what_will_be_here_and_how_to_make_it_so(signed_in):
    text = signed_in().get("/", headers={"accept-language": "en"}).content.decode()
    assert "Import the division codes" in text and "linli areas import" in text
    assert "Nothing stands here yet" in browser().get("/").content.decode()


def test_a_town_without_grids_is_told_to_draw_them(signed_in):
    small_town.lay_areas([(code, name, box) for code, name, box in small_town.squares() if len(code) <= 12])
    text = signed_in().get("/", headers={"accept-language": "en"}).content.decode()
    assert "Draw the grids" in text and f"/areas/{small_town.TOWN}/edit" in text
    assert "Import the division codes" not in text


def test_one_who_is_alone_is_told_to_offer_posts(signed_in):
    small_town.lay_areas(small_town.squares())
    client = signed_in()
    assert "Offer the first posts" in client.get("/", headers={"accept-language": "en"}).content.decode()
    signed_in("zhou", "community-clerk", f"{small_town.TOWN}001")
    assert "Offer the first posts" not in client.get("/", headers={"accept-language": "en"}).content.decode()


def test_that_someone_signed_in_is_no_news(town):
    client = browser()
    client.post("/sign-in", {"sign_in_name": "admin", "password": small_town.PASSWORD})
    assert b"signed in" in client.get("/journal/").content
    assert b"signed in" not in client.get("/").content


# -- where one can go --------------------------------------------------------------------------------


def test_more_places_than_a_thumb_reaches_stand_behind_one(town):
    reached = [place["url"] for place in shown_to("administrator") if not place["far"]]
    assert len(reached) == 4 and {"/", "/cases/", "/inbox/"} < set(reached)
    assert not any(place["far"] for place in shown_to("resident"))


def test_residents_are_shown_no_roster(town):
    assert "/roster/" in [place["url"] for place in shown_to("grid-worker")]
    assert "/roster/" not in [place["url"] for place in shown_to("resident")]


@pytest.mark.parametrize(
    ("path", "here"),
    [("/", "/"), ("/plan", "/areas/"), ("/plan/B-1/pins", "/areas/"), ("/posts/S-1/", "/people/"), ("/sign-in", None)],
)
def test_one_place_is_where_one_is(town, path, here):
    assert [place["url"] for place in shown_to("administrator", path) if place["here"]] == ([here] if here else [])


def shown_to(role, path="/"):
    """The navigation of someone of a role."""
    actor = Actor("A-1", "某人", "S-1", role, "500199", ROLES[role].may, ROLES[role].reach)
    return navigation.places(path, actor)


def test_who_may_not_is_not_told_to(town):
    assert "Lay a background" in browser("admin").get("/").content.decode()
    assert "Lay a background" not in browser("zhou").get("/").content.decode()


@pytest.mark.parametrize(
    ("kept", "name"),
    [(("500199001",), "香樟街道"), (("500199001", "500199001001"), "香樟街道"), (("50", "500199"), "重庆市")],
)
def test_the_town_is_the_least_area_that_holds_every_township(db, kept, name):
    small_town.lay_areas([row for row in small_town.squares() if row[0] in kept])
    assert f"{name}</h1>" in browser().get("/").content.decode()


def test_a_district_of_several_townships_is_called_by_its_own_name(db):
    wanted = [row for row in small_town.squares() if len(row[0]) <= 9]
    small_town.lay_areas([*wanted, ("500199002", "桂花镇", small_town.box(0, 0))])
    assert "青川区</h1>" in browser().get("/").content.decode()


# -- switches --------------------------------------------------------------------------------------


def test_the_chosen_look_is_kept_and_comes_with_every_page(db):
    client = browser()
    answer = client.post("/look", {"theme": "dark", "next": "/areas/"})
    assert (answer.status_code, answer["Location"]) == (303, "/areas/")
    client.post("/look", {"print": "large"})
    assert '<html lang="en" data-theme="dark" data-print="large">' in client.get("/sign-in").content.decode()
    client.post("/look", {"theme": "auto", "print": "usual"})
    assert '<html lang="en">' in client.get("/sign-in").content.decode()


@pytest.mark.parametrize("theme", ['"><script>', "purple", ""])
def test_a_cookie_that_says_anything_else_says_nothing(db, theme):
    client = browser()
    client.cookies["theme"] = theme
    assert '<html lang="en">' in client.get("/sign-in").content.decode()


@pytest.mark.parametrize("switch", ["/look", "/language"])
@pytest.mark.parametrize("onward", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_switch_never_leads_to_another_host(db, switch, onward):
    assert browser().post(switch, {"next": onward, "theme": "dark", "language": "en"})["Location"] == "/"


def test_the_language_is_kept(db):
    client = browser(language="zh-CN")
    client.post("/language", {"language": "en"})
    assert '<html lang="en"' in client.get("/sign-in").content.decode()


# -- the demo's cast -------------------------------------------------------------------------------


@pytest.fixture
def players(town, tmp_path, settings):
    """The file that `linli demo` leaves beside its data."""
    settings.DATA_DIR = tmp_path
    told = {"sign_in_name": "zhou", "name": "周社", "role": "community-clerk", "area_code": "500199001001"}
    (tmp_path / "demo-accounts.json").write_text(json.dumps([told | {"password": small_town.PASSWORD}]), "utf-8")


def test_a_demo_offers_its_cast_by_one_click(players, settings):
    settings.DEMO = True
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    text = client.get("/sign-in").content.decode()
    assert "周社" in text and "community clerk" in text and "滨江社区" in text and small_town.PASSWORD in text
    token = text.split('name="csrfmiddlewaretoken" value="')[-1].split('"')[0]
    given = {"sign_in_name": "zhou", "password": small_town.PASSWORD}
    assert client.post("/sign-in", given).status_code == 403
    assert client.post("/sign-in", given | {"csrfmiddlewaretoken": token}).status_code == 303


def test_a_real_house_offers_nobody_even_if_the_file_lies_there(players):
    assert configured.DEMO is False
    text = browser().get("/sign-in").content.decode()
    assert "周社" not in text and small_town.PASSWORD not in text
