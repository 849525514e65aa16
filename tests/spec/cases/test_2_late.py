"""By when a case is due, what moves that, who hears that it is late, and what counts as on time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from linli.cases import figures, timing
from linli.cases.models import Case
from linli.cases.stages import Stage
from linli.cases.terms import Term
from linli.clocks import queries as calendars
from linli.clocks.counting import Unit
from tests.spec.tables import rows

title = "When a case is late, and who hears of it"

HERE = ZoneInfo("Asia/Shanghai")
GRID = "500199001001001"
DAYS = {"Mon 23": 23, "Tue 24": 24, "Wed 25": 25, "Thu 26": 26, "Fri 27": 27, "Mon 30": 30}


def moment(text: str) -> datetime:
    """A moment of a week in November 2026: Thu 26 18:00."""
    day, hour = text[:6], text[7:]
    return datetime(2026, 11, DAYS[day], int(hour[:2]), int(hour[3:]), tzinfo=HERE)


def case_due(*, stage: Stage = Stage.IN_PROGRESS, urgency: str = "general", promised: bool = False) -> Case:
    """A case of a grid, accepted on Monday morning with three working days, or promised for their end."""
    begun = moment("Mon 23 10:00")
    made = Case(ref="C-1", area_code=GRID, stage=stage, urgency=urgency, accepted_at=begun, stage_since=begun)
    setattr(made, timing.KEPT, calendars.NONE)
    timing.begin(made, Term(3, Unit.WORKING_DAYS), since=begun, why="line")
    if promised:
        timing.promise(made, moment("Thu 26 18:00"), since=begun)
    timing.schedule(made, at=begun)
    return made


def told(text: str, urgency: str) -> None:
    """Each row: when the next telling of a case that is due on Thursday at 18:00 comes, and to which level; between
    two of them it goes from hand to hand and to the desk and back."""
    case = case_due(urgency=urgency)
    case.told = timing.OVERDUE
    timing.schedule(case, at=case.due_at)
    for row in rows(text):
        at = moment(row["when"])
        assert case.look_at == at
        assert timing.tell_next(case, at=at) == (timing.Ladder.DUE, row["told"])
        for stage in (Stage.RETURNED, Stage.TRIAGED, Stage.DISPATCHED, Stage.SIGNED, Stage.RESOLVED, Stage.REWORK):
            case.stage = stage
            timing.schedule(case, at=at + timedelta(minutes=1))
    assert case.look_at is None


def test_who_hears_that_it_is_late():
    """At its due time whoever has it and the community hear of it; then it goes up one level on each working day,
    however often it goes back and forth meanwhile. Each level hears it once."""
    told(
        """
        when         | told
        Thu 26 18:00 | community
        Fri 27 09:00 | township
        Mon 30 09:00 | district
    """,
        "general",
    )


def test_who_hears_of_an_urgent_one():
    """What is urgent goes to the township at once."""
    told(
        """
        when         | told
        Thu 26 18:00 | township
        Fri 27 09:00 | district
    """,
        "urgent",
    )


def changed(case: Case, what: str) -> None:
    """What is done with a case on Tuesday (or, late, on Friday)."""
    at = moment("Tue 24 10:00")
    if what == "suspended for a day":
        timing.stand_still(case, reason="a part is missing", at=at)
        timing.run_on(case, at=moment("Wed 25 10:00"))
    elif what == "more time granted: a day, or 24 hours":
        case.extension_asked, case.extension_asked_at, case.extension_by = 24 if case.promised_at else 1, at, "A-1"
        timing.lengthen(case, by="A-2", at=at)
    elif what == "judged as another, five working days":
        timing.judged_anew(case, Term(5, Unit.WORKING_DAYS), since=case.accepted_at, why="line", at=at)
    elif what == "judged so once it was late":
        late = moment("Fri 27 10:00")
        timing.judged_anew(case, Term(5, Unit.WORKING_DAYS), since=case.accepted_at, why="line", at=late)


def test_what_moves_a_due_time():
    """Three working days since Monday end on Thursday at 18:00. A time that was promised elsewhere (12345) is moved by
    nothing but more time, asked for before it was due and granted by another; and nothing puts off what is late."""
    for row in rows("""
        what is done                         | by the list  | promised
        nothing                              | Thu 26 18:00 | Thu 26 18:00
        suspended for a day                  | Fri 27 18:00 | Thu 26 18:00
        more time granted: a day, or 24 hours | Fri 27 18:00 | Fri 27 18:00
        judged as another, five working days | Mon 30 18:00 | Thu 26 18:00
        judged so once it was late           | Thu 26 18:00 | Thu 26 18:00
    """):
        for promised, due in ((False, row["by the list"]), (True, row["promised"])):
            case = case_due(promised=promised)
            changed(case, row["what is done"])
            assert case.due_at == moment(due), (row, promised)
            assert (case.promised_at is not None) == promised


def test_what_is_on_time():
    """The last resolve before a passed verification is not later than due, and no due time was missed before. A case
    that was late has another term once it is reopened, not another past."""
    for row in rows("""
        resolved     | due          | missed before | verified | on time
        Thu 26 18:00 | Thu 26 18:00 |               | yes      | yes
        Thu 26 18:01 | Thu 26 18:00 |               | yes      | no
        Fri 27 10:00 | Mon 30 18:00 | Thu 26 18:00  | yes      | no
        Thu 26 10:00 | Thu 26 18:00 |               | no       | no
    """):
        case = Case(stage=Stage.CLOSED, resolved_at=moment(row["resolved"]), due_at=moment(row["due"]))
        case.late_at = moment(row["missed before"]) if row["missed before"] else None
        case.verified_at = moment("Mon 30 10:00") if row["verified"] == "yes" else None
        assert figures.is_on_time(case) == (row["on time"] == "yes"), row
