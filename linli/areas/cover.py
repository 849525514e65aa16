"""The boundaries of areas as one cover (划分): read together, written together, and what they were before."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from linli.geo import polygons
from linli.geo.polygons import Boundary as Land

from . import codes
from .models import Area, Boundary

HAND = "drawn by hand"
Box = tuple[float, float, float, float]


@dataclass
class Change:
    """What an act did to boundaries: the rows that stood and those that stand instead, by code."""

    was: dict[str, tuple[int, str]] = field(default_factory=dict)
    now: dict[str, tuple[int, str]] = field(default_factory=dict)

    def ids(self) -> dict[str, list[int | None]]:
        """The row before and the row after, for each code; for the journal."""
        return {code: [self.was.get(code, (None,))[0], self.now.get(code, (None,))[0]] for code in self.was | self.now}


def land(area: Area) -> Land | None:
    """The standing boundary of an area."""
    row = area.boundaries.filter(until=None).first()
    return polygons.read(row.geometry) if row else None


def children(code: str) -> dict[str, Land]:
    """The standing boundaries one level below, or the next below that is there; by code."""
    rows = Boundary.objects.filter(until=None, area__until=None, **codes.inside(code, field="area__code"))
    below = dict(rows.exclude(area__code=code).order_by().values_list("area__code", "pk"))
    highest = [(each, below[each]) for each in codes.roots(below)]
    lands = Boundary.objects.in_bulk([key for _, key in highest])
    return {each: polygons.read(lands[key].geometry) for each, key in highest}


def near(box: Box, *, without: Iterable[str] = ()) -> dict[str, Land]:
    """Every standing boundary, of any level, that may touch a box; by code."""
    west, south, east, north = box
    hair = 1e-6
    rows = Boundary.objects.filter(
        until=None,
        area__until=None,
        west__lte=east + hair,
        east__gte=west - hair,
        south__lte=north + hair,
        north__gte=south - hair,
    )
    found = rows.exclude(area__code__in=list(without)).values_list("area__code", "geometry")
    return {code: polygons.read(text) for code, text in found}


def put(lands: Mapping[str, Land], *, on: date, source: str = HAND) -> Change:
    """These areas have these boundaries from a day on; what they were is kept with that day as its end."""
    areas = {area.code: area for area in Area.objects.standing().filter(code__in=list(lands))}
    standing = {row.area_id: row for row in Boundary.objects.filter(until=None, area__in=areas.values())}
    change = Change()
    for code in sorted(lands):
        _put_one(areas[code], standing.get(areas[code].pk), lands[code], change, on=on, source=source)
    return change


def _put_one(area: Area, old: Boundary | None, land: Land, change: Change, *, on: date, source: str) -> None:
    text = polygons.write(land)
    if old is not None:
        if old.geometry == text:
            return
        change.was[area.code] = old.pk, old.geometry
        old.until = on
        old.save(update_fields=["until"])
    new = bounded(area, text, land, since=on, source=source)
    new.save()
    change.now[area.code] = new.pk, text
    area.save(update_fields=["lon", "lat"])


def bounded(area: Area, text: str, land: Land, *, since: date | None, source: str = "") -> Boundary:
    """A boundary that is not kept yet, with the box around it as it is written; the area's centre is moved to it."""
    area.lon, area.lat = polygons.centre(land)
    west, south, east, north = (round(side, polygons.DECIMALS) for side in land.bounds)
    sides = {"west": west, "south": south, "east": east, "north": north}
    return Boundary(area=area, geometry=text, since=since, source=source, **sides)


def take_back(ids: Mapping[str, tuple[int | None, int | None]]) -> None:
    """Boundaries are again what they were: the later rows go, the earlier ones stand."""
    Boundary.objects.filter(pk__in=[new for _, new in ids.values() if new]).delete()
    olds = [old for old, _ in ids.values() if old]
    Boundary.objects.filter(pk__in=olds).update(until=None)
    for row in Boundary.objects.filter(pk__in=olds).select_related("area"):
        row.area.lon, row.area.lat = polygons.centre(polygons.read(row.geometry))
        row.area.save(update_fields=["lon", "lat"])


def stand(ids: Iterable[int | None]) -> bool:
    """Whether all these rows are the ones that stand."""
    wanted = {each for each in ids if each}
    return Boundary.objects.filter(pk__in=wanted, until=None).count() == len(wanted)


def digest(rows: Mapping[str, tuple[int, str]]) -> str:
    """SHA-256 over codes and boundaries, in order of code.

    >>> digest({})[:8]
    'e3b0c442'
    """
    lines = (f"{code}\t{text}\n" for code, (_, text) in sorted(rows.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
