"""Editing, redrawing and laying from pages: by a form alone, refused well, and closed to whoever may not."""

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.areas import backgrounds, cover, queries, scoped
from linli.areas.models import Area, Background, Redrawing
from linli.geo import pyramids
from linli.journal.models import Entry
from linli.site.plan import laying, tasks, works
from linli.site.templatetags.plan import ROWS

from .conftest import COMMUNITY, SOUTH, TOWNSHIP, WEST

pytestmark = pytest.mark.django_db
EDIT = f"/areas/{COMMUNITY}/edit"
CUT = json.dumps({"type": "LineString", "coordinates": [[WEST - 0.01, SOUTH + 0.01], [WEST + 0.015, SOUTH + 0.01]]})


def outline(west, south, east, north) -> str:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [[[WEST + x, SOUTH + y] for x, y in ring]]})


class TestDrawing:
    """The form does what the map does."""

    def test_an_area_is_cut_and_it_is_undone(self, country, browsers):
        clerk = browsers["clerk"]()
        asked = {"act": "cut", "area": f"{COMMUNITY}001", "name": "第三网格", "shape": CUT}
        assert clerk.post(EDIT, asked).status_code == 303
        assert queries.area(f"{COMMUNITY}003").name == "第三网格"
        assert "第三网格" in clerk.get(EDIT).content.decode()
        assert clerk.post(EDIT, {"undo": "1"}).status_code == 303
        assert list(cover.children(COMMUNITY)) == [f"{COMMUNITY}001", f"{COMMUNITY}002"]

    def test_a_file_does_as_well(self, country, browsers):
        told = {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {}, "geometry": json.loads(CUT)}],
        }
        file = SimpleUploadedFile("line.geojson", json.dumps(told).encode())
        asked = {"act": "cut", "area": f"{COMMUNITY}001", "name": "第三网格", "file": file}
        assert browsers["clerk"]().post(EDIT, asked).status_code == 303

    def test_typed_corners_do_as_well(self, country, browsers):
        line = f"{WEST - 0.01}, {SOUTH + 0.01}\n\n {WEST + 0.015}\t{SOUTH + 0.01} \n"
        asked = {"act": "cut", "area": f"{COMMUNITY}001", "name": "第三网格", "shape": line}
        assert browsers["clerk"]().post(EDIT, asked).status_code == 303

    @pytest.mark.parametrize("line", ["106.5", "106.5 29.5 3", "北 29.5", "1e999 0", "nan 0"])
    def test_a_line_that_is_no_corner_is_named(self, country, browsers, line):
        asked = {"act": "cut", "area": f"{COMMUNITY}001", "name": "第三网格", "shape": f"{WEST} {SOUTH}\n{line}"}
        answer = browsers["clerk"]().post(EDIT, asked, headers={"accept-language": "en"})
        assert answer.status_code == 400 and f"Corner 2 cannot be read: {line}" in answer.content.decode()

    @pytest.mark.parametrize(
        ("act", "shape"), [("draw", "102.2 39.9"), ("cut", "102.2 39.9"), ("draw", "999 999\n1 1\n2 2")]
    )
    def test_too_few_corners_and_places_off_the_globe_are_refused(self, country, browsers, act, shape):
        asked = {"act": act, "area": f"{COMMUNITY}001", "name": "第三网格", "shape": shape}
        assert browsers["clerk"]().post(EDIT, asked).status_code in (400, 422)

    def test_the_next_grid_is_named_as_the_others_are(self, country, browsers):
        clerk = browsers["clerk"]()
        assert 'value="第三网格"' in clerk.get(EDIT, headers={"accept-language": "zh-CN"}).content.decode()
        assert 'value="Grid 3"' in clerk.get(EDIT, headers={"accept-language": "en"}).content.decode()

    def test_neighbours_are_joined_and_land_is_given(self, country, browsers):
        clerk = browsers["clerk"]()
        give = {"act": "give", "area": f"{COMMUNITY}001", "others": [f"{COMMUNITY}002"]}
        assert clerk.post(EDIT, give | {"shape": outline(0.005, -0.01, 0.03, 0.01)}).status_code == 303
        join = {"act": "join", "area": f"{COMMUNITY}001", "others": [f"{COMMUNITY}002"], "name": "大网格"}
        assert clerk.post(EDIT, join).status_code == 303
        assert list(cover.children(COMMUNITY)) == [f"{COMMUNITY}001"]

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"shape": "{"}, 400),
            ({"shape": '{"type": "Point", "coordinates": [1, 2]}'}, 400),
            ({"shape": '{"type": "LineString", "coordinates": [[500, 1], [2, 3]]}'}, 400),
            ({"shape": '{"type": "LineString", "coordinates": [[102.1, 1], [102.2, 1]]}'}, 422),
            ({"shape": ""}, 400),
            ({"name": ""}, 400),
            ({"area": f"{COMMUNITY}009"}, 400),
            ({"act": "vanish"}, 400),
        ],
    )
    def test_what_cannot_be_done_is_said_and_nothing_is_written(self, country, browsers, wrong, status):
        before = Entry.objects.count()
        clerk = browsers["clerk"]()
        entries = Entry.objects.count()
        asked = {"act": "cut", "area": f"{COMMUNITY}001", "name": "第三网格", "shape": CUT}
        answer = clerk.post(EDIT, asked | wrong)
        assert answer.status_code == status
        assert 'role="alert"' in answer.content.decode() or "errors" in answer.content.decode()
        assert Entry.objects.count() == entries >= before and Area.objects.standing().count() == len(country)

    def test_the_drawing_refused_is_still_there_to_mend(self, country, browsers):
        short = '{"type": "LineString", "coordinates": [[102.201, 39.91], [102.202, 39.91]]}'
        asked = {"act": "cut", "area": f"{COMMUNITY}001", "name": "第三网格", "shape": short}
        text = browsers["clerk"]().post(EDIT, asked).content.decode()
        assert "102.202" in text and "第三网格" in text

    @pytest.mark.parametrize(("who", "status"), [("nobody", 302), ("outsider", 404), ("worker", 403)])
    def test_whoever_may_not_draw_has_nothing_to_snap_to(self, country, browsers, who, status):
        assert browsers[who]().get(f"/areas/{COMMUNITY}/children.json").status_code == status

    @pytest.mark.parametrize(("who", "status"), [("nobody", 302), ("outsider", 404), ("worker", 403)])
    def test_whoever_may_not_draws_nothing(self, country, browsers, who, status):
        browser = browsers[who]()
        assert browser.get(EDIT).status_code == status
        asked = {"act": "cut", "area": f"{COMMUNITY}001", "name": "第三网格", "shape": CUT}
        assert browser.post(EDIT, asked).status_code in (status, 401)
        assert Area.objects.standing().count() == len(country)

    def test_boundaries_to_snap_to_are_those_that_stand(self, country, browsers):
        told = json.loads(browsers["clerk"]().get(f"/areas/{COMMUNITY}/children.json").content)
        assert [each["id"] for each in told["features"]] == [COMMUNITY, f"{COMMUNITY}001", f"{COMMUNITY}002"]


class TestRedrawing:
    """Shown first, done then, undone."""

    ASKED = {
        "kind": "merge",
        "code": COMMUNITY,
        "others": "500199001002",
        "name": "合并社区",
        "effective_on": "2026-11-01",
    }

    @staticmethod
    def done(browser, asked):
        """What a browser gets that was shown the change and does it."""
        seen = browser.post("/areas/redraw", asked).context.get("seen", "")
        return browser.post("/areas/redraw", asked | {"do": "1", "seen": seen})

    def test_what_it_touches_is_shown_and_nothing_is_done(self, country, browsers):
        answer = browsers["administrator"]().post("/areas/redraw", self.ASKED)
        assert answer.status_code == 200 and "合并社区" in answer.content.decode()
        assert Redrawing.objects.count() == 0

    def test_it_is_done_and_undone(self, country, browsers):
        browser = browsers["administrator"]()
        done = self.done(browser, self.ASKED)
        assert done.status_code == 303 and queries.where_it_went("500199001002") == [COMMUNITY]
        assert "500199001002" in browser.get(done["Location"]).content.decode()
        assert browser.post(done["Location"]).status_code == 303
        assert queries.area("500199001002").name == "团结社区"

    def test_undone_every_address_on_its_page_still_leads_somewhere(self, country, browsers):
        """What was made by it and taken back is named as it was called, and is no link."""
        browser = browsers["administrator"]()
        grids = {"kind": "move", "code": COMMUNITY, "new_code": "500199001900", "effective_on": "2026-11-01"}
        page = self.done(browser, grids)["Location"]
        for _ in range(2):
            text = browser.get(page).content.decode()
            for address in re.findall(r'class="code" href="([^"]+)"', text):
                assert browser.get(address).status_code in (200, 410), address
            assert text.count("清河社区") == 2 and text.count("第一网格") == 2
            browser.post(page)
        assert "500199001900</span>" in text

    def test_rows_of_every_table_have_their_name_in_both_languages(self):
        """A table whose rows follow their area is named to whoever redraws."""
        assert {model._meta.label for model in scoped.models()} <= set(ROWS)

    @pytest.mark.parametrize(
        ("kind", "more"),
        [
            ("rename", {"name": "新名社区"}),
            ("move", {"new_code": "500199001900"}),
            ("split", {"new_code": "500199001901", "name": "新社区", "children": f"{COMMUNITY}002"}),
        ],
    )
    def test_every_kind_of_change_is_done(self, country, browsers, kind, more):
        asked = {"kind": kind, "code": COMMUNITY, "effective_on": "2026-11-01"}
        assert self.done(browsers["administrator"](), asked | more).status_code == 303

    @pytest.mark.parametrize(
        "other", [{"name": "别的社区"}, {"effective_on": "2026-10-01"}, {"seen": "1"}, {"seen": ""}]
    )
    def test_what_was_not_shown_is_shown_before_it_is_done(self, country, browsers, other):
        browser = browsers["administrator"]()
        seen = browser.post("/areas/redraw", self.ASKED).context["seen"]
        answer = browser.post("/areas/redraw", self.ASKED | {"do": "1", "seen": seen} | other)
        assert answer.status_code == 200 and Redrawing.objects.count() == 0
        assert self.done(browser, self.ASKED | other).status_code == 303

    def test_a_change_elsewhere_is_neither_shown_nor_done(self, country, signed_in):
        browser = signed_in("he", "administrator", "500199001002")
        answer = browser.post("/areas/redraw", self.ASKED)
        assert answer.status_code == 404 and "preview" not in answer.context

    def test_codes_that_clash_are_refused(self, country, browsers):
        asked = {"kind": "move", "code": COMMUNITY, "new_code": "500199001002", "effective_on": "2026-11-01"}
        answer = browsers["administrator"]().post("/areas/redraw", asked)
        assert answer.status_code == 409 and Redrawing.objects.count() == 0

    @pytest.mark.parametrize(("who", "status"), [("nobody", 302), ("outsider", 403), ("clerk", 403)])
    def test_whoever_may_not_redraws_nothing(self, country, browsers, who, status):
        browser = browsers[who]()
        assert browser.get("/areas/redraw").status_code == status
        browser.post("/areas/redraw", self.ASKED | {"do": "1"})
        assert Redrawing.objects.count() == 0


def picture(kind: str = "PNG", size: tuple[int, int] = (200, 100)) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, "white").save(kept, kind)
    return kept.getvalue()


class TestLaying:
    """Files become backgrounds or are refused; nothing is left half done."""

    STREET = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"highway": "residential", "name": "樟树路"},
                "geometry": {"type": "LineString", "coordinates": [[WEST, SOUTH], [WEST + 0.02, SOUTH + 0.01]]},
            }
        ],
    }

    def lay(self, browser, kind: str, content: bytes, name: str = "file.geojson", **more):
        asked = {"kind": kind, "name": "底图", "crs": "wgs84", "files": SimpleUploadedFile(name, content)}
        return browser.post("/plan", asked | more)

    def nothing_is_left(self, folder) -> bool:
        return not Background.objects.exists() and not [path for path in folder.rglob("*") if path.is_file()]

    def test_plain_geojson_is_guessed_and_lies(self, country, browsers):
        browser = browsers["administrator"]()
        assert self.lay(browser, "geojson", json.dumps(self.STREET).encode()).status_code == 303
        laid = Background.objects.get()
        pyramid = pyramids.Pyramid(backgrounds.path(laid))
        assert [each["id"] for each in pyramid.metadata["vector_layers"]] == ["street"]
        pyramid.close()
        assert laid.ref in browser.get("/map").content.decode()
        assert Entry.objects.filter(verb="background.laid", thing=laid.ref, digest__gt="").count() == 1

    def test_a_plan_is_lifted_and_its_file_goes(self, plan, browsers, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            assert browsers["administrator"]().post("/plan", {"lift": plan.ref}).status_code == 303
        assert not backgrounds.path(plan).exists()
        assert Entry.objects.filter(verb="background.lifted", thing=plan.ref).count() == 1

    def test_tiles_lie_as_they_are(self, plan, browsers):
        content = backgrounds.path(plan).read_bytes()
        assert self.lay(browsers["administrator"](), "pmtiles", content, "plan.pmtiles").status_code == 303
        assert backgrounds.path(Background.objects.get(kind="pmtiles")).read_bytes() == content

    def test_a_scan_is_cleaned_pinned_and_shown(self, country, browsers):
        browser = browsers["administrator"]()
        to = self.lay(browser, "scan", picture("JPEG"), "plan.jpg")["Location"]
        scan = Background.objects.get()
        assert scan.ref not in browser.get("/map").content.decode()
        pins = {"x1": 0, "y1": 0, "lon1": WEST, "lat1": SOUTH + 0.02, "x2": 200, "y2": 0, "lon2": WEST + 0.04}
        pins |= {"lat2": SOUTH + 0.02, "x3": 0, "y3": 100, "lon3": WEST, "lat3": SOUTH}
        assert browser.get(to).status_code == 200
        assert browser.post(to, pins).status_code == 303
        scan.refresh_from_db()
        assert (scan.west, scan.east) == (pytest.approx(WEST), pytest.approx(WEST + 0.04))
        assert scan.ref in browser.get("/map").content.decode()
        shown = browser.get(f"/plan/{scan.ref}/picture")
        assert shown["Content-Type"] == "image/webp" and b"".join(shown)[:4] == b"RIFF"

    def test_pins_in_a_line_are_refused(self, country, browsers):
        browser = browsers["administrator"]()
        to = self.lay(browser, "scan", picture(), "plan.png")["Location"]
        pins = {f"{axis}{n}": value for n in (1, 2, 3) for axis, value in zip("xy", (n, n), strict=True)}
        pins |= {f"lon{n}": WEST + n / 100 for n in (1, 2, 3)} | {f"lat{n}": SOUTH + n / 100 for n in (1, 2, 3)}
        assert browser.post(to, pins).status_code == 422
        assert Background.objects.get().corners == ""

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("geojson", b"not json"),
            ("geojson", b'{"type": "FeatureCollection", "features": []}'),
            ("geojson", json.dumps(STREET).replace("102.2", "502.2").encode()),
            ("osm", b"not an extract"),
            ("pmtiles", b"PMTiles and then nothing"),
            ("pmtiles", b""),
            ("scan", b"GIF89a"),
            ("scan", picture()[:60]),
            ("scan", picture("PNG", (10, 10))),
        ],
        ids=["no-json", "nothing", "off-the-globe", "no-osm", "cut-tiles", "no-tiles", "gif", "half-a-png", "tiny-png"],
    )
    def test_what_cannot_be_laid_is_refused_and_leaves_nothing(self, country, browsers, data_folder, kind, content):
        answer = self.lay(browsers["administrator"](), kind, content or b"\0", "some.file")
        assert answer.status_code in (400, 422)
        assert self.nothing_is_left(data_folder)

    def test_a_picture_made_to_fill_the_memory_is_refused_unread(self, country, browsers, data_folder, monkeypatch):
        monkeypatch.setattr("linli.areas.scans.MOST_PIXELS", 10_000)
        assert self.lay(browsers["administrator"](), "scan", picture(), "plan.png").status_code == 413
        assert self.nothing_is_left(data_folder)

    def test_large_files_wait_for_the_worker(self, country, browsers, monkeypatch):
        asked = []
        monkeypatch.setattr(laying, "AT_ONCE", 10)
        monkeypatch.setattr(type(tasks.convert), "enqueue", lambda _task, number: asked.append(number))
        browser = browsers["administrator"]()
        assert self.lay(browser, "geojson", json.dumps(self.STREET).encode()).status_code == 303
        assert not Background.objects.exists() and len(asked) == 1
        assert "底图" in browser.get("/plan").content.decode()

    def test_the_worker_lays_or_says_why_not(self, country, browsers, account):
        who = account("lay", "administrator", "")
        wish = works.Wish("底图")
        for content in (json.dumps(self.STREET).encode(), b"broken"):
            file = SimpleUploadedFile("street.geojson", content)
            post = who.posts.get().ref
            work = works.begin([file], kind="geojson", wish=wish, crs="wgs84", account=who.ref, post=post)
            tasks.convert.func(work.number)
        assert Background.objects.count() == 1
        (left,) = works.every()
        assert left.state == works.REFUSED and "JSON" in str(left.facts)

    def test_an_account_that_nobody_has_lays_nothing(self, country):
        file = SimpleUploadedFile("street.geojson", json.dumps(self.STREET).encode())
        work = works.begin([file], kind="geojson", wish=works.Wish("底图"), crs="wgs84", account="A-00000-00", post="")
        tasks.convert.func(work.number)
        (left,) = works.every()
        assert (left.state, left.code) == (works.REFUSED, "not-found") and not Background.objects.exists()

    @pytest.mark.parametrize(("who", "status"), [("nobody", 302), ("outsider", 403), ("clerk", 403)])
    def test_whoever_may_not_lays_nothing(self, plan, browsers, who, status):
        browser = browsers[who]()
        assert browser.get("/plan").status_code == status
        browser.post("/plan", {"lift": plan.ref})
        assert backgrounds.laid(plan.ref)


def test_the_post_of_a_township_sees_its_own_backgrounds(plan, signed_in):
    text = signed_in("he", "administrator", TOWNSHIP).get("/plan").content.decode()
    assert plan.ref not in text
