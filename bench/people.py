"""People of the made-up town: drawn and settled in the registers, beside bare inserts of the very same rows.

LINLI_BENCH_PEOPLE says how many (1,000,000 of the district). The bare inserts are all rows of all tables, made ready
beforehand, in one transaction, into tables without keys, indexes or words.
"""

import os
import resource
import sqlite3
import sys
import time
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from bench.__main__ import Report
from linli.ground.hands import Program
from linli.registers.models import Key, Person
from linli.town import drawing
from linli.town.peopling import houses, settling
from linli.town.peopling.blocks import Blocks
from linli.town.peopling.portions import ORDER, Ground

PEOPLE = int(os.environ.get("LINLI_BENCH_PEOPLE", "1000000"))
A_TOWNSHIP = 60_000
SAMPLE = 20  # blocks that are inserted barely; the figure is worked out for all
TARGETS = {"sqlite": "target ≤ 180 s", "postgresql": "target ≤ 300 s"}


def run(report: Report) -> None:
    """On the database that is configured; SQLite where none is."""
    call_command("migrate", verbosity=0, skip_checks=True)
    began = time.perf_counter()
    town = houses.of(drawing.draw(1, scale="township" if PEOPLE <= A_TOWNSHIP else "district"))
    report("town drawn, to be settled", time.perf_counter() - began, "s", size=f"{len(town.houses):,} houses")
    size = f"{PEOPLE:,} people, {connection.vendor}"
    began = time.perf_counter()
    settling.settle(town, PEOPLE, by=Program("bench"), at=datetime.now(UTC))
    took = time.perf_counter() - began
    target = TARGETS[connection.vendor]
    report("people settled", took, "s", size=size, compared_with=target if PEOPLE == 1_000_000 else "")
    report("people settled", Person.objects.count() / took, "/s", size=f"{Key.objects.count():,} keys to find them by")
    for who, called in ((resource.RUSAGE_SELF, "writing"), (resource.RUSAGE_CHILDREN, "drawing, the largest")):
        used = resource.getrusage(who)
        report(f"CPU, {called}", used.ru_utime + used.ru_stime, "s", size="the drawing of the town included")
        report(f"peak memory, {called}", used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3), "MB", size=size)
    _barely(report, town, took)


def _barely(report: Report, town: houses.Town, took: float) -> None:
    ground = Ground(PEOPLE, date(2026, 11, 22), 1, 1, 1, 1, 1)
    blocks = Blocks(town, ground, "sqlite")
    some = list(islice(blocks.portions(blocks.of_firms), SAMPLE))
    people = sum(portion.people for portion in some)
    bare = sqlite3.connect(Path(os.environ["LINLI_DATA_DIR"]) / "bare.sqlite3")
    for columns in ORDER:
        named = ", ".join(f"{name}_" for name in columns.names)
        bare.execute(f"CREATE TABLE {columns.table} ({named})")
    began = time.perf_counter()
    for portion in some:
        for columns, rows in zip(ORDER, portion.rows, strict=True):
            bare.executemany(f"INSERT INTO {columns.table} VALUES ({', '.join('?' * len(columns.names))})", rows)
    bare.commit()
    whole = (time.perf_counter() - began) * PEOPLE / people
    report("the same rows barely inserted", whole, "s", size=f"worked out from {people:,} people, SQLite")
    report("  settling is so many times that", took / whole, "×")
