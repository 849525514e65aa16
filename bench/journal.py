"""The journal: a verb with its entry, proving a million entries, ten thousand deliveries, a page of the timeline."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench.__main__ import Report
from linli.ground.hands import Program
from linli.journal import chain, delivering, queries, sealing, verifying, writing
from linli.journal.chain import CONTENT
from linli.journal.following import FOLLOWERS, follows
from linli.journal.models import Delivery, Entry, Seal
from linli.site.history.reading import days
from linli.web.lists import listed

BY = Program("bench")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
ENTRIES = int(os.environ.get("LINLI_BENCH_ENTRIES", "1000000"))
VERBS = 4000
BATCH = sealing.BATCH
COLUMNS = ", ".join(f'"{name}"' for name in (*CONTENT, "area_code", "seal_number", "seal_hash"))
INSERT = f"INSERT INTO journal_entry ({COLUMNS}) VALUES ({', '.join(['%s'] * 13)})"
DELIVERIES = 10_000


def run(report: Report) -> None:
    """On the database of the settings; then, for deliveries, on LINLI_BENCH_POSTGRES where it is named."""
    call_command("migrate", verbosity=0, skip_checks=True)
    FOLLOWERS.clear()
    engine = connection.vendor
    if not os.environ.get("LINLI_BENCH_ONLY_DELIVERIES"):
        verbs(report, engine)
        sealed(report, engine)
        proven(report, engine)
        pages(report, engine)
    delivered(report, engine)
    elsewhere = os.environ.get("LINLI_BENCH_POSTGRES")
    if elsewhere and engine == "sqlite":
        again = os.environ | {"LINLI_DATABASE_URL": elsewhere, "LINLI_BENCH_ONLY_DELIVERIES": "1"}
        subprocess.run([sys.executable, "-m", "bench", "journal"], env=again, check=True)


@transaction.atomic
def named(number: int) -> None:
    """A verb as verbs are: one row of its own, one entry."""
    Seal.objects.create(first=-number, last=-number, hash="", at=SINCE)
    writing.write("area.renamed", thing="500199001", by=BY, at=SINCE, area="500199001", old="甲", name="乙")


@transaction.atomic
def bare(number: int) -> None:
    """The same row without an entry."""
    Seal.objects.create(first=-number, last=-number, hash="", at=SINCE)


def verbs(report: Report, engine: str) -> None:
    """Writes a second, each in a transaction of its own."""
    alone = _rate(bare, VERBS)
    Seal.objects.all().delete()
    together = _rate(named, VERBS)
    Seal.objects.all().delete()
    size = f"{VERBS:,} transactions, {engine}"
    report("a write through the ORM, bare", alone, "/s", size=size)
    report(
        "a verb with its entry", together, "/s", size=size, compared_with=f"bare write {alone:,.0f}/s; target ≥ 800/s"
    )


def _rate(verb: object, times: int) -> float:
    began = time.perf_counter()
    for number in range(1, times + 1):
        verb(number)  # type: ignore[operator]
    return times / (time.perf_counter() - began)


def sealed(report: Report, engine: str) -> None:
    """What the verbs left is sealed."""
    began = time.perf_counter()
    count = sealing.seal_all(at=SINCE)
    report("sealing", count / (time.perf_counter() - began), "entries/s", size=f"{count:,} entries, {engine}")


def proven(report: Report, engine: str) -> None:
    """A million entries, sealed as the worker would have, are proven; and one bent among them is found."""
    _fill(ENTRIES)
    began = time.perf_counter()
    verdict = verifying.verify()
    assert verdict.whole and verdict.sealed == ENTRIES, verdict
    took = time.perf_counter() - began
    report(
        "verifying the journal", took, "s", size=f"{verdict.sealed:,} entries, {engine}", compared_with="target ≤ 20 s"
    )
    middle = Entry.objects.filter(seal_number=ENTRIES // 2)
    middle.update(thing="bent")
    assert [found.number for found in verifying.verify().findings] == [ENTRIES // 2]
    middle.update(thing="500199001")


def _fill(entries: int) -> None:
    """So many entries in the codes of a district, in batches of a thousand, chained and sealed as the sealer would.

    Written past the models, a row at a time in one statement: what is measured is reading them, not making them.
    """
    number, previous = sealing.head()
    last = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    while number < entries:
        with transaction.atomic(), connection.cursor() as cursor:
            for _batch in range(20):
                links = list(chain.chained(previous, number + 1, _contents(last + 1, min(BATCH, entries - number))))
                if not links:
                    break
                rows = [(*link.content, link.content[6], link.number, link.hash) for link in links]
                cursor.executemany(INSERT, rows)
                Seal.objects.create(first=number + 1, last=links[-1].number, hash=links[-1].hash, at=SINCE)
                number, previous, last = links[-1].number, links[-1].hash, last + len(links)


def _contents(first: int, count: int) -> Iterator[tuple[object, ...]]:
    """Townships 1 to 35 with twelve communities each, in turn; one entry in a thousand opens an account nowhere."""
    for pk in range(first, first + count):
        area = "" if pk % 1000 == 0 else f"500199{pk % 35 + 1:03d}{pk // 35 % 12 + 1:03d}"
        verb = "area.renamed" if area else "account.opened"
        at = SINCE + timedelta(seconds=20 * pk)
        yield (pk, at, verb, area or "A-1", "bench", "", area, f'{{"name":"乙","n":{pk}}}', 0, "")


def pages(report: Report, engine: str) -> None:
    """The questions of one page of the timeline, for posts of every size; warm, the slowest of a few."""
    asks: dict[str, dict[str, object]] = {
        "everywhere": {},
        "a township": {"within": "500199007"},
        "a community": {"within": "500199007003"},
        "an empty district": {"within": "500198"},
        "a rare kind": {"group": "account"},
        "a rare kind in a township": {"within": "500199007", "group": "account"},
        "a thing": {"thing": "500199007003"},
    }
    for name, asked in asks.items():
        slowest = max(_page(asked) for _ in range(4))
        report(f"timeline of {name}", slowest * 1000, "ms", size=f"{ENTRIES:,} entries, {engine}, 50 a page")


def _page(asked: dict[str, object]) -> float:
    began = time.perf_counter()
    rows = listed(queries.entries(**asked), order=("-at", "-id"), counted=0).rows  # type: ignore[arg-type]
    days(rows)
    return time.perf_counter() - began


def delivered(report: Report, engine: str) -> None:
    """One worker takes the deliveries of as many entries to one follower that writes a row for each."""

    @follows("bench.*", name="bench.counts")
    def counts(entry: Entry) -> None:
        Seal.objects.create(first=-entry.pk, last=-entry.pk, hash="", at=entry.at)

    with transaction.atomic():
        for number in range(DELIVERIES):
            writing.write("bench.done", thing=f"B-{number}", by=BY, at=SINCE)
    began, done = time.perf_counter(), 0
    while tally := delivering.deliver(at=timezone.now()):
        done += tally.done
    took = time.perf_counter() - began
    assert done == DELIVERIES, done
    Seal.objects.filter(first__lt=0).delete()
    Delivery.objects.all().delete()
    report(
        "deliveries claimed and done by one worker",
        took,
        "s",
        size=f"{done:,}, {engine}",
        compared_with="target ≤ 30 s",
    )
