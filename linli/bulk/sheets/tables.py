"""A sheet as a table: its headings and its rows, without titles, totals, notes and blank lines."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import NamedTuple

from .cells import Cell, Cells, address, is_empty
from .headings import Heading, Headings, Known, find
from .reading import Sheet
from .refusals import NothingBelowHeadings
from .values import tidy

TOTAL = re.compile(r"(合|总|小|共|累)\s*计\s*(?:[:：(（\d].{0,12})?")
NOTE = re.compile(
    r"(备?注|说明|填表|填报|制表|审核|审批|统计|负责人|单位负责人|经办|联系人|注意|打印|报送|日期|盖章|第.{1,4}页|共.{1,4}页)"
    r".{0,6}[:：]|^(备?注|填表说明|说明)[\s\d一二三]|^[（(]?(此表|本表)|^第\s*\d+\s*页|——|^以下空白"
)
LONG_NOTE = 25
SHOWN = 1_000


class Kind(Enum):
    """Why a line is not a row."""

    BLANK = "blank"
    TOTAL = "total"
    NOTE = "note"
    AGAIN = "headings again"


class Row(NamedTuple):
    """One row as it stands in the sheet."""

    number: int
    cells: Cells

    def at(self, column: int) -> Cell:
        """The cell of a column; empty beyond the last.

        >>> Row(7, ["a", "b"]).at(1), Row(7, []).at(3)
        ('b', '')
        """
        return self.cells[column] if column < len(self.cells) else ""

    def address(self, column: int) -> str:
        """Where that cell stands.

        >>> Row(7, []).address(1)
        'B7'
        """
        return address(self.number, column)


@dataclass
class Table:
    """Headings and the rows under them. What was passed over is known once the rows were read."""

    sheet: Sheet
    headings: Headings
    passed_over: list[tuple[int, Kind]] = field(default_factory=list)
    counts: Counter[Kind] = field(default_factory=Counter)

    @property
    def columns(self) -> tuple[Heading, ...]:
        """The columns, named and unnamed."""
        return self.headings.columns

    def rows(self) -> Iterator[Row]:
        """Each row under the headings, in order, read as it is asked for."""
        self.passed_over.clear()
        self.counts.clear()
        judge = _Judge(self.headings)
        for number, cells in self.sheet.lines():
            if number <= self.headings.last or number in self.headings.after:
                continue
            kind = judge.kind(cells)
            if kind is None:
                yield Row(number, cells)
                continue
            self.counts[kind] += 1
            if kind is not Kind.BLANK and len(self.passed_over) < SHOWN:
                self.passed_over.append((number, kind))

    def sample(self, most: int = 200) -> list[Row]:
        """The first rows, to look at. Refuses a table that has none."""
        found = list(islice(self.rows(), most))
        if not found:
            raise NothingBelowHeadings(row=self.headings.last, sheet=self.sheet.name)
        return found


def table_of(sheet: Sheet, known: Known = lambda name: False) -> Table:
    """The table of a sheet; `known` says of a name whether it is a heading we look for."""
    return Table(sheet, find(sheet, known))


class _Judge:
    """Tells rows from what only looks like one."""

    def __init__(self, headings: Headings) -> None:
        self.names = {heading.name for heading in headings.columns if heading.name}
        self.width = len(self.names)
        self.sequence = next((each.column for each in headings.columns if each.is_sequence), -1)

    def kind(self, cells: Cells) -> Kind | None:
        """Why a line is no row; None if it is one."""
        if self._plainly_a_row(cells):
            return None
        filled = [(column, cell) for column, cell in enumerate(cells) if cell != "" and not is_empty(cell)]
        if not filled or (len(filled) == 1 and filled[0][0] == self.sequence):
            return Kind.BLANK
        if len(filled) == self.width and self.width > 2 and len(filled[0]) and self._again(filled):
            return Kind.AGAIN
        first = filled[0][1]
        if isinstance(first, str):
            return self._said(tidy(first), filled)
        return None

    def _plainly_a_row(self, cells: Cells) -> bool:
        """Whether a line is too full for a note and does not begin like a total or a heading: nearly all are so."""
        first = cells[0] if cells else ""
        if len(cells) - cells.count("") <= self.width // 2 or first == "":
            return False
        return not isinstance(first, str) or not (first.isspace() or first in self.names or TOTAL.match(first.strip()))

    def _again(self, filled: list[tuple[int, Cell]]) -> bool:
        said = {tidy(cell) for _column, cell in filled if isinstance(cell, str)}
        return len(said & self.names) >= self.width - 1

    def _said(self, first: str, filled: list[tuple[int, Cell]]) -> Kind | None:
        """What the first filled cell of a line tells about it."""
        if TOTAL.fullmatch(first) or (filled[0][0] == self.sequence and TOTAL.match(first)):
            return Kind.TOTAL
        few = len(filled) <= max(1, self.width // 2)
        if few and self.width > 2 and (NOTE.search(first) or (len(filled) == 1 and len(first) > LONG_NOTE)):
            return Kind.NOTE
        return None
