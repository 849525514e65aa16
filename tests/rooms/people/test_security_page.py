"""What the security officer sees: refusals, looking on, resets; within their area, and of nobody's hours."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.test import Client

from linli.access import queries
from linli.access.actors import NOBODY
from linli.access.reach import Reach
from linli.journal import writing
from linli.journal.models import Entry
from linli.site.people.security import at_night

HERE, THERE = "500199001001", "500198001001"


@pytest.fixture(autouse=True)
def now(time_machine, at):
    time_machine.move_to(at, tick=False)


def test_a_refusal_is_noted_with_the_page_and_nothing_else(signed_in):
    li = signed_in("li", "grid-worker", HERE)
    assert li.get("/people/").status_code == 403
    entry = Entry.objects.get(verb="permission.refused")
    assert (entry.said, entry.area_code) == ({"page": "people"}, HERE)


def test_whoever_is_not_signed_in_leaves_no_entry(db):
    Client().get("/people/")
    assert not Entry.objects.filter(verb__endswith=".refused").exists()


def test_the_officer_sees_their_area_and_no_other(signed_in):
    signed_in("li", "grid-worker", HERE).get("/people/")
    signed_in("distant", "grid-worker", THERE).get("/people/")
    page = signed_in("boss", "administrator", "500199").get("/security/").content.decode()
    assert "li " in page and "distant" not in page


def test_an_export_at_night_is_marked(signed_in, program, at, db):
    with transaction.atomic():
        writing.write("export.made", thing="x", by=program, at=at.replace(hour=15), area=HERE)
    assert at_night(at.replace(hour=15)) and not at_night(at)
    page = signed_in("boss").get("/security/").content.decode()
    assert "clock-soon" in page


def test_a_worker_does_not_open_it(signed_in):
    assert signed_in("li", "grid-worker", HERE).get("/security/").status_code == 403


def test_the_few_unusual_entries_are_found_without_reading_the_journal(at, db):
    """SQLite, asked for them in order, would read a million entries for ten."""
    everywhere = replace(NOBODY, ref="A-1", post="P-1", role="administrator", reach=Reach.ALL)
    rows = queries.unusual(everywhere, since=at)
    for asked in (rows[:51], rows.order_by().values("pk")[:1001], rows.order_by().values("verb")):
        assert "SCAN journal_entry" not in asked.explain()
