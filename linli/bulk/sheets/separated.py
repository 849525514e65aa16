"""Text tables (CSV, TSV): their encoding, their separator, their rows, each as far as it is needed."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .refusals import Damaged, NotText, OfNoKind, QuoteLeftOpen, TooManyColumns, TooManyRows
from .scanning import Limits, letters

CHUNK = 1 << 20
SEPARATORS = ",\t;|，"
MARKS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
MOST_LINES = 200  # in one cell; more means a quotation mark was left open
GUARDED = re.compile(r"'(?=[=+\-@\t\r'])")
AS_TEXT = re.compile(r'="([^"]*)"')


def encoding_of(path: Path) -> str:
    """The encoding a text file is wholly valid in: UTF-8, GB 18030 or UTF-16. Refuses what is none of them."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            _reaches(path, encoding)
            return encoding
    if b"\0" in head:
        encoding = "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"
        if head.count(0) < len(head) // 20:
            raise OfNoKind
        _reaches(path, encoding)
        return encoding
    as_utf8 = _valid_until(path, "utf-8")
    if as_utf8 is None:
        return "utf-8"
    if as_utf8 >= path.stat().st_size - 3 and not _ascii(path, as_utf8):
        raise Damaged(why="UTF-8")
    as_gb = _valid_until(path, "gb18030")
    if as_gb is None:
        return "gb18030"
    raise _broken(path, max(as_utf8, as_gb))


def _ascii(path: Path, until: int) -> bool:
    with path.open("rb") as file:
        return file.read(min(until, CHUNK)).isascii()


def _reaches(path: Path, encoding: str) -> None:
    until = _valid_until(path, encoding)
    if until is not None:
        raise _broken(path, until)


def _valid_until(path: Path, encoding: str) -> int | None:
    """The byte at which the file stops being of this encoding; None if it never does."""
    decoder = codecs.getincrementaldecoder(encoding)()
    place = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return place - held + error.start
            place += len(chunk)
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return place - 1
    return None


def _broken(path: Path, place: int) -> NotText | Damaged:
    if place >= path.stat().st_size - 3:
        return Damaged(why="CSV")
    with path.open("rb") as file:
        return NotText(line=file.read(place).count(b"\n") + 1)


class TextRows:
    """The rows of a text table, read as they are asked for, as often as they are asked for."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits, self.encoding = path, limits, encoding_of(path)
        with self.path.open(encoding=self.encoding, newline="") as file:
            head = file.read(1 << 16)
        told = re.match(r"sep=(.)\r?\n", head)
        self.skipped = 1 if told else 0
        self.separator = told[1] if told else separator_of(head)

    def __iter__(self) -> Iterator[list[str]]:
        lines: list[str] = []
        with self.path.open(encoding=self.encoding, newline="") as file:
            for _line in range(self.skipped):
                file.readline()
            rows = csv.reader(_noted(file, lines), delimiter=self.separator)
            number = 0
            try:
                for number, row in enumerate(rows, 1):
                    self._check(number, row, lines)
                    guarded = any("'" in line or '="' in line for line in lines)
                    lines.clear()
                    yield [unguarded(cell) for cell in row] if guarded else row
            except csv.Error as error:
                raise QuoteLeftOpen(row=number + 1) from error

    def _check(self, number: int, row: list[str], lines: list[str]) -> None:
        if number > self.limits.rows:
            raise TooManyRows(rows=f"{number:,}", limit=f"{self.limits.rows:,}")
        if len(row) > self.limits.columns and any(cell.strip() for cell in row[self.limits.columns :]):
            raise TooManyColumns(column=letters(len(row) - 1), limit=self.limits.columns)
        if len(lines) > MOST_LINES or (len(lines) > 1 and sum(line.count('"') for line in lines) % 2):
            raise QuoteLeftOpen(row=number)


def _noted(file: Iterator[str], lines: list[str]) -> Iterator[str]:
    """The same lines, each noted: so that one row of many lines is seen."""
    for line in file:
        lines.append(line)
        yield line


def unguarded(cell: str) -> str:
    r"""A cell without what keeps a program from reading it as a formula or a number.

    >>> unguarded('="0012"'), unguarded("'=1+1"), unguarded("''a"), unguarded("'a")
    ('0012', '=1+1', "'a", "'a")
    """
    if cell.startswith("'") and GUARDED.match(cell):
        return cell[1:]
    if cell.startswith('="') and (told := AS_TEXT.fullmatch(cell)):
        return told[1]
    return cell


def separator_of(head: str) -> str:
    r"""The sign that cuts most rows into the same number of cells, of some kinds; a comma where none does.

    >>> separator_of("a\tb,c\td\n1\t2\t3\n"), separator_of("a;b\n1,5;2\n"), separator_of("one\ntwo\n")
    ('\t', ';', ',')
    """
    best, most = ",", 0.0
    for sign in SEPARATORS:
        rows = csv.reader(head.splitlines(keepends=True)[:50], delimiter=sign)
        widths = Counter(len(row) for row in rows if row)
        width, times = max(widths.items(), key=lambda found: (found[0] > 1) * found[1], default=(1, 0))
        score = times / max(widths.total(), 1) * min(width, 6) if width > 1 else 0.0
        if score > most:
            best, most = sign, score
    return best
