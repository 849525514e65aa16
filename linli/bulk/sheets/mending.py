"""The error workbook: refused rows as they came, what is wrong beside them, to be mended there and sent again.

Two columns are added, which the matching of columns passes over: what to correct, cell by cell, and the id of the row.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from linli.ground.words import gettext_noop as _

from .cells import Complaint, address
from .headings import Heading, plain
from .tables import Row
from .workbook import HEAD, MARK, Workbook

WHAT_TO_CORRECT = _("What to correct")
ROW_ID = _("Row id")
# The two columns in either language, as they come back.
OURS = {"whattocorrect": WHAT_TO_CORRECT, "需要改正": WHAT_TO_CORRECT, "rowid": ROW_ID, "行标识": ROW_ID}
WIDTH, WIDTH_OF_WORDS = 16, 60

Tell = Callable[[Complaint], str]


class Refused(NamedTuple):
    """A row that was not taken, what is wrong in which column (None: in the row as a whole), and the row's id."""

    row: Row
    wrong: Sequence[tuple[int | None, Complaint]]
    row_id: str


def write_refused(
    path: Path,
    headings: Sequence[Heading],
    refused: Iterable[Refused],
    *,
    sheet: str,
    mark: str = "",
    tell: Tell = str,
    say: Callable[[str], str] = str,
) -> int:
    """The error workbook of these rows; returns how many. Addresses in it are its own: where to mend, not where it was.

    `tell` puts a complaint, `say` a heading into the reader's language.
    """
    width = max((heading.column for heading in headings), default=-1) + 1
    names = [""] * width
    for heading in headings:
        names[heading.column] = heading.name
    ours = [at for at, name in enumerate(names) if is_ours(name)]
    kept = [at for at in range(width) if at not in ours]
    widths = [WIDTH] * len(kept) + [WIDTH_OF_WORDS, WIDTH]
    with Workbook(path, sheet=sheet, widths=widths, frozen=2 if mark else 1) as book:
        if mark:
            book.write([mark], MARK)
        book.write([*(names[at] for at in kept), say(WHAT_TO_CORRECT), say(ROW_ID)], HEAD)
        above = book.rows
        for row, wrong, row_id in refused:
            said = "\n".join(_said(book.rows + 1, kept, column, complaint, tell) for column, complaint in wrong)
            book.write([*(row.at(at) for at in kept), said, row_id])
    return book.rows - above


def _said(number: int, kept: list[int], column: int | None, complaint: Complaint, tell: Tell) -> str:
    told = tell(complaint)
    return f"{address(number, kept.index(column))}: {told}" if column in kept and column is not None else told


def is_ours(heading: str) -> bool:
    """Whether a column was added by us.

    >>> is_ours("What to correct"), is_ours("行标识"), is_ours("姓名")
    (True, True, False)
    """
    return plain(heading) in OURS


def id_column(headings: Sequence[Heading]) -> int | None:
    """The column of row ids in a workbook that came back; None in any other."""
    return next((each.column for each in headings if OURS.get(plain(each.name)) == ROW_ID), None)
