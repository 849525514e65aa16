"""Another calendar moves due times still to come: shown before it is done, and done with an entry that says why."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from linli.ground.hands import Hand

from . import queries, running
from .promises import KEEPERS, Moved
from .queries import Book

AT_ONCE = 500


def would_move(book: Book, *, at: datetime, within: str = "") -> Iterator[tuple[str, Moved]]:
    """Every due time that the calendars of this book would move, with the room it belongs to. Nothing is touched."""
    for name, keeper in KEEPERS.items():
        for promise in keeper.running(at, within):
            calendar = book.calendar(promise.area, promise.bureau)
            clock = running.recomputed(promise.clock, calendar, at=at)
            if clock.due_at != promise.clock.due_at or clock.stands_until != promise.clock.stands_until:
                yield name, Moved(promise, clock)


@transaction.atomic
def move(*, why: str, by: Hand, at: datetime, within: str = "") -> int:
    """Every due time still to come is the one that the calendars give now; how many were moved."""
    counted, waiting = 0, dict[str, list[Moved]]()
    for name, moved in list(would_move(queries.book(queries.edition()), at=at, within=within)):
        waiting.setdefault(name, []).append(moved)
    for name, every in waiting.items():
        for first in range(0, len(every), AT_ONCE):
            KEEPERS[name].move(every[first : first + AT_ONCE], why=why, by=by, at=at)
        counted += len(every)
    return counted
