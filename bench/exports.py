"""Exports of lists of people of the made-up town, as CSV and XLSX: time, rows a second, and how memory grows with rows.

Each export runs in a process of its own, so that the peak of one is not that of another. LINLI_BENCH_TOWN is a data
folder whose town (SQLite) is copied; else LINLI_BENCH_KNOWN people are settled. Areas are chosen that hold about a
tenth of all, and all.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench.__main__ import Report
from linli.access.actors import Actor
from linli.access.reach import Reach
from linli.areas.models import Area
from linli.ground.permissions import Permission
from linli.registers import exporting
from linli.registers.listing import Asked
from linli.registers.models import Person, Register

KNOWN = int(os.environ.get("LINLI_BENCH_KNOWN", "1000000"))
TOWN = os.environ.get("LINLI_BENCH_TOWN", "")
ALONE = "import sys, django; django.setup(); from bench import exports; exports.one(*sys.argv[1:])"
TARGET = "target: 1,000,000 rows in constant memory"


def run(report: Report) -> None:
    """A tenth and all, in either form."""
    if TOWN:
        shutil.copytree(TOWN, settings.DATA_DIR, dirs_exist_ok=True)
    call_command("migrate", verbosity=0, skip_checks=True)
    if not Person.objects.exists():
        scale = "township" if KNOWN <= 60_000 else "district"
        call_command("town", people=KNOWN, scale=scale, seed=1, yes=True, stdout=StringIO())
    townships = Counter(code[:9] for code in Person.objects.values_list("area_code", flat=True).iterator())
    known = sum(townships.values())
    near = min(townships, key=lambda code: abs(townships[code] - known / 10))
    for form in (exporting.CSV, exporting.XLSX):
        for area in (near, ""):
            words = [sys.executable, "-c", ALONE, form, area]
            told = subprocess.run(words, env=os.environ | _same_folder(), check=True, stdout=subprocess.PIPE, text=True)
            rows, wall, cpu, before, peak, own = map(float, told.stdout.split())
            size = f"{rows:,.0f} rows, {connection.vendor}; {cpu:.1f} s CPU, {rows / cpu:,.0f} rows a second of it"
            report(f"export to {form}", wall, "s", size=size)
            size = f"{before:.0f} before; at the peak {peak:.0f} with what is mapped of the database"
            report(f"export to {form}, peak of its own memory", own, "MB", size=size, compared_with=TARGET)


def _same_folder() -> dict[str, str]:
    return {"LINLI_DATA_DIR": str(settings.DATA_DIR), "DJANGO_SETTINGS_MODULE": "linli.site.settings"}


def one(form: str, area: str) -> None:
    """One export: its rows, seconds of the wall and of the processor, MB before and at the peak, and at the peak
    without the pages of the database file that the system has mapped in and takes back when it likes."""
    permissions = frozenset({Permission.REGISTER_READ, Permission.REGISTER_EXPORT})
    by = Actor("A-00000-00", "测量", "S", "administrator", "", permissions, Reach.ALL)
    names = dict(Area.objects.values_list("code", "name"))
    wish = exporting.Wish(form=form)
    own = 0

    def tell(_step: str, _done: int, _total: int) -> None:
        nonlocal own
        own = max(own, own_kib())

    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, (time.perf_counter(), time.process_time())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{form}"
        at = datetime.now(UTC)
        rows = exporting.export(Asked(Register.PERSON, area=area), path, wish, names=names, by=by, at=at, tell=tell)
    wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(rows, wall, cpu, before / 1024, peak / 1024, own / 1024)


def own_kib() -> int:
    """KiB of memory that are this process's own (Linux)."""
    said = Path("/proc/self/status").read_text().split("RssAnon:")[1]
    return int(said.split()[0])
