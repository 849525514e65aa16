"""A look through the XML of a sheet before it is read: how far it reaches, where formulas left nothing.

The reader lays a sheet out in memory as far as its last filled cell, so two cells far apart would cost gigabytes.
Nothing is built in memory here, and what is written oddly is looked at tag by tag.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from linli.ground.refusals import Refusal

from .cells import column_of, letters
from .refusals import Damaged, TooManyCells, TooManyColumns, TooManyRows, UnpacksTooLarge

MOST_ADDRESSES = 10_000
MOST_ROW_BYTES = 64 << 20
FEW_ROWS = 100_000  # below it, a cell that lies about its row costs less than the limit of cells


@dataclass(frozen=True)
class Limits:
    """How much of a file is taken. The usual ones hold a full sheet of Excel, 25 columns wide."""

    file_mb: int = 200
    unpacked_mb: int = 2_000
    part_mb: int = 400  # what is not a sheet: shared strings, styles
    rows: int = 1_048_576
    columns: int = 256
    cells: int = 1_048_576 * 25


@dataclass
class Scan:
    """What was seen in one sheet. Addresses are of the first few thousand; the counts are whole."""

    rows: int = 0
    columns: int = 0
    without_value: int = 0
    first_without_value: str = ""
    broken: dict[str, str] = field(default_factory=dict)
    trouble: Refusal | None = None

    def reach(self, row: int, column: int) -> None:
        """There is something in this cell (both from 1)."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)


class _Patterns:
    """What is looked for, with the prefix (`x:`) this file writes before its names."""

    def __init__(self, head: bytes) -> None:
        found = re.search(rb"<(\w+:)?worksheet\b", head)
        p = (found and found[1]) or b""
        cell = rb"<%bc\b(?:[^>]*?\sr=[\"']([A-Z]+[0-9]+)[\"'])?[^>]*(?<!/)>" % p
        formula = rb"<%bf\b(?:[^>]*/>|[^>]*>[^<]*</%bf>)\s*" % (p, p)
        nothing = rb"(?:<%bv\s*/>|<%bv[^>]*></%bv>)?\s*</%bc>" % (p, p, p, p)
        self.name, self.opening, self.plain = b"<%bc" % p, b"<%brow" % p, b'<%bc r="' % p
        self.formula = b"<%bf" % p
        self.address = re.compile(rb'<%bc r="([A-Z]+)([0-9]+)"[^>]*(?<!/)>' % p)
        self.digits = re.compile(rb'<%bc r="([A-Z]+)([0-9]+)' % p)
        self.far = re.compile(rb'<%bc r="[A-Z]+[0-9]{6}' % p)
        self.tag = re.compile(rb"<%b(row|c)\b([^>]*)>" % p)
        self.bare = re.compile(cell + rb"\s*" + formula + nothing)
        self.broken = re.compile(cell + rb"\s*(?:" + formula + rb")?<%bv[^>]*>(#[^<]*)" % p)
        self.prefix = p
        self.wider = self.wider_than(0)

    def wider_than(self, columns: int) -> re.Pattern[bytes]:
        """A filled cell to the right of so many columns."""
        last = letters(columns - 1).encode() if columns else b""
        ways = [b"[A-Z]{%d,}" % (len(last) + 1)]
        for place, letter in enumerate(last):
            if letter < ord("Z"):
                ways.append(last[:place] + b"[%c-Z]" % (letter + 1) + b"[A-Z]" * (len(last) - place - 1))
        return re.compile(rb'<%bc r="(?:%b)[0-9]+"[^>]*(?<!/)>' % (self.prefix, b"|".join(ways)))


def scan(chunks: Iterator[bytes], limits: Limits) -> Scan:
    """What the XML of a sheet holds, in constant memory. That it is too large is noted as its trouble, not refused."""
    seen = Scan()
    patterns = None
    for piece in _whole_rows(chunks):
        if b"\0" in piece:
            raise Damaged(why="UTF-16")
        patterns = patterns or _Patterns(piece[:4096])
        _reach(piece, patterns, seen)
        _formulas(piece, patterns, seen)
        seen.trouble = too_large(seen.rows, seen.columns, limits)
        if seen.trouble:
            break
    return seen


def too_large(rows: int, columns: int, limits: Limits) -> Refusal | None:
    """The refusal of a table that reaches so far, if it is one."""
    if rows > limits.rows:
        return TooManyRows(rows=f"{rows:,}", limit=f"{limits.rows:,}")
    if columns > limits.columns:
        return TooManyColumns(column=letters(columns - 1), limit=limits.columns)
    if rows * columns > limits.cells:
        return TooManyCells(rows=f"{rows:,}", columns=columns)
    return None


def _whole_rows(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut before a row, so that none is cut through."""
    held = b""
    opening = b""
    for chunk in chunks:
        held += chunk
        opening = opening or _Patterns(held[:4096]).opening
        cut = held.rfind(opening)
        if cut > 0:
            yield held[:cut]
            held = held[cut:]
        if len(held) > MOST_ROW_BYTES:
            raise UnpacksTooLarge(limit=MOST_ROW_BYTES >> 20)
    yield held


def _reach(piece: bytes, patterns: _Patterns, seen: Scan) -> None:
    """How far filled cells reach: by a few searches where cells are written as everybody does, else exactly."""
    if piece.count(patterns.name) != piece.count(patterns.plain):
        _tag_by_tag(piece, patterns, seen)
    elif seen.rows >= FEW_ROWS or patterns.far.search(piece):
        for column, row in set(patterns.address.findall(piece)):
            seen.reach(int(row), column_of(column.decode()) + 1)
    elif filled := patterns.address.search(piece):
        last = patterns.digits.search(piece, piece.rfind(patterns.plain)) or filled
        seen.reach(int(last[2]), 1)
        while wider := patterns.wider.search(piece):
            beyond = {column for column, _row in patterns.address.findall(piece, wider.start())}
            seen.reach(1, max(column_of(column.decode()) + 1 for column in beyond))
            patterns.wider = patterns.wider_than(seen.columns)


def _tag_by_tag(piece: bytes, patterns: _Patterns, seen: Scan) -> None:
    """Cells may leave out where they stand: then it is one to the right of the last."""
    row, column = seen.rows, 0
    for tag in patterns.tag.finditer(piece):
        told = re.search(rb"\sr\s*=\s*[\"']([A-Z]*)([0-9]+)[\"']", tag[2])
        if tag[1] == b"row":
            row, column = int(told[2]) if told else row + 1, 0
            continue
        column = column_of(told[1].decode()) + 1 if told and told[1] else column + 1
        if not tag[2].endswith(b"/"):
            seen.reach(int(told[2]) if told else row, column)


def _formulas(piece: bytes, patterns: _Patterns, seen: Scan) -> None:
    """Formulas without a value, and errors they left."""
    if patterns.formula in piece:
        for match in patterns.bare.finditer(piece):
            seen.without_value += 1
            seen.first_without_value = seen.first_without_value or (match[1] or b"?").decode()
    if b't="e"' in piece:
        for match in patterns.broken.finditer(piece):
            if match[1] and len(seen.broken) < MOST_ADDRESSES and b'="e"' in match[0]:
                seen.broken[match[1].decode()] = match[2].decode("utf-8", "replace")[:20]
