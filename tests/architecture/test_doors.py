"""Every door of the house, and who may pass: tests/golden/doors.txt is the table, a person reads it line by line.

A page that is added belongs into SAMPLES; UPDATE_GOLDEN=1 writes its lines, and whoever reviews them asks of each
answer whether it should be so. Outside one's scope is nowhere (404), without the permission forbidden (403), without
a name to the sign-in page (or 401 where something was sent).
"""

import json
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from PIL import Image
from shapely import LineString

from linli.access import appointing, opening
from linli.access.appointing import Appointment
from linli.access.models import Account
from linli.areas import backgrounds, changes, laying, redrawing
from linli.geo.pinning import Pin
from linli.geo.tiles import Tile, tile_at
from linli.town.drawing import Feature
from tests.architecture.test_pages import patterns
from tests.browser import small_town

OWN, OTHER = f"{small_town.TOWN}001", f"{small_town.TOWN}002"  # the clerk's community, and one of another clerk's
OUTSIDER = ("wai", "外人", "administrator", "500198")
CAST = ["anonymous", "li", "zhou", "wai", "admin"]
COLUMNS = ["anonymous", "grid worker", "clerk", "outsider", "administrator"]
HERE = tile_at(small_town.WEST + small_town.SIDE, small_town.SOUTH + small_town.SIDE, 14)
AWAY = Tile(14, 0, 0)


def cut(community: str) -> dict[str, str]:
    """Cutting the first grid of a community in two, from south to north."""
    west, south, east, north = next(box for code, _, box in small_town.squares() if code == f"{community}001")
    middle = (west + east) / 2
    line = {"type": "LineString", "coordinates": [[middle, south - 0.001], [middle, north + 0.001]]}
    return {"act": "cut", "area": f"{community}001", "name": "新网格", "shape": json.dumps(line)}


def rename(code: str) -> dict[str, str]:
    """Another name for an area, at once."""
    return {"kind": "rename", "code": code, "name": "临江社区", "effective_on": "2026-11-24", "do": "yes"}


def sent(area: str) -> dict[str, object]:
    """A background for an area: one street."""
    street = {"type": "LineString", "coordinates": [[106.5, 29.5], [106.51, 29.51]]}
    told = {"type": "Feature", "properties": {"kind": "main"}, "geometry": street}
    text = json.dumps({"type": "FeatureCollection", "features": [told]})
    return {"kind": "geojson", "name": "街道", "crs": "wgs84", "area": area, "files": ("street.geojson", text)}


PINS = {f"{axis}{n}": value for n, pin in enumerate(
    [(0, 0, 106.50, 29.51), (90, 0, 106.51, 29.51), (0, 90, 106.50, 29.50)], 1
) for axis, value in zip(("x", "y", "lon", "lat"), pin, strict=True)}  # fmt: skip
WATCH = {"post": "ZHOUS", "begins_at": "2026-11-25T08:00", "ends_at": "2026-11-25T20:00"}
RIGHT = {"sign_in_name": "li", "password": small_town.PASSWORD}


def offer(area: str) -> dict[str, str]:
    """A post offered in an area."""
    return {"name": "李", "role": "grid-worker", "area": area, "reach": "below", "since": "2026-11-24"}


# The name of a door; what is asked for there; its arguments (words in capitals are filled in); what a POST sends.
SAMPLES = [
    ("home", "", {}, {}),
    ("health", "", {}, {}),
    ("language", "English", {}, {"language": "en"}),
    ("look", "dark", {}, {"theme": "dark"}),
    ("sign-in", "right", {}, RIGHT),
    ("sign-in", "wrong password", {}, RIGHT | {"password": "wrong"}),
    ("sign-out", "", {}, {}),
    ("areas", "", {}, {}),
    ("areas", "?q=binjiang", {}, {}),
    ("area", "the clerk's community", {"code": OWN}, {}),
    ("area", "another community", {"code": OTHER}, {}),
    ("area", "one that never stood", {"code": f"{small_town.TOWN}099"}, {}),
    ("area-edit", "the clerk's community", {"code": OWN}, cut(OWN)),
    ("area-edit", "another community", {"code": OTHER}, cut(OTHER)),
    ("area-edit", "the township", {"code": small_town.TOWN}, {"undo": "yes"}),
    ("area-children", "the clerk's community", {"code": OWN}, {}),
    ("redraw", "a community", {}, rename(OWN)),
    ("redraw", "one that never stood", {}, rename(f"{small_town.TOWN}099")),
    ("redrawn", "the clerk's community", {"ref": "REDRAWING"}, {"undo": "yes"}),
    ("redrawn", "none of that reference", {"ref": "D-00000-00"}, {}),
    ("map", "", {}, {}),
    ("plan", "lift what lies under all", {}, {"lift": "PLAN"}),
    ("plan", "lay under the township", {}, sent(small_town.TOWN)),
    ("plan", "lay under another district", {}, sent("500198")),
    ("plan-pins", "a scan of the township", {"ref": "SCAN"}, PINS),
    ("plan-pins", "what is no scan", {"ref": "PLAN"}, PINS),
    ("plan-picture", "a scan of the township", {"ref": "SCAN"}, {}),
    ("plan-picture", "what is no scan", {"ref": "PLAN"}, {}),
    ("plan-tile", "where it lies", {"ref": "PLAN", "version": "VERSION", "at": HERE}, {}),
    ("plan-tile", "where nothing lies", {"ref": "PLAN", "version": "VERSION", "at": AWAY}, {}),
    ("plan-tile", "of a scan", {"ref": "SCAN", "version": "VERSION", "at": HERE}, {}),
    ("area-tile", "where areas lie", {"version": "any", "at": HERE}, {}),
    ("area-tile", "where none lie", {"version": "any", "at": AWAY}, {}),
    ("history", "of one's own", {}, {}),
    ("history", f"?area={OWN}", {}, {}),
    ("history", f"?area={OTHER}", {}, {}),
    ("people", "of one's own", {}, {}),
    ("people-invite", "into the township", {}, offer(small_town.TOWN)),
    ("people-invite", "into another district", {}, offer("500198001")),
    ("people-sheet", "what is no sheet", {}, {"file": ("x.csv", "?")}),
    ("person", "the clerk", {"ref": "ZHOU"}, {}),
    ("person", "the outsider", {"ref": "WAI"}, {}),
    ("person-leave", "the clerk", {"ref": "ZHOU"}, {"post": "ZHOUS", "since": "2026-12-01", "until": "2026-12-02"}),
    ("person-departure", "the clerk", {"ref": "ZHOU"}, {"successor": ""}),
    ("person-departure", "the outsider", {"ref": "WAI"}, {"successor": ""}),
    ("post", "the clerk's", {"ref": "ZHOUS"}, {}),
    ("post", "the outsider's", {"ref": "WAIS"}, {}),
    ("post-end", "the clerk's", {"ref": "ZHOUS"}, {}),
    ("post-end", "the outsider's", {"ref": "WAIS"}, {}),
    ("look-on", "as the clerk", {"ref": "ZHOUS"}, {"reason": "asked to"}),
    ("look-on", "as the outsider", {"ref": "WAIS"}, {"reason": "asked to"}),
    ("look-on-stop", "", {}, {}),
    ("act-as", "a post of the clerk's", {}, {"post": "ZHOUS"}),
    ("permissions", "", {}, {}),
    ("security", "", {}, {}),
    ("roster", "put the clerk on watch", {}, WATCH),
    ("roster-hand-over", "none of that number", {"number": 99}, {"to": "ZHOUS", "note": "x"}),
    ("join", "by no code", {"code": "none"}, {}),
    ("inbox", "", {}, {}),
    ("inbox-count", "", {}, {}),
    ("inbox-read", "", {}, {"up_to": "0"}),
    ("inbox-wishes", "", {}, {}),
    ("inbox-receipts", "unsigned", {}, {}),
    ("sign-in-factor", "nobody waits", {}, {}),
    ("sign-in-city", "no city named", {}, {}),
    ("sign-in-city-back", "no city named", {}, {}),
    ("factor", "", {}, {}),
    ("factor-app", "", {}, {}),
    ("factor-codes", "", {}, {}),
    ("factor-passkey", "without HTTPS", {}, {}),
    ("factor-remove", "none of that number", {"number": 1}, {}),
    ("factor-reset", "the clerk's", {"ref": "ZHOU"}, {"reason": "lost the phone"}),
    ("factor-reset", "the outsider's", {"ref": "WAI"}, {"reason": "lost the phone"}),
    ("sign-ins", "", {}, {}),
    ("sign-in-end", "none of that number", {"number": 1}, {}),
    ("sign-ins-end", "", {}, {}),
    ("password", "wrong old one", {}, {"old": "wrong"}),
    ("sign-on", "no city named", {}, {}),
    ("sign-on-link", "no city named", {}, {}),
    ("sign-on-unlink", "no city named", {}, {}),
]  # fmt: skip


@pytest.fixture
def words(db, settings, tmp_path, program, at) -> dict[str, str]:
    """The small town with an outsider, a plan under everything, a scan under the township, a redrawing."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    small_town.lay()
    name, called, role, area = OUTSIDER
    who = opening.open_account(sign_in_name=name, name=called, password=small_town.PASSWORD, by=program, at=at)
    asked = Appointment(role=role, area=area, since=date(2026, 1, 1))
    appointing.give(who, asked, by=program, at=at)
    west, south = small_town.WEST, small_town.SOUTH
    street = Feature(LineString([(west, south), (west + 0.03, south + 0.01)]), {"kind": "main", "name": "樟树路"})
    plan = laying.lay_drawn({"street": [street]}, wish=laying.Wish("底图"), by=program, at=at)
    picture = BytesIO()
    Image.new("RGB", (100, 100), "white").save(picture, "PNG")
    (tmp_path / "scan.png").write_bytes(picture.getvalue())
    files = [("scan.png", tmp_path / "scan.png")]
    scan = laying.lay("scan", files, wish=laying.Wish("扫描图", small_town.TOWN), by=program, at=at)
    pins = [Pin(*(PINS[f"{axis}{n}"] for axis in ("x", "y", "lon", "lat"))) for n in (1, 2, 3)]
    laying.pin(scan, pins=pins, by=program, at=at)
    change = changes.Rename(OWN, "清溪社区")
    redrawn = redrawing.redraw([change], effective_on=at.date(), by=program, at=at)
    people = {name.upper(): Account.objects.get(sign_in_name=name) for name in ("zhou", "wai")}
    posts = {f"{name}S": account.posts.get().ref for name, account in people.items()}
    refs = {name: account.ref for name, account in people.items()}
    return (
        posts
        | refs
        | {"PLAN": plan.ref, "VERSION": backgrounds.version(plan), "SCAN": scan.ref, "REDRAWING": redrawn.ref}
    )


def answer(words, method, who, sample) -> str:
    """What one of the cast is answered; what was done is undone again."""
    name, asked, given, body = sample
    arguments = {key: words.get(value, value) if isinstance(value, str) else value for key, value in given.items()}
    address = reverse(name, kwargs=arguments) + (asked if asked.startswith("?") else "")
    with transaction.atomic():
        client = Client()
        if who != "anonymous":
            client.force_login(small_town.account(who))
        told = getattr(client, method.lower())(address, {} if method == "GET" else filled(body, words))
        for close in told._resource_closers:  # files; `told.close()` would end the connection to PostgreSQL as well
            close()
        transaction.set_rollback(True)
    to_the_door = told.status_code == 302 and told["Location"].startswith(reverse("sign-in"))
    return "sign-in" if to_the_door else str(told.status_code)


def filled(body, words):
    """What is sent, with the words in capitals and the files in it."""
    made = {key: words.get(value, value) if isinstance(value, str) else value for key, value in body.items()}
    return {
        key: SimpleUploadedFile(value[0], value[1].encode()) if isinstance(value, tuple) else value
        for key, value in made.items()
    }


def row(*cells) -> str:
    """One line of the table."""
    widths = (18, 6, 28, 11, 13, 7, 10, 13)
    return "".join(str(cell).ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def test_every_door_is_in_the_table():
    named = {pattern.name for _, pattern in patterns(get_resolver().url_patterns)}
    assert named == {name for name, *_ in SAMPLES}


def test_everyone_is_answered_as_the_table_says(words, golden):
    lines = [row("door", "", "what is asked for", *COLUMNS)]
    for sample in SAMPLES:
        for method in ("GET", "POST"):
            told = [answer(words, method, who, sample) for who in CAST]
            lines.append(row(sample[0], method, sample[1], *told))
    golden("doors.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_door_takes_another_method(words, method):
    told = {(sample[0], answer(words, method, "admin", (*sample[:3], {}))) for sample in SAMPLES}
    assert {status for _, status in told} == {"405"}, told
