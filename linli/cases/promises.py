"""The clocks of cases, for whoever changes calendars: which run, and how they are moved."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from linli.areas import codes
from linli.clocks.promises import Moved, Promise, keeps
from linli.ground.hands import Hand
from linli.journal import writing

from . import stages, timing
from .models import Case


@keeps("cases")
class Cases:
    """The clocks of open cases; a time that was promised elsewhere is no clock of ours and stays."""

    def running(self, after: datetime, within: str) -> Iterable[Promise]:
        """Those due later than a moment, at or below an area."""
        rows = Case.objects.filter(stage__in=sorted(stages.OPEN), due_at__gt=after, **codes.inside(within))
        for case in rows.filter(promised_at=None).iterator(chunk_size=1000):
            clock = timing.clock_of(case)
            assert clock is not None, case.ref
            yield Promise(case.ref, clock, case.area_code, what="case")

    def move(self, moved: Sequence[Moved], *, why: str, by: Hand, at: datetime) -> None:
        """Each case is due as it is now, with an entry that says when it was and why."""
        clocks = {each.promise.thing: each.clock for each in moved}
        rows = list(Case.objects.select_for_update().filter(ref__in=clocks, stage__in=sorted(stages.OPEN)))
        timing.bring_calendars(rows)
        for case in rows:
            was, now = case.due_at, clocks[case.ref]
            assert was is not None, case.ref
            timing.put(case, now, why="recomputed")
            case.late_at = None if case.late_at == was else case.late_at  # missed after the calendar had changed
            timing.reschedule(case, was, at=at)
            facts: dict[str, Any] = {"was_due": str(was), "due": str(now.due_at), "why": why}
            writing.write("case.recomputed", thing=case.ref, by=by, at=at, area=case.area_code, **facts)
        Case.objects.bulk_update(rows, timing.CLOCK_FIELDS)
