"""Lists and searches of the registers over the people of the made-up district: `linli serve`, four clients, warm.

Someone who sees everything, a township's and a community's clerk each ask for lists and searches of their scope, as
`bench.pages` asks. LINLI_BENCH_KNOWN says how many people; LINLI_BENCH_TOWN is a data folder whose town (SQLite) is
copied instead of one being settled.
"""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from bench import _clients
from bench.__main__ import Report
from bench.pages import served
from linli.access import appointing, opening
from linli.access.actors import actor_for
from linli.access.models import Account
from linli.ground.hands import Program
from linli.registers import asking
from linli.registers.models import Person

KNOWN = int(os.environ.get("LINLI_BENCH_KNOWN", "1000000"))
TOWN = os.environ.get("LINLI_BENCH_TOWN", "")
BY = Program("bench")
TARGET = "target p95 ≤ 100 ms at 1,000,000 people"
NEXT = re.compile(r"cursor=([^\"&]+)")
LISTS = {
    "people": "/registers/person/",
    "people, the longest not confirmed": "/registers/person/?by=fresh",
    "people of sixty and older": "/registers/person/?tag=older",
    "people whose work is unknown": "/registers/person/?where=person.work:unknown:",
    "households": "/registers/household/",
    "dwellings": "/registers/dwelling/",
    "businesses": "/registers/business/",
}


def run(report: Report) -> None:
    """Lists, their second pages, and searches, for each scope."""
    if TOWN:
        shutil.copytree(TOWN, settings.DATA_DIR, dirs_exist_ok=True)
        (Path(settings.DATA_DIR) / "keys" / "secret-key").write_text(settings.SECRET_KEY)  # the server reads it anew
    call_command("migrate", verbosity=0, skip_checks=True)
    if not Person.objects.exists():
        scale = "township" if KNOWN <= 60_000 else "district"
        call_command("town", people=KNOWN, scale=scale, seed=1, yes=True, stdout=StringIO())
    known = Person.objects.count()
    some = Person.objects.exclude(phone=b"").order_by("pk")[known // 2]
    scopes = {"everything": "", "a township": some.area_code[:9], "a community": some.area_code[:12]}
    asked = {scope: dict(_asked(*_signed_in(scope, area), some)) for scope, area in scopes.items()}
    connections.close_all()
    with served() as port:
        for scope, pages in asked.items():
            for name, (addresses, session) in pages.items():
                took = _clients.measured(port, addresses, session)
                size = f"{known:,} people, {scope}, 4 clients, warm, {connection.vendor}"
                beside = f"server p50 {took['server p50']:.1f}, client p95 {took['client p95']:.1f}; {TARGET}"
                report(f"{name}, server p95", took["server p95"], "ms", size=size, compared_with=beside)


def _signed_in(scope: str, area: str) -> tuple[Account, Client]:
    """Someone whose post reaches so far, and their browser."""
    at, role = datetime.now(UTC), "administrator" if not area else "community-clerk"
    called = f"bench-{scope.replace(' ', '-')}"
    who = Account.objects.filter(sign_in_name=called).first()
    if who is None:
        who = opening.open_account(sign_in_name=called, name=scope, password="camphor-by-the-river", by=BY, at=at)
        appointing.give(who, appointing.Appointment(role=role, area=area, since=date(2026, 1, 1)), by=BY, at=at)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(who)
    return who, client


def _asked(who: Account, client: Client, some: Person) -> Iterator[tuple[str, tuple[list[str], str]]]:
    """The addresses of each kind of page, and the session they are asked with."""
    for name, first in LISTS.items():
        answer = client.get(first)
        assert answer.status_code == 200, (first, answer.status_code, answer.get("Location"))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        after = NEXT.search(answer.content.decode())
        second = [f"{first}{'&' if '?' in first else '?'}cursor={after[1]}"] if after else []
        yield name, ([first, *second], session)
    actor, at = actor_for(who, today=date.today()), datetime.now(UTC)  # noqa: DTZ011 - a post that is held for years
    typed = {
        "a name": some.name,
        "a surname": some.name[:1],
        "pinyin": some.sounds.replace(" ", ""),
        "initials": "".join(word[0] for word in some.sounds.split()),
        "a telephone": some.phone,
        "the last four of a number": some.identity_number[-4:] or "002X",
    }
    for name, words in typed.items():
        token = asking.keep({"typed": words}, by=actor, at=at)
        yield f"search for {name}", ([reverse("registers-found", args=[token])], session)
