"""Due times are what a count minute by minute says, for any hours, holidays, make-up days, starts and amounts."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.clocks import blocks, counting, plain, running, shipped
from linli.clocks.counting import Unit
from linli.clocks.running import Cap
from linli.clocks.working import MINUTE, Calendar, Hours, Special, days_of

FIRST = datetime(2025, 12, 20, tzinfo=UTC)  # two year ends, the Spring Festival of 2026 and 29 February 2028 are near
STARTS = st.integers(0, 60 * 24 * 1100).map(lambda minutes: FIRST + timedelta(minutes=minutes))
UNITS = st.sampled_from(list(Unit))


@st.composite
def windows(draw):
    """Up to three windows of a day, midnight at its end allowed; perhaps none."""
    minutes = draw(st.lists(st.integers(0, 1440), max_size=6, unique=True).map(sorted))
    pairs = minutes[: len(minutes) // 2 * 2]
    return tuple(zip(pairs[::2], pairs[1::2], strict=True))


@st.composite
def calendars(draw):
    """Any week in which something is worked, perhaps another one later; holidays and make-up days among the starts."""
    weeks = []
    for since in [date.min, *draw(st.lists(st.dates(date(2026, 1, 1), date(2028, 3, 1)), max_size=1))]:
        days = [draw(windows()) for _ in range(8)]
        days[draw(st.integers(0, 4))] = ((540, 720), (840, draw(st.integers(841, 1440))))
        days[7] = days[7] or ((540, 720),)
        weeks.append(Hours(since, tuple(days)))
    named = draw(st.dictionaries(st.dates(date(2025, 12, 25), date(2028, 3, 5)), st.booleans(), max_size=30))
    return Calendar(tuple(weeks), {day: Special(works) for day, works in named.items()})


OF_THE_STATE = Calendar(
    (Hours.every("09:00-12:00 14:00-18:00"),), shipped.special(shipped.notices()), frozenset(range(2008, 2027))
)
ANY = st.one_of(st.just(OF_THE_STATE), calendars())


@given(STARTS, st.integers(0, 9 * 60), UNITS, ANY)
@settings(max_examples=40, deadline=None)
def test_due_is_what_a_count_by_the_minute_says(start, amount, unit, calendar):
    amount = amount % 12 if unit is Unit.WORKING_DAYS else amount / 60
    assert counting.due(start, amount, unit, calendar) == plain.due(start, amount, unit, calendar)


@given(STARTS, st.integers(0, 60 * 24 * 6), UNITS, ANY)
@settings(max_examples=30, deadline=None)
def test_what_passed_is_what_a_count_by_the_minute_says(start, minutes, unit, calendar):
    end = start + timedelta(minutes=minutes)
    assert counting.spent(start, end, unit, calendar) == plain.spent(start, end, unit, calendar) * MINUTE


@given(st.lists(st.tuples(STARTS, st.integers(0, 3000)), min_size=1, max_size=30), UNITS, ANY)
@settings(max_examples=40, deadline=None)
def test_a_block_is_each_of_its_lines(lines, unit, calendar):
    starts = np.array([(start - blocks.EPOCH) // timedelta(microseconds=1) for start, _ in lines], np.int64)
    days = unit is Unit.WORKING_DAYS
    amounts = np.array([amount % 400 if days else amount * MINUTE for _, amount in lines], np.int64)
    found = [blocks.EPOCH + timedelta(microseconds=int(at)) for at in blocks.due(starts, amounts, unit, calendar)]
    one = counting.due if days else counting.after
    assert found == [one(start, int(n), unit, calendar) for (start, _), n in zip(lines, amounts, strict=True)]


@given(STARTS, st.integers(1, 3000), st.integers(0, 10**7), ANY)
@settings(max_examples=40, deadline=None)
def test_the_amount_passes_until_it_is_due_and_not_before(start, minutes, micros, calendar):
    start += timedelta(microseconds=micros)
    due = counting.after(start, minutes * MINUTE, Unit.WORKING_HOURS, calendar)
    assert counting.spent(start, due, Unit.WORKING_HOURS, calendar) == minutes * MINUTE
    before = due - timedelta(microseconds=1)
    assert counting.spent(start, before, Unit.WORKING_HOURS, calendar) < minutes * MINUTE


@given(STARTS, st.integers(1, 20), UNITS, st.floats(0, 1), st.integers(0, 20000), ANY)
@settings(max_examples=40, deadline=None)
def test_a_pause_moves_the_due_time_by_what_was_not_worked(start, amount, unit, part, minutes, calendar):
    """What was left when it stopped is left when it runs again; a forgotten pause falls due with its cap."""
    clock = running.start(start, amount, unit, calendar)
    stopped_at = start + (clock.due_at - start) * part
    cap = Cap(5, Unit.WORKING_DAYS)
    stopped = running.pause(clock, cap, at=stopped_at, reason="waits", calendar=calendar)
    again = running.resume(stopped, at=stopped_at + timedelta(minutes=minutes), calendar=calendar)
    assert clock.due_at <= again.due_at <= stopped.due_at
    assert again.left == stopped.left
    at_once = running.resume(stopped, at=stopped_at, calendar=calendar)
    assert at_once.due_at == clock.due_at and not at_once.rested
    if unit is not Unit.WORKING_DAYS:
        left = counting.spent(stopped_at, clock.due_at, unit, calendar)
        assert counting.spent(again.since, again.due_at, unit, calendar) == left
    assert running.share(stopped, stopped_at, calendar) == running.share(stopped, stopped.stands_until, calendar)


@given(STARTS, st.integers(0, 20), UNITS, st.lists(st.integers(0, 60 * 24 * 30), min_size=2, max_size=8), ANY)
@settings(max_examples=40, deadline=None)
def test_the_share_grows_to_one_when_it_is_due(start, amount, unit, minutes, calendar):
    clock = running.start(start, amount, unit, calendar)
    shares = [running.share(clock, start + timedelta(minutes=n), calendar) for n in sorted(minutes)]
    assert shares == sorted(shares)
    assert running.share(clock, clock.due_at, calendar) == 1


@given(st.integers(2008, 2026))
@settings(max_examples=19)
def test_every_year_has_about_250_working_days(year):
    works = sum(OF_THE_STATE.kind(day).works for day in days_of(year))
    assert 246 <= works <= 253
