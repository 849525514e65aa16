"""The inverse of a redrawing: areas, names, boundaries and every row are as they were.

Rows written in between go back by the rule that brought their area here; where several areas became one, by the
point they bear, else to the one whose code was kept.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from linli.geo import polygons
from linli.geo.finding import Finder
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import codes, editions, scoped
from .models import Area, Boundary, Redrawing, Restamp
from .redrawing import WouldOrphan
from .rewriting import FIELDS, save_with_codes, standing_inside


class UndoneAlready(Refusal):
    """A redrawing is undone once."""

    code = "redrawing.undone-already"
    words = _("The redrawing %(ref)s has been undone already.")


class RestsOnIt(Refusal):
    """Something was changed since that the inverse would break."""

    code = "redrawing.rests-on-it"
    words = _("%(ref)s cannot be undone: %(what)s was changed since.")
    next_step = _("Undo what came later first, or make a new redrawing.")


@dataclass(frozen=True)
class Undone:
    """What went back: rows that had been moved, and rows written since, by their area, by point, by default."""

    redrawing: Redrawing
    rows: int
    since_by_rule: int
    since_by_point: int
    since_by_default: int


@dataclass(frozen=True)
class Back:
    """The way back: for each code given then, the codes it came from; the first is the default."""

    origins: dict[str, tuple[str, ...]]
    standing: frozenset[str]  # codes that stand when it is undone
    points: dict[str, Finder]

    def shields(self, new: str) -> bool:
        """Whether what stays under this code would be taken along by the way back of one above it."""
        return any(code != new and codes.contains(code, new) for code in self.origins)


@transaction.atomic
def undo(redrawing: Redrawing, *, by: Hand, at: datetime) -> Undone:
    """Codes, names, boundaries and stamps are what they were before the redrawing.

    Refuses when something later rests on it, or when rows lie in an area that was founded by it.
    """
    editions.renew()
    redrawing = Redrawing.objects.select_for_update().get(pk=redrawing.pk)
    if redrawing.undone_at:
        raise UndoneAlready(ref=redrawing.ref)
    before = json.loads(redrawing.before)
    for root in codes.roots(_touched(before)):
        by.must(Permission.AREA_REDRAW, within=root)
    _must_rest_nothing(redrawing, before)
    _restore(before)
    back = _way_back(before)
    stamps: dict[str, list[Restamp]] = {}
    for stamp in redrawing.restamps.order_by("pk"):
        stamps.setdefault(stamp.table, []).append(stamp)
    told = [_take_back(_Table.of(model, stamps, before), back) for model in scoped.models()]
    _must_orphan_nothing(before, back)
    Redrawing.objects.filter(pk=redrawing.pk).update(undone_at=at)
    redrawing.refresh_from_db()
    undone = Undone(redrawing, *(sum(numbers) for numbers in zip(*told, strict=True)))
    writing.write(
        "area.redrawing-undone",
        thing=redrawing.ref,
        by=by,
        at=at,
        area=redrawing.area_code,
        rows=undone.rows,
        by_rule=undone.since_by_rule,
        by_point=undone.since_by_point,
        by_default=undone.since_by_default,
    )
    return undone


def _touched(before: dict[str, Any]) -> set[str]:
    """Every code, old or new, that the redrawing changed."""
    changed = {code for old, new in before["rules"].items() if old != new for code in (old, new) if code}
    return changed | {code for code, _name in before["after"].values()} | {row["code"] for row in before["areas"]}


def _must_rest_nothing(redrawing: Redrawing, before: dict[str, Any]) -> None:
    """Areas and boundaries are as the redrawing left them, and no others have come."""
    numbers = [int(pk) for pk in before["after"]] + before["ended"]
    areas: dict[int, Area] = {}
    for some in scoped.chunks(numbers):
        areas |= Area.objects.in_bulk(some)
    for pk, (code, name) in before["after"].items():
        area = areas.get(int(pk))
        if area is None or area.until or (area.code, area.name) != (code, name):
            raise RestsOnIt(ref=redrawing.ref, what=f"{code} {name}")
    if standing_inside(before["touched"]) != before["inside"]:
        raise RestsOnIt(ref=redrawing.ref, what=codes.common(before["touched"]) or "–")
    made = set(before["boundaries_made"])
    concerned = Boundary.objects.filter(pk__in=[*made, *before["boundaries_ended"]]).values_list("area_id", flat=True)
    if set(Boundary.objects.filter(until=None, area__in=list(concerned)).values_list("pk", flat=True)) != made:
        raise RestsOnIt(ref=redrawing.ref, what=_("a boundary"))


def _restore(before: dict[str, Any]) -> None:
    """Rows of areas and boundaries as they were; those that were made are gone."""
    Boundary.objects.filter(pk__in=before["boundaries_made"]).delete()
    for some in scoped.chunks([*before["made"], *before["pasts"]]):
        Area.objects.filter(pk__in=some).delete()
    for some in scoped.chunks(before["boundaries_ended"]):
        Boundary.objects.filter(pk__in=some).update(until=None)
    save_with_codes([_area(row) for row in before["areas"]], [*FIELDS, "until"])


def _area(row: dict[str, Any]) -> Area:
    dates = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("since", "until")}
    return Area(**row | dates)


def _way_back(before: dict[str, Any]) -> Back:
    origins: dict[str, list[str]] = {}
    for old, new in [*before["rules"].items(), *((old, part) for part, old in before["parts"].items())]:
        known = origins.setdefault(new, []) if new else []
        if old not in known:
            known.insert(0 if old == new else len(known), old)
    standing = frozenset(Area.objects.standing().values_list("code", flat=True))
    points = {new: finder for new, olds in origins.items() if len(olds) > 1 and (finder := _finder(olds))}
    return Back({new: tuple(olds) for new, olds in origins.items()}, standing, points)


def _finder(olds: list[str]) -> Finder | None:
    rows = Boundary.objects.filter(until=None, area__until=None, area__code__in=olds)
    known = list(rows.values_list("area__code", "geometry"))
    return Finder([code for code, _ in known], [polygons.read(text) for _, text in known]) if known else None


@dataclass(frozen=True)
class _Table:
    """A table on its way back: what was moved, the last key given out then, codes that rows bore without an area."""

    model: type[Model]
    stamps: list[Restamp]
    last: int
    strays: list[str]

    @classmethod
    def of(cls, model: type[Model], stamps: dict[str, list[Restamp]], before: dict[str, Any]) -> "_Table":
        """What is known of a table; a table that came later had no rows."""
        label = model._meta.label
        return cls(model, stamps.get(label, []), before["last_keys"].get(label, 0), before["strays"].get(label, []))

    def waiting(self, new: str) -> Any:
        """The rows at or below a code, but for strays that were there before."""
        found = scoped.rows(self.model).filter(**codes.inside(new, field=scoped.FIELD))
        return found.exclude(area_code__in=self.strays, pk__lte=self.last) if self.strays else found


def _take_back(table: _Table, back: Back) -> tuple[int, int, int, int]:
    """The rows of a table bear their old codes; how many had been moved, and how many were written since, and how."""
    model, stamps = table.model, table.stamps
    returned = sum(_return(model, stamp) for stamp in stamps if stamp.ids)
    whole = {stamp.new_code: stamp.rows for stamp in stamps if not stamp.ids}
    by_rule = by_point = by_default = 0
    for new in sorted(back.origins, key=lambda code: (-len(code), code)):
        olds = back.origins[new]
        waiting = table.waiting(new)
        some = waiting if new in whole or new not in back.standing else waiting.filter(pk__gt=table.last)
        if len(olds) > 1:
            placed = _place(model, some, new, back.points.get(new))
            by_point += placed
            by_default += some.count()
        if olds[0] != new:
            moved = some.update(area_code=scoped.away(new, olds[0]))
            had = min(moved, whole.get(new, 0))
            returned, by_rule = returned + had, by_rule + (moved - had if len(olds) == 1 else 0)
        if back.shields(new):
            waiting.update(area_code=scoped.away(new, new))
    scoped.arrive(model)
    if model in scoped.HISTORY:  # the entry of the redrawing itself, among others: nobody's rows
        return returned, 0, 0, 0
    return returned, by_rule, by_point, by_default


def _return(model: type[Model], stamp: Restamp) -> int:
    """The very rows that were moved go back, unless someone has moved them on."""
    within = codes.inside(stamp.new_code, field=scoped.FIELD)
    return sum(
        scoped.rows(model).filter(pk__in=some, **within).update(area_code=scoped.away(stamp.new_code, stamp.old_code))
        for some in scoped.chunks(scoped.unpacked(bytes(stamp.ids)))
    )


def _place(model: type[Model], some: Any, new: str, finder: Finder | None) -> int:
    """Rows written since go to the area that their point lies in."""
    if finder is None or not scoped.has_points(model):
        return 0
    located = list(some.filter(lon__isnull=False, lat__isnull=False).values_list("pk", "lon", "lat"))
    if not located:
        return 0
    keys, lons, lats = zip(*located, strict=True)
    where = finder.which(lons, lats)
    placed = 0
    for old in sorted(set(where) - {""}):
        chosen = [key for key, code in zip(keys, where, strict=True) if code == old]
        for part in scoped.chunks(chosen):
            placed += scoped.rows(model).filter(pk__in=part).update(area_code=scoped.away(new, old))
    return placed


def _must_orphan_nothing(before: dict[str, Any], back: Back) -> None:
    """Refuses rows in areas that the redrawing founded; their history goes to the area above."""
    for model in scoped.models():
        left = scoped.counts(model, before["founded"]) if before["founded"] else {}
        for code, rows in left.items():
            if code in back.standing:
                continue
            above = next((up for up in reversed(codes.ancestors(code)) if up in back.standing), "")
            if model not in scoped.HISTORY:
                raise WouldOrphan(rows=rows, where=f"{model._meta.verbose_name} {code}")
            scoped.rows(model).filter(area_code=code).update(area_code=above)
