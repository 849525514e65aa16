"""Questions to the journal. Whoever asks brings the scope: this floor knows no posts."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Concat

from .following import FOLLOWERS
from .models import WAITING, Delivery, Entry

FEW = 3000


@dataclass(frozen=True)
class Standing:
    """How things stand with one follower."""

    follower: str
    known: bool
    waiting: int
    failing: int
    stuck: int


def entries(*, scope: Mapping[str, str], thing: str = "", by: str = "", group: str = "") -> QuerySet[Entry]:
    """Entries within a range of area codes (none is everywhere, with those that happened nowhere), narrowed further.

    `group` is the first word of a verb: `area` for `area.founded` and all its like.
    """
    rows = Entry.objects.filter(**{name: word for name, word in {"thing": thing, "by": by}.items() if word})
    rows = _within(rows, "area_code", scope)
    return _within(rows, "verb", {"verb__gte": f"{group}.", "verb__lt": f"{group}/"}) if group else rows


def _within(rows: QuerySet[Entry], column: str, bounds: Mapping[str, str]) -> QuerySet[Entry]:
    """Rows within a range. Few are found by the column's index and sorted; of many, the newest soon turn up by time.

    A database that sorts by time and filters by a range can use one index for either, and SQLite guesses badly:
    so a range that holds many is put in a form that no index serves.
    """
    if not bounds or Entry.objects.filter(**bounds).order_by()[: FEW + 1].count() <= FEW:
        return rows.filter(**bounds)
    unindexed = {bound.replace(column, f"{column}_there", 1): value for bound, value in bounds.items()}
    return rows.alias(**{f"{column}_there": Concat(column, Value(""))}).filter(**unindexed)


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
