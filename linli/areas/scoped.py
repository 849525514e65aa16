"""Every table whose rows are stamped with an area: found by walking the apps, counted and restamped by ranges.

While rows are on their way, their codes begin with a letter instead of a digit (5 → f), which no range of codes
holds; so A may become B while B becomes C, and each row is taken once.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, TypeVar

import numpy as np
from django.apps import apps
from django.db.models import Count, Max, Model, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr

from linli.geo import polygons
from linli.geo.finding import Finder
from linli.journal.models import Entry

from . import codes
from .changes import Split
from .models import Background, Redrawing
from .planning import Plan

FIELD = "area_code"
HISTORY = (Entry, Redrawing, Background)  # what happened in an area that ends is found in the one above it
RANGES_AT_ONCE = 100
IDS_AT_ONCE = 5_000
AWAY = ord("a") - ord("0")

Points = dict[str, Finder]  # old code → where its parts lie


@dataclass(frozen=True)
class Stamp:
    """Rows of a table that went from one code to another: all of the range, or those with these keys."""

    old: str
    new: str
    rows: int
    ids: tuple[int, ...] = ()


@dataclass
class Routes:
    """Where the rows of one table go: by code, how many; and the keys of those that went by their point."""

    model: type[Model]
    counts: dict[str, int]
    by_point: dict[tuple[str, str], list[int]] = field(default_factory=dict)  # (code, new code) → keys

    def moves(self, plan: Plan) -> Counter[tuple[str, str]]:
        """Rows by old and new code, "" for the new code of those that would lie nowhere."""
        found: Counter[tuple[str, str]] = Counter()
        for (code, new), ids in self.by_point.items():
            found[code, new] += len(ids)
        for code, rows in self.counts.items():
            apart = sum(len(ids) for (old, _new), ids in self.by_point.items() if old == code)
            if rows > apart:
                found[code, destination(self.model, code, plan)] += rows - apart
        return found

    def strays(self, plan: Plan) -> list[str]:
        """Codes under which rows lie though no area stands there, and which no rule takes away."""
        return sorted(code for code in self.counts if code not in plan.standing and plan.new_code(code) == code)


def models() -> list[type[Model]]:
    """Every table whose rows bear an area code, by name."""
    found = [model for model in apps.get_models() if any(f.attname == FIELD for f in model._meta.concrete_fields)]
    return sorted(found, key=lambda model: model._meta.label)


def rows(model: type[Model]) -> QuerySet[Any]:
    """All rows of a table, whoever may see them."""
    return model._base_manager.all()


def destination(model: type[Model], code: str, plan: Plan) -> str:
    """Where a row of a table goes by its code; history of an area that ends goes to the one above that stands."""
    new = plan.new_code(code)
    if new or model not in HISTORY:
        return new
    above = (plan.new_code(higher) for higher in reversed(codes.ancestors(code)))
    return next((higher for higher in above if higher and plan.stands(higher)), "")


def within_any(ranges: Sequence[str]) -> Q:
    """At or below any of these codes."""
    return reduce(or_, (Q(**codes.inside(code, field=FIELD)) for code in ranges))


def counts(model: type[Model], ranges: Iterable[str]) -> dict[str, int]:
    """How many rows bear each code at or below these."""
    found: dict[str, int] = {}
    roots = codes.roots(ranges)
    for first in range(0, len(roots), RANGES_AT_ONCE):
        asked = rows(model).filter(within_any(roots[first : first + RANGES_AT_ONCE])).order_by()
        found |= dict(asked.values_list(FIELD).annotate(rows=Count("pk")))
    return found


def finder_of(split: Split) -> Finder | None:
    """Where the parts of a split lie; None unless there are boundaries."""
    known = [(part.code, polygons.read(part.boundary)) for part in split.parts if part.boundary]
    return Finder([code for code, _ in known], [shape for _, shape in known]) if known else None


def routes(model: type[Model], plan: Plan, points: Points) -> Routes:
    """Where the rows of a table would go. Nothing is touched."""
    touched = plan.touched() | set(plan.rules)
    found = Routes(model, counts(model, touched) if touched else {})
    if has_points(model):
        for code in found.counts:
            rule = plan.rule_for(code)
            if rule in points:
                _route_by_point(found, code, rule, plan, points[rule])
    return found


def has_points(model: type[Model]) -> bool:
    """Whether its rows know where they lie."""
    return {"lon", "lat"} <= {f.attname for f in model._meta.concrete_fields}


def _route_by_point(found: Routes, code: str, rule: str, plan: Plan, finder: Finder) -> None:
    known = rows(found.model).filter(**{FIELD: code}, lon__isnull=False, lat__isnull=False)
    located = list(known.order_by("pk").values_list("pk", "lon", "lat"))
    if not located:
        return
    keys, lons, lats = zip(*located, strict=True)
    parts = finder.which(lons, lats)
    for part in sorted(set(parts) - {"", plan.rules[rule]}):
        chosen = [key for key, where in zip(keys, parts, strict=True) if where == part]
        found.by_point[code, codes.moved(code, rule, part)] = chosen


def restamp(found: Routes, plan: Plan) -> list[Stamp]:
    """The rows bear their new codes; what is told is enough to take them back."""
    stamps = [_send(found.model, old, new, ids) for (old, new), ids in sorted(found.by_point.items())]
    for old, new in _used_rules(found, plan):
        waiting = rows(found.model).filter(**codes.inside(old, field=FIELD))
        exact = old == new or _comes_back_by_rule(old, new, plan, found)
        ids = () if exact else tuple(waiting.order_by("pk").values_list("pk", flat=True))
        number = waiting.update(**{FIELD: away(old, new)})
        if old != new and number:
            stamps.append(Stamp(old, new, number, ids))
    arrive(found.model)
    return stamps


def _send(model: type[Model], old: str, new: str, ids: list[int]) -> Stamp:
    for some in chunks(ids):
        rows(model).filter(pk__in=some).update(**{FIELD: away(old, new)})
    return Stamp(old, new, len(ids), tuple(ids))


def _used_rules(found: Routes, plan: Plan) -> list[tuple[str, str]]:
    """The rules that take a row of this table, the longest first; those that keep one only where it shields."""
    used = {_rule_of(found.model, code, plan) for code in found.counts} - {None}
    moving = {pair for pair in used if pair[0] != pair[1]}
    keeping = {pair for pair in used - moving if any(codes.contains(old, pair[0]) for old, _new in moving)}
    return sorted(moving | keeping, key=lambda pair: (-len(pair[0]), pair[0]))


def _rule_of(model: type[Model], code: str, plan: Plan) -> Any:
    old = plan.rule_for(code)
    if old is None:
        return None
    if plan.rules[old]:
        return old, plan.rules[old]
    new = destination(model, code, plan)
    return (code, new) if new else None


def _comes_back_by_rule(old: str, new: str, plan: Plan, found: Routes) -> bool:
    """Whether whatever bears the new code afterwards came from the old one."""
    if len(old) != len(new) or new in plan.merged or sum(target == new for target in plan.rules.values()) > 1:
        return False
    staying = (code for code in found.counts if plan.new_code(code) == code)
    return not any(codes.contains(new, code) for code in staying)


def away(old: str, new: str) -> Any:
    """The code of a row on its way from the old code to the new one; deeper digits are kept."""
    sent = Value(chr(ord(new[0]) + AWAY) + new[1:])
    return Concat(sent, Substr(FIELD, len(old) + 1)) if len(old) == len(new) else sent


def arrive(model: type[Model]) -> None:
    """Rows on their way are where they go."""
    going = rows(model).filter(**{f"{FIELD}__gte": chr(ord("0") + AWAY)}).order_by()
    for letter in list(going.values_list(Substr(FIELD, 1, 1), flat=True).distinct()):
        arrived = Concat(Value(chr(ord(letter) - AWAY)), Substr(FIELD, 2))
        going.filter(**{f"{FIELD}__startswith": letter}).update(**{FIELD: arrived})


def last_key(model: type[Model]) -> int:
    """The highest key given out; rows with a higher one were written later."""
    return rows(model).aggregate(last=Max("pk"))["last"] or 0


Key = TypeVar("Key")


def chunks(ids: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Keys in portions that a database takes in one statement."""
    for first in range(0, len(ids), IDS_AT_ONCE):
        yield ids[first : first + IDS_AT_ONCE]


def packed(ids: Sequence[int]) -> bytes:
    """Keys in order, as their differences, compressed.

    >>> unpacked(packed([3, 5, 400])), packed([])
    ([3, 5, 400], b'')
    """
    return zlib.compress(np.diff(np.array(ids, dtype="<i8"), prepend=0).tobytes()) if len(ids) else b""


def unpacked(content: bytes) -> list[int]:
    """The keys that `packed` took."""
    return np.cumsum(np.frombuffer(zlib.decompress(content), dtype="<i8")).tolist() if content else []
