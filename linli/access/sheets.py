"""Sheets that people bring (XLSX, XLS, ODS, CSV): their rows by the headings we know, wherever those stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import Q

from linli.areas import codes
from linli.areas.models import Area
from linli.bulk.sheets import reading
from linli.bulk.sheets.cells import Cell
from linli.bulk.sheets.refusals import Damaged, NotASpreadsheet, NothingInIt, NotText
from linli.bulk.sheets.values import text
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

MOST_ROWS = 5000
MOST_BYTES = 1024 * 1024
Headings = Mapping[str, Sequence[str]]


class NotASheet(Refusal):
    """The file is no spreadsheet we can read."""

    code, status = "roster.not-a-sheet", 400
    words = _("This file cannot be read as a spreadsheet: %(why)s.")
    next_step = _("Save it as XLSX or CSV (UTF-8 or GB18030) and send it again. Nothing was written.")


class TooLarge(Refusal):
    """The sheet is larger than is looked through at once."""

    code, status = "roster.too-large", 413
    words = _("A sheet may hold %(rows)s rows and be of %(size)s KB at most.")
    next_step = _("Part it into several sheets. Nothing was written.")


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
class Line:
    """One row of a sheet: its number there, and what it says by column."""

    number: int
    cells: dict[str, str]


def lines(name: str, content: bytes, headings: Headings, needed: Sequence[str]) -> list[Line]:
    """The rows below the headings, of a file that is what it holds, whatever `name` it came under.

    Refuses what is no sheet, too large a one, and one without those headings.
    """
    table = tables(content)
    at, columns = _found(table, headings, needed)
    rows = [(number, line) for number, line in enumerate(table[at + 1 :], at + 2) if any(line)]
    if len(rows) > MOST_ROWS:
        raise TooLarge(rows=MOST_ROWS, size=MOST_BYTES // 1024)
    return [
        Line(number, {key: line[place] if place < len(line) else "" for key, place in columns.items()})
        for number, line in rows
    ]


def tables(content: bytes) -> list[list[str]]:
    """The cells of the first sheet that holds any, as text. The reader refuses locked files and swelling ones."""
    if len(content) > MOST_BYTES:
        raise TooLarge(rows=MOST_ROWS, size=MOST_BYTES // 1024)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheet"
        path.write_bytes(content)
        try:
            return [[_text(cell) for cell in line] for _number, line in reading.opened(path).sheet().lines()]
        except NothingInIt:
            return []
        except (NotASpreadsheet, Damaged, NotText) as unreadable:
            raise NotASheet(why="; ".join(map(str, unreadable.facts.values()))) from unreadable


def _text(cell: Cell) -> str:
    """A cell as it was meant: whole numbers without a point, days as days."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    said = text(cell)
    return said if isinstance(said, str) else str(cell).strip()


def _found(table: list[list[str]], headings: Headings, needed: Sequence[str]) -> tuple[int, dict[str, int]]:
    """The row that holds the headings, among the first ten, and which column is what."""
    known = {heading.lower(): key for key, several in headings.items() for heading in several}
    for at, line in enumerate(table[:10]):
        columns = {known[cell.lower()]: place for place, cell in enumerate(line) if cell.lower() in known}
        if all(key in columns for key in needed):
            return at, columns
    raise HeadingsMissing(needed="、".join(headings[key][0] for key in needed))


# -- areas by name ------------------------------------------------------------------------------------


def area_names(texts: Iterable[str]) -> dict[str, list[str]]:
    """The codes of every standing area that bears one of these names or codes, in one question."""
    wanted = {text: _as_code(text) for text in texts if text}
    asked = Q(name__in=wanted) | Q(code__in=[code for code in wanted.values() if code])
    standing = list(Area.objects.standing().filter(asked).values_list("name", "code"))
    there = {code for _name, code in standing}
    found = {text: [code] for text, code in wanted.items() if code in there}
    for name, code in standing:
        if name in wanted:
            found.setdefault(name, []).append(code)
    return found


def _as_code(text: str) -> str:
    """The code a text is; empty when it is none."""
    try:
        return codes.read(text)
    except codes.NotACode:
        return ""


def area(asked: str, names: dict[str, list[str]], *, by: Hand) -> tuple[str, str]:
    """The code of an area by its code or a name that only one within the giver's scope bears; else what is wrong."""
    mine = [code for code in names.get(asked, []) if by.may(Permission.ACCOUNT_MANAGE, within=code)]
    if len(mine) == 1:
        return mine[0], ""
    return "", _("several areas bear this name; write the code") if mine else _("no such area within yours")
