"""The desks over a million cases of a district: `linli serve` as a program of its own, four clients that never wait.

Thirty townships, one case in ten open, at every stage, in many hands; times as told by `bench.pages`, and beside them
the processor's own time for a page, since others work on a machine too.
"""

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client

from bench import _clients, pages
from bench.__main__ import Report
from linli.access import appointing, bureaus, opening
from linli.access.models import Account, Bureau, Post
from linli.areas import keeping
from linli.areas.models import Area
from linli.cases import stages
from linli.cases.models import Assignment, Case, Part, Raiser, Step
from linli.ground import refs
from linli.ground.hands import Program

BY = Program("bench")
CASES = int(os.environ.get("LINLI_BENCH_CASES", "1000000"))
TARGET = "target p95 ≤ 120 ms"
DISTRICT, TOWN, COMMUNITY, GRID = "500199", "500199001", "500199001001", "500199001001001"
AT_ONCE, BASE = 5000, 100_000  # so many by themselves, the rest are the same again
CLOSED = "closed"
# Of a hundred open cases, how many are where.
OPEN = (("reported", 8), ("accepted", 4), ("triaged", 2), ("returned", 2), ("dispatched", 14), ("signed", 6),
        ("in-progress", 50), ("suspended", 4), ("resolved", 8), ("self-handled", 2))  # fmt: skip
STAGES = [stage for stage, share in OPEN for _n in range(share)]
CAST = {
    "he": ("dispatcher", TOWN),
    "zhi": ("commander", TOWN),
    "gang": ("post-holder", TOWN),
    "shu": ("community-secretary", COMMUNITY),
    "li": ("grid-worker", GRID),
    "du": ("district-supervisor", DISTRICT),
    "qin": ("bureau-handler", DISTRICT),
}


class Desk(NamedTuple):
    """A page as someone sees it, by the addresses asked for in turn."""

    name: str
    who: str
    addresses: Sequence[str]


def run(report: Report) -> None:
    """On the database of the settings."""
    call_command("migrate", verbosity=0, skip_checks=True)
    furnish()
    sessions = {name: session(name) for name in CAST}
    asked = list(desks())
    size = f"{CASES:,} cases, 4 clients, warm, {connection.vendor}, load {os.getloadavg()[0]:.0f}"
    connections.close_all()
    with pages.served() as port:
        for desk in asked:
            took = _clients.measured(port, desk.addresses, sessions[desk.who])
            beside = f"p50 {took['server p50']:.0f}, CPU p50 {took['cpu p50']:.0f} p95 {took['cpu p95']:.0f}; {TARGET}"
            report(f"{desk.name}, server p95", took["server p95"], "ms", size=size, compared_with=beside)


def desks() -> list[Desk]:
    """The pages that are asked for."""
    here = Case.objects.filter(area_code__startswith=TOWN).order_by("id")
    some = [f"/cases/{ref}/" for ref in here.exclude(stage=CLOSED).values_list("ref", flat=True)[:100]]
    return [
        *(Desk(f"dispatcher: {slug}", "he", [f"/cases/?desk={slug}"])
          for slug in ("judge", "verify", "call", "stuck", "raised", "all")),
        Desk("dispatcher: a case", "he", some),
        Desk("dispatcher: morning sheet", "he", ["/cases/morning"]),
        Desk("dispatcher: figures", "he", ["/cases/figures"]),
        Desk("bureau: in my hand", "qin", ["/cases/?desk=mine"]),
        Desk("post: in my hand", "gang", ["/cases/?desk=mine"]),
        Desk("grid worker: in my hand", "li", ["/cases/?desk=mine"]),
        Desk("grid worker: report", "li", ["/cases/report"]),
        Desk("secretary: everything open", "shu", ["/cases/?desk=all"]),
        Desk("commander: stuck", "zhi", ["/cases/?desk=stuck"]),
        Desk("district: everything open", "du", ["/cases/?desk=all"]),
        Desk("district: stuck", "du", ["/cases/?desk=stuck"]),
        Desk("district: morning sheet", "du", ["/cases/morning"]),
        Desk("district: figures", "du", ["/cases/figures"]),
    ]  # fmt: skip


def session(name: str) -> str:
    """The cookie of a browser in which they are signed in."""
    client = Client()
    client.force_login(Account.objects.get(sign_in_name=name))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def furnish() -> None:
    """The district, its people and its cases stand."""
    at = datetime.now(UTC)
    if not Area.objects.exists():
        codes = sorted({place(number)[:width] for number in range(1890) for width in (6, 9, 12, 15)})
        Area.objects.bulk_create(keeping.made(code, f"区划 {code}") for code in codes)
    if not Account.objects.filter(sign_in_name="qin").exists():
        bureaus.add_all([("城市管理局", "bench")], area=DISTRICT, by=BY, at=at)
        for name, (role, area) in CAST.items():
            account = opening.open_account(sign_in_name=name, name=name, password="camphor-tree-by", by=BY, at=at)
            bureau = Bureau.objects.get() if name == "qin" else None
            asked = appointing.Appointment(role=role, area=area, bureau=bureau, since=date(2026, 1, 1))
            appointing.give(account, asked, by=BY, at=at)
    held = Hands()
    for first in range(Case.objects.count(), min(CASES, BASE), AT_ONCE):
        lay(range(first, min(first + AT_ONCE, CASES)), held, at)
    while (have := Case.objects.count()) < CASES:
        again(have, min(BASE, CASES - have))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@transaction.atomic
def again(have: int, more: int) -> None:
    """As many cases more, with what belongs to them: those from the first on once more, under other numbers."""
    for model in (Case, Step, Assignment, Raiser):
        behind = have if model is Case else model.objects.latest("id").pk
        told = {"id": f"id + {behind}", "case_id": f"case_id + {have}"}
        told |= {"ref": f"'X' || (id + {have})"} if model is Case else {}  # until it has its own, below
        names = [field.column for field in model._meta.local_concrete_fields]
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(told.get(name, f'"{name}"') for name in names)
        key = "id" if model is Case else "case_id"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values} FROM {model._meta.db_table}"
                f" WHERE {key} <= {more}"
            )
    with connection.cursor() as cursor:
        named = ((refs.from_number("C", key - 1), key) for key in range(have + 1, have + more + 1))
        cursor.executemany(f"UPDATE {Case._meta.db_table} SET ref = %s WHERE id = %s", named)


class Hands:
    """Whom cases are given to."""

    def __init__(self) -> None:
        self.bureau = Bureau.objects.get()
        self.post = Post.objects.get(role="post-holder")

    def of(self, case: Case, number: int) -> Assignment:
        """Half to the bureau of the district, some to the post of a township, the rest to the team of the grid."""
        mine = case.area_code.startswith(TOWN)
        to = (
            {"bureau": self.bureau} if number % 2 else {"post": self.post} if mine and number % 3 else
            {"area_code": case.area_code}
        )  # fmt: skip
        return Assignment(case=case, part=Part.LEAD, given_at=case.stage_since, given_by="bench", **to)


def lay(numbers: range, held: Hands, at: datetime) -> None:
    """Some cases with their first step, whoever has them in hand, and whoever raised them."""
    made = Case.objects.bulk_create(one(number, at) for number in numbers)
    pairs = list(zip(made, numbers, strict=True))
    Step.objects.bulk_create(
        Step(case=case, number=1, move="raise", stage="reported", at=case.raised_at, by="bench") for case in made
    )
    in_hand = {*map(str, stages.SENT_OUT)}
    Assignment.objects.bulk_create(held.of(case, number) for case, number in pairs if case.stage in in_hand)
    Raiser.objects.bulk_create(
        Raiser(case=case, kind="resident", name="某人") for case, number in pairs if number % 5 == 0
    )


def place(number: int) -> str:
    """A grid: thirty townships of seven communities of nine grids."""
    return f"{DISTRICT}{number % 30 + 1:03d}{number // 30 % 7 + 1:03d}{number // 210 % 9 + 1:03d}"


def one(number: int, at: datetime) -> Case:
    """A case as it lies there: a year of them, one in ten open, half of the open ones due soon, some overdue."""
    waits = number // 1890 % 10 == 0
    raised = at - timedelta(minutes=number * 7919 % 500_000)
    due = at + timedelta(minutes=number * 6151 % 20_000 - 4_000)
    stage = STAGES[number * 31 % 100] if waits else CLOSED
    return Case(
        ref=refs.from_number("C", number),
        area_code=place(number),
        lon=106.5 + number % 1000 / 10_000,
        lat=29.5 + number % 997 / 10_000,
        summary="路灯不亮",
        category=f"type-{number % 90:02d}",
        source="phone" if number % 3 else "patrol",
        urgency="urgent" if number % 20 == 0 else "general",
        stage=stage,
        raised_at=raised,
        stage_since=raised,
        first_answer_at=raised + timedelta(minutes=20),
        accepted_at=raised,
        dispatched_at=raised,
        due_at=due if waits else raised + timedelta(days=5),
        due_why="line",
        resolved_at=None if waits else raised + timedelta(days=number % 7),
        verified_at=None if waits else raised + timedelta(days=number % 7 + 1),
        closed_at=None if waits else raised + timedelta(days=number % 7 + 1),
        act_by=due if waits else None,
        told=1,
        steps_made=1,
    )
