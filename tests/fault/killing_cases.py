"""A program that has cases moved and told of by several at once, and kills them all: `killing_cases ROUNDS SEED`.

Two handlers move the same cases, as a server's threads do, and say so after each commit; a worker delivers, sweeps and
seals. Prints one JSON object: what was acknowledged and is not there, what is there twice, what nobody was told.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import django

django.setup()

from django.db import OperationalError, connections  # noqa: E402 - after setup
from django.utils import timezone  # noqa: E402

from linli.access import appointing, opening  # noqa: E402
from linli.access.actors import Actor, actor_for  # noqa: E402
from linli.access.models import Post  # noqa: E402
from linli.cases import chores, closing, dispatching, handling, intake, triage  # noqa: E402
from linli.cases.holding import Target  # noqa: E402
from linli.cases.models import Case, Step  # noqa: E402
from linli.cases.stages import Stage  # noqa: E402
from linli.cases.triage import Judgement  # noqa: E402
from linli.ground.hands import Program  # noqa: E402
from linli.ground.refusals import Refusal  # noqa: E402
from linli.journal import delivering, sealing, verifying  # noqa: E402
from linli.journal.models import Delivery, Entry  # noqa: E402
from linli.notices.models import Notice, Sending  # noqa: E402

HAND = Program("killing")
TOWN, GRID = "500199001", "500199001001001"
OPEN_AT_ONCE = 6
GIVEN, CLOSED = "The case %(thing)s was given to you; sign for it.", "The case %(thing)s was closed."


def someone(name: str, role: str) -> Actor:
    account = opening.open_account(sign_in_name=name, name=name, password="camphor-tree-by", by=HAND, at=timezone.now())
    appointing.give(account, appointing.Appointment(role=role, area=TOWN), by=HAND, at=timezone.now())
    return actor_for(account, today=timezone.localdate())


class Loop:
    """Whoever moves cases, and what they do at which stage."""

    def __init__(self) -> None:
        self.he, self.other, self.gang = (
            someone(name, role) for name, role in (("he", "dispatcher"), ("he2", "dispatcher"), ("gang", "post-holder"))
        )
        self.target = Target(post=Post.objects.get(ref=self.gang.post))

    def move_one(self, chance: random.Random) -> str:
        """A case is one step further, or a new one is raised; which, and how many steps it has."""
        at = timezone.now()
        waiting = list(Case.objects.exclude(stage="closed").order_by("id")[:OPEN_AT_ONCE])
        if len(waiting) < OPEN_AT_ONCE:
            case = intake.raise_case(intake.Report("灯不亮", GRID), by=self.he, at=at)
        else:
            case = self._further(chance.choice(waiting), at)
        return f"{case.ref}.{case.steps_made}"

    def _further(self, case: Case, at) -> Case:
        he, gang = self.he, self.gang
        moves = {
            Stage.REPORTED: lambda: triage.accept(case, by=he, at=at),
            Stage.ACCEPTED: lambda: triage.judge(case, Judgement(), by=he, at=at),
            Stage.TRIAGED: lambda: dispatching.give(case, to=self.target, reason="-", by=he, at=at),
            Stage.DISPATCHED: lambda: handling.sign(case, by=gang, at=at),
            Stage.SIGNED: lambda: handling.start(case, by=gang, at=at),
            Stage.IN_PROGRESS: lambda: handling.resolve(case, done="-", by=gang, at=at),
            Stage.RESOLVED: lambda: closing.verify(case, by=self.other, at=at),
        }
        return moves[Stage(case.stage)]()

    def move_on(self, told: int) -> None:
        """Moves without end, and says so after each commit."""
        chance = random.Random(os.getpid())
        while True:
            with suppress(Refusal, OperationalError):  # another was first; another writes
                os.write(told, f"{self.move_one(chance)}\n".encode())


def tell_on(told: int) -> None:
    """A worker: news, what is due (it is always two days later for it), seals."""
    while True:
        with suppress(OperationalError):
            delivering.deliver(at=timezone.now(), limit=40, batch=7)
            chores.sweep(at=timezone.now() + timedelta(days=2))
            sealing.seal_all(at=timezone.now(), batches=1)


def cut_off(works, chance: random.Random) -> list[str]:
    """All work at once; each is killed at a moment of its own. What they acknowledged."""
    connections.close_all()
    children = []
    for work in works:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            os.write(writing, b" ")
            work(writing)
        os.close(writing)
        os.read(reading, 1)
        children.append((child, reading))
    chance.shuffle(children)
    said = []
    for child, reading in children:
        time.sleep(chance.uniform(0.02, 0.3))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading) as told:
            said += told.read().split("\n")[:-1]
    return [each.strip() for each in said]


def told_of(loop: Loop) -> dict[str, object]:
    """Who was told what, how often, and who was not: everything is delivered now."""
    while delivering.deliver(at=timezone.now()):
        pass
    given = set(Entry.objects.filter(verb="case.dispatch").values_list("id", flat=True))
    closed = set(Entry.objects.filter(verb="case.close").values_list("id", flat=True))

    def heard(words: str, who: Actor) -> list[int]:
        return list(Notice.objects.filter(words=words, account__ref=who.ref).values_list("entry", flat=True))

    news = {GIVEN: (given, heard(GIVEN, loop.gang)), CLOSED: (closed, heard(CLOSED, loop.he))}
    levels = Counter(_rung(entry) for entry in Entry.objects.filter(verb__in=DUE))
    sent = Counter(Sending.objects.values_list("notice", "way"))
    return {
        "waiting": Delivery.objects.filter(done_at=None).count(),
        "never": [words for words, (entries, who) in news.items() if entries - set(who)],
        "twice": [words for words, (_entries, who) in news.items() if len(who) != len(set(who))],
        "levels_twice": [list(key) for key, times in levels.items() if times > 1],
        "levels": len(levels),
        "sent_twice": sum(times > 1 for times in sent.values()),
        "told": len(given) + len(closed),
    }


DUE = ("case.reminded", "case.overdue")


def _rung(entry: Entry) -> tuple[str, ...]:
    """What was told: that a case is late goes up once in its life, that a stage is, once each time it stands there."""
    said = entry.said
    often = () if said.get("of") == "due" else (said["stage"], said["act_by"])
    return (entry.thing, entry.verb, said.get("of", ""), said.get("level", ""), *often)


def stands(said: list[str]) -> dict[str, object]:
    """Every acknowledged step is there; steps, cases and journal say the same."""
    steps = sorted(Step.objects.values_list("case__ref", "number", "move"))
    entries = sorted(
        (e.thing, e.said["step"], e.verb.removeprefix("case."))
        for e in Entry.objects.filter(verb__startswith="case.").exclude(verb__in=DUE)
    )
    made = Counter(ref for ref, _number, _move in steps)
    sealing.seal_all(at=timezone.now())
    verdict = verifying.verify()
    return {
        "acknowledged": len(said),
        "lost": sorted(set(said) - {f"{ref}.{number}" for ref, number, _move in steps}),
        "acknowledged_twice": len(said) - len(set(said)),
        "half": [list(each) for each in set(steps) ^ set(entries)][:5],
        "doubled": len(entries) - len(set(entries)),
        "gaps": [ref for ref, number in Case.objects.values_list("ref", "steps_made") if made[ref] != number],
        "whole": verdict.whole,
        "unsealed": verdict.unsealed,
    }


if __name__ == "__main__":
    rounds, chance = int(sys.argv[1]), random.Random(int(sys.argv[2]))
    loop, acknowledged = Loop(), []
    for _round in range(rounds):
        acknowledged += cut_off([loop.move_on, loop.move_on, tell_on], chance)
    sys.stdout.write(json.dumps(told_of(loop) | stands(acknowledged)))
