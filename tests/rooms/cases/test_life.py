"""Any sequence of moves by any actors, allowed or not, leaves a case whole and journalled.

The machine picks a case, a move and someone by chance and tries it. What is refused changes nothing at all; what is
done leaves one step and one entry more. After each try the case is held against what its steps alone say of it.
"""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.cases import (
    closing,
    dispatching,
    figures,
    handling,
    intake,
    lifecycle,
    merging,
    pressing,
    queries,
    stages,
    triage,
    voiding,
)
from linli.cases.holding import Target
from linli.cases.models import Assignment, Case, Part, Step
from linli.cases.photos import Taken
from linli.cases.stages import Move, Stage
from linli.cases.triage import Judgement
from linli.ground.refusals import Refusal
from linli.journal.models import Entry
from tests.fault.lengths import rounds
from tests.rooms.cases.conftest import COMMUNITY, GRID, post_of

ACTORS = ("li", "shu", "zhou", "he", "he2", "zhi", "gang", "gang2", "qin", "du", "hu", "wai")
BEGAN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


NUMBERS = count(1)
REACHED: Counter[Move] = Counter()
STALLING = {line.move for line in stages.LINES if line.to is stages.HERE}
STALLING |= {Move.DECLINE, Move.MERGE, Move.FORCE, Move.VOID, Move.ARCHIVE}


def photo() -> Taken:
    number = next(NUMBERS)
    return Taken(f"F-{number:05d}-00", f"cases/{number}.webp", "0" * 64, 40, 30)


def attempts(machine) -> dict[Move, object]:
    """How each move is tried on a case by someone."""
    town, other = machine.town, machine.other
    targets = [post_of(town.gang), post_of(town.gang2), Target(bureau=town.bureau), Target(area=COMMUNITY)]
    to = targets[machine.chance % len(targets)]
    amount = 1 + machine.chance % 3
    why = {"reason": "because"}
    return {
        Move.ACCEPT: (triage.accept, {}),
        Move.DECLINE: (triage.decline, why),
        Move.APPEAL: (triage.appeal, why),
        Move.TRIAGE: (lambda c, **k: triage.judge(c, Judgement(category=machine.category()), **k), {}),
        Move.DISPATCH: (dispatching.give, {"to": targets[machine.chance % 3], "reason": "because"}),
        Move.ASSIGN: (dispatching.give, {"to": Target(area=GRID), "reason": "because"}),
        Move.RECALL: (dispatching.recall, why),
        Move.SIGN: (handling.sign, {}),
        Move.RETURN: (handling.send_back, why),
        Move.TRANSFER: (handling.pass_on, {"to": to, **why}),
        Move.START: (handling.start, {}),
        Move.NOTE: (handling.note, {"words": "a note"}),
        Move.SUSPEND: (handling.suspend, why),
        Move.RESUME: (handling.resume, {}),
        Move.ASK_EXTENSION: (lambda c, **k: handling.ask_extension(c, amount, **k), why),
        Move.GRANT_EXTENSION: (handling.grant_extension, {}),
        Move.REFUSE_EXTENSION: (handling.refuse_extension, why),
        Move.RESOLVE: (handling.resolve, {"done": "done", "photos": [photo()]}),
        Move.VERIFY: (closing.verify, {}),
        Move.REWORK: (closing.send_for_rework, why),
        Move.CLOSE: (closing.close, {}),
        Move.CLOSE_UNSAMPLED: (closing.close_unsampled, {}),
        Move.FORCE: (closing.force, why),
        Move.RATE: (closing.rate, {"stars": 4}),
        Move.REOPEN: (closing.reopen, why),
        Move.ARCHIVE: (closing.archive, {}),
        Move.WHISTLE: (lambda c, **k: dispatching.whistle(c, town.bureau, **k), why),
        Move.ANSWER: (handling.answer, {"words": "came"}),
        Move.RATE_ANSWER: (lambda c, **k: dispatching.rate_answer(c, town.bureau, **k), {"stars": 5}),
        Move.CO_HANDLE: (dispatching.add_helper, {"to": to}),
        Move.ESCALATE: (triage.escalate, why),
        Move.URGE: (pressing.urge, why),
        Move.SUPERVISE: (pressing.supervise, why),
        Move.MERGE: (merging.merge, {"into": other, **why}),
        Move.PART: (merging.part, why),
        Move.ASK_VOID: (voiding.ask, why),
        Move.REFUSE_VOID: (voiding.refuse, why),
        Move.VOID: (voiding.void, {}),
    }


class Life(RuleBasedStateMachine):
    """Two cases of a town in the hands of everybody."""

    town: SimpleNamespace

    @initialize(category=st.sampled_from(["road", "light", "dump", "unlisted", ""]))
    def raised(self, category):
        self.at, self.chance = BEGAN, 0
        report = intake.Report(
            "路灯杆倒了", GRID, category=category, source="phone", raiser=intake.RaisedBy("胡民", "1")
        )
        self.refs = [intake.raise_case(report, by=self.town.he, at=self.at).ref for _ in range(2)]
        self.seen = {ref: Case.objects.get(ref=ref) for ref in self.refs}

    def category(self):
        return ["road", "light", "dump", "unlisted"][self.chance % 4]

    @property
    def other(self):
        return Case.objects.get(ref=self.refs[1])

    @rule(which=st.integers(0, 1))
    def looks_again(self, which):
        """Whoever tries the next move sees the case as it stands."""
        self.seen[self.refs[which]] = Case.objects.get(ref=self.refs[which])

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 8, 24 * 40]))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)

    @rule(seed=st.integers(0, 1 << 40))
    def people_try(self, seed):
        """A few tries of people picked by chance: mostly what their buttons say, now and then anything at all."""
        chance = random.Random(seed)
        for _n in range(20):
            check(Case.objects.get(ref=self.someone_tries(chance)))

    def someone_tries(self, chance):
        """One of them tries one move on the case as they saw it."""
        ref, self.chance = chance.choice(self.refs), chance.randrange(60)
        case = self.seen[ref]
        fitting = possible(case, self.town, self.at) if chance.random() < 0.8 else []
        if fitting:
            who, how = chance.choices(fitting, [1 if each in STALLING else 6 for _who, each in fitting])[0]
        else:
            who, how = chance.choice(ACTORS), chance.choice([*attempts(self)])
        verb, said = attempts(self)[how]
        before, counted = whole(self.refs), tally(self.refs)
        freed = freed_by(how, case)
        try:
            done = verb(case, **said, by=getattr(self.town, who), at=self.at)
        except Refusal:
            assert whole(self.refs) == before, "what was refused changed something"
            return ref
        REACHED[how] += 1
        made = 2 if how is Move.VERIFY else 1
        assert tally(self.refs) == tuple(each + made + freed for each in counted)
        last = Step.objects.filter(case=done).order_by("-number")[made - 1]
        assert (last.move, last.by, last.at) == (how, getattr(self.town, who).ref, self.at)
        self.seen[ref] = done
        return ref

    @invariant()
    def every_case_is_whole(self):
        for ref in self.refs:
            check(Case.objects.get(ref=ref))


def possible(case, town, at) -> list[tuple[str, Move]]:
    """Who has which buttons."""
    return [
        (who, how)
        for who in ACTORS
        for how in queries.possible(case, getattr(town, who), at=at)
        if how is not Move.SETTLE
    ]


def freed_by(how: Move, case: Case) -> int:
    """How many steps others take with it: what was merged into a case that is void or declined stands by itself again,
    and is declined with it where nobody had accepted it."""
    merged = Case.objects.filter(merged_into=case.pk, stage=Stage.MERGED)
    declined = merged.filter(stage_before=Stage.REPORTED).count() if how is Move.DECLINE else 0
    return merged.count() + declined if how in (Move.VOID, Move.DECLINE) else 0


def tally(refs) -> tuple[int, int]:
    entries = Entry.objects.filter(verb__startswith="case.", thing__in=refs)
    return Step.objects.filter(case__ref__in=refs).count(), entries.count()


def whole(refs) -> tuple[object, ...]:
    """Everything that a refused move must leave as it was."""
    return (
        list(Case.objects.filter(ref__in=refs).order_by("pk").values_list()),
        list(Assignment.objects.filter(case__ref__in=refs).order_by("pk").values_list()),
        tally(refs),
    )


def check(case: Case) -> None:
    """The case is what its steps say."""
    steps = list(Step.objects.filter(case=case).order_by("number"))
    assert [step.number for step in steps] == list(range(1, len(steps) + 1)) and case.steps_made == len(steps)
    walked(case, steps)
    counted(case, steps)
    clocked(case)
    held(case)
    entries = Entry.objects.filter(thing=case.ref, verb__startswith="case.").order_by("id")
    assert [entry.verb for entry in entries] == [f"case.{step.move}" for step in steps]


def walked(case: Case, steps: list[Step]) -> None:
    """Each step begins where the one before it ended, as the table has it; nobody verified what they handled."""
    assert steps[0].move == lifecycle.RAISED and steps[-1].stage == case.stage
    before = {}
    for one, step in pairwise(steps):
        assert step.came_from == one.stage
        held = Stage(before["came_from"]) if step.move == Move.PART else None
        assert stages.after(Stage(step.came_from), Move(step.move), before=held) == step.stage
        if step.stage != step.came_from:
            before = {"came_from": step.came_from}
        if step.move in (Move.VERIFY, Move.REWORK, Move.FORCE, Move.RATE):
            handled = {each.by for each in steps[: step.number - 1] if each.move in lifecycle.OWN_HANDLING}
            assert step.by not in handled


def counted(case: Case, steps: list[Step]) -> None:
    """The counts and times on the case are those of its steps."""
    moves = Counter(step.move for step in steps)
    for how, name in lifecycle.COUNTS.items():
        assert getattr(case, name) == moves[how], name
    assert moves[Move.APPEAL] <= 1
    assert case.forced == bool(moves[Move.FORCE])
    since = max((step.number for step in steps if step.move == Move.REOPEN), default=0)
    passed = [step for step in steps if step.move == Move.VERIFY and step.number > since]
    forced = [step for step in steps if step.move == Move.FORCE and step.number > since]
    if case.stage in figures.DONE and not forced:
        assert case.verified_at == passed[-1].at if passed else case.verified_at is None
        if passed:
            resolved = [
                step.at for step in steps if step.move == Move.RESOLVE and since < step.number < passed[-1].number
            ]
            assert case.resolved_at == resolved[-1]
    assert figures.is_on_time(case) == bool(
        case.stage in figures.DONE
        and passed
        and not forced
        and case.due_at
        and case.resolved_at <= case.due_at
        and case.late_at is None
    )
    assert (case.closed_at is not None) == (case.stage in stages.ENDED - {Stage.MERGED}) or case.stage == Stage.MERGED


def clocked(case: Case) -> None:
    """Open, it has a time to act by; ended, none, and nobody is told any more. A clock stands still while suspended."""
    if case.stage in stages.OPEN:
        assert case.act_by is not None
    else:
        assert case.act_by is None and case.look_at is None
    if case.stage in stages.OPEN:
        assert (case.stands_since is not None) == (case.stage == Stage.SUSPENDED)
    if case.stage in stages.SENT_OUT:
        assert case.due_at is not None
    assert not case.extension_by or case.stage in stages.AT_WORK


def held(case: Case) -> None:
    """In hand, exactly one has it; waiting to be judged, nobody."""
    leads = Assignment.objects.filter(case=case, part=Part.LEAD, ended_at=None).count()
    if case.stage in stages.SENT_OUT:
        assert leads == 1
    if case.stage in stages.TO_JUDGE:
        assert leads == 0


@pytest.mark.slow
def test_any_sequence_of_moves_leaves_a_case_whole(town):
    Life.town = town
    # The same few sequences each time: the soak looks for others.
    kept = settings(
        max_examples=10,
        stateful_step_count=6,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
        phases=[Phase.generate],
    )
    REACHED.clear()
    run_state_machine_as_test(Life, settings=kept)
    assert len(REACHED) > 15, "most moves were refused: this proved little"


@pytest.mark.soak
def test_a_great_many_sequences_leave_a_case_whole(town):
    Life.town = town
    kept = settings(
        max_examples=rounds(400),
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],
    )
    run_state_machine_as_test(Life, settings=kept)
