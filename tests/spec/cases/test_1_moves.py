"""The table that buttons, verbs, the diagram and the property test read. A move that is not in it is refused."""

import pytest

from linli.cases import stages
from linli.cases.stages import CannotMove, Move, Stage
from tests.spec.tables import rows

title = "What may be done at which stage"


def walked(table: str) -> None:
    """Each row: from a stage, by a move, to a stage; – where it is refused."""
    for row in rows(table):
        begins, how = Stage(row["stage"]), Move(row["move"])
        before = Stage(row["before"]) if row.get("before") else None
        if row["leads to"] == "–":
            with pytest.raises(CannotMove):
                stages.after(begins, how, before=before)
        else:
            assert stages.after(begins, how, before=before) == row["leads to"], row


def test_the_usual_way():
    """Reported, accepted, judged, given, signed for, handled, resolved, verified, closed, rated, archived."""
    walked("""
        stage       | move     | leads to
        reported    | accept   | accepted
        accepted    | triage   | triaged
        triaged     | dispatch | dispatched
        triaged     | assign   | dispatched
        dispatched  | sign     | signed
        signed      | start    | in-progress
        in-progress | resolve  | resolved
        resolved    | verify   | verified
        verified    | close    | closed
        closed      | rate     | rated
        rated       | archive  | archived
    """)


def test_ways_back():
    """Returned goes back to be judged; rework goes to the same handler; a declined case may be appealed; a closed one
    reopened. What was merged is parted again, to where it stood before."""
    walked("""
        stage       | before   | move    | leads to
        dispatched  |          | return  | returned
        returned    |          | triage  | triaged
        dispatched  |          | recall  | triaged
        resolved    |          | rework  | rework
        rework      |          | start   | in-progress
        rework      |          | resolve | resolved
        declined    |          | appeal  | reported
        closed      |          | reopen  | accepted
        rated       |          | reopen  | accepted
        in-progress |          | suspend | suspended
        suspended   |          | resume  | in-progress
        triaged     |          | merge   | merged
        merged      | triaged  | part    | triaged
    """)


def test_moves_at_the_side():
    """A whistle, a co-handler, urging, supervising, more time asked and granted leave the case where it stands.
    Escalated from someone's hand, it is returned to the level above."""
    walked("""
        stage       | move            | leads to
        in-progress | whistle         | in-progress
        in-progress | co-handle       | in-progress
        in-progress | urge            | in-progress
        in-progress | supervise       | in-progress
        signed      | ask-extension   | signed
        signed      | grant-extension | signed
        accepted    | escalate        | accepted
        signed      | escalate        | returned
    """)


def test_what_is_refused():
    """Nothing is closed that nobody verified, handled that nobody signed for, or changed once it is archived."""
    walked("""
        stage       | move     | leads to
        reported    | close    | –
        in-progress | close    | –
        resolved    | close    | –
        dispatched  | resolve  | –
        dispatched  | dispatch | –
        closed      | merge    | –
        declined    | merge    | –
        archived    | reopen   | –
        voided      | triage   | –
        suspended   | resolve  | –
    """)


def test_every_stage_is_reached_and_left():
    """From a report every stage can be reached, and from every stage but two an end."""
    reached, waiting = {Stage.REPORTED}, [Stage.REPORTED]
    while waiting:
        here = waiting.pop()
        for how in stages.moves_from(here):
            there = stages.after(here, how, before=here)
            if there not in reached:
                reached.add(there)
                waiting.append(there)
    assert reached == set(Stage)
    assert {stage for stage in Stage if not stages.moves_from(stage)} == {Stage.ARCHIVED, Stage.VOIDED}
