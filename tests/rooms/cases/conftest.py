"""A made-up township with everyone a case meets, its list, and a case at any stage."""

import io
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from PIL import Image

from linli.access import appointing, opening
from linli.access.actors import actor_for
from linli.access.models import Bureau, Post
from linli.areas import keeping
from linli.areas.models import Area
from linli.cases import closing, dispatching, handling, intake, photos, triage
from linli.cases.holding import Target
from linli.cases.intake import RaisedBy, Report
from linli.cases.models import Category, Line, Source
from linli.cases.triage import Judgement
from linli.ground.hands import Program

BY = Program("test")
DISTRICT, TOWN = "500199", "500199001"
COMMUNITY, GRID, NEXT_GRID = f"{TOWN}001", f"{TOWN}001001", f"{TOWN}001002"
OUTSIDE = "500198001001"

CAST = {
    "li": ("李网", "grid-worker", GRID),
    "next": ("邻网", "grid-worker", NEXT_GRID),
    "shu": ("书记", "community-secretary", COMMUNITY),
    "zhou": ("周社", "community-clerk", COMMUNITY),
    "he": ("何街", "dispatcher", TOWN),
    "he2": ("何二", "dispatcher", TOWN),
    "zhi": ("指挥", "commander", TOWN),
    "gang": ("岗成", "post-holder", TOWN),
    "gang2": ("岗二", "post-holder", TOWN),
    "qin": ("秦局", "bureau-handler", DISTRICT),
    "du": ("督区", "district-supervisor", DISTRICT),
    "hu": ("胡民", "resident", GRID),
    "wai": ("外人", "administrator", OUTSIDE),
}


@pytest.fixture
def at():
    """A Monday morning, ten o'clock where the town is."""
    return datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def town(db, at):
    """The cast as actors, by short name; the bureau; a list of a few lines."""
    codes = ["50", DISTRICT, TOWN, COMMUNITY, GRID, NEXT_GRID, "500198", "500198001", OUTSIDE]
    Area.objects.bulk_create(keeping.made(code, f"area {code}") for code in codes)
    bureau = Bureau.objects.create(code="500199-1", name="城市管理局", area_code=DISTRICT, since=date(2026, 1, 1))
    made = {"bureau": bureau, "at": at}
    for short, (name, role, area) in CAST.items():
        account = opening.open_account(sign_in_name=short, name=name, password="camphor-tree-by", by=BY, at=at)
        held = appointing.Appointment(
            role=role, area=area, since=date(2026, 1, 1), bureau=bureau if short == "qin" else None
        )
        appointing.give(account, held, by=BY, at=at)
        made[short] = actor_for(account, today=at.date())
    published()
    return SimpleNamespace(**made)


def published() -> None:
    """A list of a few lines: what grid, community, township and district do."""
    since = {"since": date(2026, 1, 1)}
    for code, name, board in (
        ("livelihood", "民生服务", "livelihood"),
        ("grid-litter", "楼道杂物", "livelihood"),
        ("light", "楼道灯不亮", "livelihood"),
        ("road", "道路破损", "livelihood"),
        ("dump", "渣土车", "safety"),
        ("unlisted", "名录外", "safety"),
    ):
        Category.objects.create(code=code, name=name, board=board, **since)
    for code, level, lead, photo, terms in (
        ("grid-litter", 6, "网格", False, ("1 working-days", "", "")),
        ("light", 5, "社区", False, ("2 working-days", "8 working-hours", "2 clock-hours")),
        ("road", 4, "城建岗", True, ("5 working-days", "1 working-days", "2 clock-hours")),
        ("dump", 3, "城市管理局", False, ("3 working-days", "", "")),
    ):
        general, urgent, emergency = terms
        Line.objects.create(
            category=Category.objects.get(code=code), level=level, lead=lead, photo=photo, term_general=general,
            term_urgent=urgent, term_emergency=emergency, source="test", **since,
        )  # fmt: skip


def post_of(actor) -> Target:
    """The post someone acts as, as a target."""
    return Target(post=Post.objects.get(ref=actor.post))


@pytest.fixture
def report():
    """What is reported, as a keyword changes it."""

    def reported(**said) -> Report:
        usual = {"summary": "路灯杆倒在人行道上", "area": GRID, "source": Source.PHONE, "category": "road"}
        return Report(**(usual | {"raiser": RaisedBy(name="胡民", phone="13800005678")} | said))

    return reported


@pytest.fixture
def case_at(town, report, at, photo):
    """A case brought to a stage by the usual way: case_at("resolved", category="light")."""

    def brought(stage: str, **said):
        case = intake.raise_case(report(**said), by=town.he, at=at)
        steps = (
            ("accepted", lambda c: triage.accept(c, by=town.he, at=at)),
            ("triaged", lambda c: triage.judge(c, Judgement(), by=town.he, at=at)),
            ("dispatched", lambda c: dispatching.give(c, to=post_of(town.gang), reason="-", by=town.he, at=at)),
            ("signed", lambda c: handling.sign(c, by=town.gang, at=at)),
            ("in-progress", lambda c: handling.start(c, by=town.gang, at=at)),
            ("resolved", lambda c: handling.resolve(c, done="扶正", photos=[photo()], by=town.gang, at=at)),
            ("closed", lambda c: closing.verify(c, by=town.he, at=at)),
            ("rated", lambda c: closing.rate(c, stars=5, by=town.he, at=at)),
        )
        for name, step in steps:
            if case.stage == stage:
                break
            case = step(case)
            assert case.stage == name
        assert case.stage == stage
        return case

    return brought


@pytest.fixture
def photo(settings, tmp_path, at):
    """A photo that was taken in, in a media folder of this test's own."""
    settings.MEDIA_ROOT = tmp_path

    def taken():
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
        out.seek(0)
        return photos.take(out, at=at)

    return taken
