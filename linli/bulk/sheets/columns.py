"""Which column holds what: by its heading, by the shape of its values, by what was settled last time.

What is proposed comes with how sure it is and why. Where two answers are about as good, neither is chosen and both
are shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from linli.ground.words import gettext_noop as _
from linli.language.likeness import likeness

from .cells import Cell, Complaint, is_empty
from .headings import Heading, plain
from .mending import is_ours
from .shapes import SHAPES, Shape, share
from .tables import Row

SURE, WORTH_SHOWING, APART = 0.6, 0.35, 0.06
# How much the shape of values alone says: hardly anything else has the check sign of an ID number.
TELLING = {
    "citizen": 0.7,
    "credit": 0.7,
    "mobile": 0.65,
    "nation": 0.65,
    "kin": 0.65,
    "married": 0.65,
    "sex": 0.6,
    "schooling": 0.6,
    "party": 0.6,
    "day": 0.5,
    "room": 0.5,
    "person": 0.45,
    "address": 0.45,
    "firm": 0.45,
    "number": 0.2,
}
FITS, STRANGE, ENOUGH = 0.8, 0.2, 5
# Someone beside the one a row is of: what is said of them is not said of that one.
OTHERS = ("紧急联系人", "监护人", "产权人", "房东", "代理人", "介绍人", "emergency contact", "guardian")
MOST_REMEMBERED = 1 << 15

REMEMBERED = _("as it was settled last time")
SAME_NAME = _("the heading says so")
LIKE_NAME = _("the heading is much like it")
BY_VALUES = _("the values look like it")
NAME_AND_VALUES = _("heading and values fit")
VALUES_DIFFER = _("the heading says so, but the values look different")
MOVED_RIGHT = _("the cells from %(address)s on seem to stand one column too far to the right")
MOVED_LEFT = _("the cells from %(address)s on seem to stand one column too far to the left")


@dataclass(frozen=True)
class Wanted:
    """Something looked for: its name, the headings it goes by in either language, and the shape of its values."""

    name: str
    headings: tuple[str, ...]
    shape: str = ""
    needed: bool = False

    def fits(self) -> Shape | None:
        """The test of its shape, where it has one."""
        return SHAPES.get(self.shape)


@dataclass(frozen=True)
class Match:
    """One thing looked for and a column that may hold it."""

    wanted: str
    column: int
    confidence: float
    why: str


@dataclass(frozen=True)
class Matching:
    """What was found, what is unsure with its candidates, and the columns nobody asked for."""

    found: dict[str, Match]
    unsure: dict[str, tuple[Match, ...]]
    left: tuple[Heading, ...]
    missing: tuple[str, ...] = field(default=())

    def columns(self) -> dict[str, int]:
        """The column of everything that was found."""
        return {name: match.column for name, match in self.found.items()}


def match(
    wanted: Sequence[Wanted],
    headings: Sequence[Heading],
    sample: Sequence[Row] = (),
    remembered: Mapping[str, str] | None = None,
) -> Matching:
    """A column for each thing that is wanted, or its candidates. `remembered` says of headings what they were."""
    known = remembered or {}
    keys = memory_keys(headings)
    settled = [
        Match(known[keys[at]], h.column, 1.0, REMEMBERED) for at, h in enumerate(headings) if known.get(keys[at])
    ]
    put_aside = {h.column for at, h in enumerate(headings) if keys[at] in known}
    names = {each.wanted for each in settled}
    pairs = [
        found
        for each in wanted
        for heading in headings
        if each.name not in names and heading.column not in put_aside
        if not _apart(heading) and not _of_another(heading)
        if (found := _pair(each, heading, sample)) and found.confidence >= WORTH_SHOWING
    ]
    chosen = _assigned(pairs, {each.wanted: each for each in settled if each.wanted in {w.name for w in wanted}})
    return _told(wanted, headings, pairs, chosen)


def _apart(heading: Heading) -> bool:
    """Whether a column is no content: it numbers the rows, or we added it."""
    return heading.is_sequence or is_ours(heading.name)


def _of_another(heading: Heading) -> bool:
    """Whether a column speaks of someone beside the one a row is of.

    >>> _of_another(Heading(3, "紧急联系人电话")), _of_another(Heading(3, "联系电话"))
    (True, False)
    """
    return any(plain(other) in plain(heading.name) for other in OTHERS)


def _told(
    wanted: Sequence[Wanted], headings: Sequence[Heading], pairs: list[Match], chosen: dict[str, Match]
) -> Matching:
    taken = {each.column for each in chosen.values()}
    unsure = {}
    for each in wanted:
        free = [pair for pair in pairs if pair.wanted == each.name and pair.column not in taken]
        if each.name not in chosen and free:
            unsure[each.name] = tuple(sorted(free, key=lambda pair: -pair.confidence)[:5])
    missing = tuple(each.name for each in wanted if each.needed and each.name not in chosen)
    left = tuple(each for each in headings if each.column not in taken and not _apart(each))
    return Matching({each.name: chosen[each.name] for each in wanted if each.name in chosen}, unsure, left, missing)


def _pair(wanted: Wanted, heading: Heading, sample: Sequence[Row]) -> Match | None:
    """How well a column fits: its heading first, then its values for or against it."""
    named = _named(wanted, heading.name)
    fits = wanted.fits()
    cells = [row.at(heading.column) for row in sample]
    filled = sum(not is_empty(cell) for cell in cells)
    if not fits or not filled:
        return Match(wanted.name, heading.column, named, SAME_NAME if named > 0.9 else LIKE_NAME) if named else None
    part = share(fits, cells)
    if part >= FITS:
        alone = TELLING.get(wanted.shape, 0.0) * part
        sure = max(alone, min(1.0, named + 0.12)) if named else alone
        return Match(wanted.name, heading.column, sure, NAME_AND_VALUES if named else BY_VALUES)
    if part < STRANGE and filled >= ENOUGH and TELLING.get(wanted.shape, 0) >= 0.5:
        return Match(wanted.name, heading.column, named - 0.35, VALUES_DIFFER) if named else None
    return Match(wanted.name, heading.column, named, SAME_NAME if named > 0.9 else LIKE_NAME) if named else None


def _named(wanted: Wanted, heading: str) -> float:
    """How well a heading fits one of the names a thing goes by: 0.95 for the same, down to nothing.

    >>> phone = Wanted("phone", ("手机", "联系电话", "mobile phone"))
    >>> [round(_named(phone, each), 2) for each in ("联系 电话*", "联系方式/手机", "联系电话号码", "住址")]
    [0.95, 0.8, 0.75, 0.0]
    """
    said = plain(heading)
    if not said:
        return 0.0
    names = [plain(name) for name in wanted.headings]
    storeys = said.split("/")
    if said in names or "".join(storeys) in names:
        return 0.95
    if storeys[-1] in names:
        return 0.8
    return max((_like(name, storey) for name in names for storey in {said, storeys[-1]}), default=0.0)


def _like(name: str, said: str) -> float:
    """Near names: one within the other, or nearly the same signs."""
    shorter, longer = sorted((name, said), key=len)
    if len(shorter) >= 2 and shorter in longer:
        return 0.55 + 0.3 * len(shorter) / len(longer)
    if len(shorter) < 3:
        return 0.0
    first, second = ({word[at : at + 2] for at in range(len(word) - 1)} for word in (name, said))
    dice = 2 * len(first & second) / (len(first) + len(second))
    near = max(dice, likeness(name, said))
    return 0.75 * near if near >= 0.5 else 0.0


def _assigned(pairs: list[Match], chosen: dict[str, Match]) -> dict[str, Match]:
    """The best pairs, each thing and each column once; where a rival is about as good, neither."""
    chosen = dict(chosen)
    taken = {each.column for each in chosen.values()}
    barred: set[str] = set()
    for pair in sorted(pairs, key=lambda each: (-each.confidence, each.column)):
        if pair.confidence < SURE or pair.wanted in chosen or pair.wanted in barred or pair.column in taken:
            continue
        if _rivals(pair, pairs, taken, chosen):
            barred.add(pair.wanted)
            continue
        chosen[pair.wanted] = pair
        taken.add(pair.column)
    return chosen


def _rivals(pair: Match, pairs: Iterable[Match], taken: set[int], chosen: Mapping[str, Match]) -> bool:
    """Whether another free column fits this thing, or another thing this column, about as well."""
    for other in pairs:
        near = other is not pair and other.confidence > pair.confidence - APART
        same_thing = other.wanted == pair.wanted and other.column not in taken
        same_column = other.column == pair.column and other.wanted not in chosen
        if near and (same_thing or same_column):
            return True
    return False


def memory_keys(headings: Sequence[Heading]) -> list[str]:
    """Under which key each column is remembered: its heading, and which one of several that bear it.

    >>> memory_keys([Heading(0, "姓名"), Heading(1, "电话"), Heading(2, "电 话"), Heading(3, "")])
    ['姓名', '电话', '电话#2', '#1']
    """
    seen: dict[str, int] = {}
    keys = []
    for heading in headings:
        name = plain(heading.name)
        seen[name] = seen.get(name, 0) + 1
        keys.append(f"{name}#{seen[name]}" if seen[name] > 1 or not name else name)
    return keys


def remembered(headings: Sequence[Heading], columns: Mapping[str, int]) -> dict[str, str]:
    """What to keep of a mapping that someone has settled; a column left out is kept as left out.

    >>> remembered([Heading(0, "姓名"), Heading(1, "备注")], {"name": 0})
    {'姓名': 'name', '备注': ''}
    """
    by_column = {column: name for name, column in columns.items()}
    return {
        key: by_column.get(heading.column, "")
        for key, heading in zip(memory_keys(headings), headings, strict=True)
        if not _apart(heading)
    }


class Shifts:
    """Finds rows whose cells slipped one column: where the values of several columns fit their neighbours'."""

    def __init__(self, wanted: Sequence[Wanted], matching: Matching, sample: Sequence[Row]) -> None:
        self.shapes: dict[int, Shape] = {}
        for each in wanted:
            found, fits = matching.found.get(each.name), each.fits()
            if found and fits and TELLING.get(each.shape, 0) >= 0.5:
                cells = [row.at(found.column) for row in sample]
                if share(fits, cells) >= FITS:
                    self.shapes[found.column] = lru_cache(maxsize=MOST_REMEMBERED, typed=True)(fits)

    def complaint(self, row: Row) -> Complaint | None:
        """What is wrong with the row, if it slipped."""
        strange = [column for column, fits in self.shapes.items() if self._strange(row.at(column), fits)]
        if len(strange) < 2:
            return None
        for step, words in ((1, MOVED_RIGHT), (-1, MOVED_LEFT)):
            slipped = [column for column in strange if column + step >= 0 and self._fits(row, column, step)]
            if len(slipped) >= 2 and len(slipped) >= 0.6 * len(strange):
                return Complaint(words, {"address": row.address(min(slipped) + min(step, 0))})
        return None

    def _strange(self, cell: Cell, fits: Shape) -> bool:
        return is_empty(cell) or not fits(cell)

    def _fits(self, row: Row, column: int, step: int) -> bool:
        cell = row.at(column + step)
        return not is_empty(cell) and self.shapes[column](cell)
