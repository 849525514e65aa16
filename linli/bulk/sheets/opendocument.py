"""A look through the content of an ODS file before it is read: how far its tables reach, with all that is repeated."""

from collections.abc import Iterator
from xml.parsers import expat

from .refusals import Damaged
from .scanning import Limits, Scan, too_large

TABLE, ROW, CELLS = "table:table", "table:table-row", ("table:table-cell", "table:covered-table-cell")


class _Walk:
    """Where the parser is: which table, row and column, and whether the cell holds something."""

    def __init__(self) -> None:
        self.scans: dict[str, Scan] = {}
        self.here = Scan()
        self.row = self.column = self.rows = self.cells = 0
        self.filled = self.reached = 0

    def start(self, name: str, told: dict[str, str]) -> None:
        if name == TABLE:
            self.here = self.scans[told.get("table:name", "")] = Scan()
            self.row = 0
        elif name == ROW:
            self.rows = int(told.get("table:number-rows-repeated", 1))
            self.column = self.reached = 0
        elif name in CELLS:
            self.cells = int(told.get("table:number-columns-repeated", 1))
            self.filled = int("office:value-type" in told)
            if "table:formula" in told and not self.filled:
                self.here.without_value += 1
        elif name == "text:p":
            self.filled = 1

    def end(self, name: str) -> None:
        if name in CELLS:
            self.column += self.cells
            self.reached = self.column if self.filled else self.reached
        elif name == ROW:
            self.row += self.rows
            if self.reached:
                self.here.reach(self.row, self.reached)


def scan(chunks: Iterator[bytes], limits: Limits) -> dict[str, Scan]:
    """What each table holds, by name. That one is too large is noted as its trouble, not refused."""
    walk = _Walk()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.StartDoctypeDeclHandler = _no_entities
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise Damaged(why="content.xml") from error
    for found in walk.scans.values():
        found.trouble = too_large(found.rows, found.columns, limits)
    return walk.scans


def _no_entities(*_told: object) -> None:
    raise Damaged(why="DOCTYPE")
