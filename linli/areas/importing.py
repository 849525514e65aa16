"""Bringing in areas: a table of codes and names, a file of boundaries, or both. Looked through first, then written.

material = read(codes=…, boundaries=…)      what the files say; invalid rings mended
proposal = propose(material)                beside what stands: new, renamed, same, clashing, missing
bring(material, by=…, at=…)                 written, with one journal entry; or refused whole
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.geo import polygons, reading
from linli.geo.points import Crs
from linli.geo.reading import Feature
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import codes, cover, directory, editions, keeping, naming, tables
from .models import Area, Boundary
from .tables import Line, Table, listed

BATCH = 1000
CODE_PROPERTIES = ("adcode", "code", "area_code", "区划代码", "代码", "id")
NAME_PROPERTIES = ("name", "名称", "区划名称", "NAME")
PARENT_PROPERTIES = ("parent", "parent_code", "pid", "district_code")
NO_TABLE = Table({})


class MissingParents(Refusal):
    """Areas whose area above is neither in the table nor standing."""

    code, status = "area.missing-parents", 422
    words = _("The areas above these are neither in the table nor known (line: code name): %(lines)s.")
    next_step = _("Add the areas above to the table, or import them first. Nothing was written.")


class LocalCodesTaken(Refusal):
    """A table gives a code that is locally in use for something else."""

    code = "area.local-codes-taken"
    words = _("These codes are in local use for other areas (line: code name): %(lines)s.")
    next_step = _("Move the local areas to other codes first. Nothing was written.")


class TwoBoundaries(Refusal):
    """Two features of a file are boundaries of one area."""

    code, status = "area.two-boundaries", 422
    words = _("Features %(first)s and %(second)s are both the boundary of %(code)s.")
    next_step = _("Keep one of them, or join them into one MultiPolygon. Nothing was written.")


@dataclass(frozen=True)
class Land:
    """One boundary of a file, sound: where it stands in the file, what it says of itself, what was mended."""

    number: int
    code: str
    name: str
    parent: str
    geometry: polygons.Boundary
    complaint: Refusal | None


@dataclass(frozen=True)
class Material:
    """What the files say."""

    table: Table
    lands: tuple[Land, ...]


@dataclass(frozen=True)
class Proposal:
    """What bringing the material would do. `known` is every area there would be, by code."""

    new: tuple[Line, ...]
    renamed: tuple[tuple[Line, Area], ...]
    same: int
    clashing: tuple[tuple[Line, Line], ...]
    missing: tuple[Line, ...]
    local: tuple[Line, ...]
    lands: dict[str, Land]
    alike: tuple[tuple[str, Land], ...]
    ambiguous: tuple[tuple[Land, tuple[str, ...]], ...]
    unmatched: tuple[Land, ...]

    @property
    def mended(self) -> list[tuple[str, Land]]:
        """Boundaries that crossed themselves, with the code they belong to."""
        return [(code, land) for code, land in self.lands.items() if land.complaint]

    def must_be_sound(self) -> None:
        """Refuses clashes, areas without the one above, and codes in local use; says which lines."""
        Table({}, self.clashing).must_be_single()
        if self.missing:
            raise MissingParents(lines=listed(list(self.missing)))
        if self.local:
            raise LocalCodesTaken(lines=listed(list(self.local)))


@dataclass(frozen=True)
class Brought:
    """What was written."""

    new: int
    renamed: int
    boundaries: int
    boundaries_same: int
    digest: str


def read(
    *,
    table: Path | bytes | None = None,
    boundaries: Path | bytes | None = None,
    crs: Crs | str = Crs.WGS84,
    root: tuple[str, str] | None = None,
    tell: Tell = silent,
) -> Material:
    """What the files say, nothing compared yet; `root` (50, 重庆市) is added when the table does not have it."""
    known = tables.read(table if isinstance(table, bytes) else table.read_bytes()) if table else NO_TABLE
    if root:
        top = Line(0, codes.read(root[0]), keeping.must_be_name(root[1]))
        known = Table({top.code: top} | known.areas, known.clashing)
    features = reading.boundaries(boundaries, crs=crs) if boundaries else []
    return Material(known, tuple(_lands(features, tell)))


def _lands(features: list[Feature], tell: Tell) -> Iterator[Land]:
    for done, feature in enumerate(features, start=1):
        said = feature.properties
        geometry, complaint = polygons.mend(feature.geometry)
        code, name, parent = (_said(said, names) for names in (CODE_PROPERTIES, NAME_PROPERTIES, PARENT_PROPERTIES))
        yield Land(feature.number, _code(code), name, _code(parent), geometry, complaint)
        tell(_("boundaries"), done, len(features))


def _said(properties: Any, names: Iterable[str]) -> str:
    """The first of these properties that says something; a parent may be an object with its adcode."""
    for name in names:
        value = properties.get(name)
        value = value.get("adcode") if isinstance(value, dict) else value
        if value not in (None, ""):
            return str(value).strip()
    return ""


def _code(text: str) -> str:
    """The code in a text; empty for what is none. A boundary without a code may still be known by its name."""
    try:
        code = codes.read(text)
    except codes.NotACode:
        return ""
    while codes.serial(code) and not codes.serial(code).strip("0"):  # 500000 is written for 50
        code = codes.parent(code)
    return code


def propose(material: Material) -> Proposal:
    """What bringing it would do to what stands now. Nothing is written."""
    standing = {area.code: area for area in Area.objects.standing()}
    lines = material.table.areas
    names = {code: area.name for code, area in standing.items()} | {code: line.name for code, line in lines.items()}
    lands, ambiguous, unmatched = _matched(material.lands, names)
    return Proposal(
        new=tuple(line for code, line in lines.items() if code not in standing),
        renamed=tuple(
            (line, standing[code]) for code, line in lines.items() if code in standing and _renames(line, standing)
        ),
        same=sum(code in standing and standing[code].name == line.name for code, line in lines.items()),
        clashing=material.table.clashing,
        missing=tuple(line for code, line in lines.items() if not _has_parent(code, names)),
        local=tuple(line for code, line in lines.items() if code in standing and _takes_local(line, standing)),
        lands=lands,
        alike=tuple((code, land) for code, land in lands.items() if land.code != code and land.name != names[code]),
        ambiguous=ambiguous,
        unmatched=unmatched,
    )


def _renames(line: Line, standing: dict[str, Area]) -> bool:
    area = standing[line.code]
    return area.name != line.name and not area.local


def _takes_local(line: Line, standing: dict[str, Area]) -> bool:
    area = standing[line.code]
    return area.name != line.name and area.local


def _has_parent(code: str, names: dict[str, str]) -> bool:
    return codes.level_of(code) <= keeping.LOWEST_ALONE or codes.parent(code) in names


Matched = tuple[dict[str, Land], tuple[tuple[Land, tuple[str, ...]], ...], tuple[Land, ...]]


def _matched(lands: Iterable[Land], names: dict[str, str]) -> Matched:
    """Boundaries by the code of their area: what the file says, else the one area of that name below the parent."""
    by_name: dict[str, list[str]] = {}
    by_stem: dict[str, list[str]] = {}
    found: dict[str, Land] = {}
    ambiguous, unmatched = [], []
    for code in sorted(names):
        by_name.setdefault(names[code], []).append(code)
        by_stem.setdefault(naming.stem(names[code]), []).append(code)
    for land in lands:
        known = land.code in names
        alike = [] if known else by_name.get(land.name) or by_stem.get(naming.stem(land.name), [])
        fitting = [code for code in directory.inside(alike, land.parent) if _level_fits(land, code)]
        code = land.code if known else fitting[0] if len(fitting) == 1 else ""
        if code:
            if code in found:
                raise TwoBoundaries(first=found[code].number, second=land.number, code=code)
            found[code] = land
        elif fitting:
            ambiguous.append((land, tuple(sorted(fitting))))
        else:
            unmatched.append(land)
    return dict(sorted(found.items())), tuple(ambiguous), tuple(unmatched)


def _level_fits(land: Land, code: str) -> bool:
    """A boundary with a code that stands no longer is still one of its level: 500232 武隆县 is 500156 武隆区."""
    return not land.code or codes.level_of(land.code) == codes.level_of(code)


@transaction.atomic
def bring(
    material: Material,
    *,
    since: date | None = None,
    source: str = "",
    by: Hand,
    at: datetime,
    tell: Tell = silent,
) -> Brought:
    """The areas and boundaries of the files stand, with one journal entry; the same files again change nothing.

    Refuses, with the lines: codes given twice, areas whose area above is missing, codes in local use.
    """
    editions.renew()
    keeping.must_have_come(since, at)
    proposal = propose(material)
    proposal.must_be_sound()
    touched = [*material.table.areas, *proposal.lands]
    for root in codes.roots(touched):
        by.must(Permission.AREA_REDRAW, within=root)
    on = since or timezone.localdate(at)
    digest = hashlib.sha256()
    _write_new(proposal.new, since, source, tell)
    _write_renamed(proposal.renamed, on)
    boundaries = _write_lands(proposal.lands, since, on, source, digest, tell)
    names = [*proposal.new, *(line for line, _area in proposal.renamed)]
    for line in sorted(names, key=lambda line: line.code):
        digest.update(f"{line.code}\t{line.name}\n".encode())
    brought = Brought(
        new=len(proposal.new),
        renamed=len(proposal.renamed),
        boundaries=boundaries,
        boundaries_same=len(proposal.lands) - boundaries,
        digest=digest.hexdigest(),
    )
    if rows := brought.new + brought.renamed + brought.boundaries:
        _journalled(brought, touched, rows, source, by, at)
    return brought


def _journalled(brought: Brought, touched: list[str], rows: int, source: str, by: Hand, at: datetime) -> None:
    area = codes.common(touched)
    counts = {"new": brought.new, "renamed": brought.renamed, "boundaries": brought.boundaries}
    facts = counts | ({"source": source} if source else {})
    writing.write(
        "area.imported", thing=area or "*", by=by, at=at, area=area, rows=rows, digest=brought.digest, **facts
    )


def _batches(things: list[Any]) -> Iterator[tuple[int, list[Any]]]:
    for first in range(0, len(things), BATCH):
        yield min(first + BATCH, len(things)), things[first : first + BATCH]


def _write_new(lines: tuple[Line, ...], since: date | None, source: str, tell: Tell) -> None:
    for done, batch in _batches(list(lines)):
        Area.objects.bulk_create(keeping.made(line.code, line.name, since=since, source=source) for line in batch)
        tell(_("areas"), done, len(lines))


def _write_renamed(renamed: tuple[tuple[Line, Area], ...], on: date) -> None:
    keeping.must_have_stood((area for _line, area in renamed), on=on)
    Area.objects.bulk_create([keeping.past(area, until=on) for _line, area in renamed], batch_size=BATCH)
    areas = [keeping.named(area, line.name, since=on) for line, area in renamed]
    Area.objects.bulk_update(areas, ["name", "pinyin", "initials", "since"], batch_size=BATCH)


def _write_lands(lands: dict[str, Land], since: date | None, on: date, source: str, digest: Any, tell: Tell) -> int:
    """The boundaries that are not the ones that stand are written, the ones they follow end; how many."""
    standing = dict(Boundary.objects.filter(until=None, area__until=None).values_list("area__code", "geometry"))
    texts = {code: polygons.write(land.geometry) for code, land in lands.items()}
    changed = [code for code, text in texts.items() if standing.get(code) != text]
    for done, batch in _batches(changed):
        areas = {area.code: area for area in Area.objects.standing().filter(code__in=batch)}
        ending = Boundary.objects.filter(area__in=areas.values(), until=None)
        keeping.must_have_stood(ending.filter(since__gt=on).select_related("area"), on=on)
        ending.update(until=on)
        first = {code: since if code not in standing else on for code in batch}
        Boundary.objects.bulk_create(
            cover.bounded(areas[code], texts[code], lands[code].geometry, since=first[code], source=source)
            for code in batch
        )
        keeping.put_centres(areas.values())
        tell(_("boundaries"), done, len(changed))
    for code in changed:
        digest.update(f"{code}\t{texts[code]}\n".encode())
    return len(changed)


def kinds(proposal: Proposal) -> Counter[str]:
    """How much of each kind there is, for a summary."""
    return Counter(
        new=len(proposal.new),
        renamed=len(proposal.renamed),
        same=proposal.same,
        clashing=len(proposal.clashing),
        missing=len(proposal.missing),
        local=len(proposal.local),
        boundaries=len(proposal.lands),
        alike=len(proposal.alike),
        mended=len(proposal.mended),
        ambiguous=len(proposal.ambiguous),
        unmatched=len(proposal.unmatched),
    )
