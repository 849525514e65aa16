"""One area at a time: found it, rename it. Areas without a statutory code take a local one from an agreed range."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.language.sounds import initials

from . import codes, editions, naming, queries
from .codes import Level
from .models import Area, Boundary
from .naming import must_be_name
from .planning import LOWEST_ALONE

RANGES = Path(__file__).parent / "data" / "local_ranges.toml"


class CodeTaken(Refusal):
    """Another area stands under this code."""

    code = "area.code-taken"
    words = _("%(code)s is the code of %(name)s.")
    next_step = _("Choose a code that is free.")


class NoParent(Refusal):
    """The area above does not stand."""

    code, status = "area.no-parent", 422
    words = _("%(code)s would lie in %(parent)s, and no area stands there.")
    next_step = _("Add the area above first.")


class NotALocalCode(Refusal):
    """A local code outside the ranges agreed for them, or a statutory one inside."""

    code, status = "area.not-a-local-code", 422
    words = _("%(code)s: local codes of this level end in %(first)s to %(last)s, and only they do.")
    next_step = _("Take a code from that range, or leave it empty to get the next free one.")


class NoLocalCodeLeft(Refusal):
    """The agreed range is used up, or there is none for the level."""

    code = "area.no-local-code-left"
    words = _("No local code is left for a %(level)s in %(parent)s.")
    next_step = _("Agree a wider range with your city and write it into local_ranges.toml.")


class StillToCome(Refusal):
    """Something shall hold from a day that has not begun."""

    code, status = "area.still-to-come", 422
    words = _("%(day)s is still to come, and what is written here holds at once.")
    next_step = _("Give today or an earlier day, or come back on that day.")


class BeforeItStood(Refusal):
    """Something shall have ended before it began."""

    code, status = "area.before-it-stood", 422
    words = _("%(area)s has been as it is only since %(since)s, and %(day)s is before that.")
    next_step = _("Give a later day.")


@dataclass(frozen=True)
class LocalRange:
    """The last digits that codes of a level may end in when they are local."""

    level: Level
    first: int
    last: int
    since: date
    unverified: bool
    reason: str

    def holds(self, code: str) -> bool:
        """Whether a code of the level is a local one."""
        return self.first <= int(codes.serial(code)) <= self.last


def local_ranges() -> dict[Level, LocalRange]:
    """The table of ranges, by level."""
    rows = tomllib.loads(RANGES.read_text("utf-8"))["range"]
    return {(level := Level[row.pop("level").upper()]): LocalRange(level, **row) for row in rows}


LOCAL = local_ranges()


@transaction.atomic
def found(
    *, code: str, name: str, local: bool = False, since: date | None = None, source: str = "", by: Hand, at: datetime
) -> Area:
    """A new area stands under a free code, below one that stands.

    A local one may be given the code of the area above and a level's name instead (`500114/township`), and takes the
    next free code of its range. Refuses a taken code, a missing area above, and a code of the wrong kind.
    """
    code = next_local(*_above_and_level(code)) if "/" in code else codes.read(code)
    by.must(Permission.AREA_REDRAW, within=code)
    editions.renew()
    must_have_come(since, at)
    must_be_free(code)
    must_have_parent(code)
    must_be_local_or_not(code, local=local)
    area = made(code, must_be_name(name), local=local, since=since, source=source)
    area.save()
    writing.write("area.founded", thing=code, by=by, at=at, area=code, name=area.name, local=local)
    return area


@transaction.atomic
def rename(area: Area, *, name: str, effective_on: date | None = None, by: Hand, at: datetime) -> Area:
    """The area bears a new name from a day on; the old one is kept with that day as its end."""
    by.must(Permission.AREA_REDRAW, within=area.code)
    editions.renew()
    area, name = queries.area(area.code), must_be_name(name)
    if name == area.name:
        return area
    on, old = effective_on or timezone.localdate(at), area.name
    must_have_come(on, at)
    must_have_stood([area], on=on)
    past(area, until=on).save()
    named(area, name, since=on).save()
    writing.write("area.renamed", thing=area.code, by=by, at=at, area=area.code, old=old, name=name, effective_on=on)
    return area


def made(code: str, name: str, *, local: bool = False, since: date | None = None, source: str = "") -> Area:
    """An area that is not kept yet, with its sounds."""
    area = Area(code=code, level=codes.level_of(code), local=local, since=since, source=source)
    return named(area, name, since=since)


def named(area: Area, name: str, *, since: date | None) -> Area:
    """The same area under a name, from a day on."""
    area.name, area.since = name, since
    area.pinyin = naming.pinyin(name)[: Area._meta.get_field("pinyin").max_length]
    area.initials = initials(area.pinyin)[: Area._meta.get_field("initials").max_length]
    return area


def past(area: Area, *, until: date) -> Area:
    """What the area was up to a day, as a row of its own; the area itself keeps its id."""
    values = {field.attname: getattr(area, field.attname) for field in Area._meta.concrete_fields}
    return Area(**values | {"id": None, "until": until})


def put_centres(areas: Iterable[Area]) -> None:
    """The centres of these areas are kept, in one prepared statement: `bulk_update` would cost as much as all the rest
    of an import."""
    sql = f"UPDATE {Area._meta.db_table} SET lon = %s, lat = %s WHERE id = %s"  # noqa: S608 - the table names itself
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(area.lon, area.lat, area.pk) for area in areas])


def must_have_come(on: date | None, at: datetime) -> None:
    """Refuses a day after today."""
    if on and on > timezone.localdate(at):
        raise StillToCome(day=on)


def must_have_stood(ending: Iterable[Area | Boundary], *, on: date) -> None:
    """Refuses a day before one of these began to be what it is."""
    for each in ending:
        if each.since and each.since > on:
            raise BeforeItStood(area=str(each if isinstance(each, Area) else each.area), since=each.since, day=on)


def must_be_free(code: str) -> None:
    """Refuses a code under which an area stands."""
    if standing := Area.objects.standing().filter(code=code).first():
        raise CodeTaken(code=code, name=standing.name)


def must_have_parent(code: str) -> None:
    """Refuses an area below the district whose area above does not stand."""
    if codes.level_of(code) > LOWEST_ALONE:
        parent = codes.parent(code)
        if not Area.objects.standing().filter(code=parent).exists():
            raise NoParent(code=code, parent=parent)


def is_local(code: str) -> bool:
    """Whether a code is one from the ranges for local codes; statutory tables bring none of them."""
    known = LOCAL.get(codes.level_of(code))
    return known is not None and known.holds(code)


def must_be_local_or_not(code: str, *, local: bool) -> None:
    """Refuses a local area with a statutory code, and the other way round; grids are ours either way."""
    known = LOCAL.get(codes.level_of(code))
    if known and is_local(code) != local:
        raise NotALocalCode(code=code, first=known.first, last=known.last)


def next_local(parent: str, level: Level) -> str:
    """The first free local code of a level under an area."""
    taken = set(Area.objects.within(parent).filter(level=level).values_list("code", flat=True))
    if known := LOCAL.get(level):
        for number in range(known.first, known.last + 1):
            if (code := codes.child(parent, number, level)) not in taken:
                return code
    raise NoLocalCodeLeft(level=level.label, parent=parent)


def _above_and_level(text: str) -> tuple[str, Level]:
    parent, _slash, word = text.partition("/")
    if word.upper() not in Level.__members__:
        raise codes.NotACode(code=text)
    return codes.read(parent), Level[word.upper()]
