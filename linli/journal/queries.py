"""Questions to the journal. Whoever asks brings the scope: this floor knows no posts."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact

from .following import FOLLOWERS
from .models import LEVELS_INDEXED, WAITING, Above, Delivery, Entry

FEW = 3000


@dataclass(frozen=True)
class Standing:
    """How things stand with one follower."""

    follower: str
    known: bool
    waiting: int
    failing: int
    stuck: int


def entries(
    *, within: str = "", alone: bool = False, thing: str = "", by: str = "", group: str = ""
) -> QuerySet[Entry]:
    """Entries at or below an area (everywhere, with those that happened nowhere, without one), narrowed further.

    `alone` is the area itself without what lies in it. `group` is the first word of a verb: `area` for
    `area.founded` and all its like. One index answers each of them in the order of time: a database that may choose
    between two of them guesses badly, so what is not to be found by its index is put in a form that none serves.
    """
    rows = Entry.objects.filter(**{name: word for name, word in {"thing": thing, "by": by}.items() if word})
    verbs = {"verb__gte": f"{group}.", "verb__lt": f"{group}/"} if group else {}
    rare = bool(verbs) and Entry.objects.filter(**verbs).order_by()[: FEW + 1].count() <= FEW
    if verbs:
        rows = rows.filter(**verbs) if rare else _unindexed(rows, "verb", verbs)
    return _at(rows, within, alone=alone, indexed=not (thing or by or rare))


def _at(rows: QuerySet[Entry], code: str, *, alone: bool, indexed: bool) -> QuerySet[Entry]:
    """Rows of an area; by an index of the area, or of the one around it, where no better one finds them."""
    if alone:
        return rows.filter(area_code=code) if indexed else _unindexed(rows, "area_code", {"area_code": code})
    if not code:
        return rows
    around = max((digits for digits in LEVELS_INDEXED if digits <= len(code)), default=0) if indexed else 0
    if around:
        rows = rows.filter(Exact(Above("area_code", digits=around), code[:around]))
    return rows if around == len(code) else _unindexed(rows, "area_code", {"area_code__startswith": code})


def _unindexed(rows: QuerySet[Entry], column: str, wanted: Mapping[str, str]) -> QuerySet[Entry]:
    """The same rows, in a form that no index serves: found among those that are read in the order of time."""
    there = {name.replace(column, f"{column}_there", 1): value for name, value in wanted.items()}
    return rows.alias(**{f"{column}_there": Concat(column, Value(""))}).filter(**there)


def unknown_followers() -> dict[str, int]:
    """Followers that no room declares, and how many entries wait for each."""
    waiting = Delivery.objects.filter(WAITING).exclude(follower__in=FOLLOWERS)
    return dict(waiting.values_list("follower").annotate(count=Count("id")).order_by("follower"))


def standings() -> list[Standing]:
    """Every follower that is declared or waited for."""
    undone = Delivery.objects.filter(done_at=None).values("follower")
    counted = undone.annotate(
        waiting=Count("id", filter=Q(stuck_at=None)),
        failing=Count("id", filter=Q(stuck_at=None, tries__gt=0)),
        stuck=Count("id", filter=Q(stuck_at__isnull=False)),
    )
    found = {row["follower"]: row for row in counted}
    nothing = {"waiting": 0, "failing": 0, "stuck": 0}
    return [
        Standing(name, name in FOLLOWERS, *(found.get(name, nothing)[key] for key in ("waiting", "failing", "stuck")))
        for name in sorted({*FOLLOWERS, *found})
    ]


def unsealed() -> int:
    """How many entries wait for their seal."""
    return Entry.objects.filter(seal_number=None).count()
