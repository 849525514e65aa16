"""Areas: all of Chongqing imported, a million points in 62,000 grids, searching 74,000 areas."""

import csv
import gzip
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.core.management import call_command

from bench import __main__ as runner
from linli.areas import directory, importing, naming
from linli.areas.directory import Directory
from linli.geo.finding import Finder, looked_up
from linli.ground.hands import Program
from linli.language.sounds import joined

FOLDER = Path(os.environ.get("LINLI_OUTSIDE") or Path(__file__).parents[2] / "shared" / "data") / "geo"
TABLE, BOUNDARIES = FOLDER / "chongqing_communities_2023.csv.gz", FOLDER / "chongqing_districts.geojson"
ACROSS, DOWN = 250, 248  # 62,000 grids
POINTS, SAMPLE = 1_000_000, 200


def run(report: "runner.Report") -> None:
    """Every figure of this room."""
    if TABLE.is_file():
        _import(report)
    else:
        print(f"  The import is not measured: there is no {TABLE}.")
    _points(report)


def _timed(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _import(report: "runner.Report") -> None:
    call_command("migrate", verbosity=0)
    plain = _timed(_parse_plainly)
    times = []
    for _ in "ab":  # the second one finds everything standing
        times.append(_timed(_bring))
    size = "38 districts, 1,031 townships, 11,270 communities; one process, cold"
    beside = f"{plain:.2f} s to read the same files with csv and json"
    report("all of Chongqing imported", times[0], "s", size=size, compared_with=beside)
    report("the same again, nothing to do", times[1], "s", size=size, compared_with=beside)
    _searches(report)


def _parse_plainly() -> None:
    with gzip.open(TABLE, "rt", encoding="utf-8", newline="") as file:
        list(csv.DictReader(file))
    json.loads(BOUNDARIES.read_bytes())


def _bring() -> None:
    material = importing.read(table=TABLE, boundaries=BOUNDARIES, crs="gcj02", root=("50", "重庆市"))
    importing.bring(material, by=Program("bench"), at=datetime.now(UTC))


def _searches(report: "runner.Report") -> None:
    """Chongqing with 62,000 grids below its communities: what a search box asks, sign by sign."""
    standing = directory.read_directory()
    rows = list(standing._rows)
    communities = [row for row in rows if len(row[0]) == 12]
    sounds = naming.pinyin("第一网格")
    rows += [
        (f"{communities[i % len(communities)][0]}{i // len(communities) + 1:03}", f"第{i}网格", sounds, "dywg")
        for i in range(ACROSS * DOWN)
    ]
    book = Directory(sorted(rows))
    chance = random.Random(1)
    names = [chance.choice(rows) for _ in range(300)]
    asked = [typed for _, name, said, short in names for typed in (name[:2], name, joined(said)[:5], short)]
    book.search("热身")
    times = sorted(_timed(lambda words=words: book.search(words)) for words in asked)
    plain = statistics.median(_timed(lambda words=words: _scan(rows, words)) for words in asked[:40])
    report(
        "area search, p95",
        times[int(len(times) * 0.95)] * 1000,
        "ms",
        size=f"{len(rows):,} areas, {len(asked):,} searches, one client, warm",
        compared_with=f"{plain * 1000:.1f} ms for a plain scan in Python (median)",
    )


def _scan(rows: list[directory.Row], words: str) -> list[str]:
    return [row[0] for row in rows if words in row[1] or words in row[2].replace(" ", "") or words in row[3]]


def _points(report: "runner.Report") -> None:
    xs, ys = np.linspace(106.0, 108.5, ACROSS + 1), np.linspace(28.5, 31.0, DOWN + 1)
    names = [f"{x:03}{y:03}" for x in range(ACROSS) for y in range(DOWN)]
    shapes = [shapely.box(xs[x], ys[y], xs[x + 1], ys[y + 1]) for x in range(ACROSS) for y in range(DOWN)]
    chance = np.random.default_rng(1)
    lons, lats = chance.uniform(105.9, 108.6, POINTS), chance.uniform(28.4, 31.1, POINTS)
    finder = Finder(names, shapes)
    finder.which(lons[:1000], lats[:1000])
    found: list[Any] = []
    took = _timed(lambda: found.extend(finder.which(lons, lats)))
    naive = _timed(lambda: _naive(names, shapes, lons, lats, found))
    report(
        "a million points in their grids",
        took,
        "s",
        size=f"{POINTS:,} points, {len(names):,} grids, one process, warm",
        compared_with=f"{naive / SAMPLE * POINTS / 3600:,.1f} h grid by grid (from {SAMPLE} points, same answers)",
    )


def _naive(names: list[str], shapes: list[Any], lons: Any, lats: Any, found: list[Any]) -> None:
    for place in range(SAMPLE):
        assert looked_up(names, shapes, lons[place], lats[place]) == found[place]
