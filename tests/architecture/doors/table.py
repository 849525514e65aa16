"""The table as it is kept, tests/golden/doors.txt: read, and written again where it is told to."""

import re
from itertools import accumulate, pairwise, product

from tests.architecture.doors.cast import CAST, kinds
from tests.architecture.doors.samples import SAMPLES
from tests.conftest import GOLDEN

UNKNOWN = "?"  # of one of the cast who was not asked yet
WIDTHS = (22, 6, 30)  # of the door, the method, what is asked for


def row(*cells) -> str:
    """One line of the table."""
    widths = (*WIDTHS, *[8] * len(CAST))
    return "".join(str(cell).ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def head() -> str:
    """Which column is whose."""
    lines = [f"{number:>2}  {who}" for number, who in enumerate(CAST, 1)]
    shared = [f"    {slug}: also {', '.join(slugs[1:])}" for slug, slugs in kinds().items() if slugs[1:]]
    return "\n".join([*lines, *shared, "", row("door", "", "what is asked for", *range(1, len(CAST) + 1))])


def kept_lines() -> dict[tuple[str, str, str], dict[str, str]]:
    """The table as it is kept: by door, method and what is asked for, what each of the cast is answered.

    Whose a column is stands in its head, so that roles which come or go leave the answers of the others where they are.
    """
    above, _door, below = (GOLDEN / "doors.txt").read_text("utf-8").partition("\ndoor ")
    columns = re.findall(r"^ ?\d+  (.+)$", above, re.M)
    return {
        tuple(line[start:end].strip() for start, end in pairwise(accumulate(WIDTHS, initial=0))): {
            who: said
            for who, said in zip(columns, line[sum(WIDTHS) :].split(), strict=False)
            if who in CAST and said != UNKNOWN
        }
        for line in below.splitlines()[1:]
    }


def written(update) -> None:
    """These lines are put into the table, in order; those of doors that are gone leave it. With -n0: one at a time."""
    kept = kept_lines() | update
    lines = [head()]
    for sample, method in product(SAMPLES, ("GET", "POST")):
        told = kept.get((sample[0], method, sample[1]), {})
        lines.append(row(sample[0], method, sample[1], *(told.get(who, UNKNOWN) for who in CAST)))
    (GOLDEN / "doors.txt").write_text("\n".join(lines) + "\n", "utf-8")
