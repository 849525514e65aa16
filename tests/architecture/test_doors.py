"""Every door of the house, and who may pass: tests/golden/doors.txt is the table, a person reads it line by line.

A page that is added belongs into SAMPLES; UPDATE_GOLDEN=1 writes its lines, and whoever reviews them asks of each
answer whether it should be so. Outside one's scope is nowhere (404), without the permission forbidden (403), without
a name to the sign-in page (or 401 where something was sent).

Each role knocks twice: as a post in the clerk's community, and as one in another district. Roles that carry the same
permissions and reach as far share a column (the table's head says which; a soak walks every one of them). Beside them
stand whoever is nobody, the administrator of everything, that one looking on as the clerk, and the clerk.
"""

import json
import os
from datetime import date, timedelta
from io import BytesIO
from itertools import accumulate, pairwise, product

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from PIL import Image
from shapely import LineString

from linli.access import (
    appointing,
    bureaus,
    inviting,
    opening,
    sessions,
    standing_in,
    supervising,
    teaming,
    watching,
)  # fmt: skip
from linli.access.acting import LOOKED_ON
from linli.access.appointing import Appointment
from linli.access.models import Account
from linli.access.roles import ROLES
from linli.access.shapes import PlaceAsked
from linli.access.teaming import ShapeAsked
from linli.areas import backgrounds, changes, laying, redrawing
from linli.geo.pinning import Pin
from linli.geo.tiles import Tile, tile_at
from linli.registers import disputing, keeping
from linli.registers.models import Batch, Likeness, Register
from linli.town.drawing import Feature
from tests.architecture.test_pages import patterns
from tests.browser import small_town
from tests.conftest import GOLDEN

OWN, OTHER = f"{small_town.TOWN}001", f"{small_town.TOWN}002"  # the clerk's community, and one of another clerk's
OUTSIDE, AWAY_GRID = "500198", "500198001001001"
OUTSIDER = ("wai", "外人", "administrator", OUTSIDE)


def kinds() -> dict[str, list[str]]:
    """Roles that may do the same and reach as far, under the first of them."""
    found: dict[tuple, list[str]] = {}
    for role in ROLES.values():
        found.setdefault((role.may, role.reach), []).append(role.slug)
    return {slugs[0]: slugs for slugs in found.values()}


CAST = [
    "nobody",
    *(f"{slug} {side}" for side in ("in", "out") for slug in kinds()),
    "everything",
    "looking on",
    "the clerk",
]
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
CALLED = {"fact": "person.name", "proposed": "王二", "reason": "she says so"}
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
    ("registers", "", {}, {}),
    ("registers", "?q=王", {}, {}),
    ("register", "people", {"register": "person"}, {}),
    ("register-export", "people", {"register": "person"}, {"form": "csv"}),
    ("register-export", "unmasked without a reason", {"register": "person"}, {"form": "csv", "plain": "yes"}),
    ("facts", "", {}, {}),
    ("tags", "", {}, {}),
    ("record", "someone of the clerk's", {"ref": "HEREP"}, {}),
    ("record", "someone elsewhere", {"ref": "AWAYP"}, {}),
    ("record-unmasked", "someone of the clerk's", {"ref": "HEREP"}, {"reason": "asked to by them"}),
    ("record-unmasked", "someone elsewhere", {"ref": "AWAYP"}, {"reason": "asked to by them"}),
    ("record-confirm", "someone of the clerk's", {"ref": "HEREP"}, {}),
    ("record-confirm", "someone elsewhere", {"ref": "AWAYP"}, {}),
    ("record-dispute", "someone of the clerk's", {"ref": "HEREP"}, CALLED),
    ("record-dispute", "someone elsewhere", {"ref": "AWAYP"}, CALLED),
    ("imports", "", {}, {}),
    ("import", "of the clerk's", {"ref": "HEREL"}, {"do": "?"}),
    ("import", "of elsewhere", {"ref": "AWAYL"}, {"do": "?"}),
    ("import-refused", "of the clerk's", {"ref": "HEREL"}, {}),
    ("import-refused", "of elsewhere", {"ref": "AWAYL"}, {}),
    ("likenesses", "", {}, {}),
    ("likeness", "of the clerk's", {"number": "HEREK"}, {"said": "two"}),
    ("likeness", "of elsewhere", {"number": "AWAYK"}, {"said": "two"}),
    ("disputes", "", {}, {}),
    ("dispute", "about the clerk's", {"ref": "HEREQ"}, {"argument": "seen"}),
    ("dispute", "about someone elsewhere", {"ref": "AWAYQ"}, {"argument": "seen"}),
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
    ("leave-end", "none of that number", {"number": 987654}, {}),
    ("leave-end", "the clerk's", {"number": "ZHOUL"}, {}),
    ("leave-end", "the outsider's", {"number": "WAIL"}, {}),
    ("person-password", "the clerk's", {"ref": "ZHOU"}, {"reason": "lost it"}),
    ("person-password", "the outsider's", {"ref": "WAI"}, {"reason": "lost it"}),
    ("person-sign-ins-end", "the clerk's", {"ref": "ZHOU"}, {}),
    ("person-sign-ins-end", "the outsider's", {"ref": "WAI"}, {}),
    ("new-password", "by no code", {"code": "none"}, {}),
    ("new-password", "by a code", {"code": "FORGOT"}, {"new": "a", "again": "a"}),
    ("post-offer", "a post that is held", {"ref": "ZHOUS"}, {}),
    ("post-offer", "one that is offered", {"ref": "OFFERED"}, {}),
    ("post-offer-take-back", "a post that is held", {"ref": "ZHOUS"}, {}),
    ("post-offer-take-back", "one that is offered", {"ref": "OFFERED"}, {}),
    ("factor-rules", "volunteers must", {}, {"role": "volunteer", "asked": "yes", "since": "2026-12-01",
                                             "grace_days": "7"}),
    ("teams", "of one's own", {}, {}),
    ("team", "a grid of the clerk's", {"code": f"{OWN}001"}, {"shape": ""}),
    ("team", "a grid of another", {"code": f"{OTHER}001"}, {"shape": ""}),
    ("team-shapes", "take over 1+3+N", {}, {"known": "1-3-n"}),
    ("team-shape-new", "without a name", {}, {}),
    ("team-shape", "none of that reference", {"ref": "T-00000-00"}, {}),
    ("team-shape", "the clerk's", {"ref": "SHAPE"}, {"do": "give-up"}),
    ("team-sheet", "what is no sheet", {}, {"file": ("x.csv", "?")}),
    ("bureaus", "add one", {}, {"name": "民政局"}),
    ("bureau", "none of that code", {"code": "none"}, {}),
    ("bureau", "the clerk's", {"code": "BUREAU"}, {"name": ""}),
    ("bureau-sheet", "what is no sheet", {}, {"file": ("x.csv", "?")}),
    ("boards", "", {}, {}),
    ("roster-take-off", "none of that number", {"number": 987654}, {}),
    ("roster-take-off", "the clerk's watch", {"number": "ZHOUW"}, {}),
    ("roster-take-off", "the outsider's watch", {"number": "WAIW"}, {}),
    ("security", "", {}, {}),
    ("roster", "put the clerk on watch", {}, WATCH),
    ("roster-hand-over", "none of that number", {"number": 987654}, {"to": "ZHOUS", "note": "x"}),
    ("roster-hand-over", "the clerk's watch", {"number": "ZHOUW"}, {"to": "ZHOUS", "note": "x"}),
    ("roster-hand-over", "the outsider's watch", {"number": "WAIW"}, {"to": "WAIS", "note": "x"}),
    ("join", "by no code", {"code": "none"}, {}),
    ("join", "by a code", {"code": "INVITED"}, {"sign_in_name": "new", "password": "a" * 9, "again": "a" * 9}),
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
    ("factor-remove", "none of that number", {"number": 987654}, {}),
    ("factor-remove", "the clerk's", {"number": "ZHOUF"}, {"password": small_town.PASSWORD}),
    ("factor-reset", "the clerk's", {"ref": "ZHOU"}, {"reason": "lost the phone"}),
    ("factor-reset", "the outsider's", {"ref": "WAI"}, {"reason": "lost the phone"}),
    ("sign-ins", "", {}, {}),
    ("sign-in-end", "none of that number", {"number": 987654}, {}),
    ("sign-in-end", "the clerk's", {"number": "ZHOUO"}, {}),
    ("sign-ins-end", "", {}, {}),
    ("password", "wrong old one", {}, {"old": "wrong"}),
    ("sign-on", "no city named", {}, {}),
    ("sign-on-link", "no city named", {}, {}),
    ("sign-on-unlink", "no city named", {}, {}),
]  # fmt: skip


SHAPE = ShapeAsked("一长三员", (PlaceAsked("网格长", "grid-head"),))


def told_as(role: str, side: str) -> str:
    """The name one of the cast signs in with."""
    return f"{role}-{side}"


@pytest.fixture
def words(db, settings, tmp_path, program, at) -> dict[str, object]:
    """The small town with the cast, a plan under everything, a scan under the township, a redrawing."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    small_town.lay()
    cast = [(told_as(slug, side), slug, slug, area) for slug in ROLES for side, area in (("in", OWN), ("out", OUTSIDE))]
    for name, called, role, area in (OUTSIDER, *cast):
        who = opening.open_account(sign_in_name=name, name=called, password=small_town.PASSWORD, by=program, at=at)
        appointing.give(who, Appointment(role=role, area=area, since=date(2026, 1, 1)), by=program, at=at)
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
    made: dict[str, object] = {"PLAN": plan.ref, "VERSION": backgrounds.version(plan), "SCAN": scan.ref}
    made |= {"REDRAWING": redrawn.ref}
    for name in ("zhou", "wai"):
        made |= theirs(Account.objects.get(sign_in_name=name), program, at)
    for word, area in (("HERE", f"{OWN}001"), ("AWAY", AWAY_GRID)):
        made |= recorded(word, area, program, at)
    post = Appointment(role="grid-worker", area=OWN, since=date(2026, 1, 1))
    invitation, made["INVITED"] = inviting.invite("李", post, by=program, at=timezone.now())
    made["OFFERED"] = invitation.post.ref
    made["SHAPE"] = teaming.shape(SHAPE, area=OWN, by=program, at=at).ref
    made["BUREAU"] = bureaus.add("区民政局", area=OWN, by=program, at=at).code
    made["FORGOT"] = supervising.reset_password(
        small_town.account("li"), reason="forgot it", by=program, at=timezone.now()
    )
    return made


def recorded(word, area, program, at) -> dict[str, object]:
    """Someone in the registers, with a value of theirs in dispute; and a file that came."""
    person = keeping.add(Register.PERSON, {"person.name": "王大"}, area=area, by=program, at=at)
    born = {"reason": "the card says so", "by": program, "at": at}
    file = {"file_name": "x.xlsx", "stage": "checked", "layout": {"sheet": "x", "headings": [[0, "姓名"]]}}
    batch = Batch.objects.create(register="person", area_code=area, true_on=at.date(), at=at, **file)
    twin = keeping.add(Register.PERSON, {"person.name": "王大"}, area=area, by=program, at=at)
    pair = Likeness.objects.create(register="person", area_code=area, one=twin.ref, other=person.ref)
    return {
        f"{word}K": pair.pk,
        f"{word}L": batch.ref,
        f"{word}P": person.ref,
        f"{word}Q": disputing.dispute(person, "person.born_on", date(1950, 1, 2), **born).ref,
    }


def theirs(account, program, at) -> dict[str, object]:
    """What is someone's own, by its reference or number: the account, a post, a watch, a second factor, a sign-in."""
    post = account.posts.get()
    watch = watching.put_on(post, begins_at=at, ends_at=at + timedelta(hours=9), by=program, at=at)
    session = SessionStore()
    session.create()
    sessions.opened(session, account, agent="", at=timezone.now())
    factor = Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    opened = UserSession.objects.get(user=account)
    away = {"since": date(2026, 11, 20), "until": date(2027, 1, 20)}
    other = small_town.account(told_as("grid-worker", "in" if account.sign_in_name == "zhou" else "out"))
    leave = standing_in.take_leave(post, stand_in=other, **away, by=program, at=at)
    kept = {"": account.ref, "L": leave.pk, "S": post.ref, "W": watch.pk, "F": factor.pk, "O": opened.pk}
    return {f"{account.sign_in_name.upper()}{sign}": value for sign, value in kept.items()}


def answer(words, method, who, sample) -> str:
    """What one of the cast is answered; what was done is undone again."""
    name, asked, given, body = sample
    arguments = {key: words.get(value, value) if isinstance(value, str) else value for key, value in given.items()}
    address = reverse(name, kwargs=arguments) + (asked if asked.startswith("?") else "")
    with transaction.atomic():
        client = Client()
        knock(client, who, words)
        told = getattr(client, method.lower())(address, {} if method == "GET" else filled(body, words))
        for close in told._resource_closers:  # files; `told.close()` would end the connection to PostgreSQL as well
            close()
        transaction.set_rollback(True)
    to_the_door = told.status_code == 302 and told["Location"].startswith(reverse("sign-in"))
    return "sign-in" if to_the_door else str(told.status_code)


def knock(client, who, words) -> None:
    """The browser of one of the cast."""
    if who != "nobody":
        role, _space, side = who.rpartition(" ")
        other = "zhou" if who == "the clerk" else "admin"
        client.force_login(small_town.account(told_as(role, side) if side in ("in", "out") else other))
    if who == "looking on":
        session = client.session
        session[LOOKED_ON] = words["ZHOUS"]
        session.save()


def filled(body, words):
    """What is sent, with the words in capitals and the files in it."""
    made = {key: words.get(value, value) if isinstance(value, str) else value for key, value in body.items()}
    return {
        key: SimpleUploadedFile(value[0], value[1].encode()) if isinstance(value, tuple) else value
        for key, value in made.items()
    }


WIDTHS = (22, 6, 30)  # of the door, the method, what is asked for


def row(*cells) -> str:
    """One line of the table."""
    widths = (*WIDTHS, *[8] * len(CAST))
    return "".join(str(cell).ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def head() -> str:
    """Which column is whose."""
    lines = [f"{number:>2}  {who}" for number, who in enumerate(CAST, 1)]
    shared = [f"    {slug}: also {', '.join(slugs[1:])}" for slug, slugs in kinds().items() if slugs[1:]]
    return "\n".join([*lines, *shared, "", row("door", "", "what is asked for", *range(1, len(CAST) + 1))])


QUICK = ["nobody", "administrator in", "community-clerk in", "grid-head in", "administrator out"]
QUICK += ["everything", "looking on", "the clerk"]


def told_to(cast, words, method, sample) -> dict[str, str]:
    """What some of the cast are answered. A method taken neither from nobody nor from everything is taken from none."""
    if {answer(words, method, who, sample) for who in ("nobody", "everything")} == {"405"}:
        return dict.fromkeys(cast, "405")
    return {who: answer(words, method, who, sample) for who in cast}


def kept_lines() -> dict[tuple[str, str, str], dict[str, str]]:
    """The table as it is kept: by door, method and what is asked for, what each of the cast is answered."""
    lines = (GOLDEN / "doors.txt").read_text("utf-8").partition("\ndoor ")[2].splitlines()[1:]
    return {
        tuple(line[start:end].strip() for start, end in pairwise(accumulate(WIDTHS, initial=0))): dict(
            zip(CAST, line[sum(WIDTHS) :].split(), strict=False)
        )
        for line in lines
    }


def doors() -> set[str | None]:
    """Every address of the house by its name."""
    found = [pattern.name for _, pattern in patterns(get_resolver().url_patterns)]
    assert len(found) == len(set(found)), "two addresses of one name: the table would hold only one of them"
    return set(found)


def test_every_door_is_in_the_table():
    assert doors() == {name for name, *_ in SAMPLES}


def test_every_role_is_in_the_table():
    assert sorted(slug for slugs in kinds().values() for slug in slugs) == sorted(ROLES)


def test_every_thing_is_asked_for_by_someone_who_finds_it():
    """A door to something that only ever answers that there is no such thing proves nothing."""
    nothing = {"403", "404", "405", "410", "sign-in", "401"}
    for door in doors():
        answers = {said for (name, *_), told in kept_lines().items() if name == door for said in told.values()}
        assert answers - nothing or door in ONLY_WITH_A_CITY | ONLY_WITH_HTTPS | ONLY_SIGNED, door


# Doors that lead nowhere where the tests run; what lies behind them is tested in tests/rooms/access.
ONLY_WITH_A_CITY = {"sign-in-city", "sign-in-city-back", "sign-on", "sign-on-link", "sign-on-unlink"}
ONLY_WITH_HTTPS = {"factor-passkey"}
ONLY_SIGNED = {"inbox-receipts"}


PARTS = 4  # so that several cores share the table


def asked_in(part: int) -> list[tuple]:
    """A share of the doors, each by its method."""
    return list(product(SAMPLES[part::PARTS], ("GET", "POST")))


@pytest.mark.parametrize("part", range(PARTS))
def test_everyone_is_answered_as_the_table_says(words, part):
    """A few of the cast at every door; the whole cast is walked by the soak."""
    kept, update = kept_lines(), {}
    for sample, method in asked_in(part):
        name = (sample[0], method, sample[1])
        told = told_to(QUICK, words, method, sample)
        if os.environ.get("UPDATE_GOLDEN") and (
            len(kept.get(name, ())) < len(CAST) or not told.items() <= kept[name].items()
        ):
            kept[name] = update[name] = told_to(CAST, words, method, sample)
        assert told.items() <= kept.get(name, {}).items(), (name, told)
    if update:
        written(update)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_the_whole_cast_is_answered_as_the_table_says(words, part):
    kept = kept_lines()
    told = {(s[0], method, s[1]): told_to(CAST, words, method, s) for s, method in asked_in(part)}
    assert {name: said for name, said in told.items() if kept.get(name) != said} == {}


def test_the_table_has_these_lines_and_no_others():
    if os.environ.get("UPDATE_GOLDEN"):
        written({})
    text = (GOLDEN / "doors.txt").read_text("utf-8")
    assert text.startswith(head() + "\n")
    assert list(kept_lines()) == [(s[0], method, s[1]) for s, method in product(SAMPLES, ("GET", "POST"))]


def written(update) -> None:
    """These lines are put into the table, in order; those of doors that are gone leave it. With -n0: one at a time."""
    kept = kept_lines() | update
    lines = [head()]
    for sample, method in product(SAMPLES, ("GET", "POST")):
        told = kept.get((sample[0], method, sample[1]), {})
        lines.append(row(sample[0], method, sample[1], *(told.get(who, "") for who in CAST)))
    (GOLDEN / "doors.txt").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.soak
@pytest.mark.parametrize(("slug", "like"), [(slug, first) for first, slugs in kinds().items() for slug in slugs[1:]])
def test_roles_of_one_column_are_answered_alike(words, slug, like):
    differ = []
    for sample, method, side in product(SAMPLES, ("GET", "POST"), ("in", "out")):
        own, others = (answer(words, method, f"{each} {side}", sample) for each in (slug, like))
        if own != others:
            differ.append((sample[:2], method, side, own, others))
    assert differ == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_door_takes_another_method(words, method):
    one_each = {sample[0]: sample for sample in SAMPLES}.values()
    told = {(sample[0], answer(words, method, "everything", (*sample[:3], {}))) for sample in one_each}
    assert {status for _, status in told} == {"405"}, told
