"""Backgrounds on their way: an extract keeps its form, and nothing stays on its way for ever."""

import gzip
import json
from pathlib import Path

import mapbox_vector_tile
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_tasks_db.models import DBTaskResult

from linli.areas import backgrounds, laying
from linli.areas.laying import Wish
from linli.geo.points import Crs
from linli.geo.refusals import FileTooLarge
from linli.geo.tiles import tile_at
from linli.ground.refusals import Malformed
from linli.ground.words import Words
from linli.site.plan import laying as pages
from linli.site.plan import tasks, works
from linli.site.running import locks

from .conftest import SOUTH, WEST

pytestmark = pytest.mark.django_db
OSM = f"""<?xml version="1.0"?><osm version="0.6">
<node id="1" version="1" lon="{WEST}" lat="{SOUTH}"/><node id="2" version="1" lon="{WEST + 0.01}" lat="{SOUTH}"/>
<way id="3" version="1"><nd ref="1"/><nd ref="2"/>
<tag k="highway" v="primary"/><tag k="name" v="樟树路"/></way></osm>"""
ASKED = {"kind": "osm", "name": "街道", "area": "", "attribution": "", "crs": "wgs84"}


@pytest.fixture
def browser(browsers):
    return browsers["administrator"]()


@pytest.fixture
def large(monkeypatch):
    """Every file is one for the worker."""
    monkeypatch.setattr(pages, "AT_ONCE", 0)


def send(browser, name="map.osm", content=b"", **asked):
    return browser.post("/plan", ASKED | asked | {"files": SimpleUploadedFile(name, content or OSM.encode())})


def work() -> works.Work:
    (found,) = works.every()
    return found


def streets(browser) -> set[str]:
    """The names of the streets on the tile where the extract lies."""
    (plan,) = backgrounds.lying()
    place = "/".join(map(str, tile_at(WEST + 0.005, SOUTH + 1e-6, 15)))
    tile = browser.get(f"/tiles/plan/{plan.ref}/{backgrounds.version(plan)}/{place}.mvt")
    return {each["properties"]["name"] for each in mapbox_vector_tile.decode(tile.content)["street"]["features"]}


@pytest.mark.parametrize(
    ("name", "content"), [("map.osm", OSM.encode()), ("Chongqing.OSM.GZ", gzip.compress(OSM.encode(), mtime=0))]
)
def test_an_extract_lies_at_once_or_by_the_worker(browser, program, at, monkeypatch, name, content):
    assert send(browser, name, content).status_code in (302, 303)
    assert streets(browser) == {"樟树路"}
    laying.lift(backgrounds.lying().get(), by=program, at=at)
    monkeypatch.setattr(pages, "AT_ONCE", 0)
    send(browser, name, content)
    assert not backgrounds.lying()
    assert tasks.convert.call(work().number)
    assert streets(browser) == {"樟树路"} and not works.every()


def test_what_waits_for_the_worker_is_shown_as_waiting(browser, large):
    send(browser)
    assert "<progress" in browser.get("/plan").content.decode()
    (shown,) = tasks.on_their_way()
    assert shown.state == works.WAITING


def test_a_refusal_is_kept_as_its_code_and_told_in_the_readers_language(browser, large):
    send(browser, "map.osm", b"no extract")
    assert tasks.convert.call(work().number) == ""
    assert work().code == "geo.cannot-read-extract" and "osm" in work().facts["why"] + work().facts["what"]
    chinese = browser.get("/plan", headers={"Accept-Language": "zh-hans"}).content.decode()
    english = browser.get("/plan", headers={"Accept-Language": "en"}).content.decode()
    assert "cannot be read as an OpenStreetMap extract" in english
    assert "cannot be read as an OpenStreetMap extract" not in chinese


def test_a_task_that_broke_is_shown_as_failed_and_can_be_forgotten(browser, large, monkeypatch):
    """Whatever it broke by: nothing but the state of its task is asked."""
    send(browser)
    DBTaskResult.objects.get().set_failed(MemoryError())
    (shown,) = tasks.on_their_way()
    assert (shown.state, shown.code) == (works.REFUSED, "plan.cut-off")
    page = browser.get("/plan", headers={"Accept-Language": "en"}).content.decode()
    assert "This stopped before it was finished" in page
    browser.post("/plan", {"forget": shown.number})
    assert not works.every()


def test_a_task_whose_worker_was_killed_is_not_on_its_way(browser, large, at):
    send(browser)
    DBTaskResult.objects.get().claim("here:1:x")
    works.teller(work())("z8", 1, 4)
    with locks.held(locks.WORKER, at=at):
        assert [each.state for each in tasks.on_their_way()] == [works.WORKING]
    # On PostgreSQL another machine's worker may have it: there the next worker of this machine says so.
    gone = works.REFUSED if connection.vendor == "sqlite" else works.WORKING
    assert [each.state for each in tasks.on_their_way()] == [gone]


def test_what_a_request_lays_itself_waits_for_no_task(monkeypatch):
    kept = {"kind": "osm", "wish": Wish("街道"), "crs": Crs.WGS84, "account": "A", "post": ""}
    works.begin([SimpleUploadedFile("map.osm", b"")], at_once=True, **kept)
    assert [each.state for each in tasks.on_their_way()] == [works.WAITING]
    monkeypatch.setattr(works, "BY_HAND_S", -1)
    assert [each.state for each in tasks.on_their_way()] == [works.REFUSED]


def test_a_folder_that_goes_while_it_is_looked_at_is_left_out(browser, large, monkeypatch):
    send(browser)
    kept, real_stat = work(), Path.stat

    def gone(self, **said):
        if self.name == kept.number:
            works.end(kept)
        return real_stat(self, **said)

    monkeypatch.setattr(Path, "stat", gone)
    assert works.every() == []


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(browser, monkeypatch):
    monkeypatch.setitem(laying.MOST_MB, "osm", 0.0001)
    answer = send(browser)
    assert answer.status_code == FileTooLarge.status and not works.every()


def test_the_outline_of_a_country_is_refused_in_words(browser):
    shape = {"type": "Polygon", "coordinates": [[[73, 18], [135, 18], [135, 54], [73, 54], [73, 18]]]}
    feature = {"type": "Feature", "properties": {"kind": "home"}, "geometry": shape}
    country = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    answer = send(browser, "compound.geojson", country, kind="geojson")
    assert answer.status_code == 422 and not backgrounds.lying()


def test_what_was_refused_keeps_its_words_apart_from_names():
    """Kept as JSON and read again: words of ours are still translated, a file called Home keeps its name."""
    kept = {"kind": "osm", "wish": Wish("街道", "", ""), "crs": Crs.WGS84, "account": "A-1", "post": "P-1"}
    work = works.begin([SimpleUploadedFile("map.osm", b"")], **kept)
    works.refuse(work, Malformed(what="Home", why=Words("Home")))
    told = works.read(work.number).told
    assert {name: type(fact) for name, fact in told.items()} == {"what": str, "why": Words}
    works.end(work)
