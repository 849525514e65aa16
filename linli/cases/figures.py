"""Honest figures of the loop: each a part of a whole, with its formula beside it. No quotas, no points, no persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from linli.access.actors import Actor
from linli.areas import codes
from linli.ground.words import gettext_noop as _

from . import queries
from .models import Case, Raiser, Source
from .stages import OPEN, UNDONE, Stage

AGAIN_WITHIN = timedelta(days=30)
DONE = (Stage.CLOSED, Stage.RATED, Stage.ARCHIVED)


@dataclass(frozen=True)
class Number:
    """A count, or a part of a whole, and how it is worked out, in words."""

    name: str
    part: int
    whole: int | None
    formula: str

    @property
    def share(self) -> float | None:
        """The part of the whole; None where there is none, or nothing to share."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Figures:
    """The numbers of an area for a time, in their order; `first_answer_s` is the mean, None where there is none."""

    area: str
    since: datetime
    until: datetime
    numbers: tuple[Number, ...]
    first_answer_s: float | None

    def __getitem__(self, name: str) -> Number:
        return next(number for number in self.numbers if number.name == name)


def is_verified(case: Case) -> bool:
    """Whether it was closed after someone else verified it: the whole of the share on time."""
    return case.stage in DONE and case.verified_at is not None


def is_on_time(case: Case) -> bool:
    """The last resolve before a passed verification was not later than due, and no due time was missed before.

    A case that was late stays late: reopened, returned, passed on or judged anew it has another term, not another past.

    What was closed on the spot and not sampled, forced, declined or merged was verified by nobody, and is not in it.
    """
    resolved_at, due_at = case.resolved_at, case.due_at
    in_time = resolved_at is not None and due_at is not None and resolved_at <= due_at
    return is_verified(case) and in_time and case.late_at is None


_PASSED = Q(stage__in=DONE, verified_at__isnull=False)
COUNTS: Mapping[str, Q] = {
    "raised": Q(),
    "open": Q(stage__in=sorted(OPEN)),
    "answered": Q(first_answer_at__isnull=False),
    "found": Q(source__in=[Source.PATROL, Source.SENSOR]),
    "verified": _PASSED,
    "on_time": _PASSED & Q(resolved_at__lte=F("due_at"), late_at=None),
    "on_the_spot": Q(on_the_spot=True, sampled=False, stage__in=DONE),
    "forced": Q(forced=True),
    "extended": Q(extended__gt=0),
    "suspended": Q(suspended__gt=0),
    "reopened": Q(reopened__gt=0),
    "declined": Q(stage=Stage.DECLINED) | Q(stage=Stage.ARCHIVED, accepted_at=None, on_the_spot=False),
    "merged": Q(stage=Stage.MERGED),
    "voided": Q(stage=Stage.VOIDED),
    "dispatched": Q(dispatched_at__isnull=False),
    "returned": Q(returned__gt=0),
    "reworked": Q(reworked__gt=0),
    "appealed": Q(appealed__gt=0),
}

# Name, what is counted, of what, and how: read as "part of whole".
LINES = (
    ("raised", "raised", "", _("cases raised in this time")),
    ("on time", "on_time", "verified",
     _("last resolve before a passed verification not later than due, none missed before ÷ all that passed it")),
    ("late once", "late", "raised",
     _("a due time missed at least once, whatever came after it ÷ raised; never in the share on time")),
    ("still open", "open", "raised", _("not ended yet ÷ raised; outside the share on time")),
    ("past due", "past_due", "open",
     _("past due now, its clock running and the work not done ÷ still open; not yet in the share on time")),
    ("on the spot, not sampled", "on_the_spot", "raised",
     _("closed on the spot and not drawn for verification ÷ raised; outside the share on time")),
    ("forced", "forced", "raised", _("closed by force, without verification ÷ raised; outside the share on time")),
    ("extended", "extended", "raised", _("given more time at least once ÷ raised")),
    ("suspended", "suspended", "raised", _("suspended at least once ÷ raised")),
    ("reopened", "reopened", "raised", _("reopened at least once ÷ raised")),
    ("declined", "declined", "raised", _("declined ÷ raised")),
    ("merged", "merged", "raised", _("handled as another case ÷ raised")),
    ("void", "voided", "raised", _("void ÷ raised")),
    ("found by the grid", "found", "raised", _("found by patrol or sensor ÷ raised")),
    ("returned", "returned", "dispatched", _("returned at least once ÷ dispatched or assigned")),
    ("rework", "reworked", "dispatched", _("sent back for rework at least once ÷ dispatched or assigned")),
    ("appealed", "appealed", "raised", _("declined and appealed ÷ raised")),
    ("answered", "answered", "raised", _("answered at least once ÷ raised")),
    ("repeated", "repeated", "raised",
     _("raised again from the same telephone, of the same type, within 30 days ÷ raised")),
)  # fmt: skip


def figures(viewer: Actor, *, area: str = "", since: datetime, until: datetime, at: datetime) -> Figures:
    """The numbers of what was raised in a time within the viewer's scope, as it stands at a moment; by the database."""
    every = queries.cases(viewer).filter(raised_at__lt=until)
    every = every.filter(**codes.inside(area)) if area else every
    rows = every.filter(raised_at__gte=since)
    counted = counts(rows, at=at) | {"repeated": repeated(every, since=since)}
    numbers = tuple(
        Number(name, counted[part], counted[whole] if whole else None, formula) for name, part, whole, formula in LINES
    )
    return Figures(area, since, until, numbers, first_answer(rows))


def counts(rows: QuerySet[Case], *, at: datetime) -> dict[str, int]:
    """How many of the cases are of each kind at a moment."""
    past_due = Q(stage__in=sorted(UNDONE), due_at__lt=at)
    kinds = {**COUNTS, "past_due": past_due, "late": Q(late_at__isnull=False) | past_due | _missed_as_another(at)}
    asked = {f"of_{name}": Count("pk", filter=kind) for name, kind in kinds.items()}
    found = rows.order_by().aggregate(**asked)
    return {name: int(found[f"of_{name}"]) for name in kinds}


def _missed_as_another(at: datetime) -> Q:
    """Merged, and due before what it is handled as was done: nothing is put off by being handled as another."""
    undone = Q(merged_into__stage__in=sorted(UNDONE), due_at__lt=at)
    done = Q(due_at__lt=F("merged_into__resolved_at")) | Q(
        merged_into__forced=True, due_at__lt=F("merged_into__closed_at")
    )
    return Q(stage=Stage.MERGED) & (undone | done)


def repeated(cases: QuerySet[Case], *, since: datetime) -> int:
    """How many raised since a moment were raised again from the same telephone, of the same type, within thirty days
    of one before, which may have come before that moment."""
    known = cases.filter(raised_at__gte=since - AGAIN_WITHIN).exclude(category="").order_by()
    told = Raiser.objects.filter(case__in=known.values("pk")).exclude(phone_index=b"")
    asked = told.order_by("case__raised_at", "case", "id")
    seen: dict[tuple[bytes, str], tuple[int, datetime]] = {}
    again: set[int] = set()
    for pk, index, category, at in asked.values_list("case", "phone_index", "case__category", "case__raised_at"):
        before = seen.get((bytes(index), category))
        if before is not None and before[0] != pk and at - before[1] <= AGAIN_WITHIN and at >= since:
            again.add(pk)
        seen[bytes(index), category] = pk, at
    return len(again)


def first_answer(rows: QuerySet[Case]) -> float | None:
    """The mean time from the report to the first answer, in seconds."""
    taken = ExpressionWrapper(F("first_answer_at") - F("raised_at"), output_field=DurationField())
    found = rows.filter(first_answer_at__isnull=False).order_by().aggregate(mean=Avg(taken))["mean"]
    return found.total_seconds() if found is not None else None
