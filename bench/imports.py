"""Imports: rows of 20 columns read, checked against the people of the made-up town, written, the refused given back.

Half of the rows are of people who are known, with another phone; one in fifty cannot be read. LINLI_BENCH_ROWS and
LINLI_BENCH_KNOWN say how many rows and people; LINLI_BENCH_TOWN is a data folder whose town (SQLite) is copied instead
of one being settled. With LINLI_DATABASE_URL the same on PostgreSQL, where a town that stands is left as it is.
"""

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.transaction import Atomic
from django.utils.timezone import localdate
from python_calamine import CalamineWorkbook

from bench.__main__ import Report
from linli.bulk.sheets import writing
from linli.ground.hands import Program
from linli.registers.importing import applying, checking, proposing, returning, staging
from linli.registers.models import Batch, Person, Register

ROWS, KNOWN = int(os.environ.get("LINLI_BENCH_ROWS", "100000")), int(os.environ.get("LINLI_BENCH_KNOWN", "1000000"))
TOWN = os.environ.get("LINLI_BENCH_TOWN", "")
BY = Program("bench")
TARGET = "target ≤ 60 s and ≤ 1,500 MB for 100,000 rows against 1,000,000 people"
HEADINGS = ["姓名", "性别", "公民身份号码", "出生日期", "民族", "手机", "户号", "与户主关系", "现住址", "文化程度"]
HEADINGS += [
    "婚姻状况",
    "政治面貌",
    "职业",
    "服务处所",
    "籍贯",
    "曾用名",
    "就业状况",
    "证件类型",
    "来此居住日期",
    "备注",
]


def run(report: Report) -> None:
    """Every step of one import, beside merely reading the file."""
    if TOWN:
        shutil.copytree(TOWN, settings.DATA_DIR, dirs_exist_ok=True)
    call_command("migrate", verbosity=0, skip_checks=True)
    if not Person.objects.exists():
        scale = "township" if KNOWN <= 60_000 else "district"
        call_command("town", people=KNOWN, scale=scale, seed=1, yes=True, stdout=StringIO())
    known, area = Person.objects.count(), Person.objects.values_list("area_code", flat=True)[0][:6]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.xlsx"
        writing.write_xlsx(path, HEADINGS, rows(), sheet="人口")
        _import(report, path, Path(folder) / "back.xlsx", area, f"{ROWS:,} x {len(HEADINGS)}, {known:,} known")


def _import(report: Report, path: Path, back: Path, area: str, size: str) -> None:
    at, whole = datetime.now(UTC), Clock()
    bare, bare_took = _timed(lambda: sum(1 for _ in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()))
    assert bare == ROWS + 1
    whole = Clock()
    (proposal, columns), took = _timed(lambda: _proposed(path, area))
    _say(report, "columns proposed", took, size)
    held = Held()
    asked = staging.Asked(area, path.name)
    batch: Batch = staging.receive(Register.PERSON, path, asked, by=BY, at=at)
    _, took = _timed(lambda: staging.stage(batch, proposal, columns, today=localdate(at)))
    _say(report, "read, shaped, sealed, staged", took, size)
    _, took = _timed(lambda: checking.check(batch, today=localdate(at)))
    _say(report, "checked and matched", took, str(batch.counts))
    _, took = _timed(lambda: applying.write(batch, by=BY, at=at))
    _say(report, "written", took, f"{held.count:,} transactions since the file came")
    report("longest transaction", held.longest, "s", size=f"{held.longest_cpu:.2f} s CPU; nobody waits longer to write")
    count, took = _timed(lambda: returning.return_refused(batch, back))
    _say(report, "refused rows given back", took, f"{count:,} rows")
    wall, cpu = whole.read()
    beside = f"calamine alone {bare_took[1]:.2f} s CPU, x {cpu / bare_took[1]:.0f}; {TARGET}"
    report("import, all of it", wall, "s", size=f"{cpu:.1f} s CPU, {connection.vendor}", compared_with=beside)
    report("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")


def _proposed(path: Path, area: str) -> tuple[proposing.Proposal, dict[str, int]]:
    proposal = proposing.propose(Register.PERSON, path, area=area)
    return proposal, proposing.settled(proposal, Register.PERSON)


class Clock:
    """How long it is since, by the wall and by the processor."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Seconds of the wall, and of the processor."""
        return time.perf_counter() - self._began[0], time.process_time() - self._began[1]


class Held:
    """The longest of the transactions from now on, by the wall and by the processor."""

    def __init__(self) -> None:
        self.longest, self.longest_cpu, self.count = 0.0, 0.0, 0
        enter, leave = Atomic.__enter__, Atomic.__exit__

        def entered(atomic: Any) -> None:
            if not connection.in_atomic_block:
                self._clock = Clock()
            enter(atomic)

        def left(atomic: Any, *raised: Any) -> None:
            leave(atomic, *raised)
            if not connection.in_atomic_block:
                wall, cpu = self._clock.read()
                self.longest, self.longest_cpu = max((self.longest, self.longest_cpu), (wall, cpu))
                self.count += 1

        Atomic.__enter__, Atomic.__exit__ = entered, left  # type: ignore[method-assign]


def _timed(do: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    clock = Clock()
    return do(), clock.read()


def _say(report: Report, name: str, took: tuple[float, float], size: str) -> None:
    report(name, took[0], "s", size=f"{took[1]:.1f} s CPU; {size}")


def rows() -> Iterator[list[Any]]:
    """The rows of the file."""
    known = Person.objects.exclude(identity_index=b"").select_related("dwelling").order_by("sounds")
    held = islice(known.iterator(2000), ROWS // 2)
    for at in range(ROWS):
        person = next(held, None) if at % 2 else None
        nation = "火星族" if at % 50 == 7 else "汉族"
        phone = f"139{at:08}"
        if person:
            home = person.dwelling.address if person.dwelling else ""
            number, day = person.identity_number, str(person.born_on or "")
            name, sex = person.name, {"1": "男", "2": "女"}.get(person.sex, "")
        else:
            day = f"19{at % 70 + 30}-{at % 12 + 1:02}-{at % 28 + 1:02}"
            number, home = (
                f"500199{day.replace('-', '')}{at % 9000 + 1000}",
                f"滨江路{at // 90}号{at % 30 + 1}-{at % 3 + 1}",
            )
            name, sex = "王李张刘陈"[at % 5] + chr(0x4E00 + at % 3000) + chr(0x5E00 + at // 3000), "男女"[at % 2]
        yield [
            name, sex, number, day, nation, phone, "", "", home, "初级中学教育", "初婚", "群众", "务农",
            f"公司{at % 500}", "重庆", "", "", "居民身份证", "", "",
        ]  # fmt: skip
