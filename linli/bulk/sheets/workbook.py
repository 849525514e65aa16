"""Writes an XLSX of one sheet, row by row in constant memory. Text is written as text: it is never a formula or a link.

The parts are the fewest that Excel, WPS and LibreOffice open without a word; strings stand in their cells.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from .cells import Cell, letters
from .refusals import TooManyRows

MOST_ROWS = 1_048_576
LONGEST = 32_767  # signs in one cell
HELD = 500  # rows written at once
EXACT = 2**53
UNSAFE = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")

PLAIN, HEAD, MARK, WRONG, DAY, TEXT = range(6)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# The parts that are the same in every book, and where they stand in it.
_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_ties.xml",
    "xl/_rels/workbook.xml.rels": "book_ties.xml",
    "xl/styles.xml": "styles.xml",
}


class Workbook:
    """A workbook being written: there, and whole, once its `with` block ends well; else not there."""

    def __init__(self, path: Path, *, sheet: str, widths: Sequence[int] = (), frozen: int = 0) -> None:
        self.rows = 0
        self._held: list[str] = []
        self._letters: list[str] = []
        self._path, self._begun = path, path.with_name(f".{path.name}.part")
        self._archive = zipfile.ZipFile(self._begun, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, file in _PARTS.items():
            self._archive.write(Path(__file__).parent / "data" / file, name)
        self._archive.writestr("xl/workbook.xml", _book(sheet))
        self._part: IO[bytes] = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._part.write(_opening(widths, frozen).encode())

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._part.write(b"</sheetData></worksheet>")
        self._part.close()
        self._archive.close()
        if kind is None:
            self._begun.replace(self._path)
        else:
            self._begun.unlink()

    def write(self, cells: Iterable[Cell | None], style: int = PLAIN) -> int:
        """One more row; returns its number. Refuses one beyond the last that a sheet can have."""
        if self.rows == MOST_ROWS:
            raise TooManyRows(rows=f"{self.rows + 1:,}", limit=f"{MOST_ROWS:,}")
        self.rows += 1
        number, names, parts = self.rows, self._letters, []
        for column, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if column >= len(names):
                names += map(letters, range(len(names), column + 20))
            parts.append(_cell(f"{names[column]}{number}", cell, style))
        self._held.append(f'<row r="{number}">{"".join(parts)}</row>')
        if len(self._held) >= HELD:
            self._flush()
        return number

    def _flush(self) -> None:
        self._part.write("".join(self._held).encode())
        self._held.clear()


def _cell(place: str, cell: Cell, style: int) -> str:
    """One cell as XML. Whole numbers too long for a figure, and days before 1900, are written as text."""
    if isinstance(cell, str):
        return _text(place, cell, style)
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        if abs(cell) < EXACT:
            return f'<c r="{place}"><v>{cell!r}</v></c>'
        return _text(place, str(cell), style)
    if isinstance(cell, date) and not isinstance(cell, datetime) and cell.year >= 1901:
        return f'<c r="{place}" s="{DAY}"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
    return _text(place, cell.isoformat(" ") if isinstance(cell, datetime) else str(cell), style)


def _text(place: str, said: str, style: int) -> str:
    if UNSAFE.search(said):
        said = DROPPED.sub("", said).replace("\r\n", "\n").replace("\r", "\n")
        said = escape(CODED.sub("_x005F_", said[:LONGEST]))
    elif len(said) > LONGEST:
        said = said[:LONGEST]
    kept = ' xml:space="preserve"' if said[:1].isspace() or said[-1:].isspace() else ""
    return f'<c r="{place}" s="{style or TEXT}" t="inlineStr"><is><t{kept}>{said}</t></is></c>'


def _book(sheet: str) -> str:
    name = NOT_IN_NAMES.sub(" ", sheet).strip("' ")[:31] or "Sheet1"
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _opening(widths: Sequence[int], frozen: int) -> str:
    pane = (
        f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        if frozen
        else ""
    )
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1" style="{TEXT}"/>'
        for at, width in enumerate(widths, 1)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}">'
        f'<sheetViews><sheetView workbookViewId="0">{pane if frozen else ""}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/>{f"<cols>{columns}</cols>" if columns else ""}<sheetData>'
    )
