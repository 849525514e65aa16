"""By when disputes are to be settled, for whoever changes calendars: which wait, and how their days are moved."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.timezone import localdate, make_aware

from linli.areas import codes
from linli.clocks import queries as calendars
from linli.clocks import running
from linli.clocks.counting import Unit
from linli.clocks.promises import Moved, Promise, keeps
from linli.clocks.running import Clock
from linli.ground.hands import Hand
from linli.journal import writing

from . import terms
from .models import Dispute

AT_ONCE = 1000


@keeps("disputes")
class Disputes:
    """The days of disputes that are not settled. A dispute keeps a day, not a clock: its clock is reckoned from it."""

    def running(self, after: datetime, within: str) -> Iterable[Promise]:
        """Those due on this day or later, at or below an area."""
        rows = Dispute.objects.exclude(stage="settled").filter(due_on__gte=localdate(after), **codes.inside(within))
        book = calendars.book(calendars.edition())
        for row in rows.iterator(chunk_size=AT_ONCE):
            days = terms.days("dispute_days", on=localdate(row.raised_at))
            clock = running.start(row.raised_at, days, Unit.WORKING_DAYS, book.calendar(row.area_code))
            yield Promise(row.ref, _as_it_stands(clock, row), row.area_code, what="dispute")

    def move(self, moved: Sequence[Moved], *, why: str, by: Hand, at: datetime) -> None:
        """Each dispute is due on the day it is due now, with an entry that says when it was and why."""
        days = {each.promise.thing: localdate(each.clock.due_at) for each in moved}
        rows = list(Dispute.objects.select_for_update().filter(ref__in=days).exclude(stage="settled").order_by("pk"))
        changed = [row for row in rows if row.due_on != days[row.ref]]
        for row in changed:
            facts: dict[str, Any] = {"was_due": str(row.due_on), "due": str(days[row.ref]), "why": why}
            row.due_on = days[row.ref]
            writing.write("dispute.recomputed", thing=row.ref, by=by, at=at, area=row.area_code, **facts)
        Dispute.objects.bulk_update(changed, ["due_on"])


def _as_it_stands(clock: Clock, row: Dispute) -> Clock:
    """The clock that is due on the day which is kept: at the end of its work, or where another calendar holds by now,
    at its last moment."""
    if localdate(clock.due_at) == row.due_on:
        return clock
    ends = make_aware(datetime.combine(row.due_on, time.min)) + timedelta(days=1, microseconds=-1)
    return Clock(clock.unit, clock.since, clock.left, ends)
