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
        writing.write("list.exported", thing="person", by=program, at=at.replace(hour=15), area=HERE, rows=3)
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


@pytest.mark.parametrize("verb", ["person.unmasked", "case.unmasked", "secret.read", "list.published"])
def test_what_is_read_or_taken_away_by_night_stands_there_and_by_day_does_not(verb, signed_in, program, at, db):
    boss = signed_in("boss")
    with transaction.atomic():
        writing.write(verb, thing="P-00001-01", by=program, at=at, area=HERE, reason="by day")
    assert "clock-soon" not in boss.get("/security/").content.decode()
    with transaction.atomic():
        writing.write(verb, thing="P-00001-01", by=program, at=at.replace(hour=22), area=HERE, reason="by night")
    assert "clock-soon" in boss.get("/security/").content.decode()


def test_a_list_exported_unmasked_stands_there_whenever_it_was(signed_in, program, at, db):
    with transaction.atomic():
        writing.write("list.exported-unmasked", thing="person", by=program, at=at, area=HERE, rows=9, reason="名册")
        writing.write("list.exported", thing="person", by=program, at=at, area=HERE, rows=8)
    page = signed_in("boss").get("/security/", headers={"Accept-Language": "en"}).content.decode()
    assert "9 rows of a register unmasked" in page and "8 rows" not in page


def test_who_unmasks_very_many_records_in_a_day_is_named_with_how_many_and_when(signed_in, account, actor, at, db):
    busy, usual = actor("busy", "community-clerk", HERE), actor("usual", "community-clerk", HERE)
    far = actor("far", "community-clerk", THERE)
    with transaction.atomic():
        for number in range(queries.MANY_READS):
            for who, area in ((busy, HERE), (far, THERE)):
                writing.write("person.unmasked", thing=f"P-{number}", by=who, at=at, area=area, reason="入户")
            writing.write("person.unmasked", thing=f"P-{number % 9}", by=usual, at=at, area=HERE, reason="入户")
    page = signed_in("boss", "administrator", "500199").get("/security/").content.decode()
    assert f"by={busy.ref}" in page and f">{queries.MANY_READS}<" in page
    assert f"by={usual.ref}" not in page and f"by={far.ref}" not in page
