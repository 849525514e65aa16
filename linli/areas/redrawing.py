"""Redrawing divisions (区划调整): what it would touch, doing it in one verb. Its inverse is in `undoing`."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from django.db import transaction
from django.db.models import Model

from linli.geo import polygons
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import changes as kinds
from . import codes, editions, keeping, planning, rewriting, scoped
from .changes import Change, Split
from .models import Area, Boundary, Redrawing, Restamp, Succession
from .planning import Plan
from .rewriting import BATCH
from .scoped import Routes

SAMPLES = 3


class WouldOrphan(Refusal):
    """Rows would lie in an area that stands no longer."""

    code = "redrawing.would-orphan"
    words = _("%(rows)s rows would lie nowhere: %(where)s.")
    next_step = _("Merge the area into another one instead, or move these rows first. Nothing was changed.")


class NothingToRedraw(Refusal):
    """A redrawing without a change."""

    code, status = "redrawing.nothing", 422
    words = _("This redrawing changes nothing.")


@dataclass(frozen=True)
class AreaChange:
    """An area before and after; no old code for one that is new, no new code for one that ends."""

    old_code: str
    new_code: str
    old_name: str
    new_name: str


@dataclass(frozen=True)
class RowMove:
    """Rows of a table that go from one code to another; some of their names, to recognise them by."""

    old_code: str
    new_code: str
    rows: int
    samples: tuple[str, ...]


@dataclass(frozen=True)
class TableMoves:
    """What happens to one table."""

    label: str
    name: str
    moves: tuple[RowMove, ...]

    @property
    def rows(self) -> int:
        """How many rows get another code."""
        return sum(move.rows for move in self.moves)


@dataclass(frozen=True)
class Overlap:
    """Two rows that were apart and would cover the same area, such as two posts of one account."""

    label: str
    first: str
    second: str
    code: str


@dataclass(frozen=True)
class Preview:
    """Everything a redrawing would touch."""

    areas: tuple[AreaChange, ...]
    boundaries_ended: int
    boundaries_made: int
    tables: tuple[TableMoves, ...]
    orphans: tuple[TableMoves, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def rows(self) -> int:
        """How many rows of all tables get another code."""
        return sum(table.rows for table in self.tables)


@dataclass(frozen=True)
class Drawn:
    """A redrawing worked out: the plan, where each table's rows go, the boundaries that end and come."""

    plan: Plan
    routes: tuple[Routes, ...]
    ending: tuple[Boundary, ...]
    coming: dict[str, str]  # new code → GeoJSON


def preview(changes: Iterable[Change], *, by: Hand) -> Preview:
    """What the changes would touch. Refuses what could not be done, and whoever may not redraw all of it.

    Orphans are shown, and refused when it is done.
    """
    drawn = work_out([kinds.read(change) for change in changes])
    plan = drawn.plan
    _must_be_allowed(plan, by)
    return Preview(
        areas=tuple(_area_changes(plan)),
        boundaries_ended=len(drawn.ending),
        boundaries_made=len(drawn.coming),
        tables=tuple(table for routes in drawn.routes if (table := _table(routes, plan, orphans=False)).moves),
        orphans=tuple(table for routes in drawn.routes if (table := _table(routes, plan, orphans=True)).moves),
        overlaps=tuple(overlap for routes in drawn.routes for overlap in _overlaps(routes, plan)),
    )


def work_out(changes: list[Change]) -> Drawn:
    """The changes beside what stands. Nothing is touched."""
    standing = {area.code: area for area in Area.objects.standing()}
    points = {
        change.code: finder for change in changes if isinstance(change, Split) and (finder := scoped.finder_of(change))
    }

    def part_of(split: Split, child: str) -> str:
        area = standing[child]
        if split.code not in points or area.lon is None or area.lat is None:
            return ""
        return points[split.code].code_at(area.lon, area.lat)

    plan = planning.plan(changes, {code: area.name for code, area in standing.items()}, part_of)
    if not plan.touched():
        raise NothingToRedraw()
    ending, coming = _boundaries(plan)
    routes = tuple(scoped.routes(model, plan, points) for model in scoped.models())
    return Drawn(plan, routes, ending, coming)


def _area_changes(plan: Plan) -> Iterable[AreaChange]:
    for old, name in plan.standing.items():
        new = plan.new_code(old)
        new_name = plan.name_of(new) if new else ""
        if (old, name) != (new, new_name):
            yield AreaChange(old, new, name, new_name)
    for code, founded in plan.founded.items():
        yield AreaChange("", code, "", founded.name)


def _table(routes: Routes, plan: Plan, *, orphans: bool) -> TableMoves:
    moves = [
        RowMove(old, new, number, _samples(routes, old, new))
        for (old, new), number in sorted(routes.moves(plan).items())
        if old != new and orphans == _orphaned(old, new, plan)
    ]
    meta = routes.model._meta
    return TableMoves(meta.label, str(meta.verbose_name), tuple(moves))


def _orphaned(old: str, new: str, plan: Plan) -> bool:
    return not new or (old in plan.standing and not plan.stands(new))


def _samples(routes: Routes, old: str, new: str) -> tuple[str, ...]:
    asked = scoped.rows(routes.model)
    by_point = routes.by_point.get((old, new))
    some = asked.filter(pk__in=by_point[:SAMPLES]) if by_point else asked.filter(area_code=old)
    return tuple(_called(row) for row in some.order_by("pk")[:SAMPLES])


def _called(row: Any) -> str:
    return str(getattr(row, "ref", None) or row.pk)


def _overlaps(routes: Routes, plan: Plan) -> Iterable[Overlap]:
    """Rows alike in what the model names in `one_per_area`, apart before and one in the other afterwards."""
    alike_in = getattr(routes.model, "one_per_area", ())
    if not alike_in or not routes.counts:
        return
    groups: dict[Any, list[Any]] = {}
    for row in scoped.rows(routes.model).filter(**_in_force(routes.model)).order_by("pk"):
        groups.setdefault(tuple(getattr(row, name) for name in alike_in), []).append(row)
    for group in groups.values():
        for place, row in enumerate(group):
            for other in group[place + 1 :]:
                if code := _meet(row.area_code, other.area_code, routes.model, plan):
                    yield Overlap(routes.model._meta.label, _called(row), _called(other), code)


def _in_force(model: type[Model]) -> dict[str, None]:
    return {"until": None} if any(f.attname == "until" for f in model._meta.concrete_fields) else {}


def _meet(code: str, other: str, model: type[Model], plan: Plan) -> str:
    """The deeper code, if one holds the other afterwards and did not before."""
    if not code or not other or _hold(code, other):
        return ""
    after, other_after = scoped.destination(model, code, plan), scoped.destination(model, other, plan)
    return max(after, other_after, key=len) if after and other_after and _hold(after, other_after) else ""


def _hold(code: str, other: str) -> bool:
    return codes.contains(code, other) or codes.contains(other, code)


def _boundaries(plan: Plan) -> tuple[tuple[Boundary, ...], dict[str, str]]:
    """Boundaries that end, and the new ones: given, what is left of a split area, or the members' joined."""
    changing = {old for merge in plan.merged.values() for old in merge.codes} | set(plan.split)
    changing |= {old for old in plan.standing if not plan.new_code(old)}
    known: dict[str, Boundary] = {}
    for some in scoped.chunks(sorted(changing)):
        rows = Boundary.objects.filter(until=None, area__until=None, area__code__in=some).select_related("area")
        known |= {boundary.area.code: boundary for boundary in rows}
    coming = {code: founded.boundary for code, founded in plan.founded.items() if founded.boundary}
    for new, merge in plan.merged.items():
        if all(code in known for code in merge.codes):
            shapes = [polygons.read(known[code].geometry) for code in merge.codes]
            coming[new] = polygons.write(polygons.mend(shapely.union_all(shapes)).geometry)
    for old, split in plan.split.items():
        coming |= _of_parts(split, known.get(old))
    return tuple(known.values()), {code: _sound(text) for code, text in coming.items()}


def _of_parts(split: Split, known: Boundary | None) -> dict[str, str]:
    given = {part.code: part.boundary for part in split.parts if part.boundary}
    if known and given and split.default not in given:
        others = shapely.union_all([polygons.read(text) for text in given.values()])
        left = polygons.mend(polygons.read(known.geometry).difference(others)).geometry
        given[split.default] = polygons.write(left)
    return given


def _sound(text: str) -> str:
    """The boundary in its canonical form; refuses one that crosses itself."""
    shape = polygons.read(text)
    if wrong := polygons.complaint(shape):
        raise wrong
    return polygons.write(shape)


@transaction.atomic
def redraw(changes: Iterable[Change], *, effective_on: date, by: Hand, at: datetime) -> Redrawing:
    """Divisions are as the changes say from a day on, and every row that lay in them bears its new code.

    Refuses to orphan a row, clashing codes, areas left without one above, a day that is still to come or on which
    they did not stand yet, and whoever may not redraw all of it.
    """
    asked = [kinds.read(change) for change in changes]
    editions.renew()
    keeping.must_have_come(effective_on, at)
    drawn = work_out(asked)
    _must_be_allowed(drawn.plan, by)
    _must_orphan_nothing(drawn)
    common = codes.common(code for code in drawn.plan.touched() if drawn.plan.stands(code))
    redrawing = Redrawing(area_code=common, changes=kinds.as_text(asked), effective_on=effective_on, done_at=at)
    written = rewriting.write(drawn.plan, drawn.ending, drawn.coming, effective_on)
    redrawing.before = json.dumps(written | _of_tables(drawn), ensure_ascii=False)
    stamps = {routes.model._meta.label: scoped.restamp(routes, drawn.plan) for routes in drawn.routes}
    redrawing.save()
    pairs = drawn.plan.successors()
    Succession.objects.bulk_create(
        (Succession(redrawing=redrawing, old_code=old, new_code=new) for old, new in pairs), batch_size=BATCH
    )
    Restamp.objects.bulk_create(
        Restamp(
            redrawing=redrawing,
            table=label,
            old_code=stamp.old,
            new_code=stamp.new,
            rows=stamp.rows,
            ids=scoped.packed(stamp.ids),
        )
        for label, some in stamps.items()
        for stamp in some
    )
    _journalled(redrawing, stamps, len(asked), by, at)
    return redrawing


def _must_be_allowed(plan: Plan, by: Hand) -> None:
    for root in codes.roots(plan.touched()):
        by.must(Permission.AREA_REDRAW, within=root)


def _of_tables(drawn: Drawn) -> dict[str, Any]:
    """What the inverse must know of each table to tell the rows that were there from those written since."""
    return {
        "last_keys": {routes.model._meta.label: scoped.last_key(routes.model) for routes in drawn.routes},
        "strays": {routes.model._meta.label: routes.strays(drawn.plan) for routes in drawn.routes},
    }


def _must_orphan_nothing(drawn: Drawn) -> None:
    orphans = [table for routes in drawn.routes if (table := _table(routes, drawn.plan, orphans=True)).moves]
    if orphans:
        where = [f"{table.name} {move.old_code} × {move.rows}" for table in orphans for move in table.moves]
        raise WouldOrphan(rows=sum(table.rows for table in orphans), where="; ".join(where[:12]))


def _journalled(redrawing: Redrawing, stamps: Any, asked: int, by: Hand, at: datetime) -> None:
    lines = [(label, s.old, s.new, s.rows) for label, some in sorted(stamps.items()) for s in some]
    digest = hashlib.sha256(f"{redrawing.changes}\n{json.dumps(lines)}".encode()).hexdigest()
    writing.write(
        "area.redrawn",
        thing=redrawing.ref,
        by=by,
        at=at,
        area=redrawing.area_code,
        rows=sum(line[-1] for line in lines),
        digest=digest,
        changes=asked,
        effective_on=redrawing.effective_on,
    )
