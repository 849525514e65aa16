"""A million due times by the calendar of the State Council's notices, beside one by one and minute by minute.

CPU seconds of one process. Starts are spread over 2023 to 2026, amounts are 1 to 80 working hours or 1 to 15 days.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from bench.__main__ import Report
from linli.clocks import blocks, counting, plain, shipped
from linli.clocks.counting import Unit
from linli.clocks.working import MINUTE, Calendar, Hours

MANY = int(os.environ.get("LINLI_BENCH_DUE_TIMES", "1000000"))
ONE_BY_ONE, PLAIN = 100_000, 50
SEED = 20261122


def run(report: Report) -> None:
    """Working hours and working days, three ways each."""
    chance = np.random.default_rng(SEED)
    first = (datetime(2023, 1, 1, tzinfo=blocks.EPOCH.tzinfo) - blocks.EPOCH) // timedelta(microseconds=1)
    starts = first + chance.integers(0, 4 * 365 * 1440, MANY) * MINUTE
    for unit, amounts in (
        (Unit.WORKING_HOURS, chance.integers(1, 81, MANY)),
        (Unit.WORKING_DAYS, chance.integers(1, 16, MANY)),
    ):
        _measured(report, unit, starts, amounts)


def _measured(report: Report, unit: Unit, starts: Any, amounts: Any) -> None:
    scale = 1 if unit is Unit.WORKING_DAYS else 60 * MINUTE
    told = [blocks.EPOCH + timedelta(microseconds=int(each)) for each in starts[:ONE_BY_ONE]]
    found: list[Any] = []
    whole = _spent(lambda: found.append(blocks.due(starts, amounts * scale, unit, _calendar())))
    report(f"{unit}: a block of due times", whole, "s CPU", size=f"{MANY:,}, calendar made anew")
    calendar = _calendar()
    each = _spent(lambda: [counting.due(at, int(n), unit, calendar) for at, n in zip(told, amounts, strict=False)])
    report(f"{unit}: one by one", each / len(told) * 1e6, "µs CPU", size=f"{len(told):,}")
    some = list(zip(told[:PLAIN], amounts[:PLAIN].tolist(), strict=True))
    slow = _spent(lambda: [plain.due(at, n, unit, calendar) for at, n in some])
    report(f"{unit}: minute by minute", slow / PLAIN * 1e6, "µs CPU", size=f"{PLAIN}")
    alike = [plain.due(at, n, unit, calendar) for at, n in some]
    assert alike == [blocks.EPOCH + timedelta(microseconds=int(at)) for at in found[0][:PLAIN]], "they differ"


def _calendar() -> Calendar:
    """The calendar as it comes with the program, two windows a day."""
    told = shipped.notices()
    return Calendar(
        (Hours.every("09:00-12:00 14:00-18:00"),), shipped.special(told), frozenset(each.year for each in told)
    )


def _spent(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
