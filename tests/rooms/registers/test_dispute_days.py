"""A dispute is due in working days, by the calendar of its area."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import linli
from linli.clocks import calendars, moving, queries
from linli.clocks.promises import KEEPERS
from linli.clocks.shipped import Line, Told
from linli.journal import delivering
from linli.journal.models import Entry
from linli.registers import disputing
from linli.registers.models import Dispute

from .conftest import BY

TOWN = "500199001"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raised", "due"),
    [
        (datetime(2026, 11, 20, 3, tzinfo=UTC), date(2026, 12, 4)),
        (datetime(2026, 2, 13, 3, tzinfo=UTC), date(2026, 3, 5)),  # the Spring Festival, a Saturday before and after
    ],
)
def test_the_festival_does_not_count_and_make_up_days_do(raised, due):
    assert disputing.due_on(TOWN, raised) == due


FESTIVAL = Told("渝府办〔2026〕9号", 2026, date(2026, 11, 22), (Line(date(2026, 11, 25), False, "县庆"),))


def entered(told, at) -> None:
    calendars.enter(told, by=BY, at=at)
    while delivering.deliver(at=at):
        pass


@pytest.fixture
def raised(home, at):
    return disputing.dispute(home.head, "person.phone", "13911112222", reason="本人来电", by=BY, at=at)


def test_another_calendar_moves_the_day_with_an_entry(raised, at):
    was = raised.due_on
    book = queries.read("x")
    assert list(moving.would_move(book, at=at)) == []
    entered(FESTIVAL, at)
    raised.refresh_from_db()
    assert raised.due_on == disputing.due_on(raised.area_code, at) > was
    said = Entry.objects.get(verb="dispute.recomputed", thing=raised.ref).said
    assert (said["was_due"], said["due"]) == (str(was), str(raised.due_on))
    assert said["why"] == f"calendar.entered {FESTIVAL.number}"
    assert list(moving.would_move(queries.book(queries.edition()), at=at)) == []


def test_what_is_settled_or_past_or_elsewhere_stays(raised, at):
    entries = Entry.objects.filter(verb="dispute.recomputed")
    for told in ({"stage": "settled"}, {"stage": "open", "due_on": date(2026, 11, 20)}):
        Dispute.objects.filter(pk=raised.pk).update(**told)
        assert [*KEEPERS["disputes"].running(at, "")] == []
        entered(FESTIVAL, at)
    assert [*KEEPERS["disputes"].running(at, "500198")] == []
    assert not entries.exists()


def test_every_room_that_reckons_a_due_time_keeps_it_for_the_calendars():
    """What is reckoned by a working calendar and kept is moved when the calendar is another."""
    house = Path(linli.__file__).parent
    reckons = {
        path.relative_to(house).parts[0]
        for path in house.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "due" and ast.unparse(node.value) == "counting"
    }
    reckons -= {"clocks", "town"}  # the clocks themselves; a play, whose due times nobody keeps
    assert reckons >= {"cases", "registers"}
    assert {keeper.__class__.__module__.split(".")[1] for keeper in KEEPERS.values()} == reckons
