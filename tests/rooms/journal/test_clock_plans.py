"""How the newest moment is found: on every page, so never by looking through the journal."""

import pytest
from django.db import connection

from linli.journal import clock
from linli.journal.models import Chore

pytestmark = pytest.mark.django_db


def test_the_newest_moment_is_found_without_looking_through_the_journal(wrote):
    wrote(2000)
    Chore.objects.create(name="test", next_due_at="2026-11-22T00:00Z")
    question, facts = Chore.objects.annotate(**clock.newest()).query.sql_with_params()
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # it knows then how many entries there are, and of one verb
        if not sqlite:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + question, facts)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "entry_verb" in plan, plan
    assert "SCAN U0" not in plan and "Seq Scan on journal_entry" not in plan, plan
