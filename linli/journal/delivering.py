"""Delivering entries to their followers: done and marked done in one transaction, so exactly once.

Two workers may deliver at the same time: on PostgreSQL each takes what the other has not locked, on SQLite one
transaction waits for the other; and whoever finds a delivery already marked leaves it alone. A batch is marked
by one conditional update after it was done: should any of it be marked by then, all of it is undone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic

from django.db import transaction
from django.db.models import Q, QuerySet

from .following import FOLLOWERS
from .models import WAITING, Delivery
from .timing import complaint_of

log = logging.getLogger(__name__)

# After each failed try so long; after the last of them it is stuck, and a person looks.
PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(days=1),
)
# Nobody who writes on SQLite waits longer for a batch than this and one delivery.
LONGEST_BATCH_S = 0.2


@dataclass(frozen=True)
class Tally:
    """What came of it."""

    done: int = 0
    failed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.done + other.done, self.failed + other.failed)

    def __bool__(self) -> bool:
        return bool(self.done or self.failed)


def due(at: datetime) -> QuerySet[Delivery]:
    """Deliveries to known followers whose time has come."""
    timely = Q(next_try_at=None) | Q(next_try_at__lte=at)
    return Delivery.objects.filter(WAITING, timely, follower__in=list(FOLLOWERS))


def deliver(
    *,
    at: datetime,
    limit: int = 1000,
    batch: int = 20,
    longest_s: float = LONGEST_BATCH_S,
    stopping: Callable[[], bool] = lambda: False,
) -> Tally:
    """At most `limit` deliveries, the oldest entries first, `batch` of them to a transaction; what came of them.

    A follower that fails is rolled back, complains and is tried again later; the others go on. Where nobody else
    waits to write, a batch may take longer.
    """
    waiting = iter(list(due(at).order_by("entry_id", "follower").values_list("id", flat=True)[:limit]))
    tally = Tally()
    while (ids := list(islice(waiting, batch))) and not stopping():
        tally += _deliver_batch(ids, at, longest_s)
    return tally


def _deliver_batch(ids: list[int], at: datetime, longest_s: float) -> Tally:
    done, failed, until = [], 0, monotonic() + longest_s
    with transaction.atomic():
        for delivery in _claimed(ids):
            if _do(delivery, at):
                done.append(delivery.pk)
            else:
                failed += 1
            if monotonic() > until:
                break
        _mark(done, at)
    return Tally(len(done), failed)


def _claimed(ids: list[int]) -> QuerySet[Delivery]:
    """Those of them that nobody has done, ours until the transaction ends."""
    ours = Delivery.objects.filter(pk__in=ids, done_at=None).select_related("entry").order_by("entry_id", "follower")
    return ours.select_for_update(skip_locked=True, of=("self",))


def _do(delivery: Delivery, at: datetime) -> bool:
    """The follower has heard of it, or what it wrote is undone and it will be tried again."""
    try:
        with transaction.atomic():
            FOLLOWERS[delivery.follower].do(delivery.entry)
    except Exception as bug:  # noqa: BLE001 - the worker goes on with the next delivery
        _failed(delivery, complaint_of(bug), at)
        return False
    return True


def _mark(done: list[int], at: datetime) -> None:
    """They are marked as done. Undoes the whole batch when any was marked meanwhile, which no lock of ours allows."""
    marked = Delivery.objects.filter(pk__in=done, done_at=None).update(done_at=at, complaint="") if done else 0
    if marked != len(done):
        raise RuntimeError(f"{len(done) - marked} deliveries were marked by another worker")


def _failed(delivery: Delivery, complaint: str, at: datetime) -> None:
    """It waits longer each time, and in the end for a person. Fails itself when the database is gone."""
    stuck = delivery.tries >= len(PAUSES)
    Delivery.objects.filter(pk=delivery.pk, done_at=None).update(
        tries=delivery.tries + 1,
        complaint=complaint,
        next_try_at=None if stuck else at + PAUSES[delivery.tries],
        stuck_at=at if stuck else None,
    )
    log.error("delivery of entry %s to %s: %s", delivery.entry_id, delivery.follower, complaint)
