"""What the database shows is what plain Python would show, for every reach, over a small town."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.access.actors import Actor
from linli.access.reach import Reach
from linli.access.scoping import seen_by, sees
from linli.journal.models import Entry
from tests.properties.small_town import CODES


@pytest.fixture
def entries(db, at):
    rows = [Entry(at=at, verb="x", thing=str(n), by=f"A-{n % 3}", area_code=code) for n, code in enumerate(CODES)]
    Entry.objects.bulk_create(rows)
    return list(Entry.objects.all())


actors = st.builds(
    lambda ref, known, reach, areas: Actor(ref, "", "S" * known, "grid-worker", areas[0], frozenset(), reach, areas),
    ref=st.sampled_from(["A-0", "A-1", "A-9"]),
    known=st.booleans(),
    reach=st.sampled_from(Reach),
    areas=st.lists(st.sampled_from([*CODES, ""]), min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actor=actors, owner=st.sampled_from(["", "by"]))
def test_sql_and_plain_python_agree(entries, actor, owner):
    shown = {row.pk for row in seen_by(Entry.objects.all(), actor, owner=owner)}
    assert shown == {row.pk for row in entries if sees(actor, code=row.area_code, owned_by=row.by if owner else "")}
