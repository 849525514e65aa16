"""Questions about the backgrounds under the map (底图): which are laid, and what the map needs to show one."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min, QuerySet

from linli.ground.refusals import NotFound

from . import codes
from .models import Background, Boundary

SCAN = "scan"
PICTURES = {".webp": "image/webp", ".png": "image/png"}
Box = tuple[float, float, float, float]


def lying() -> QuerySet[Background]:
    """Every background that is not lifted, the oldest first."""
    return Background.objects.filter(lifted_at=None).order_by("laid_at", "id")


def under(code: str) -> list[Background]:
    """What lies under the map of an area: laid for it, for areas above it or in it; scans above plans once pinned."""
    shown = [each for each in lying() if each.kind != SCAN or each.corners]
    found = [each for each in shown if codes.contains(each.area_code, code) or codes.contains(code, each.area_code)]
    return sorted(found, key=lambda each: (each.kind == SCAN, len(each.area_code)))


def laid(ref: str) -> Background:
    """The background of a reference that is laid as tiles; refuses (404) when there is none."""
    found = lying().filter(ref=ref).exclude(kind=SCAN).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def tiles_of(ref: str) -> Path:
    """Where the tiles of a laid background lie; refuses (404) when there are none.

    Every tile asks this, so the question is put together once: that costs more than its answer.
    """
    sql, values = _asked(connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(sql, [ref if value == _REF else value for value in values])
        found = cursor.fetchone()
    if found is None:
        raise NotFound(what=ref)
    return Path(settings.MEDIA_ROOT) / found[0]


_REF = "?"


@lru_cache(maxsize=4)
def _asked(_alias: str) -> tuple[str, tuple[Any, ...]]:
    """The question of `tiles_of` as the database reads it, with a mark where the reference goes."""
    rows = lying().filter(ref=_REF).exclude(kind=SCAN).order_by().values_list("file")
    return rows.query.sql_with_params()


def scan(ref: str) -> Background:
    """The scanned plan of a reference, pinned or not; refuses (404) when there is none."""
    found = lying().filter(ref=ref, kind=SCAN).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def any_lying(ref: str) -> Background:
    """The background of a reference, of any kind, that is not lifted; refuses (404) when there is none."""
    found = lying().filter(ref=ref).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def path(background: Background) -> Path:
    """Where its file lies."""
    return Path(settings.MEDIA_ROOT) / background.file


def pins(background: Background) -> list[list[float]]:
    """The pins that hold a scan: across, down, longitude, latitude."""
    return json.loads(background.pins or "[]")


def version(background: Background) -> str:
    """The word in its file's name that is another one for another content."""
    return version_of(background.file)


def version_of(file: Path | str) -> str:
    """The same, by the file.

    >>> version_of("plans/B-7K3Q9-TX-0123456789ab.pmtiles")
    '0123456789ab'
    """
    return Path(file).stem.rpartition("-")[2]


def corners(background: Background) -> list[list[float]]:
    """Where the four corners of a scan lie: upper left, upper right, lower right, lower left; none before it is pinned.

    >>> corners(Background(corners=""))
    []
    """
    return json.loads(background.corners or "[]")


def box(background: Background) -> Box:
    """West, south, east, north."""
    return background.west, background.south, background.east, background.north


def extent(boxes: list[Box]) -> Box | None:
    """The box around boxes.

    >>> extent([(0, 0, 1, 1), (2, -1, 3, 0)]), extent([])
    ((0, -1, 3, 1), None)
    """
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


@lru_cache(maxsize=2048)
def extent_of(version: str, code: str) -> Box | None:
    """The box around the boundary of an area, or around those that lie in it when it has none of its own."""
    standing = Boundary.objects.filter(until=None, area__until=None)
    sides = {"w": Min("west"), "s": Min("south"), "e": Max("east"), "n": Max("north")}
    for rows in (standing.filter(area__code=code), standing.filter(**codes.inside(code, field="area__code"))):
        found = rows.aggregate(**sides)
        if found["w"] is not None:
            return found["w"], found["s"], found["e"], found["n"]
    return None


@lru_cache(maxsize=2048)
def outlined(version: str, code: str) -> str:
    """The deepest area, from this one upwards, of which it is known where it lies; empty where of none."""
    if extent_of(version, code):
        return code
    known = Boundary.objects.filter(until=None, area__until=None, area__code__in=codes.ancestors(code))
    return known.order_by("-area__level").values_list("area__code", flat=True).first() or ""
