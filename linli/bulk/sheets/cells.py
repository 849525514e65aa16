"""What stands in one cell: its address, what it holds, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any


@dataclass(frozen=True)
class Broken:
    """What a formula left instead of a value, as `#REF!`."""

    said: str

    def __str__(self) -> str:
        return self.said


Cell = str | int | float | bool | date | datetime | time | timedelta | Broken
Cells = list[Cell]


@dataclass(frozen=True)
class Complaint:
    """What is wrong with one cell or row: an English template and its facts. Never raised; never stops the rest.

    >>> str(Complaint("%(what)s is no day", {"what": "2024-02-30"}))
    '2024-02-30 is no day'
    """

    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words % self.facts


def letters(column: int) -> str:
    """The letters of a column, counted from 0.

    >>> letters(0), letters(25), letters(26), letters(255), letters(16383)
    ('A', 'Z', 'AA', 'IV', 'XFD')
    """
    found = ""
    column += 1
    while column:
        column, over = divmod(column - 1, 26)
        found = chr(65 + over) + found
    return found


def column_of(name: str) -> int:
    """The column that bears these letters, counted from 0.

    >>> column_of("A"), column_of("IV"), column_of("xfd")
    (0, 255, 16383)
    """
    column = 0
    for letter in name.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def address(row: int, column: int) -> str:
    """Where a cell stands, as people say it: rows from 1, columns from 0.

    >>> address(7, 1)
    'B7'
    """
    return f"{letters(column)}{row}"


def is_empty(cell: Cell) -> bool:
    """Whether there is nothing in it; spaces are nothing, 0 and no are something.

    >>> [is_empty(each) for each in ("", " \\u3000\\n", "0", 0, False)]
    [True, True, False, False, False]
    """
    return isinstance(cell, str) and not cell.strip()
