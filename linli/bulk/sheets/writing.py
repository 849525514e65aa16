"""Lists as people take them away: XLSX and CSV, row by row in constant memory, with a line that says whose copy it is.

Text stays text. In XLSX it cannot be anything else; in CSV, which has no types, an apostrophe goes before what a
program would read as a formula, and a tab behind digits it would round. Our own reader takes both away again.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path

from .cells import Cell
from .workbook import HEAD, MARK, Workbook

RISKY = re.compile(r"[=+\-@\t\r']")
ROUNDED = re.compile(r"0\d+|\d{12,}")
WIDEST = 40

Line = Sequence[Cell | None]


class Text(Enum):
    """The encodings of CSV that offices ask for. The first is told from others by its mark, which Excel looks for."""

    UTF8 = "utf-8-sig"
    GB18030 = "gb18030"


def write_xlsx(path: Path, headings: Sequence[str], lines: Iterable[Line], *, sheet: str, mark: str = "") -> int:
    """A workbook with these lines under their headings; `mark` stands above them. Returns how many lines there are."""
    widths = [min(WIDEST, max(10, 2 + 2 * len(name))) for name in headings]
    with Workbook(path, sheet=sheet, widths=widths, frozen=2 if mark else 1) as book:
        if mark:
            book.write([mark], MARK)
        book.write(headings, HEAD)
        above = book.rows
        for line in lines:
            book.write(line)
    return book.rows - above


def write_csv(
    path: Path, headings: Sequence[str], lines: Iterable[Line], *, text: Text = Text.UTF8, mark: str = ""
) -> int:
    """A CSV with these lines under their headings; `mark` stands above them. Returns how many lines there are."""
    count = 0
    begun = path.with_name(f".{path.name}.part")
    with begun.open("w", encoding=text.value, errors="replace", newline="") as file:
        written = csv.writer(file)
        if mark:
            written.writerow([guarded(mark)])
        written.writerow([guarded(name) for name in headings])
        for line in lines:
            written.writerow([guarded(cell) for cell in line])
            count += 1
    begun.replace(path)
    return count


def guarded(cell: Cell | None) -> str | int | float:
    r"""A cell of a CSV that no program takes for a formula, and whose digits none rounds.

    >>> guarded("=1+1"), guarded("'a"), guarded("11010519491231002X"), guarded("110105194912310021"), guarded(-5)
    ("'=1+1", "''a", '11010519491231002X', '110105194912310021\t', -5)
    """
    if isinstance(cell, str):
        if RISKY.match(cell):
            return f"'{cell}"
        return f"{cell}\t" if ROUNDED.fullmatch(cell) else cell
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(int(cell))
    return cell if isinstance(cell, int | float) else str(cell)
