"""Chores: work that is done every so often. Declared in a room's `chores.py`, run by the worker.

>>> from linli.journal.timing import chore
>>> @chore(every=timedelta(hours=1))                                                # doctest: +SKIP
... def remind(at): ...
"""

import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from linli.ground.refusals import Refusal

from .models import Chore

log = logging.getLogger(__name__)

Do = Callable[[datetime], Any]


@dataclass(frozen=True)
class Timed:
    """A chore as a room declares it."""

    name: str
    every: timedelta
    patience: timedelta
    do: Do

    @property
    def short(self) -> bool:
        """Whether it comes round again before anyone would think it dead."""
        return self.every <= self.patience


CHORES: dict[str, Timed] = {}


def chore(*, every: timedelta, name: str = "", patience: timedelta = timedelta(minutes=10)) -> Callable[[Do], Do]:
    """Registers a function of one moment as a chore.

    One worker does it each time. It must bear being killed and begun again: when the worker dies over it, another
    begins it anew after `patience`, which is therefore longer than it ever takes.
    """

    def register(do: Do) -> Do:
        called = name or f"{do.__module__.split('.')[1]}.{do.__name__}"
        assert called not in CHORES, called
        CHORES[called] = Timed(called, every, patience, do)
        return do

    return register


def set_out(*, at: datetime) -> None:
    """Every declared chore has a row; a new one is due at once. Rows of chores no longer declared stay, unheeded."""
    Chore.objects.bulk_create([Chore(name=name, next_due_at=at) for name in CHORES], ignore_conflicts=True)


def claim(timed: Timed, *, at: datetime) -> bool:
    """The chore is ours this time; False when it is not due, or another worker took it."""
    again = at + min(timed.every, timed.patience)
    due = Chore.objects.filter(name=timed.name, next_due_at__lte=at)
    return bool(due.update(next_due_at=again, began_at=at))


def run_due(*, at: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Every chore that is due is done once; how many. One that fails complains and comes round again."""
    due = Chore.objects.filter(name__in=CHORES, next_due_at__lte=at).order_by("next_due_at", "name")
    return sum(_run(chore, at=at) for chore in due if not stopping())


def _run(row: Chore, *, at: datetime) -> bool:
    timed = CHORES[row.name]
    if not claim(timed, at=at):
        return False
    try:
        timed.do(at)
    except Exception as bug:  # noqa: BLE001 - the worker goes on with the next chore
        _failed(row, complaint_of(bug))
        return True
    if row.complaint or not timed.short:
        Chore.objects.filter(pk=row.pk).update(next_due_at=at + timed.every, failures=0, complaint="")
    return True


def _failed(row: Chore, complaint: str) -> None:
    log.error("chore %s: %s", row.name, complaint)
    Chore.objects.filter(pk=row.pk).update(failures=F("failures") + 1, complaint=complaint)


def complaint_of(bug: Exception) -> str:
    """What kind of error, and where it arose; never its words, which may hold a person's particulars.

    >>> complaint_of(ValueError("张三 is not a number"))
    'ValueError'
    """
    kind = bug.code if isinstance(bug, Refusal) else type(bug).__name__
    return f"{kind}{_place(traceback.walk_tb(bug.__traceback__))}"[:200]


def _place(frames: Iterable[tuple[Any, int]]) -> str:
    places = [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in frames]
    ours = [place for place in places if place.startswith("linli.")]
    return f" at {(ours or places)[-1]}" if places else ""
