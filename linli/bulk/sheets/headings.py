"""Finds the row, or rows, that name the columns: below titles, above units and examples, merged or in two storeys."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from linli.language.folding import folded

from . import shapes
from .cells import Cell, Cells, is_empty, letters
from .reading import Sheet
from .refusals import NoHeadings
from .values import number, tidy

LOOKED = 60  # rows from the top
LONGEST = 40
SEQUENCE = frozenset("序号 编号 序 行号 no no. number # 排序 顺序号".split())  # noqa: SIM905
UNIT = re.compile(
    r"[(]?(单位[::]?)?(元|万元|人|户|岁|平方米|m2|米|个|次|年|月|天|%|年/月/日|年月日|yyyy[-/]mm[-/]dd|必填|选填|是/否)[)]?",
    re.I,
)
EXAMPLE = re.compile(r"[(]?(示例|样例|例|例如|填写示例|填写说明|说明|example)[)::]?.*", re.I)
CODE = re.compile(r"[a-z][a-z0-9_.]{0,39}", re.I)
VALUES = ("citizen", "credit", "mobile", "day", "sex", "nation", "kin", "married", "room")

Known = Callable[[str], bool]


@dataclass(frozen=True)
class Heading:
    """What a column is called; empty where nobody named it."""

    column: int
    name: str

    @property
    def letters(self) -> str:
        """The column as people see it."""
        return letters(self.column)

    @property
    def is_sequence(self) -> bool:
        """Whether the column only numbers its rows."""
        return plain(self.name) in SEQUENCE


@dataclass(frozen=True)
class Headings:
    """The headings of a table: in which rows they stand, and what stands under them without being a row."""

    first: int
    last: int
    columns: tuple[Heading, ...]
    after: tuple[int, ...] = ()  # rows of units and examples


def plain(name: str) -> str:
    """A heading for comparing: no spaces, no marks, no remarks in brackets, small letters.

    >>> plain(" 姓 名* "), plain("出生日期（年月日）"), plain("ID Number"), plain("联系方式/手机")
    ('姓名', '出生日期', 'idnumber', '联系方式/手机')
    """
    bare = re.sub(r"[(\[【].*?[)\]】]", "", folded(name)) or folded(name)
    return re.sub(r"[\s*:;。.、_\-]+", "", bare)


def find(sheet: Sheet, known: Known = lambda name: False) -> Headings:
    """The headings of a sheet. `known` says of a name whether it is one we look for. Refuses where no row can be."""
    lines = [cells for _number, cells in islice(sheet.lines(), LOOKED)]
    width = max((len(_names(cells)) for cells in lines), default=0)
    at = _best(lines, width, known)
    if at is None:
        raise NoHeadings(looked=len(lines), sheet=sheet.name)
    first, last = _storeys(lines, at, sheet, known)
    columns = _joined(lines[first : last + 1], first, sheet)
    after = last + 1
    while after < len(lines) and _beside(lines[after]):
        after += 1
    return Headings(first + 1, last + 1, columns, tuple(range(last + 2, after + 1)))


def _names(cells: Cells) -> list[str]:
    return [tidy(cell) if isinstance(cell, str) else str(cell) for cell in cells if not is_empty(cell)]


def _is_name(cell: Cell) -> bool:
    """Whether a cell may be a heading: short text that is no value."""
    if not isinstance(cell, str) or len(tidy(cell)) > LONGEST:
        return False
    if number(cell) is not None and isinstance(number(cell), float):
        return False
    return not any(shapes.SHAPES[shape](cell) for shape in VALUES)


def _best(lines: Sequence[Cells], width: int, known: Known) -> int | None:
    """The row with the most known names; else the first that is wide enough and holds nothing but names."""
    hits = [sum(known(name) for name in _names(cells)) for cells in lines]
    if hits and (most := max(hits)) and most >= min(2, width):
        return hits.index(most)
    for at, cells in enumerate(lines):
        filled = [cell for cell in cells if not is_empty(cell)]
        wide = len(filled) >= max(min(2, width), 0.5 * width)
        if wide and all(map(_is_name, filled)) and len({*_names(cells)}) >= 0.6 * len(filled):
            return at
    return None


def _storeys(lines: Sequence[Cells], at: int, sheet: Sheet, known: Known) -> tuple[int, int]:
    """The first and the last row of the headings: a row of groups may stand above, one of parts below."""
    first = last = at
    while first and _groups(lines[first - 1], lines[first]):
        first -= 1
    deep = [span[1][0] for span in sheet.spread if first <= span[0][0] <= last and span[1][0] > last]
    if deep and max(deep) < len(lines) and max(deep) - first < 4 and any(map(_is_name, lines[max(deep)])):
        return first, max(deep)
    while last + 1 < len(lines) and last - first < 3 and _parts(lines[last], lines[last + 1]):
        last += 1
    return first, last


def _groups(above: Cells, below: Cells) -> bool:
    """Whether the upper row groups what the lower one names: the same names again, or names over several columns."""
    filled = [column for column, cell in enumerate(above) if not is_empty(cell)]
    if len(filled) < 2 or not all(_is_name(above[column]) for column in filled):
        return False
    same = any(column < len(below) and above[column] == below[column] for column in filled)
    gap = any(
        is_empty(cell) and column < len(below) and not is_empty(below[column]) for column, cell in enumerate(above)
    )
    return same or gap


def _parts(above: Cells, below: Cells) -> bool:
    """Whether the lower row names parts of the upper: names only, filling its gaps, under it only where they differ."""
    filled = [column for column, cell in enumerate(below) if not is_empty(cell)]
    if not filled or not all(_is_name(below[column]) for column in filled):
        return False
    if all(CODE.fullmatch(str(below[column])) for column in filled) and _same_width(above, filled):
        return True
    gaps = {
        column for column, cell in enumerate(above) if is_empty(cell) and any(not is_empty(c) for c in above[:column])
    }
    gaps |= set(range(len(above), len(below)))
    under = [column for column in filled if column not in gaps]
    fits = all(column + 1 in gaps or above[column] == below[column] for column in under)
    return bool(gaps & set(filled)) and fits


def _same_width(above: Cells, filled: list[int]) -> bool:
    """Names for a program under names for people."""
    named = [column for column, cell in enumerate(above) if not is_empty(cell)]
    return named == filled and not any(CODE.fullmatch(str(above[column])) for column in named)


def _joined(rows: Sequence[Cells], first: int, sheet: Sheet) -> tuple[Heading, ...]:
    """One name for each column, its storeys joined by a slash; a group's name reaches over its columns."""
    width = max(map(len, rows))
    spread = _reaching(rows, first, sheet)
    columns = []
    for column in range(width):
        storeys: list[str] = []
        for row, cells in enumerate(rows):
            cell = cells[column] if column < len(cells) else ""
            name = spread.get((row, column)) or (tidy(cell) if isinstance(cell, str) else str(cell))
            if name and name not in storeys:
                storeys.append(name)
        columns.append(Heading(column, "/".join(storeys)))
    while columns and not columns[-1].name:
        columns.pop()
    return tuple(columns)


def _reaching(rows: Sequence[Cells], first: int, sheet: Sheet) -> dict[tuple[int, int], str]:
    """The names that reach to the right: over merged cells, or over the gaps of an upper storey."""
    found: dict[tuple[int, int], str] = {}
    for (top, left), (_bottom, right) in sheet.spread:
        row = top - first
        if 0 <= row < len(rows) and left < len(rows[row]) and isinstance(rows[row][left], str):
            found |= {(row, column): tidy(str(rows[row][left])) for column in range(left, right + 1)}
    for row, cells in enumerate(rows[:-1] if not found else []):
        name = ""
        for column, cell in enumerate(cells):
            name = tidy(str(cell)) or name
            below = rows[row + 1][column] if column < len(rows[row + 1]) else ""
            if is_empty(cell) and name and not is_empty(below):
                found[row, column] = name
    return found


def _beside(cells: Cells) -> bool:
    """Whether a row under the headings only says units, or shows an example."""
    names = [folded(name) for name in _names(cells)]
    return bool(names) and (all(UNIT.fullmatch(name) for name in names) or bool(EXAMPLE.fullmatch(names[0])))
