"""All standing areas in memory, made anew for each edition: the tree, the search, the boxes around boundaries.

74,000 areas (all of Chongqing with its grids) take some 20 MB and half a second; every question after that is
answered without reading the database.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice

import numpy as np

from linli.language.folding import as_typed
from linli.language.sounds import joined

from . import codes
from .codes import Level
from .models import Area, Boundary

FEW = 200  # so many hits are looked at one by one
UNLIKE = 3

Row = tuple[str, str, str, str]  # code, name, pinyin, initials


@dataclass(frozen=True)
class Found:
    """An area that a search found; `place` names the areas above it."""

    code: str
    name: str
    level: Level
    place: str


@dataclass(frozen=True)
class Named:
    """An area above another."""

    code: str
    name: str
    level: Level


@dataclass(frozen=True)
class Branch:
    """An area in the tree, and how many areas of each level lie in it."""

    code: str
    name: str
    level: Level
    below: dict[Level, int] = field(default_factory=dict)


def _range_in(column: list[str], code: str) -> tuple[int, int]:
    """Where what is at or below a code lies in a column of codes in order."""
    bounds = codes.inside(code, field="")
    first = bisect_left(column, bounds["__gte"]) if bounds else 0
    return first, bisect_left(column, bounds["__lt"]) if "__lt" in bounds else len(column)


def inside(column: list[str], code: str) -> list[str]:
    """What is at or below a code in a column of codes in order; all of it for the empty code.

    >>> inside(["500101", "500101001", "500102"], "500101")
    ['500101', '500101001']
    """
    first, last = _range_in(column, code)
    return column[first:last]


class Directory:
    """What stands, by code. Pure: it is given its rows, in order of code.

    >>> book = Directory([("50", "重庆市", "chong qing shi", "cqs"), ("500101", "万州区", "wan zhou qu", "wzq")])
    >>> [found.name for found in book.search("zhou")], [found.place for found in book.search("万州")]
    (['万州区'], ['重庆市'])
    """

    def __init__(self, rows: list[Row]) -> None:
        self.names = {code: name for code, name, _, _ in rows}
        self.codes = {level: [row[0] for row in rows if len(row[0]) == width] for level, width in codes.WIDTHS.items()}
        self._order = list(self.names)
        self._rows = rows

    def above(self, code: str) -> list[str]:
        """The codes of the areas that stand above a code, from the top."""
        return [above for above in codes.ancestors(code) if above in self.names]

    def span(self, level: Level, code: str) -> tuple[int, int]:
        """Where the areas of a level within a code lie in `self.codes[level]`."""
        return _range_in(self.codes[level], code)

    def branch(self, code: str) -> Branch:
        """An area with the counts of what lies in it."""
        level = codes.level_of(code)
        spans = {deeper: self.span(deeper, code) for deeper in Level if deeper > level}
        below = {deeper: last - first for deeper, (first, last) in spans.items() if last > first}
        return Branch(code, self.names[code], level, below)

    def children(self, code: str) -> list[Branch]:
        """The areas directly below a code, levels that are not there skipped; the roots for the empty code."""
        place, last = self._range(code)
        place += code in self.names
        found = []
        while place < last:  # codes in order are the tree in order: after a child, skip all that lies in it
            found.append(self.branch(self._order[place]))
            place = self._range(self._order[place])[1]
        return found

    def _range(self, code: str) -> tuple[int, int]:
        return _range_in(self._order, code)

    @cached_property
    def _pages(self) -> dict[Level, "_Page"]:
        return {level: _Page([row for row in self._rows if len(row[0]) == codes.WIDTHS[level]]) for level in Level}

    def search(self, words: str, within: str = "", limit: int = 20) -> list[Found]:
        """Areas whose name, pinyin, initials or code fit, best first: whole, beginning, inside; then from the top."""
        typed = as_typed(words)
        if not typed:
            return []
        found = self._few(typed, within)
        if found is None:
            found = list(islice(self._many(typed, within), limit))
        return [self._found(code) for code in found[:limit]]

    def _few(self, typed: str, within: str) -> list[str] | None:
        """All that fit, best first, found in one reading; None where there are too many to look at each."""
        hits: dict[str, int] = {}
        for level in Level:
            page = self._pages[level]
            for line in page.lines(typed, typed, *self.span(level, within)):
                hits.setdefault(page.code(line), page.rank(line, typed))
                if len(hits) > FEW:
                    return None
        return sorted((code for code in hits if hits[code] < UNLIKE), key=lambda code: (hits[code], len(code), code))

    def _many(self, typed: str, within: str) -> Iterator[str]:
        """Those that fit, best first, found in one reading for each way to fit; stops when enough were taken."""
        seen: set[str] = set()
        for way, asked in enumerate((f"\t{typed}\t", f"\t{typed}", typed)):
            for level in Level:
                page = self._pages[level]
                for line in page.lines(asked, typed, *self.span(level, within)):
                    if page.code(line) not in seen and page.rank(line, typed) <= way:
                        seen.add(page.code(line))
                        yield page.code(line)

    def _found(self, code: str) -> Found:
        place = " ".join(self.names[above] for above in self.above(code))
        return Found(code, self.names[code], codes.level_of(code), place)


class _Page:
    """The areas of one level as long texts, in which a word is found as fast as memory can be read."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self._names = _Text([f"\t{name.lower()}\t\n" for _, name, _, _ in rows])
        self._sounds = _Text([f"\t{joined(said)}\t{short}\t{code}\t\n" for code, _, said, short in rows])

    def code(self, line: int) -> str:
        """The code of a line."""
        return self._rows[line][0]

    def lines(self, asked: str, typed: str, first: int, last: int) -> Iterator[int]:
        """The lines from first to last that hold what is asked; one may come twice."""
        if typed.isascii():
            yield from self._sounds.lines(asked, first, last)
        yield from self._names.lines(asked, first, last)

    def rank(self, line: int, typed: str) -> int:
        """How well a line fits: whole, beginning, inside a name or from a syllable on; else not ('ang' is anywhere)."""
        code, name, sounds, short = self._rows[line]
        fields = (name.lower(), joined(sounds), short, code)
        if typed in fields:
            return 0
        if any(each.startswith(typed) for each in fields):
            return 1
        syllables = sounds.split()
        from_syllable = any("".join(syllables[first:]).startswith(typed) for first in range(1, len(syllables)))
        return 2 if typed in fields[0] or from_syllable else UNLIKE


class _Text:
    """Lines as one text."""

    def __init__(self, lines: list[str]) -> None:
        self._text = "".join(lines)
        self._starts = [0, *accumulate(map(len, lines))]

    def lines(self, word: str, first: int, last: int) -> Iterator[int]:
        """The lines from first to last that hold a word, once each."""
        place, end = self._starts[first], self._starts[last]
        while (place := self._text.find(word, place, end)) >= 0:
            line = bisect_right(self._starts, place) - 1
            place = self._starts[line + 1]
            yield line


@dataclass(frozen=True)
class Boxes:
    """The box around each standing boundary, and whose it is."""

    boundary: np.ndarray
    level: np.ndarray
    west: np.ndarray
    south: np.ndarray
    east: np.ndarray
    north: np.ndarray

    def around(self, lon: float, lat: float) -> list[int]:
        """The boundaries whose box holds a point, the deepest areas first."""
        hit = (self.west <= lon) & (self.east >= lon) & (self.south <= lat) & (self.north >= lat)
        places = np.flatnonzero(hit)
        return self.boundary[places[np.argsort(-self.level[places], kind="stable")]].tolist()


def read_directory() -> Directory:
    """From the database, as it stands."""
    return Directory(list(Area.objects.standing().order_by("code").values_list("code", "name", "pinyin", "initials")))


def read_boxes() -> Boxes:
    """From the database, as it stands; areas in order of code."""
    rows = Boundary.objects.filter(until=None, area__until=None).order_by("area__code")
    columns = list(zip(*rows.values_list("id", "area__level", "west", "south", "east", "north"), strict=True))
    boundary, level, *sides = columns or [()] * 6
    return Boxes(np.array(boundary, dtype=np.int64), np.array(level, dtype=np.int64), *(np.array(s) for s in sides))
