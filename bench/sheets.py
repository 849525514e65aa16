"""Sheets: 100,000 rows of 20 columns read beside bare calamine and csv, matched, and a million rows written."""

import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench import __main__ as runner
from linli.bulk.sheets import columns, reading, tables, writing
from linli.bulk.sheets.values import text

ROWS, MANY = int(os.environ.get("LINLI_BENCH_ROWS", "100000")), int(os.environ.get("LINLI_BENCH_MANY", "1000000"))
HEADINGS = [
    "姓名",
    "性别",
    "公民身份号码",
    "出生日期",
    "民族",
    "手机",
    "户号",
    "与户主关系",
    "小区",
    "楼栋",
    "单元",
    "房号",
]
HEADINGS += ["户籍地址", "现住址", "文化程度", "婚姻状况", "政治面貌", "职业", "服务处所", "备注"]
TURNS = 3
WANTED = [columns.Wanted(name, (name,)) for name in HEADINGS]


def run(report: "runner.Report") -> None:
    """Every figure of reading and writing sheets."""
    with tempfile.TemporaryDirectory() as folder:
        book, separated = Path(folder) / "people.xlsx", Path(folder) / "people.csv"
        writing.write_xlsx(book, HEADINGS, people(ROWS), sheet="人口")
        writing.write_csv(separated, HEADINGS, people(ROWS))
        size = f"{ROWS:,} x {len(HEADINGS)}, {book.stat().st_size >> 20} MB; one process, warm"
        _turns(report, "XLSX", size, lambda: _bare(book), lambda: _read(book), lambda: _as_text(book))
        size = f"{ROWS:,} x {len(HEADINGS)}, {separated.stat().st_size >> 20} MB; one process, warm"
        _turns(report, "CSV", size, lambda: _csv(separated), lambda: _read(separated), lambda: _as_text(separated))
        for kind in ("xlsx", "csv"):
            _apart(report, kind, Path(folder))


def _turns(report: "runner.Report", kind: str, size: str, *asked: Callable[[], int]) -> None:
    """Each in turn, so that all meet the same machine; the medians."""
    times: list[list[float]] = [[] for _ in asked]
    for _ in range(TURNS):
        for at, do in enumerate(asked):
            began = time.process_time()
            assert do() == ROWS
            times[at].append(time.process_time() - began)
    bare, read, said = map(statistics.median, times)
    beside = f"{bare:.2f} s by {'calamine' if kind == 'XLSX' else 'csv'} alone, x {read / bare:.2f}"
    report(f"{kind}: guarded, headings found, rows read", read, "s CPU", size=size, compared_with=beside)
    report(
        f"{kind}: and every cell as text", said, "s CPU", size=size, compared_with=f"{bare:.2f} s, x {said / bare:.2f}"
    )


def people(count: int) -> Iterator[list[str | int]]:
    """Made-up rows, each a little different."""
    for at in range(count):
        day = f"19{at % 70 + 30}-{at % 12 + 1:02}-{at % 28 + 1:02}"
        flat = f"重庆市虚拟区香樟街道滨江路{at}号"
        yield [
            "王李张刘陈"[at % 5] + chr(0x4E00 + at % 3000), "男女"[at % 2], str(500101194901010000 + at), day, "汉族",
            str(13800000000 + at), f"H{at // 3:06}", "户主", f"小区{at % 50}", at % 30, at % 4, at % 900, flat, flat,
            "初中", "已婚", "群众", "务农", f"公司{at % 500}", "",
        ]  # fmt: skip


def _bare(path: Path) -> int:
    return sum(1 for _ in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()) - 1


def _csv(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _read(path: Path) -> int:
    table = tables.table_of(reading.opened(path).sheet())
    assert len(columns.match(WANTED, table.columns, table.sample()).found) == len(HEADINGS)
    return sum(1 for _ in table.rows())


def _as_text(path: Path) -> int:
    table = tables.table_of(reading.opened(path).sheet())
    return sum(1 for row in table.rows() if [text(cell) for cell in row.cells])


def _apart(report: "runner.Report", kind: str, folder: Path) -> None:
    """A million rows written by a process of its own, whose memory is asked for."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.sheets", kind, str(folder)], capture_output=True, check=True, env=os.environ
    )
    found = json.loads(told.stdout)
    size = f"{MANY:,} x {len(HEADINGS)}, {found['mb']} MB; a process of its own"
    report(f"{kind.upper()}: a million rows written", found["s"], "s CPU", size=size)
    report(f"{kind.upper()}: its memory at most", found["peak"], "MB", size=f"{found['start']} MB before the first row")


def _most_memory() -> int:
    """MB held at most so far; a child's own, where the system tells (its usage counts what its parent held)."""
    told = Path("/proc/self/status")
    if told.exists():
        return int(told.read_text().split("VmHWM:")[1].split()[0]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _written(kind: str, folder: Path) -> dict[str, float]:
    before = _most_memory()
    began = time.process_time()
    path = folder / f"many.{kind}"
    if kind == "xlsx":
        writing.write_xlsx(path, HEADINGS, people(MANY), sheet="人口", mark="仅供测试")
    else:
        writing.write_csv(path, HEADINGS, people(MANY), mark="仅供测试")
    took, peak = time.process_time() - began, _most_memory()
    return {"s": took, "peak": peak, "start": before, "mb": path.stat().st_size >> 20}


if __name__ == "__main__":
    print(json.dumps(_written(sys.argv[1], Path(sys.argv[2]))))
