"""Cases: a move with its step, journal and deliveries beside a bare write; telling of what is due among a million."""

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.core.management import call_command
from django.db import connection, transaction

from bench.__main__ import Report
from linli.access import appointing, opening
from linli.access.actors import Actor, actor_for
from linli.access.models import Post
from linli.cases import chores, dispatching, handling, intake, triage
from linli.cases.holding import Target
from linli.cases.models import Case
from linli.cases.triage import Judgement
from linli.ground import refs
from linli.ground.hands import Program
from linli.journal import delivering

BY = Program("bench")
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GRID = "500199001001001"
MOVES = 1000
CASES = int(os.environ.get("LINLI_BENCH_CASES", "1000000"))
DUE = 10_000


def run(report: Report) -> None:
    """On the database of the settings."""
    call_command("migrate", verbosity=0, skip_checks=True)
    size = f"{MOVES:,} transactions, one client, {connection.vendor}, load {os.getloadavg()[0]:.0f}"
    he, gang = someone("he", "dispatcher"), someone("gang", "post-holder")
    cases = [dispatched(he, gang) for _ in range(MOVES)]
    alone = rate(lambda number: bare(cases[number]))
    moved = rate(lambda number: handling.sign(cases[number], by=gang, at=AT))
    beside = f"bare write {alone:,.0f}/s; target ≥ 400/s"
    report("a case's row through the ORM, bare", alone, "/s CPU", size=size)
    report("a move (sign for), with clock, step, journal", moved, "/s CPU", size=size, compared_with=beside)
    swept(report)


def someone(name: str, role: str) -> Actor:
    """Someone who acts in the township."""
    account = opening.open_account(sign_in_name=name, name=name, password="camphor-tree-by", by=BY, at=AT)
    asked = appointing.Appointment(role=role, area="500199001", since=date(2026, 1, 1))
    appointing.give(account, asked, by=BY, at=AT)
    return actor_for(account, today=AT.date())


def dispatched(he: Actor, gang: Actor) -> Case:
    """A case on its way to someone."""
    case = intake.raise_case(intake.Report("路灯不亮", GRID), by=he, at=AT)
    case = triage.take_in(case, Judgement(), by=he, at=AT)
    return dispatching.give(case, to=Target(post=Post.objects.get(ref=gang.post)), reason="-", by=he, at=AT)


@transaction.atomic
def bare(case: Case) -> None:
    """The same row read and written, without anything beside it."""
    fresh = Case.objects.get(pk=case.pk)
    fresh.happened_at = AT
    fresh.save(update_fields=["happened_at"])


def rate(do: Callable[[int], object]) -> float:
    """Times a second of the processor's own time: others work on this machine too."""
    began = time.process_time()
    for number in range(MOVES):
        do(number)
    return MOVES / (time.process_time() - began)


def swept(report: Report) -> None:
    """Nothing due among so many; then ten thousand at once, told to whoever has them."""
    filled()
    Case.objects.filter(look_at__lt=AT).update(look_at=AT + timedelta(days=300))
    chores.sweep(at=AT)
    began = time.perf_counter()
    chores.sweep(at=AT)
    size = f"{CASES:,} cases, {connection.vendor}, load {os.getloadavg()[0]:.0f}"
    took = (time.perf_counter() - began) * 1000
    report("looking for what is due: nothing is", took, "ms", size=size, compared_with="target ≤ 100 ms")
    keys = list(Case.objects.filter(stage="accepted").values_list("pk", flat=True)[:DUE])
    for first in range(0, len(keys), 500):
        Case.objects.filter(pk__in=keys[first : first + 500]).update(look_at=AT, act_by=AT)
    delivered()
    began = time.process_time()
    while chores.sweep(at=AT):
        pass
    swept_in = time.process_time() - began
    delivered()
    told = time.process_time() - began
    report("ten thousand due at once: written", swept_in, "s CPU", size=size)
    report("ten thousand due at once: told", told, "s CPU", size=size, compared_with="target ≤ 60 s")


def delivered() -> None:
    """Everyone has heard of everything."""
    while delivering.deliver(at=AT):
        pass


def filled() -> None:
    """So many cases beside, most of them closed, one in ten waiting with a clock."""
    have = Case.objects.count()
    for first in range(have, CASES, 5000):
        Case.objects.bulk_create(one(number) for number in range(first, min(first + 5000, CASES)))


def one(number: int) -> Case:
    """A case as it lies there."""
    waits = number % 10 == 0
    raised = AT - timedelta(minutes=number % 500_000)
    return Case(
        ref=refs.from_number("C", number),
        area_code=f"500199{number % 30 + 1:03d}{number % 7 + 1:03d}{number % 9 + 1:03d}",
        summary="路灯不亮",
        source="phone",
        stage="accepted" if waits else "closed",
        raised_at=raised,
        stage_since=raised,
        act_by=AT + timedelta(days=30) if waits else None,
        look_at=AT + timedelta(days=30) if waits else None,
        told=1,
        steps_made=1,
    )
