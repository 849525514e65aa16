"""Sheets of team shapes, of which area uses which, and of bureaus: looked through, then all written or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from linli.ground.hands import Hand
from linli.ground.words import gettext_noop as _

from . import bureaus, sheets, teaming
from .models import TeamShape
from .roles import ROLES
from .rostering import must_be_right
from .shapes import PlaceAsked
from .sheets import Line
from .teaming import ShapeAsked

AREA = ("区划", "区划代码", "区划名称", "网格", "area")
SHAPES = {
    "shape": ("队伍形态", "形态", "shape"),
    "area": AREA,
    "place": ("席位", "place"),
    "role": ("角色", "role"),
    "most": ("人数", "number"),
    "in_pairs": ("A/B岗", "AB岗", "a/b"),
    "special": ("专属网格", "专属", "special"),
    "source": ("来源", "依据", "source"),
}
USES = {"area": AREA, "shape": SHAPES["shape"], "what_for": ("用途", "专属对象", "what for")}
BUREAUS = {"name": ("委办局", "部门", "名称", "bureau", "name"), "area": AREA, "source": SHAPES["source"]}
ANY_NUMBER = ("n", "不限", "若干", "0")
YES = ("是", "有", "yes", "y", "1", "a/b")


@dataclass(frozen=True)
class Row:
    """One line of such a sheet: where, what, and what is wrong with it."""

    number: int
    area: str
    what: str
    wrong: tuple[str, ...] = ()
    more: PlaceAsked | None = None
    special: bool = False
    source: str = ""


def kind_of(name: str, content: bytes) -> str:
    """What a sheet is about, by its headings: `shapes`, or `uses` for which area has which."""
    try:
        sheets.lines(name, content, SHAPES, ("shape", "place", "role"))
    except sheets.HeadingsMissing:
        return "uses"
    return "shapes"


def shapes(name: str, content: bytes, *, by: Hand, area: str) -> list[Row]:
    """A line is a place of a shape; without a column for the area it is one of the giver's own."""
    found = sheets.lines(name, content, SHAPES, ("shape", "place", "role"))
    names = sheets.area_names(line.cells.get("area", "") for line in found)
    return [_shape_row(line, names, by, area) for line in found]


def _shape_row(line: Line, names: dict[str, list[str]], by: Hand, own: str) -> Row:
    cells, wrong = line.cells, []
    area, bad = _area(cells.get("area", ""), names, by, own)
    wrong += [bad] if bad else []
    role = next((r.slug for r in ROLES.values() if cells["role"] in (r.slug, r.name, r.chinese)), "")
    most = cells.get("most", "") or "1"
    any_number = most.lower() in ANY_NUMBER
    checks = [
        (not cells["shape"], _("no shape named")),
        (not cells["place"], _("no place named")),
        (not role, _("no such role")),
        (not any_number and not (most.isdecimal() and int(most) < 1000), _("a number that is none")),
    ]
    wrong += [words for broken, words in checks if broken]
    place = PlaceAsked(
        cells["place"][:40],
        role,
        0 if any_number or not most.isdecimal() else int(most),
        cells.get("in_pairs", "").lower() in YES,
    )
    special = cells.get("special", "").lower() in YES
    return Row(line.number, area, cells["shape"][:60], tuple(wrong), place, special, cells.get("source", "")[:200])


def uses(name: str, content: bytes, *, by: Hand) -> list[Row]:
    """A line is an area and the shape its teams have."""
    found = sheets.lines(name, content, USES, ("area", "shape"))
    names = sheets.area_names(line.cells["area"] for line in found)
    known = _standing_shapes(line.cells["shape"] for line in found)
    return [_use_row(line, names, known, by) for line in found]


def _use_row(line: Line, names: dict[str, list[str]], known: list[TeamShape], by: Hand) -> Row:
    area, bad = sheets.area(line.cells["area"], names, by=by)
    wrong = [bad] if bad else []
    asked = line.cells["shape"]
    if not any(each.name == asked and area.startswith(each.area_code) for each in known):
        wrong.append(_("no such shape there"))
    return Row(line.number, area, asked, tuple(wrong), source=line.cells.get("what_for", "")[:60])


def _standing_shapes(names: Iterable[str]) -> list[TeamShape]:
    """The shapes of these names, the deepest area's first."""
    found = TeamShape.objects.filter(name__in=set(names), until=None)
    return sorted(found, key=lambda each: -len(each.area_code))


def bureaus_in(name: str, content: bytes, *, by: Hand, area: str) -> list[Row]:
    """A line is a bureau; without a column for the area it is one of the giver's own."""
    found = sheets.lines(name, content, BUREAUS, ("name",))
    names = sheets.area_names(line.cells.get("area", "") for line in found)
    rows = []
    for line in found:
        code, bad = _area(line.cells.get("area", ""), names, by, area)
        wrong = [words for words in (bad, "" if line.cells["name"] else _("no name")) if words]
        source = line.cells.get("source", "")[:200]
        rows.append(Row(line.number, code, line.cells["name"][:60], tuple(wrong), source=source))
    return rows


def _area(asked: str, names: dict[str, list[str]], by: Hand, own: str) -> tuple[str, str]:
    return sheets.area(asked, names, by=by) if asked else (own, "")


# -- written ------------------------------------------------------------------------------------------


@transaction.atomic
def bring_shapes(rows: list[Row], *, by: Hand, at: datetime) -> int:
    """Every shape of the sheet stands with the places it names there, in that order. How many shapes."""
    must_be_right([(row.number, row.wrong) for row in rows])
    groups = [list(group) for _key, group in groupby(sorted(rows, key=_shape_key), key=_shape_key)]
    for group in groups:
        _bring_shape(group, by, at)
    return len(groups)


def _shape_key(row: Row) -> tuple[str, str]:
    return row.area, row.what


def _bring_shape(rows: list[Row], by: Hand, at: datetime) -> None:
    area, name = _shape_key(rows[0])
    mine = TeamShape.objects.filter(area_code=area, name=name, until=None).first()
    slugs = dict(mine.places.values_list("name", "slug")) if mine else {}
    places = tuple(
        PlaceAsked(row.more.name, row.more.role, row.more.most, row.more.in_pairs, slugs.get(row.more.name, ""))
        for row in rows
        if row.more
    )
    source = next((row.source for row in rows if row.source), mine.source if mine else "")
    asked = ShapeAsked(name, places, any(row.special for row in rows), source)
    if mine:
        teaming.reshape(mine, asked, by=by, at=at)
    else:
        teaming.shape(asked, area=area, by=by, at=at)


@transaction.atomic
def bring_uses(rows: list[Row], *, by: Hand, at: datetime) -> int:
    """The teams of every area named have the shape named beside it. How many areas."""
    must_be_right([(row.number, row.wrong) for row in rows])
    known = _standing_shapes(row.what for row in rows)
    for row in rows:
        chosen = next(each for each in known if each.name == row.what and row.area.startswith(each.area_code))
        teaming.use(chosen, area=row.area, what_for=row.source, by=by, at=at)
    return len(rows)


@transaction.atomic
def bring_bureaus(rows: list[Row], *, by: Hand, at: datetime) -> int:
    """Every bureau of the sheet stands. How many are new."""
    must_be_right([(row.number, row.wrong) for row in rows])
    groups = groupby(sorted(rows, key=lambda row: row.area), key=lambda row: row.area)
    return sum(
        bureaus.add_all([(row.what, row.source) for row in group], area=area, by=by, at=at) for area, group in groups
    )
