"""The made-up town: a township and a district drawn, and founded: the plan as tiles, the areas in the tables."""

import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from django.core.management import call_command

from bench.__main__ import Report
from linli.areas import backgrounds
from linli.areas.models import Area, Background, Boundary
from linli.geo.pyramids import Pyramid
from linli.ground.hands import Program
from linli.town import drawing, founding
from linli.town.drawing.drawing import Scale

T = TypeVar("T")
BY = Program("bench")
TARGETS: dict[Scale, str] = {"township": "", "district": "target ≤ 120 s"}


def run(report: Report) -> None:
    """Each scale on an empty database; the peak is that of this process and of the largest it started."""
    call_command("migrate", verbosity=0, skip_checks=True)
    for scale in TARGETS:
        _scale(report, scale)


def _scale(report: Report, scale: Scale) -> None:
    worked = _processors()
    drawn, drawing_took = _timed(lambda: drawing.draw(1, scale=scale))
    counts = drawn.counts
    features = sum(len(layer) for layer in drawn.layers.values())
    size = f"{counts['township']} townships, {counts['grid']:,} grids, {counts['dwellings']:,} dwellings, seed 1"
    report(f"{scale} town drawn", drawing_took, "s", size=size)
    report(f"features of the {scale}", features, "", size=f"{counts['building']:,} of them buildings")
    _, founding_took = _timed(lambda: founding.found(drawn, by=BY, at=datetime.now(UTC)))
    report(f"{scale} town founded", founding_took, "s", size="its plan cut into tiles, its areas imported")
    whole, done = drawing_took + founding_took, "drawn and founded, tiles and database included"
    report(f"{scale} town, all of it", whole, "s", size=done, compared_with=TARGETS[scale])
    used = f"{os.cpu_count()} processors, this process and those it started"
    report(
        f"{scale} town, processor time", _processors() - worked, "s", size=used, compared_with=f"{whole:.1f} s in all"
    )
    plan = Background.objects.get()
    pyramid = Pyramid(backgrounds.path(plan))
    tiles, megabytes = pyramid.header["addressed_tiles_count"], backgrounds.path(plan).stat().st_size / 1e6
    pyramid.close()
    report(f"tiles of the {scale}", tiles, "", size=f"zoom {plan.min_zoom} to {plan.max_zoom}, {megabytes:.1f} MB")
    for who, called in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "the largest it started")):
        report(f"peak memory, {called}", _megabytes(who), "MB", size=f"after the {scale}")
    for model in (Boundary, Area, Background):
        model.objects.all().delete()


def _processors() -> float:
    """Seconds of work so far, in this process and in those that it started and that have ended."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def _timed(do: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    done = do()
    return done, time.perf_counter() - began


def _megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
