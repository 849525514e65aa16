"""Access: the sign-in page and the inbox with 50,000 accounts; the first page of a million rows under each reach.

The million rows are the journal's entries, on the timeline, newest first; and 50,000 posts on the list of people, by
area. Beside each stands what the same page costs when it is found by the plain question: the rows within the areas,
sorted. What the plans are is asserted by tests/rooms/site/test_plans.py, not here.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.models.functions import Mod
from django.test import Client

from bench import _clients, journal
from bench.__main__ import Report
from bench.pages import served
from linli.access.actors import Actor, acting_as
from linli.access.models import Account, Post, PostArea
from linli.access.reach import Reach
from linli.access.scoping import apart, seen_by
from linli.ground import refs
from linli.journal.models import Entry
from linli.notices.models import Notice
from linli.site.history import reading
from linli.site.people.wording import lines
from linli.web.lists import listed

ACCOUNTS = int(os.environ.get("LINLI_BENCH_ACCOUNTS", "50000"))
ENTRIES = int(os.environ.get("LINLI_BENCH_ENTRIES", "1000000"))
NOTICES_EACH = 20
AT = datetime(2026, 11, 1, tzinfo=UTC)
TARGET = "target ≤ 100 ms"
# A district of 35 townships with 12 communities each, as the journal's bench lays it.
REACHES = {
    Reach.ALL: ["500199007"],
    Reach.CHOSEN: ["500199007", "500199009003", "500199011004"],
    Reach.BELOW: ["500199007"],
    Reach.LEVEL: ["500199007003"],
    Reach.OWN: ["500199"],
}
NAMES = {
    Reach.ALL: "全部",
    Reach.CHOSEN: "自定义",
    Reach.BELOW: "本级及以下",
    Reach.LEVEL: "本级",
    Reach.OWN: "本人",
}


def run(report: Report) -> None:
    """On the database of the settings; then on LINLI_BENCH_POSTGRES where it is named."""
    engine = connection.vendor
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("flush", verbosity=0, interactive=False)
    people()
    entries()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    me = Account.objects.order_by("id").first()
    assert me is not None
    lists(report, me, engine)
    pages(report, me, engine)
    elsewhere = os.environ.get("LINLI_BENCH_POSTGRES")
    if elsewhere and engine == "sqlite":
        again = os.environ | {"LINLI_DATABASE_URL": elsewhere}
        subprocess.run([sys.executable, "-m", "bench", "access"], env=again, check=True)


def people() -> None:
    """Accounts, each with a post and some news."""
    accounts = (
        Account(ref=refs.from_number("A", n), sign_in_name=f"p{n}", name=f"p{n}", password="!", opened_at=AT)
        for n in range(ACCOUNTS)
    )
    Account.objects.bulk_create(accounts, batch_size=5000)
    keys = list(Account.objects.order_by("id").values_list("id", flat=True))
    Post.objects.bulk_create(
        (
            Post(
                ref=refs.from_number("S", n),
                account_id=key,
                role="community-clerk",
                area_code=community(n),
                since=date(2026, 1, 1),
            )
            for n, key in enumerate(keys)
        ),
        batch_size=5000,
    )
    Notice.objects.bulk_create(
        (
            Notice(account_id=key, entry=n, words="You were given a post.", thing="S", group=f"post:{n}", at=AT)
            for n in range(NOTICES_EACH)
            for key in keys
        ),
        batch_size=5000,
    )


def community(number: int) -> str:
    """One of the communities, in turn."""
    return f"500199{number % 35 + 1:03d}{number // 35 % 12 + 1:03d}"


def entries() -> None:
    """A million entries; one in a hundred by the account that asks."""
    journal._fill(ENTRIES)
    ref = Account.objects.order_by("id").values_list("ref", flat=True).first()
    Entry.objects.alias(turn=Mod("id", 100)).filter(turn=0).update(by=ref)


def reader(me: Account, reach: Reach) -> Actor:
    """The account acting as a post that reaches so far."""
    first, *further = REACHES[reach]
    post = me.posts.get()
    post.area_code, post.reach = first, reach
    post.save()
    PostArea.objects.all().delete()
    PostArea.objects.bulk_create(PostArea(post=post, area_code=code) for code in further)
    return acting_as(me, me.posts.get())


def lists(report: Report, me: Account, engine: str) -> None:
    """The first page of the timeline and of the people, as each of the five scopes."""
    for reach in Reach:
        first_pages(report, reader(me, reach), f"{NAMES[reach]}", engine)
    reader(me, Reach.BELOW)


def first_pages(report: Report, actor: Actor, scope: str, engine: str) -> None:
    """Each with the lines in words, as the page shows them; beside it the slowest, and the plain question."""
    timeline = seen_by(Entry.objects.all(), actor, owner="by")
    took = _timed(lambda: reading.days(listed(reading.seen(actor), order=reading.ORDER, size=25, counted=0).rows))
    plain = _timed(lambda: list(timeline.order_by("-at", "-id")[:26]), times=3)
    size = f"{timeline.count():,} of {ENTRIES:,} entries in reach, {engine}"
    beside = f"{TARGET}; slowest of 15 {max(took):,.0f} ms; {median(plain):,.0f} ms by the plain question"
    report(f"timeline, {scope}", median(took), "ms", size=size, compared_with=beside)
    posts = Post.objects.select_related("account", "invitation").prefetch_related("further")
    rows = apart(posts, actor, owner="account__ref")
    took = _timed(lambda: lines(listed(rows, order=["area_code", "id"], counted=0).rows))
    size = f"{sum(part.count() for part in rows):,} of {ACCOUNTS:,} posts in reach, {engine}"
    beside = f"{TARGET}; slowest of 15 {max(took):,.0f} ms"
    report(f"people, {scope}", median(took), "ms", size=size, compared_with=beside)


def _timed(do: Callable[[], Any], times: int = 15) -> list[float]:
    """Milliseconds of each of some, warm."""
    do()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        do()
        found.append((time.perf_counter() - began) * 1000)
    return found


def pages(report: Report, me: Account, engine: str) -> None:
    """The pages as a browser is given them: a server of its own, four clients that wait for nothing."""
    client = Client()
    client.force_login(me)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    Notice.objects.filter(account=me).update(read_at=None)
    connections.close_all()
    with served() as port:
        for name, address, cookie in (
            ("sign-in page", "/sign-in", ""),
            ("inbox", "/inbox/", session),
            ("count of the inbox", "/inbox/count", session),
        ):
            for figure, value in _clients.measured(port, [address], cookie).items():
                size = f"4 clients, warm, {ACCOUNTS:,} accounts, {ACCOUNTS * NOTICES_EACH:,} notices, {engine}"
                beside = "target p95 ≤ 60 ms" if figure == "p95" else ""
                report(f"{name}, {figure}", value, "ms", size=size, compared_with=beside)
    report("load of the machine meanwhile", os.getloadavg()[0], "", size="one minute, 2 cores")
