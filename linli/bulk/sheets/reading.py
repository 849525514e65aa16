"""Books and their sheets, row by row: XLSX, XLS, ODS, CSV and TSV, told by what they hold and not by their names.

A file is guarded before it is read. XLSX, XLS and ODS are laid out outside of Python, some 40 bytes a cell; text is
never held. A cell spread over several rows stands in each of them.
"""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from linli.ground.words import gettext_noop as _

from .cells import Broken, Cell, Cells, Complaint, column_of
from .guarding import Guarded, Kind, guard
from .refusals import Damaged, Encrypted, NoSuchSheet, NothingInIt
from .scanning import Limits, Scan, too_large
from .separated import TextRows

T = TypeVar("T")
Span = tuple[tuple[int, int], tuple[int, int]]  # first and last row and column of a merged cell, from 0
USUAL = Limits()
MOST_INDEX_BYTES = 8 << 20
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

FORMULA_EMPTY = _("%(count)s formulas left no value, the first in cell %(address)s; they are read as empty.")
ERRORS_LEFT = _("%(count)s cells hold an error instead of a value, the first in cell %(address)s.")
SHEET_HIDDEN = _("The sheet %(sheet)s is hidden and was not looked at.")


@dataclass
class Sheet:
    """One table: its rows from the first, each with its number as people see it; and what is odd about it."""

    name: str
    rows: Callable[[], Iterator[Cells]] = field(repr=False)
    spread: list[Span] = field(default_factory=list, repr=False)
    notes: list[Complaint] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict, repr=False)

    def lines(self) -> Iterator[tuple[int, Cells]]:
        """Each row with its number. What is spread over rows below it is repeated there, errors are `Broken`."""
        lines: Iterator[tuple[int, Cells]] = enumerate(self.rows(), 1)
        lines = _marked(lines, self.broken) if self.broken else lines
        return _filled(lines, self.spread) if self.spread else lines


def _marked(lines: Iterator[tuple[int, Cells]], broken: dict[str, str]) -> Iterator[tuple[int, Cells]]:
    """The rows, with errors where the reader left nothing."""
    by_row: dict[int, list[tuple[int, str]]] = {}
    for place, said in broken.items():
        name = place.rstrip("0123456789")
        by_row.setdefault(int(place[len(name) :]), []).append((column_of(name), said))
    for number, cells in lines:
        for column, said in by_row.get(number, ()):
            if column < len(cells):
                cells[column] = Broken(said)
        yield number, cells


def _filled(lines: Iterator[tuple[int, Cells]], spread: list[Span]) -> Iterator[tuple[int, Cells]]:
    """The rows, with the value of a cell that is spread over several of them in each."""
    waiting = sorted((span for span in spread if span[0][0] < span[1][0]), reverse=True)
    open_: list[tuple[int, int, Cell]] = []  # last row, column, value
    for number, cells in lines:
        open_ = [span for span in open_ if span[0] >= number]
        for _last, column, value in open_:
            if column < len(cells) and cells[column] == "":
                cells[column] = value
        while waiting and waiting[-1][0][0] < number:
            (_first, column), (last, _column) = waiting.pop()
            if column < len(cells):
                open_.append((last + 1, column, cells[column]))
        yield number, cells


@dataclass(frozen=True)
class Book:
    """A file that may be read: its sheets that can be seen, in order, and those that are hidden."""

    kind: Kind
    names: tuple[str, ...]
    hidden: tuple[str, ...]
    _sheet: Callable[[str], Sheet] = field(repr=False)

    def sheet(self, asked: str = "") -> Sheet:
        """The sheet of this name, hidden or not; without a name the first that holds anything. Refuses others."""
        if asked:
            if asked not in self.names + self.hidden:
                raise NoSuchSheet(asked=asked, known="、".join(self.names[:20]))
            return self._sheet(asked)
        for name in self.names:
            sheet = self._sheet(name)
            if any(True for _row in sheet.rows()):
                sheet.notes += [Complaint(SHEET_HIDDEN, {"sheet": name}) for name in self.hidden]
                return sheet
        raise NothingInIt

    def sheets(self) -> Iterator[Sheet]:
        """Every sheet that can be seen."""
        return map(self._sheet, self.names)


def opened(path: Path, *, limits: Limits = USUAL) -> Book:
    """The book a file holds. Refuses what is no spreadsheet, locked, damaged, too large, or has programs in it."""
    guarded = guard(path, limits)
    if guarded.kind is Kind.TEXT:
        rows = TextRows(path, limits)
        return Book(Kind.TEXT, (path.stem,), (), lambda name: Sheet(name, lambda: iter(rows)))  # type: ignore[arg-type]
    if guarded.kind is Kind.ODS:  # all its tables are laid out when it is opened
        _harmless(list(guarded.scans.values()))
    workbook = _asked(lambda: _by_content(path))
    tables = [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    seen = tuple(each.name for each in tables if each.visible == SheetVisibleEnum.Visible)
    hidden = tuple(each.name for each in tables if each.visible != SheetVisibleEnum.Visible)
    return Book(guarded.kind, seen, hidden, lambda name: _laid_out(path, workbook, name, guarded, limits))


def _laid_out(path: Path, workbook: CalamineWorkbook, name: str, guarded: Guarded, limits: Limits) -> Sheet:
    """The sheet in memory, once what was seen in it before is found harmless."""
    seen = _seen(path, name, guarded)
    _harmless(seen)
    table = _asked(lambda: workbook.get_sheet_by_name(name))
    if trouble := too_large(table.total_height, table.total_width, limits):
        raise trouble
    spread = _asked(lambda: table.merged_cell_ranges) or []
    broken = seen[0].broken if len(seen) == 1 else {}
    return Sheet(name, lambda: _rows(table), spread, list(_notes(seen)), broken)


def _harmless(seen: list[Scan]) -> None:
    for scan in seen:
        if scan.trouble:
            raise scan.trouble


def _by_content(path: Path) -> CalamineWorkbook:
    """The workbook, whatever the file is called: given a path, the reader would believe its ending."""
    with path.open("rb") as file:
        return CalamineWorkbook.from_filelike(file)


def _rows(table: CalamineSheet) -> Iterator[Cells]:
    left: Cells = [""] * table.start[1] if table.start else []
    rows: Iterator[Any] = table.iter_rows()
    try:
        for cells in rows:
            yield [*left, *cells] if left else cells
    except CalamineError as error:
        raise Damaged(why=str(error)[:80]) from error


def _notes(seen: list[Scan]) -> Iterator[Complaint]:
    for scan in seen:
        if scan.without_value:
            facts = {"count": f"{scan.without_value:,}", "address": scan.first_without_value or "–"}
            yield Complaint(FORMULA_EMPTY, facts)
        if scan.broken:
            yield Complaint(ERRORS_LEFT, {"count": f"{len(scan.broken):,}", "address": next(iter(scan.broken))})


def _seen(path: Path, name: str, guarded: Guarded) -> list[Scan]:
    """What was seen in this sheet; where its part cannot be told, in all of them."""
    if guarded.kind is Kind.ODS:
        return [guarded.scans[name]] if name in guarded.scans else list(guarded.scans.values())
    if guarded.kind is Kind.XLSX and (part := _part(path, name)) in guarded.scans:
        return [guarded.scans[part]]
    return list(guarded.scans.values())


def _part(path: Path, name: str) -> str:
    """The part of an XLSX that holds this sheet; empty where it cannot be told."""
    try:
        with zipfile.ZipFile(path) as archive:
            book, ties = (_index(archive, part) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, ValueError):
        return ""
    for sheet in [*book.iter(f"{MAIN}sheet"), *book.iter(f"{STRICT}sheet")]:
        tie = next((told for key, told in sheet.attrib.items() if key.endswith("}id")), "")
        if sheet.get("name") == name:
            target = next((each.get("Target", "") for each in ties if each.get("Id") == tie), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _index(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if archive.getinfo(part).file_size > MOST_INDEX_BYTES:
        raise ValueError(part)
    return ElementTree.fromstring(archive.read(part))  # noqa: S314 - guarded: no DOCTYPE, so no entities


def _asked(ask: Callable[[], T]) -> T:
    """The answer of the reader, whose troubles are ours to say; even those it did not foresee."""
    try:
        return ask()
    except PasswordError as error:
        raise Encrypted from error
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise Damaged(why=str(error)[:80] or type(error).__name__) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Damaged(why="calamine") from error
