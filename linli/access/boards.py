"""Boards (板块): four in a township, eight at a district centre, and which of the eight are seen on which of the four.

Dated data with a source, in data/boards.toml.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from linli.areas import codes


@dataclass(frozen=True)
class Board:
    """One board of one level. `maps_to` is the township board on which a district board is seen."""

    slug: str
    name: str
    english: str
    level: str
    since: date
    source: str
    maps_to: str = ""
    status: str = ""

    @property
    def called(self) -> str:
        """Its name in the reader's language."""
        return self.name if str(get_language()).startswith("zh") else self.english


@cache
def boards() -> dict[str, Board]:
    """Every board, by slug."""
    listed = tomllib.loads((Path(__file__).parent / "data" / "boards.toml").read_text("utf-8"))["boards"]
    return {row["slug"]: Board(**row) for row in listed}


def of_level(level: str) -> list[Board]:
    """The boards of a level, in their order.

    >>> [board.slug for board in of_level("township")]
    ['party', 'economy', 'livelihood', 'safety']
    """
    return [board for board in boards().values() if board.level == level]


def for_area(code: str) -> list[Board]:
    """The boards a post at an area may stand on: the four at a township and below it, the eight above.

    >>> len(for_area("500199001001")), len(for_area("500199")), len(for_area(""))
    (4, 8, 12)
    """
    if not code:
        return list(boards().values())
    return of_level("township" if codes.level_of(code) >= codes.Level.TOWNSHIP else "district")


def in_township(slug: str) -> str:
    """The township board on which a board is seen.

    >>> in_township("emergency"), in_township("safety")
    ('safety', 'safety')
    """
    board = boards()[slug]
    return board.maps_to or board.slug
