"""Areas and boundaries written as a redrawing planned them, and what its inverse must know of how they were."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core import serializers
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from linli.geo import polygons

from . import codes, keeping, scoped
from .changes import Found
from .cover import bounded
from .models import Area, Boundary
from .planning import Plan

BATCH = 500


def write(plan: Plan, ending: Sequence[Boundary], coming: Mapping[str, str], on: date) -> dict[str, Any]:
    """Areas and boundaries are as planned; what they were and what was made is told, for the inverse.

    Refuses a day on which some of them did not stand yet.
    """
    standing = {area.code: area for area in Area.objects.standing()}
    carried = {plan.heir(new): new for new in plan.after}
    changed = [old for old, new in carried.items() if (old, standing[old].name) != (new, plan.name_of(new))]
    recentred = [old for old, new in carried.items() if new in coming and old not in changed]
    ended = [old for old in standing if old not in carried]
    keeping.must_have_stood([*(standing[old] for old in [*changed, *ended]), *ending], on=on)
    before = serializers.serialize("python", [standing[old] for old in sorted({*changed, *ended, *recentred})])
    pasts = Area.objects.bulk_create([keeping.past(standing[old], until=on) for old in changed], batch_size=BATCH)
    for some in scoped.chunks([standing[old].pk for old in ended]):
        Area.objects.filter(pk__in=some).update(until=on)
    areas = {carried[old]: _become(standing[old], carried[old], plan, on) for old in changed}
    areas |= {carried[old]: standing[old] for old in recentred}
    made = [_founded(founded, code, on) for code, founded in plan.founded.items()]
    areas |= {area.code: area for area in made}
    Boundary.objects.filter(pk__in=[boundary.pk for boundary in ending]).update(until=on)
    shapes = {code: polygons.read(text) for code, text in coming.items()}
    boundaries = [bounded(areas[code], coming[code], shape, since=on) for code, shape in shapes.items()]
    _save([areas[carried[old]] for old in [*changed, *recentred]], made)
    boundaries = Boundary.objects.bulk_create(boundaries, batch_size=BATCH)
    return {
        "areas": [{"pk": row["pk"]} | _plain(row["fields"]) for row in before],
        "pasts": [area.pk for area in pasts],
        "made": [area.pk for area in made],
        "boundaries_ended": [boundary.pk for boundary in ending],
        "boundaries_made": [boundary.pk for boundary in boundaries],
        "after": {area.pk: [area.code, area.name] for area in areas.values()},
        "ended": [standing[old].pk for old in ended],
        "touched": sorted(plan.recoded()),
        "inside": standing_inside(plan.recoded()),
        "rules": plan.rules,
        "parts": {part.code: old for old, split in plan.split.items() for part in split.parts},
        "founded": sorted(set(plan.founded) - {part.code for split in plan.split.values() for part in split.parts}),
    }


def _founded(change: Found, code: str, on: date) -> Area:
    return keeping.made(code, change.name, local=change.local or keeping.is_local(code), since=on)


def standing_inside(touched: Iterable[str]) -> list[int]:
    """The keys of the areas that stand at or below any of these codes."""
    found: list[int] = []
    for root in codes.roots(touched):
        found += Area.objects.standing().within(root).order_by("pk").values_list("pk", flat=True)
    return sorted(found)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}


def _become(area: Area, new: str, plan: Plan, on: date) -> Area:
    if area.code != new:
        area.code, area.local = new, keeping.is_local(new) and area.local
    if area.name != plan.name_of(new):
        return keeping.named(area, plan.name_of(new), since=on)
    area.since = on
    return area


FIELDS = ["code", "name", "pinyin", "initials", "local", "lon", "lat", "since"]


def _save(changed: list[Area], made: list[Area]) -> None:
    """Codes may be exchanged: no two areas stand under one code even in between."""
    save_with_codes(changed, FIELDS)
    for area in made:
        area.save()


def save_with_codes(areas: list[Area], fields: list[str]) -> None:
    """The areas are kept under their codes, which they may have exchanged: first they let go of those they had."""
    for some in scoped.chunks([area.pk for area in areas]):
        holding = Area.objects.filter(pk__in=some)
        for digit in map(str, range(10)):
            let_go = Concat(Value(chr(ord(digit) + scoped.AWAY)), Substr("code", 2))
            holding.filter(code__startswith=digit).update(code=let_go)
    Area.objects.bulk_create(areas, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields)
