"""Whatever moves, merges and renamings come together: rows go where a plain reading says, and come back exactly."""

import contextlib
from datetime import UTC, date, datetime

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.areas import planning, redrawing, undoing
from linli.areas.changes import Change, Merge, Move, Rename
from linli.areas.models import Area, Boundary
from linli.ground.hands import Program
from linli.ground.refusals import Refusal
from tests.rooms.areas.conftest import NAMES, Thing, everything, stamps, stand, standing, things  # noqa: F401

TOWNS = [f"500{district}00{serial}" for district in (198, 199) for serial in range(1, 6)]
COMMUNITIES = [f"{town}00{serial}" for town in TOWNS[:4] for serial in range(1, 4)]
AT, ON, BY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC), date(2026, 11, 1), Program("test")


@st.composite
def redrawings(draw) -> list[Change]:
    """Changes over few codes, so that chains, exchanges and clashes are common."""
    towns = st.sampled_from(TOWNS)
    moves = draw(st.lists(st.builds(Move, towns, towns), max_size=4, unique_by=lambda move: move.old))
    deeper = st.sampled_from(COMMUNITIES)
    moves += draw(st.lists(st.builds(Move, deeper, deeper), max_size=2, unique_by=lambda move: move.old))
    merges = draw(
        st.lists(st.builds(Merge, st.lists(towns, min_size=2, max_size=3, unique=True).map(tuple), towns), max_size=1)
    )
    renames = draw(st.lists(st.builds(Rename, towns, st.just("新名")), max_size=1))
    return [*moves, *merges, *renames]


def read_plainly(changes: list[Change], code: str, plan: planning.Plan) -> str:
    """Where a row goes, by the longest old code that is a prefix; slow and obvious."""
    for width in range(len(code), 0, -1):
        if code[:width] in plan.rules:
            return plan.rules[code[:width]] + code[width:]
    return code


class RolledBack(Exception):
    """Ends an example."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(redrawings())
def test_redrawn_rows_are_where_they_should_be_and_come_back(db, things, changes):  # noqa: F811
    with contextlib.suppress(RolledBack), transaction.atomic():
        stand(NAMES)
        Thing.objects.bulk_create(Thing(area_code=code) for code in [*NAMES, *COMMUNITIES, *TOWNS] for _ in "12")
        before, marks = everything(), stamps()
        try:
            done = redrawing.redraw(changes, effective_on=ON, by=BY, at=AT)
        except Refusal:
            assert everything() == before
            raise RolledBack from None
        plan = planning.plan(changes, {row[1]: row[3] for row in before[Area._meta.label]})
        assert stamps() == {pk: read_plainly(changes, code, plan) for pk, code in marks.items()}
        assert sorted(standing()) == sorted(plan.after)
        undoing.undo(done, by=BY, at=AT)
        assert everything() == before
        assert not Boundary.objects.exists()
        raise RolledBack
