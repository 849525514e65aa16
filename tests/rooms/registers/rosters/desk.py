"""What a clerk has at hand: a sheet with a title, headings in one row or two, rows, and notes under the table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
AREA = "500199"


@dataclass(frozen=True)
class Outcome:
    """What a good clerk expects of a file, written down before it was ever read.

    `columns` says by its letter which fact a column means, `unused` which columns mean none of ours. `read` counts
    the rows of the table, `refused` those that come back; `says` are facts of some rows, by the row's number.
    """

    kind: str
    columns: dict[str, str]
    unused: str
    read: int
    refused: int = 0
    says: dict[int, dict[str, str]] = field(default_factory=dict)


def identity(born: str, number: int) -> str:
    """An identity number of someone who was never born, its check digit right."""
    digits = f"{AREA}{born}{number:03}"
    left = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return digits + "10X98765432"[left]


def book(folder: Path, name: str, sheet: str = "Sheet1") -> tuple[xlsxwriter.Workbook, Worksheet]:
    """A workbook in the folder and its first sheet; it stands there once it is closed."""
    workbook = xlsxwriter.Workbook(folder / name, {"default_date_format": "yyyy/m/d"})
    return workbook, workbook.add_worksheet(sheet)


def merged(sheet: Worksheet, text: str, *, row: int, column: int = 1, down: int = 1, across: int = 1) -> None:
    """A text over several cells, counted from 1 as a clerk counts them."""
    if down == across == 1:
        sheet.write(row - 1, column - 1, text)
    else:
        sheet.merge_range(row - 1, column - 1, row + down - 2, column + across - 2, text)


def title(sheet: Worksheet, text: str, *, across: int, row: int = 1) -> None:
    """A title over all columns."""
    merged(sheet, text, row=row, across=across)


def line(sheet: Worksheet, row: int, values: Sequence[Any], *, first: int = 1) -> None:
    """Values in a row, from a column on; None leaves a cell as it is. Texts stay texts, whatever they hold."""
    for column, value in enumerate(values, first):
        if isinstance(value, str):
            sheet.write_string(row - 1, column - 1, value)
        elif value is not None:
            sheet.write(row - 1, column - 1, value)


def headings_of_two_rows(sheet: Worksheet, row: int, groups: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Headings merged over the columns they stand for; one without parts is merged downwards."""
    column = 1
    for name, parts in groups:
        width = max(1, len(parts))
        merged(sheet, name, row=row, column=column, across=width, down=1 if parts else 2)
        line(sheet, row + 1, parts, first=column)
        column += width


def note(sheet: Worksheet, row: int, text: str, *, across: int) -> None:
    """A note over all columns, under the table."""
    merged(sheet, text, row=row, across=across)


def keep(workbook: xlsxwriter.Workbook) -> Path:
    """The file lies in its folder."""
    workbook.close()
    return Path(workbook.filename)
