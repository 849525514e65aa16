"""A sheet of posts (岗位表): read, looked through row by row, and then offered all at once or not at all."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from python_calamine import CalamineError, CalamineWorkbook

from linli.areas import codes
from linli.areas.models import Area
from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import appointing, boards, inviting
from .appointing import Appointment
from .models import Bureau, Invitation
from .roles import ROLES

HEADINGS = {
    "name": ("姓名", "name"),
    "role": ("角色", "role"),
    "title": ("岗位", "岗位名称", "post", "title"),
    "area": ("区划", "区划代码", "区划名称", "网格", "社区", "area"),
    "board": ("板块", "board"),
    "holder": ("A/B岗", "AB岗", "a/b"),
    "bureau": ("委办局", "部门", "bureau"),
    "since": ("起", "起始日期", "到岗日期", "since"),
    "until": ("止", "截止日期", "until"),
}
NEEDED = ("name", "role", "area")
MOST_ROWS = 5000
MOST_BYTES = 2 * 1024 * 1024


class NotASheet(Refusal):
    """The file is no spreadsheet we can read."""

    code, status = "roster.not-a-sheet", 400
    words = _("This file cannot be read as a spreadsheet: %(why)s.")
    next_step = _("Save it as XLSX or CSV (UTF-8 or GB18030) and send it again. Nothing was written.")


class HeadingsMissing(Refusal):
    """No row of the sheet holds the headings that are needed."""

    code, status = "roster.headings", 400
    words = _("No heading row was found; needed are %(needed)s.")
    next_step = _("Name the columns so, in one row, and send the sheet again. Nothing was written.")


class RowsWrong(Refusal):
    """Some rows cannot be taken as they are, so none was."""

    code, status = "roster.rows", 422
    words = _("%(count)s rows cannot be taken: %(which)s")
    next_step = _("Mend those rows and send the sheet again. Nothing was written.")


@dataclass(frozen=True)
class Row:
    """One line of the sheet as it was understood, and what is wrong with it."""

    number: int
    name: str
    asked: Appointment | None
    wrong: tuple[str, ...] = ()


@dataclass
class _Reading:
    """One line being read: what it says by column, and the complaints that gather."""

    cells: dict[str, str]
    wrong: list[str] = field(default_factory=list)


def tables(name: str, content: bytes) -> list[list[str]]:
    """The cells of the first sheet as text, from XLSX, XLS, ODS or CSV."""
    if name.lower().endswith((".csv", ".txt")):
        return [list(map(str.strip, line)) for line in csv.reader(io.StringIO(_decoded(content)))]
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError) as unreadable:
        raise NotASheet(why=str(unreadable) or type(unreadable).__name__) from unreadable
    return [[_text(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)]


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotASheet(why="UTF-8, GB18030?")


def _text(cell: object) -> str:
    """A cell as it was meant: whole numbers without a point, days as days."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell).strip()


def looked_through(name: str, content: bytes, *, by: Hand, today: date) -> list[Row]:
    """Every line of the sheet, understood or with what is wrong with it; nothing is written."""
    lines = tables(name, content)
    at, columns = _headings(lines)
    rows = [(number, line) for number, line in enumerate(lines[at + 1 : at + 1 + MOST_ROWS], at + 2) if any(line)]
    names = _area_names(line[columns["area"]] for _number, line in rows if columns["area"] < len(line))
    return [_row(number, line, columns, names, by=by, today=today) for number, line in rows]


def _headings(lines: list[list[str]]) -> tuple[int, dict[str, int]]:
    """The row that holds the headings, among the first ten, and which column is what."""
    known = {heading.lower(): key for key, headings in HEADINGS.items() for heading in headings}
    for at, line in enumerate(lines[:10]):
        columns = {known[cell.lower()]: place for place, cell in enumerate(line) if cell.lower() in known}
        if all(key in columns for key in NEEDED):
            return at, columns
    raise HeadingsMissing(needed="、".join(HEADINGS[key][0] for key in NEEDED))


def _area_names(texts: Iterable[str]) -> dict[str, list[str]]:
    """The codes of every standing area that bears one of these names, in one question."""
    wanted = {text for text in texts if text and not text.isdigit()}
    found: dict[str, list[str]] = {}
    for name, code in Area.objects.standing().filter(name__in=wanted).values_list("name", "code"):
        found.setdefault(name, []).append(code)
    return found


def _row(
    number: int, line: list[str], columns: dict[str, int], names: dict[str, list[str]], *, by: Hand, today: date
) -> Row:
    reading = _Reading({key: line[place] if place < len(line) else "" for key, place in columns.items()})
    cells, wrong = reading.cells, reading.wrong
    if not cells["name"]:
        wrong.append(_("no name"))
    asked = Appointment(
        role=_role(reading),
        area=_area(reading, names, by),
        board=_board(reading),
        holder=_holder(reading),
        title=cells.get("title", ""),
        bureau=_bureau(reading),
        since=_day(reading, "since") or today,
        until=_day(reading, "until"),
    )
    return Row(number, cells["name"], None if wrong else asked, tuple(wrong))


def _role(reading: _Reading) -> str:
    """By slug, or by its name in either language."""
    asked = reading.cells["role"]
    found = next((role.slug for role in ROLES.values() if asked in (role.slug, role.name, role.chinese)), "")
    if not found:
        reading.wrong.append(_("no such role"))
    return found


def _area(reading: _Reading, names: dict[str, list[str]], by: Hand) -> str:
    """By code, or by a name that only one area within the giver's scope bears."""
    asked = reading.cells["area"]
    mine = [code for code in _codes(asked, names) if by.may(appointing.Permission.ACCOUNT_MANAGE, within=code)]
    if len(mine) == 1:
        return mine[0]
    reading.wrong.append(_("several areas bear this name; write the code") if mine else _("no such area within yours"))
    return ""


def _codes(asked: str, names: dict[str, list[str]]) -> Iterator[str]:
    if not asked.isdigit():
        yield from names.get(asked, [])
        return
    try:
        code = codes.read(asked)
    except codes.NotACode:
        return
    if Area.objects.standing().filter(code=code).exists():
        yield code


def _board(reading: _Reading) -> str:
    asked = reading.cells.get("board", "")
    found = [board.slug for board in boards.boards().values() if asked in (board.slug, board.name, board.english)]
    if asked and not found:
        reading.wrong.append(_("no such board"))
    return found[0] if asked and found else ""


def _holder(reading: _Reading) -> str:
    asked = reading.cells.get("holder", "").upper().removesuffix("岗")
    if asked not in ("", "A", "B"):
        reading.wrong.append(_("neither A nor B"))
    return asked if asked in ("A", "B") else ""


def _bureau(reading: _Reading) -> Bureau | None:
    asked = reading.cells.get("bureau", "")
    found = Bureau.objects.filter(name=asked, until=None).first() if asked else None
    if asked and found is None:
        reading.wrong.append(_("no such bureau"))
    return found


def _day(reading: _Reading, key: str) -> date | None:
    asked = reading.cells.get(key, "")
    if not asked:
        return None
    try:
        return date.fromisoformat(asked.replace("/", "-").replace(".", "-"))
    except ValueError:
        reading.wrong.append(_("a day that is none"))
        return None


@transaction.atomic
def offer(rows: list[Row], *, by: Hand, at: datetime) -> list[tuple[Invitation, str]]:
    """Every post of the sheet stands offered, each with its code; or, if any row is wrong, none."""
    if wrong := [row for row in rows if row.asked is None]:
        which = "; ".join(f"{row.number}: {', '.join(row.wrong)}" for row in wrong[:10])
        raise RowsWrong(count=len(wrong), which=which)
    return [inviting.invite(row.name, row.asked, by=by, at=at) for row in rows if row.asked]
