"""Chores of the loop: whoever has a case is told of its clock, level by level; clocks run again."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import OperationalError, transaction
from django.utils.timezone import localdate

from linli.ground.hands import Program
from linli.journal import writing
from linli.journal.timing import chore, complaint_of

from . import closing, handling, photos, terms, timing
from .models import Case
from .stages import Stage
from .timing import Ladder

log = logging.getLogger(__name__)

T = TypeVar("T")
BY = Program("worker")
AT_ONCE = 100
MOST = 5_000


@chore(every=timedelta(minutes=1))
def tell_what_is_due(at: datetime) -> None:
    """Each case whose next telling has come is told of, once; a clock whose pause is used up runs again."""
    sweep(at=at)


def sweep(*, at: datetime, most: int = MOST) -> int:
    """The cases whose `look_at` has come, the longest waiting first, some to a transaction; how many.

    Whoever is killed over it goes on where the last transaction ended: what was told is told, the rest waits. A case
    that fails stops no other: it is tried again each time, and the chore complains of it.
    """
    due = Case.objects.filter(look_at__lte=at).order_by("look_at")
    keys = list(due.values_list("pk", flat=True)[:most])
    batches = [keys[first : first + AT_ONCE] for first in range(0, len(keys), AT_ONCE)]
    stopped = _whatever_fails(batches, lambda some: _some(some, at))
    alone = [key for some, _bug in stopped for key in some]
    _complain(_whatever_fails(alone, lambda key: _some([key], at)))
    return len(keys)


def _whatever_fails(each: Iterable[T], do: Callable[[T], object]) -> list[tuple[T, Exception]]:
    """All of them are done but those that fail, and why they do. A database that is gone is no fault of theirs."""
    failed: list[tuple[T, Exception]] = []
    for one in each:
        try:
            do(one)
        except OperationalError:
            raise
        except Exception as bug:  # noqa: BLE001 - one case that fails stops no other
            failed.append((one, bug))
    return failed


def _complain(failed: list[tuple[int, Exception]]) -> None:
    """Each case that failed stands in the log, by its key, and the chore has failed."""
    for key, bug in failed:
        log.error("case %s: %s", key, complaint_of(bug))
    if failed:
        raise failed[0][1]


@transaction.atomic
def _some(keys: list[int], at: datetime) -> None:
    rows = list(Case.objects.select_for_update().filter(pk__in=keys, look_at__lte=at).order_by("look_at"))
    timing.bring_calendars(rows)
    told: list[Case] = []
    for case in rows:
        if case.stage == Stage.SUSPENDED:
            handling.resume(case, by=BY, at=at)
            continue
        told.append(case)
        ahead = timing.look_at(case)
        if ahead is not None and ahead <= at:
            _tell(case, at)
        else:  # written by an older version, whose next telling was another
            case.look_at = ahead
    Case.objects.bulk_update(told, ["told", "told_late", "late_at", "look_at"])


def _tell(case: Case, at: datetime) -> None:
    """An entry says what is told and to whom; the inbox follows it. An overdue one goes up a level each working day."""
    facts: dict[str, Any] = {"stage": case.stage, "urgency": case.urgency, "act_by": str(case.act_by)}
    ladder, level = timing.tell_next(case, at=at)
    verb = "case.reminded" if ladder is Ladder.HALF else "case.overdue"
    if level:
        facts |= {"level": level, "of": str(ladder)}
    writing.write(verb, thing=case.ref, by=BY, at=at, area=case.area_code, **facts)


@chore(every=timedelta(hours=6))
def archive(at: datetime) -> None:
    """What was closed or declined long ago is archived."""
    before = at - timedelta(days=terms.number("archive_days", on=localdate(at)))
    over = Case.objects.filter(stage__in=[Stage.CLOSED, Stage.RATED, Stage.DECLINED], closed_at__lt=before)
    some = {case.pk: case for case in over.order_by("closed_at")[:500]}
    _complain(_whatever_fails(some, lambda key: closing.archive(some[key], by=BY, at=at)))


@chore(every=timedelta(hours=12))
def sweep_photos(at: datetime) -> None:
    """Photos that no step took are gone."""
    photos.sweep(at=at)
