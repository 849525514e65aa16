"""Division-code tables (区划代码表) as people bring them: codes and names, checked line by line. No database.

Two shapes are known. A chain has pairs of columns, one for each level (`district_code, district, street_code, …`
or 区县代码, 区县, …); a list has one code and one name a line. UTF-8 with or without a mark, or GB 18030; gz or not.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from linli.ground.refusals import Malformed, Refusal
from linli.ground.words import gettext_noop as _

from . import codes

LONGEST_NAME = 60
MOST_MB = 256
CODE_HEADINGS = (
    "ext_id",
    "code",
    "adcode",
    "区划代码",
    "行政区划代码",
    "统计用区划代码",
    "统计代码",
    "代码",
    "编码",
)
NAME_HEADINGS = ("ext_name", "name", "区划名称", "行政区划名称", "单位名称", "名称", "地名")
CODE_ENDINGS = ("_code", "代码", "编码")
NAME_ENDINGS = ("", "_name", "名称", "名")


class NotATable(Malformed):
    """A file that is not the table it should be."""

    code = "area.not-a-table"
    words = _("Line %(line)s of the code table cannot be taken: %(why)s (%(what)s).")
    next_step = _("Correct the table and send it again. Nothing was written.")


class GivenTwice(Refusal):
    """One code stands for two names, or stands twice."""

    code, status = "area.given-twice", 422
    words = _("The table gives a code more than once (line: code name): %(lines)s.")
    next_step = _("Keep one line for each code. Nothing was written.")


class Line(NamedTuple):
    """An area as one line of a table has it."""

    number: int
    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.number}: {self.code} {self.name}"


@dataclass(frozen=True)
class Table:
    """What a file says: each code once, in order of code; and every pair of lines that disagree."""

    areas: dict[str, Line]
    clashing: tuple[tuple[Line, Line], ...] = ()

    def must_be_single(self) -> None:
        """Refuses a table in which a code stands twice."""
        if self.clashing:
            raise GivenTwice(lines=listed([line for pair in self.clashing for line in pair]))


def listed(lines: list[Line], most: int = 12) -> str:
    """Some lines for a sentence, and how many more there are.

    >>> listed([Line(2, "50", "重庆市"), Line(9, "50", "渝")], most=1)
    '2: 50 重庆市 … +1'
    """
    shown = "; ".join(str(line) for line in lines[:most])
    return f"{shown} … +{len(lines) - most}" if len(lines) > most else shown


def read(content: bytes) -> Table:
    """The areas of a table. Refuses what is no table, no code or no name, with the line; keeps clashes to be shown.

    >>> table = read("区划代码,名称\\n500101000000,万州区\\n".encode("gb18030"))
    >>> [str(line) for line in table.areas.values()]
    ['2: 500101 万州区']
    """
    rows = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    heading = [cell.strip().lower() for cell in next(rows, [])]
    columns = _columns(heading)
    found: dict[str, Line] = {}
    clashing = []
    for last, line in _lines(rows, columns):
        before = found.setdefault(line.code, line)
        if before is not line and (last or before.name != line.name):
            clashing.append((before, line))
    if not found:
        raise NotATable(line=2, why=_("it holds no areas"), what="")
    return Table(dict(sorted(found.items())), tuple(clashing))


def _text(content: bytes) -> str:
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(content)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            broken = error
    line = content[: broken.start].count(b"\n") + 1
    raise NotATable(line=line, why=_("it is neither UTF-8 nor GB 18030"), what=f"{content[broken.start]:#04x}")


def _unpacked(content: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as file:
            text = file.read(MOST_MB * 1_000_000 + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise NotATable(line=1, why=_("the gz file is damaged"), what=error) from error
    if len(text) > MOST_MB * 1_000_000:
        raise NotATable(line=1, why=_("it is too large"), what=f"> {MOST_MB} MB")
    return text


def _columns(heading: list[str]) -> list[tuple[int, int]]:
    """Pairs of places of a code and its name, the highest level first."""
    chain = [
        (place, heading.index(stem + ending))
        for place, word in enumerate(heading)
        for code_ending in CODE_ENDINGS
        if word.endswith(code_ending) and (stem := word.removesuffix(code_ending))
        for ending in NAME_ENDINGS
        if stem + ending in heading
    ]
    if chain:
        return chain
    code = next((heading.index(word) for word in CODE_HEADINGS if word in heading), None)
    name = next((heading.index(word) for word in NAME_HEADINGS if word in heading), None)
    if code is None or name is None:
        raise NotATable(line=1, why=_("no heading names a code and a name"), what=", ".join(heading)[:80])
    return [(code, name)]


def _lines(rows: Any, columns: list[tuple[int, int]]) -> Iterator[tuple[bool, Line]]:
    """Every area of every line, and whether it is the one the line is about."""
    widest = max(max(pair) for pair in columns)
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                if len(row) <= widest:
                    raise NotATable(line=rows.line_num, why=_("it has too few columns"), what=len(row))
                chain = list(_chain(row, columns, rows.line_num))
                yield from ((line is chain[-1], line) for line in chain)
    except csv.Error as error:
        raise NotATable(line=rows.line_num, why=_("it is not CSV"), what=error) from error


def _chain(row: list[str], columns: list[tuple[int, int]], number: int) -> Iterator[Line]:
    above = ""
    for code_at, name_at in columns:
        code, name = row[code_at].strip(), row[name_at].strip()
        if code or name:
            line = _line(number, code, name)
            if not codes.contains(above, line.code) or line.code == above:
                raise NotATable(line=number, why=_("a code does not lie in the one before it"), what=f"{above} {code}")
            above = line.code
            yield line


def _line(number: int, code: str, name: str) -> Line:
    try:
        known = codes.read(code)
    except codes.NotACode as error:
        raise NotATable(line=number, why=_("this is not an area code"), what=code or "–") from error
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotATable(line=number, why=_("a name has 1 to 60 signs"), what=name[:80] or "–")
    return Line(number, known, name)
