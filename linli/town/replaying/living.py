"""The days before today, as they went in the made-up town: what its people raised, through the same loop as a replay.

What is decided is decided first, in simulated time; then each matter takes all its steps in a transaction of its own,
so that whoever works in the town meanwhile sees it as it stands, and nobody is told of a term long past.
"""

import io
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from PIL import Image, ImageDraw

from linli.access.actors import Actor
from linli.areas import queries as areas
from linli.areas.codes import Level
from linli.cases import closing, handling, intake, photos, publishing
from linli.cases.intake import RaisedBy, Report
from linli.cases.models import Case, Line, Source
from linli.clocks import queries as clocks
from linli.clocks.working import Calendar, Hours
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.journal import delivering
from linli.notices import reading
from linli.notices.models import Notice
from linli.town.peopling import numbers
from linli.town.peopling.names import Names

from . import inventing, townsfolk
from .matters import Matter
from .simulating import Act, Course, Play
from .staffing import Desk, happens
from .townsfolk import BY, Townsfolk

SKY, GROUND, SIZE = ("#c9dbe6", "#e8e4d8", "#dfe5d2"), ("#8a8f86", "#a39b8b", "#79826f"), (960, 640)
ASKED, MANY = timedelta(days=1), 1000
MARK = "lived.json"
ALWAYS = Calendar((Hours.every("00:00-24:00", days=7),), zone=inventing.ZONE)  # the command centre never shuts


def happened() -> bool:
    """Whether the town has those days behind it, or other cases were raised here."""
    begun = _begun()
    return begun.done if begun else Case.objects.exists()


@dataclass(frozen=True)
class Begun:
    """Those days were begun to be lived through up to a moment; whether that was done to the end."""

    now: str
    done: bool = False


def _begun() -> Begun | None:
    """Kept beside the data, so that whoever was cut off goes on."""
    path = Path(settings.DATA_DIR) / MARK
    return Begun(**json.loads(path.read_text("utf-8"))) if path.exists() else None


def _keep(begun: Begun) -> Begun:
    path = Path(settings.DATA_DIR) / MARK
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(asdict(begun)) + "\n", "utf-8")
    aside.replace(path)
    return begun


def live(seed: int, *, now: datetime, tell: Tell = silent, gently: bool = False) -> int:
    """The town has the days before now behind it; how many matters were raised just now.

    What was begun and cut off is gone on with, up to the moment it was begun for. Where other cases were raised, and
    where nobody lives, nothing is changed.
    """
    township = areas.within("").filter(level=Level.TOWNSHIP).order_by("code").values_list("code", flat=True).first()
    if happened() or not township:
        return 0
    some = inventing.matters(seed, township, now)
    if not some:
        return 0
    begun = _begun() or _keep(Begun(now.isoformat()))
    now = datetime.fromisoformat(begun.now)
    some = inventing.matters(seed, township, now)
    since = now - timedelta(days=inventing.told()["days"] + 1)
    _list(since)
    life = Life(Townsfolk(seed, township, since), township, now)
    life.plan(some)
    last = Case.objects.filter(raised_at__lt=now).aggregate(last=Max("raised_at"))["last"]
    left = [course for course in life.courses if last is None or course.matter.opened > last]
    for done, course in enumerate(left, start=1):
        began = time.monotonic()
        life.take(course)
        tell(_("matters raised"), done, len(left))
        if gently:
            time.sleep(2 * (time.monotonic() - began))
    _read(life, now)
    _keep(Begun(begun.now, done=True))
    return len(left)


def _read(life: "Life", now: datetime) -> None:
    """Everybody was told, and has read what came before the night."""
    while delivering.deliver(at=now, limit=MANY):
        pass
    before = Notice.objects.filter(at__lt=inventing.night(now))
    newest = before.values("account__ref").annotate(last=Max("pk")).order_by()
    for ref, last in newest.values_list("account__ref", "last"):
        reading.read(replace(life.folk.clerk, ref=ref), up_to=last, at=now)


def _list(since: datetime) -> None:
    """The example list is published, where none is."""
    if not Line.objects.exists():
        rows = publishing.read(publishing.EXAMPLE.name, publishing.EXAMPLE.read_bytes())
        publishing.publish(rows, since=localdate(since), by=BY, at=since)


class Life(Play):
    """Decides what becomes of every matter, and keeps the steps of each until it is its turn."""

    def __init__(self, folk: Townsfolk, township: str, now: datetime) -> None:
        self._township, self._now, self._night = township, now, inventing.night(now)
        city = inventing.manner()
        super().__init__(city, folk)
        self.folk = folk
        self._dispatchers = Desk(city.dispatchers, ALWAYS)
        self._steps: dict[int, list[tuple[Act, str, datetime]]] = defaultdict(list)
        self._ended: set[int] = set()
        self.courses: list[Course] = []

    def _working(self) -> Calendar:
        return clocks.calendar_of(self._township)

    def plan(self, some: Iterable[Matter]) -> None:
        """Everything is decided; nothing is done yet."""
        self.courses = list(self._courses(some))
        self.decide(self.courses)

    def take(self, course: Course) -> None:
        """The matter took every step it takes until now."""
        with transaction.atomic():
            for act, desk, at in self._steps[course.matter.row]:
                act(course, desk, at)

    def _do(self, act: Act, course: Course, at: datetime) -> None:
        """Kept for later; what lies behind now never happens, and at night nobody judges."""
        judged = act in (self._accepted, self._given)
        steps, row = self._steps[course.matter.row], course.matter.row
        if row not in self._ended and at < (self._night if judged else self._now):
            steps.append((act, course.desk, at))
        else:
            self._ended.add(row)

    def _other(self, desk: str) -> str:
        """Another desk than a team, to which not everything may be given."""
        names = [name for name in self._names if name != townsfolk.TEAM]
        return names[(names.index(desk) + 1) % len(names)] if desk in names else names[0]

    # -- the moves -------------------------------------------------------------------------------------

    def _raised(self, course: Course, _desk: str, at: datetime) -> None:
        course.case = intake.raise_case(self._report(course), by=self._writer(course.matter), at=at)

    def _writer(self, matter: Matter) -> Actor:
        return self.folk.of_team(matter.area_code) if matter.source == Source.PATROL else self.folk.clerk

    def _report(self, course: Course) -> Report:
        matter = course.matter
        assert matter.spot is not None
        return Report(
            summary=matter.title,
            area=matter.area_code,
            source=Source(matter.source),
            source_ref=f"{matter.opened:%Y%m%d}{matter.row:05d}" if matter.source == Source.HOTLINE else "",
            category=matter.kind,
            urgency=inventing.kinds()[matter.kind].urgency,  # type: ignore[arg-type]
            place=matter.place,
            lon=matter.spot[0],
            lat=matter.spot[1],
            raiser=self._raiser(matter),
        )

    def _raiser(self, matter: Matter) -> RaisedBy | None:
        """Someone of a made-up name, with a number of a network that does not exist."""
        if matter.source in (Source.PATROL, Source.ABOVE):
            return None
        rng = Random(f"raiser:{matter.row}")  # noqa: S311 - made up
        names = Names(rng)
        name = names.surname() + names.given(rng.choice("12"), rng.randrange(1950, 2005))
        kind = "enterprise" if matter.source == Source.ENTERPRISE else "resident"
        return RaisedBy(name=name, phone=numbers.phone(10_000_000 + matter.row), kind=kind)

    def _resolved(self, course: Course, desk: str, at: datetime) -> None:
        case = self._case(course)
        taken = [photos.take(_picture(course.matter), at=at)] if case.line and case.line.photo else []
        by = self.folk.handler(desk, case)
        course.case = handling.resolve(case, done="已到场处理，现场已恢复。", photos=taken, by=by, at=at)

    def _sent_back(self, course: Course, desk: str, at: datetime) -> None:
        case = self._case(course)
        why = "不属本岗职责，请重新研判。"
        course.case = handling.send_back(case, reason=why, by=self.folk.handler(desk, case), at=at)

    def _reworked(self, course: Course, _desk: str, at: datetime) -> None:
        why = "现场看过，还没有处理好。"
        course.case = closing.send_for_rework(self._case(course), reason=why, by=self.folk.verifier, at=at)

    def _verified(self, course: Course, desk: str, at: datetime) -> None:
        super()._verified(course, desk, at)
        asked, rated = at + ASKED, inventing.told()["rated"]
        silent_one = self._raiser(course.matter) is None or not happens(rated["reached"], course.word("asked"))
        if silent_one or asked >= self._now:
            return
        rng = Random(course.word("stars"))  # noqa: S311 - made up
        stars = rng.choices(range(5, 0, -1), rated["stars"])[0]
        course.case = closing.rate(self._case(course), stars=stars, by=self.folk.clerk, at=asked)


def _picture(matter: Matter) -> io.BytesIO:
    """A photo of nothing: a wall, the ground and something on it."""
    rng = Random(f"photo:{matter.row}")  # noqa: S311 - made up
    image = Image.new("RGB", SIZE, rng.choice(SKY))
    draw = ImageDraw.Draw(image)
    floor = rng.randrange(360, 460)
    draw.rectangle((0, floor, *SIZE), fill=rng.choice(GROUND))
    left, width = rng.randrange(80, 500), rng.randrange(120, 360)
    top = floor - rng.randrange(80, 260)
    draw.rectangle((left, top, left + width, floor + 40), fill=rng.choice(SKY), outline="#5d625a")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    file.seek(0)
    return file
