"""Three units: clock hours (紧急工作时), working hours (工作时), working days (工作日).

Hours begin at once. Of days the first is not counted, and the last ends with its work (民法典 art. 201, 203).
Work is from 09:00 to 12:00 and from 14:00 to 18:00; holidays and make-up days (调休) are those of the notices.
"""

from datetime import datetime, timedelta

import pytest

from linli.clocks import counting, running, shipped
from linli.clocks.counting import Unit
from linli.clocks.running import Cap, ClockOver, OwnExtension, PauseNeedsReason, PauseUsedUp
from linli.clocks.working import Calendar, Hours
from tests.spec.tables import rows

title = "When it is due"

TOLD = shipped.notices()
TOWN = Calendar((Hours.every("09:00-12:00 14:00-18:00"),), shipped.special(TOLD), frozenset(each.year for each in TOLD))
UNITS = {"clock hours": Unit.CLOCK_HOURS, "working hours": Unit.WORKING_HOURS, "working days": Unit.WORKING_DAYS}


def moment(text):
    """A moment as the table has it, in the calendar's zone."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=TOWN.zone)


def in_words(at):
    return f"{at.astimezone(TOWN.zone):%Y-%m-%d %H:%M}"


def test_due():
    """Lunch, evenings, weekends and holidays do not count; a make-up Saturday does."""
    for row in rows("""
        begins           | what                             | amount           | due
        2026-11-20 11:00 | over lunch                       | 2 working hours  | 2026-11-20 15:00
        2026-11-20 11:00 | by the clock                     | 2 clock hours    | 2026-11-20 13:00
        2026-11-20 17:00 | over a weekend                   | 3 working hours  | 2026-11-23 11:00
        2026-11-20 12:30 | begun at lunch                   | 1 working hours  | 2026-11-20 15:00
        2026-11-20 16:00 | the last minute of the day       | 2 working hours  | 2026-11-20 18:00
        2026-11-20 11:00 | the day it begins is not counted | 1 working days   | 2026-11-23 18:00
        2026-11-20 11:00 | the same day (当日)              | 0 working days   | 2026-11-20 18:00
        2026-11-20 19:00 | after work                       | 0 working days   | 2026-11-23 18:00
        2026-02-13 10:00 | a make-up Saturday               | 1 working days   | 2026-02-14 18:00
        2026-02-13 10:00 | the Spring Festival behind it    | 2 working days   | 2026-02-24 18:00
        2026-02-14 17:00 | hours over the festival          | 2 working hours  | 2026-02-24 10:00
        2026-12-31 17:30 | the end of the year              | 1 working hours  | 2027-01-01 09:30
        2026-09-30 10:00 | the National Day                 | 13 working days  | 2026-10-23 18:00
    """):
        number, _space, unit = row["amount"].partition(" ")
        found = counting.due(moment(row["begins"]), int(number), UNITS[unit], TOWN)
        assert in_words(found) == row["due"], row


def test_provisional():
    """A year whose notice is not known goes by its weekdays, and says that it does."""
    for row in rows("""
        year | provisional
        2008 | no
        2026 | no
        2027 | yes
    """):
        assert TOWN.provisional(int(row["year"])) == (row["provisional"] == "yes")


def test_pauses():
    """A clock stands still with a reason, not longer than its cap in all; a forgotten pause falls due nevertheless.

    Three working days from Monday 16 November 10:00; the cap is five working days.
    """
    for row in rows("""
        stops            | runs again       | due              | if it is forgotten
        2026-11-17 10:00 | 2026-11-18 10:00 | 2026-11-20 18:00 | 2026-11-26 18:00
        2026-11-17 10:00 | 2026-11-17 16:00 | 2026-11-19 18:00 | 2026-11-26 18:00
        2026-11-19 17:00 | 2026-11-23 09:00 | 2026-11-23 18:00 | 2026-11-26 18:00
        2026-11-17 10:00 | 2026-12-17 10:00 | 2026-11-26 18:00 | 2026-11-26 18:00
    """):
        clock = running.start(moment("2026-11-16 10:00"), 3, Unit.WORKING_DAYS, TOWN)
        cap = Cap(5, Unit.WORKING_DAYS)
        stopped = running.pause(clock, cap, at=moment(row["stops"]), reason="等待配件", calendar=TOWN)
        again = running.resume(stopped, at=moment(row["runs again"]), calendar=TOWN)
        assert (in_words(again.due_at), in_words(stopped.due_at)) == (row["due"], row["if it is forgotten"]), row


def test_a_pause_is_refused_without_reason_after_its_time_and_beyond_its_cap():
    """A pause is refused without a reason, once it is overdue, and when the cap is used up."""
    clock, cap = running.start(moment("2026-11-16 10:00"), 3, Unit.WORKING_DAYS, TOWN), Cap(1, Unit.WORKING_DAYS)
    at = moment("2026-11-17 10:00")
    with pytest.raises(PauseNeedsReason):
        running.pause(clock, cap, at=at, reason=" ", calendar=TOWN)
    with pytest.raises(ClockOver):
        running.pause(clock, cap, at=moment("2026-11-19 18:01"), reason="等待配件", calendar=TOWN)
    used = running.resume(
        running.pause(clock, cap, at=at, reason="等待配件", calendar=TOWN), at=at + timedelta(days=1), calendar=TOWN
    )
    with pytest.raises(PauseUsedUp):
        running.pause(used, cap, at=at + timedelta(days=1), reason="等待配件", calendar=TOWN)


def test_more_time_is_asked_for_before_it_is_due_and_granted_by_another():
    """More time is asked for before it is due, and granted by somebody else."""
    clock = running.start(moment("2026-11-16 10:00"), 3, Unit.WORKING_DAYS, TOWN)
    on_time = moment("2026-11-19 18:00")
    longer = running.extend(clock, 2, asked_by="A-1", by="A-2", asked_at=on_time, calendar=TOWN)
    assert in_words(longer.due_at) == "2026-11-23 18:00"
    with pytest.raises(OwnExtension):
        running.extend(clock, 2, asked_by="A-1", by="A-1", asked_at=on_time, calendar=TOWN)
    with pytest.raises(ClockOver):
        running.extend(clock, 2, asked_by="A-1", by="A-2", asked_at=on_time + timedelta(minutes=1), calendar=TOWN)


def test_colours():
    """Green to half of the time, then yellow; red is later than due, not at it. The share is dated data.

    Four working hours from Monday 16 November 10:00.
    """
    clock = running.start(moment("2026-11-16 10:00"), 4, Unit.WORKING_HOURS, TOWN)
    for row in rows("""
        at               | colour
        2026-11-16 10:00 | green
        2026-11-16 12:00 | green
        2026-11-16 13:59 | green
        2026-11-16 14:01 | yellow
        2026-11-16 16:00 | yellow
        2026-11-16 16:01 | red
    """):
        shares = shipped.shares(on=moment(row["at"]).date())
        assert running.colour(clock, moment(row["at"]), TOWN, shares) == row["colour"], row
