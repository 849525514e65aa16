"""Notices and hours make the calendar of an area; what is due moves with an entry, what is past stays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.access.models import Bureau
from linli.areas.models import Area
from linli.clocks import calendars, moving, promises, queries, running, shipped
from linli.clocks.counting import Unit
from linli.clocks.models import CalendarEdition, Notice
from linli.clocks.promises import Promise
from linli.clocks.shipped import Line, Told
from linli.clocks.working import Kind
from linli.ground.refusals import OutsideScope
from linli.journal import delivering
from linli.journal.models import Entry

TOWN, COUNTY = "500199001", "500199"
NEW_YEAR = Told(
    "国办发明电〔2026〕99号",
    2027,
    date(2026, 11, 24),
    (
        Line(date(2027, 1, 1), False, "元旦"),
        Line(date(2027, 1, 4), False, "元旦"),
        Line(date(2027, 1, 9), True, "元旦"),
    ),
)


class Kept:
    """A room that keeps one clock."""

    def __init__(self, clock, area=TOWN):
        self.promise, self.told = Promise("C-1", clock, area), []

    def running(self, after, within):
        return [self.promise] if self.promise.clock.due_at > after and self.promise.area.startswith(within) else []

    def move(self, moved, *, why, by, at):
        self.told += [(each.promise.thing, each.clock.due_at, why) for each in moved]


@pytest.fixture
def keeper(monkeypatch):
    """Keeps a clock in the place of all rooms."""

    def made(clock, area=TOWN):
        kept = Kept(clock, area)
        monkeypatch.setattr(promises, "KEEPERS", {"test": kept})
        monkeypatch.setattr(moving, "KEEPERS", {"test": kept})
        return kept

    return made


@pytest.mark.django_db
def test_a_year_goes_by_its_weekdays_until_its_notice_is_entered(program, at):
    before = queries.calendar_of(TOWN)
    assert before.provisional(2027) and not before.provisional(2026)
    assert [before.kind(date(2027, 1, day)) for day in (1, 9)] == [Kind.WORKING, Kind.REST]
    calendars.enter(NEW_YEAR, by=program, at=at)
    after = queries.calendar_of(TOWN)
    assert not after.provisional(2027)
    assert [after.kind(date(2027, 1, day)) for day in (1, 9)] == [Kind.HOLIDAY, Kind.MAKE_UP]
    assert after.special[date(2027, 1, 1)].notice == NEW_YEAR.number
    assert after.edition != before.edition


@pytest.mark.django_db
def test_what_is_due_moves_with_an_entry_and_what_is_past_stays(program, at, keeper):
    start = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)
    kept = keeper(running.start(start, 3, Unit.WORKING_DAYS, queries.calendar_of(TOWN)))
    past = running.start(at - timedelta(days=9), 1, Unit.WORKING_DAYS, queries.calendar_of(TOWN))
    assert kept.promise.clock.due_at == datetime(2027, 1, 4, 10, 0, tzinfo=UTC)
    calendars.enter(NEW_YEAR, by=program, at=at)
    seen = [moved.clock.due_at for _name, moved in moving.would_move(queries.read("x"), at=at)]
    delivering.deliver(at=at)
    due = datetime(2027, 1, 6, 10, 0, tzinfo=UTC)
    assert kept.told == [("C-1", due, f"calendar.entered {NEW_YEAR.number}")] and seen == [due]
    assert running.recomputed(past, queries.calendar_of(TOWN), at=at) == past


@pytest.mark.django_db
def test_a_make_up_day_brings_nothing_forward_into_the_past(program, at, keeper):
    """A notice that makes today a working day leaves as promised what would then be due already."""
    saturday = datetime(2027, 1, 9, 12, 0, tzinfo=UTC)
    kept = keeper(running.start(datetime(2027, 1, 7, 2, tzinfo=UTC), 2, Unit.WORKING_DAYS, queries.calendar_of(TOWN)))
    clock = kept.promise.clock
    calendars.enter(NEW_YEAR, by=program, at=at)
    moved = running.recomputed(clock, queries.calendar_of(TOWN), at=saturday)
    assert moved.due_at == clock.due_at


@pytest.mark.django_db
def test_a_notice_holds_in_its_area_and_below(actor, at):
    boss = actor("boss", "administrator", COUNTY)
    own = Told("渝府办〔2026〕1号", 2026, date(2026, 1, 5), (Line(date(2026, 11, 25), False, "县庆"),))
    calendars.enter(own, area=COUNTY, by=boss, at=at)
    assert queries.calendar_of(f"{COUNTY}002").kind(date(2026, 11, 25)) is Kind.HOLIDAY
    assert queries.calendar_of("500198001").kind(date(2026, 11, 25)) is Kind.WORKING
    with pytest.raises(OutsideScope):
        calendars.enter(own, area="", by=boss, at=at)


@pytest.mark.django_db
def test_a_notice_is_corrected_by_its_number_and_taken_back(program, at):
    calendars.enter(NEW_YEAR, by=program, at=at)
    right = Told(NEW_YEAR.number, 2027, NEW_YEAR.issued, NEW_YEAR.lines[:1])
    made = calendars.enter(right, by=program, at=at)
    assert Notice.objects.count() == 1
    assert queries.calendar_of("").kind(date(2027, 1, 9)) is Kind.REST
    calendars.take_back(made, by=program, at=at)
    assert queries.calendar_of("").provisional(2027)
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["calendar.entered", "calendar.corrected", "calendar.taken-back"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "refused"),
    [
        (Told("", 2027, date(2026, 11, 24), NEW_YEAR.lines), calendars.NoticeNeedsNumber),
        (Told("x", 2028, date(2026, 11, 24), NEW_YEAR.lines), calendars.NoticeEmpty),
        (Told("x", 2027, date(2026, 11, 24), NEW_YEAR.lines[:1] * 2), calendars.NoticeContradicts),
    ],
)
def test_a_notice_that_is_not_whole_is_refused(told, refused, program, at):
    with pytest.raises(refused):
        calendars.enter(told, by=program, at=at)
    assert not CalendarEdition.objects.exists()


WEEK = ["09:00-12:00 14:00-17:30"] * 5 + ["", "", "09:00-12:00"]


@pytest.mark.django_db
def test_hours_hold_from_their_day_and_the_deeper_ones_go_before(program, at):
    today = date(2026, 11, 24)
    Area.objects.create(code=TOWN, level=4, name="香樟街道")
    later = today + timedelta(days=7)
    calendars.set_hours(WEEK, area=COUNTY, since=today, by=program, at=at)
    calendars.set_hours(["10:00-12:00"] * 8, area=TOWN, since=later, by=program, at=at)
    town, county = queries.calendar_of(TOWN), queries.calendar_of(f"{COUNTY}002")
    assert town.windows(today) == county.windows(later) == ((540, 720), (840, 1050))
    assert town.windows(later) == ((600, 720),)
    assert county.windows(today - timedelta(days=1)) == ((540, 720), (780, 1080))
    calendars.set_hours([], area=TOWN, since=later, by=program, at=at)
    assert queries.calendar_of(TOWN).windows(later) == ((540, 720), (840, 1050))


@pytest.mark.django_db
def test_a_bureau_works_at_its_own_hours(program, at):
    today = date(2026, 11, 24)
    Bureau.objects.create(code="hall", name="政务服务大厅", area_code=COUNTY, since=today)
    calendars.set_hours(
        ["09:00-17:00"] * 6 + ["", "09:00-17:00"], area=COUNTY, bureau="hall", since=today, by=program, at=at
    )
    saturday = date(2026, 11, 28)
    assert queries.calendar_of(TOWN, "hall").kind(saturday) is Kind.WORKING
    assert queries.calendar_of(TOWN).kind(saturday) is Kind.REST


@pytest.mark.django_db
def test_hours_are_not_set_for_the_past_nor_unread(program, at):
    with pytest.raises(calendars.HoursOfThePast):
        calendars.set_hours(WEEK, area=TOWN, since=date(2026, 11, 23), by=program, at=at)
    with pytest.raises(calendars.HoursUnreadable):
        calendars.set_hours(["lunch"] * 8, area=TOWN, since=date(2026, 11, 24), by=program, at=at)


@pytest.mark.django_db
def test_the_calendar_is_read_once_an_edition(program, at, django_assert_num_queries):
    calendars.enter(NEW_YEAR, by=program, at=at)
    read = queries.calendar_of(TOWN)
    with django_assert_num_queries(1):
        assert queries.calendar_of(f"{TOWN}001001") is read


@pytest.mark.django_db
def test_what_a_new_version_brings_moves_what_is_due(program, at, keeper, monkeypatch):
    assert not calendars.take_shipped(by=program, at=at)
    kept = keeper(running.start(datetime(2026, 12, 30, 2, tzinfo=UTC), 3, Unit.WORKING_DAYS, queries.calendar_of(TOWN)))
    monkeypatch.setattr(shipped, "digest", lambda: "another")
    known = shipped.notices()
    monkeypatch.setattr(shipped, "notices", lambda: (*known, NEW_YEAR))
    assert calendars.take_shipped(by=program, at=at)
    assert not calendars.take_shipped(by=program, at=at)
    delivering.deliver(at=at)
    assert [due for _thing, due, _why in kept.told] == [datetime(2027, 1, 6, 10, 0, tzinfo=UTC)]
