"""Areas drawn by hand: a new one, one cut in two, neighbours joined, land given, one drawn afresh; and the last undone.

Whoever may edit an area draws what lies in it, not its own border. The land of areas stays a cover: neighbours on
whose edge a new corner falls get the same corner, and so does everything else that lies there.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from django.db import transaction
from django.utils import timezone
from shapely import LineString

from linli.geo import partition, polygons
from linli.geo.points import metres_per_degree
from linli.geo.polygons import Boundary as Land
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.journal.models import Entry

from . import codes, cover, editions, keeping, naming, queries, redrawing, scoped, undoing
from .changes import Merge, Part, Split
from .codes import Level
from .cover import Change
from .models import Area, Redrawing

ACTS = ("area.drawn", "area.cut", "area.joined", "area.given", "area.reshaped")
UNDONE = "area.drawing-undone"
LEAST_M2 = 1.0  # of a child on the other side of a line, before it counts as split


class NoLand(Refusal):
    """An act on an area of which nobody knows where it lies."""

    code, status = "drawing.no-land", 422
    words = _("%(name)s has no boundary yet.")
    next_step = _("Draw it first, or import its boundary.")


class Outside(Refusal):
    """A piece drawn where its parent is not."""

    code, status = "drawing.outside", 422
    words = _("The piece lies outside %(name)s.")
    next_step = _("Draw it within the border that is picked out.")


class NoCodeLeft(Refusal):
    """Every code below the parent stands or stood for some area."""

    code = "drawing.no-code-left"
    words = _("No code is left below %(code)s: all %(number)s have been given out.")
    next_step = _("Join areas that are too small, or divide the area above first.")


class SplitsAChild(Refusal):
    """A line or patch through an area that lies in the one it is meant for."""

    code = "drawing.splits-a-child"
    words = _("This would cut through %(child)s %(name)s, which lies in it.")
    next_step = _("Cut that area first, or lead the line along its border.")


class NotNeighbours(Refusal):
    """Areas that lie in different areas, or the same area twice."""

    code, status = "drawing.not-neighbours", 422
    words = _("Choose two or more different areas that lie in the same area.")


class NothingToUndo(Refusal):
    """No act to take back."""

    code = "drawing.nothing-to-undo"
    words = _("Nothing drawn by hand in %(name)s can be undone.")
    next_step = _("Redrawings are undone on their own pages.")


class ChangedSince(Refusal):
    """Something else was done on top of the act."""

    code = "drawing.changed-since"
    words = _("What was drawn has been changed since by something else, so it cannot simply be undone.")
    next_step = _("Draw it as it should be.")


@dataclass(frozen=True)
class Editor:
    """The same hand, for which editing an area is leave enough to redraw what lies in it."""

    hand: Hand

    @property
    def ref(self) -> str:
        """As the hand's."""
        return self.hand.ref

    @property
    def post(self) -> str:
        """As the hand's."""
        return self.hand.post

    def may(self, permission: Permission, *, within: str) -> bool:
        """As the hand may, redrawing as it may edit."""
        return self.hand.may(_as_edit(permission), within=within)

    def must(self, permission: Permission, *, within: str) -> None:
        """As the hand must, redrawing as it must for editing."""
        self.hand.must(_as_edit(permission), within=within)


def _as_edit(permission: Permission) -> Permission:
    return Permission.AREA_EDIT if permission == Permission.AREA_REDRAW else permission


@transaction.atomic
def draw(parent: Area, *, piece: Land, name: str, by: Hand, at: datetime) -> Area:
    """A new area stands on the free ground of the parent under the next free code; borders it came near are its own."""
    by.must(Permission.AREA_EDIT, within=parent.code)
    editions.renew()
    parent = _again(parent)
    ground = _land(parent)
    if not shapely.intersects(piece, ground):
        raise Outside(name=parent.name)
    siblings = cover.children(parent.code)
    drawn = partition.draw(piece, ground, siblings, around=cover.near(ground.bounds, without=[*siblings]))
    code = next_code(parent.code)
    area = keeping.made(
        code, naming.must_be_name(name), local=keeping.is_local(code), since=_day(at), source=cover.HAND
    )
    area.save()
    change = cover.put({area.code: drawn.piece, **drawn.around}, on=_day(at))
    _tell("area.drawn", area.code, parent.code, change, by=by, at=at, made=[area.code], key=area.pk)
    return area


@transaction.atomic
def cut_in_two(area: Area, *, line: LineString, name: str, by: Hand, at: datetime) -> Area:
    """The smaller side of the line is an area of its own under the next free code; what lies in either goes with it.

    Refuses a line that does not cut through, and one through an area that lies in it.
    """
    parent = _parent(area, by=by)
    editions.renew()
    area = _again(area)
    land = _land(area)
    found = partition.cut(land, line, around=cover.near(land.bounds, without=[area.code]))
    larger, smaller = found.pieces
    code, name = next_code(codes.parent(area.code)), naming.must_be_name(name)
    goes = dict.fromkeys(_going(area, smaller), smaller)
    parts = (
        Part(area.code, area.name, polygons.write(larger), tuple(_others(area, goes))),
        Part(code, name, polygons.write(smaller), tuple(goes)),
    )
    done = redrawing.redraw([Split(area.code, parts, area.code)], effective_on=_day(at), by=Editor(by), at=at)
    change = cover.put(_as_called_now(done, found.around), on=_day(at))
    _tell("area.cut", area.code, parent, change, by=by, at=at, made=[code], redrawing=done.ref)
    return queries.area(code)


@transaction.atomic
def join(areas: Sequence[Area], *, name: str = "", by: Hand, at: datetime) -> Area:
    """The areas are one under the code of the first; what lay in any of them lies in it. Refuses areas apart."""
    parent = _parent(areas[0], by=by)
    editions.renew()
    areas = [_again(area) for area in areas]
    into, asked = areas[0], tuple(sorted({area.code for area in areas}))
    if len(asked) < 2 or any(_above(area) != parent for area in areas):
        raise NotNeighbours()
    one = partition.join([_land(area) for area in areas])
    change = Merge(asked, into.code, naming.must_be_name(name) if name else into.name)
    done = redrawing.redraw([change], effective_on=_day(at), by=Editor(by), at=at)
    put = cover.put({into.code: one}, on=_day(at))
    _tell("area.joined", into.code, parent, put, by=by, at=at, joined=list(asked), redrawing=done.ref)
    return queries.area(into.code)


@transaction.atomic
def give(giver: Area, *, patch: Land, taker: Area, by: Hand, at: datetime) -> Area:
    """The giver's land under the patch belongs to the taker. Refuses to part an area that lies in the giver."""
    parent = _parent(giver, by=by)
    editions.renew()
    giver, taker = _again(giver), _again(taker)
    if _above(taker) != parent or taker.code == giver.code:
        raise NotNeighbours()
    old_giver, old_taker = _land(giver), _land(taker)
    if held := _going(giver, patch):
        raise SplitsAChild(child=held[0], name=queries.area(held[0]).name)
    around = cover.near(old_giver.union(old_taker).bounds, without=[giver.code, taker.code])
    moved = partition.give(patch, old_giver, old_taker, around=around)
    change = cover.put({giver.code: moved.giver, taker.code: moved.taker, **moved.around}, on=_day(at))
    _tell("area.given", giver.code, parent, change, by=by, at=at, taker=taker.code)
    return taker


@transaction.atomic
def reshape(area: Area, *, piece: Land, by: Hand, at: datetime) -> Area:
    """The area lies where the piece says, on ground that is no neighbour's. Refuses to leave out what lies in it."""
    above = _parent(area, by=by)
    editions.renew()
    area, parent = _again(area), queries.area(above)
    ground = _land(parent)
    if not shapely.intersects(piece, ground):
        raise Outside(name=parent.name)
    siblings = {code: land for code, land in cover.children(parent.code).items() if code != area.code}
    around = cover.near(ground.bounds, without=[area.code, *siblings])
    drawn = partition.draw(piece, ground, siblings, around=around)
    for child, land in cover.children(area.code).items():
        if _square_metres(land.difference(drawn.piece)) > LEAST_M2:
            raise SplitsAChild(child=child, name=queries.area(child).name)
    change = cover.put({area.code: drawn.piece, **drawn.around}, on=_day(at))
    _tell("area.reshaped", area.code, parent.code, change, by=by, at=at)
    return area


@transaction.atomic
def undo(parent: Area, *, by: Hand, at: datetime) -> Entry:
    """The last act by hand in an area never was: borders, areas and rows are what they were before it."""
    by.must(Permission.AREA_EDIT, within=parent.code)
    editions.renew()
    parent = _again(parent)
    act = last_act(parent.code)
    if act is None:
        raise NothingToUndo(name=parent.name)
    facts = json.loads(act.facts)
    ids = {code: (was, now) for code, (was, now) in facts["changed"].items()}
    if not cover.stand(now for _, now in ids.values()):
        raise ChangedSince()
    cover.take_back(ids)
    if ref := facts.get("redrawing"):
        undoing.undo(Redrawing.objects.get(ref=ref), by=Editor(by), at=at)
    elif key := facts.get("key"):
        _unmake(key, act.thing)
    return writing.write(
        UNDONE, thing=act.thing, by=by, at=at, area=parent.code, undoes=act.pk, act=act.verb, digest=facts["before"]
    )


def last_act(parent: str) -> Entry | None:
    """The latest act by hand in an area that is not undone."""
    entries = Entry.objects.filter(area_code=parent, verb__in=[*ACTS, UNDONE]).order_by("-pk")
    undone: set[int] = set()
    for entry in entries.iterator(chunk_size=50):
        if entry.verb == UNDONE:
            undone.add(json.loads(entry.facts)["undoes"])
        elif entry.pk not in undone:
            return entry
    return None


def next_code(parent: str) -> str:
    """The first code below an area that none ever bore; statutory levels take it from the range for local codes."""
    level = next_level(parent)
    if level in keeping.LOCAL:
        return keeping.next_local(parent, level)
    taken = set(Area.objects.within(parent).filter(level=level).values_list("code", flat=True))
    most = 10 ** (codes.WIDTHS[level] - len(parent)) - 1
    for serial in range(1, most + 1):
        if (code := codes.child(parent, serial, level)) not in taken:
            return code
    raise NoCodeLeft(code=parent, number=most)


def next_level(parent: str) -> Level:
    """The level of what is drawn in an area."""
    here = codes.level_of(parent)
    if here == Level.MICROGRID:
        raise NoCodeLeft(code=parent, number=0)
    return Level(here + 1) if here != Level.MUNICIPALITY else Level.DISTRICT


def _parent(area: Area, *, by: Hand) -> str:
    """The code of the area above, in which one must be allowed to draw."""
    parent = _above(area)
    by.must(Permission.AREA_EDIT, within=parent)
    return parent


def _above(area: Area) -> str:
    """The code of the nearest area that stands above, whatever its level; empty for the highest."""
    standing = Area.objects.standing().filter(code__in=codes.ancestors(area.code))
    return standing.order_by("-level").values_list("code", flat=True).first() or ""


def _again(area: Area) -> Area:
    """The area as it stands now that no one else changes areas; refuses (404) when it does so no longer."""
    found = queries.area(area.code)
    if found.pk != area.pk:
        raise NotFound(what=area.code)
    return found


def _land(area: Area) -> Land:
    land = cover.land(area)
    if land is None:
        raise NoLand(name=area.name)
    return land


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _square_metres(shape: Any) -> float:
    east, north = metres_per_degree(shape.centroid.y) if not shape.is_empty else (0.0, 0.0)
    return float(shape.area * east * north)


def _going(area: Area, piece: Land) -> list[str]:
    """What lies in an area and in a piece of it. Refuses what lies in both the piece and the rest."""
    found = []
    for code, land in cover.children(area.code).items():
        inside = _square_metres(land.intersection(piece))
        if inside > LEAST_M2 and _square_metres(land) - inside > LEAST_M2:
            raise SplitsAChild(child=code, name=queries.area(code).name)
        if inside > LEAST_M2:
            found.append(code)
    return found


def _others(area: Area, goes: Mapping[str, Land]) -> Iterable[str]:
    return (code for code in cover.children(area.code) if code not in goes)


def _as_called_now(done: Redrawing, around: Mapping[str, Land]) -> dict[str, Land]:
    """What was changed around a cut, by the codes after it: children of the smaller side were carried along."""
    rules = json.loads(done.before)["rules"]
    return {_carried(code, rules): land for code, land in around.items()}


def _carried(code: str, rules: Mapping[str, str]) -> str:
    old = max((rule for rule in rules if codes.contains(rule, code)), key=len, default="")
    return codes.moved(code, old, rules[old]) if old else code


def _unmake(key: int, code: str) -> None:
    """The area that an act made is no more. Refuses when it bears another code by now, or when something lies in it."""
    made = Area.objects.standing().filter(pk=key, code=code)
    if not made.exists() or queries.within(code).exclude(pk=key).exists():
        raise ChangedSince()
    for model in scoped.models():
        if model not in scoped.HISTORY and scoped.rows(model).filter(scoped.within_any([code])).exists():
            raise ChangedSince()
    made.delete()


def _tell(verb: str, code: str, parent: str, change: Change, *, by: Hand, at: datetime, **facts: Any) -> None:
    before, after = cover.digest(change.was), cover.digest(change.now)
    told = {"before": before, "after": after, "changed": change.ids(), **facts}
    writing.write(verb, thing=code, by=by, at=at, area=parent, rows=len(change.now), digest=after, **told)
