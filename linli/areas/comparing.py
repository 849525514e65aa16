"""Two vintages of codes: a plan of changes that takes what stands to what a newer table says. Pure.

The plan is a proposal: each change says how sure it is and why, and is meant to be read and corrected by someone who
knows the place. Only levels that both vintages have are compared, and only below what the newer table covers.
"""

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from linli.ground.words import gettext_noop as _

from . import codes, naming
from .changes import Change, Found, Merge, Move, NotAChange, Part, Rename, Split, as_rows, from_rows
from .codes import Level

SURE = 0.5  # below this a person has to decide
ALIKE = 0.6  # how much of two names must agree before one is taken for the other


@dataclass(frozen=True)
class Proposed:
    """One change, how sure it is (1 certain, 0 a guess), and why."""

    change: Change
    confidence: float
    why: str


@dataclass(frozen=True)
class Comparison:
    """What stands beside a newer table: what is the same, and what is proposed."""

    same: int
    changed: int
    proposed: tuple[Proposed, ...]

    @property
    def changes(self) -> list[Change]:
        """The changes alone."""
        return [each.change for each in self.proposed]


@dataclass
class _Desk:
    """The two vintages while they are compared. `became`: standing code → newer code; `expected`: the other way."""

    old: Mapping[str, str]
    new: Mapping[str, str]
    became: dict[str, str] = field(default_factory=dict)
    why: dict[str, tuple[float, str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.by_name: dict[str, list[str]] = {}
        self.by_parent: dict[str, list[str]] = {}
        for code, name in self.new.items():
            self.by_name.setdefault(name, []).append(code)
            self.by_parent.setdefault(codes.parent(code), []).append(code)

    def beside(self, carried: str) -> list[str]:
        """The newer areas of the same level under the same area."""
        return self.by_parent.get(codes.parent(carried), [])

    def carried(self, code: str) -> str:
        """The code an area would have by its district's or township's own change alone."""
        above = next((up for up in reversed(codes.ancestors(code)) if up in self.became), "")
        return codes.moved(code, above, self.became[above]) if above else code

    def match(self, old: str, new: str, confidence: float, why: str) -> None:
        """The standing area is the newer one."""
        self.became[old] = new
        self.taken.add(new)
        self.why[old] = confidence, why


Way = Callable[[_Desk, str, str], list[str]]


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> Comparison:
    """The changes that take the old codes and names to the new ones.

    >>> old, new = {"500101": "万州区", "500101002": "甲乙乡"}, {"500101": "万州区", "500101102": "甲乙镇"}
    >>> found = compare(old, new)
    >>> [(each.change, each.confidence) for each in found.proposed]
    [(Move(old='500101002', new='500101102', name='甲乙镇'), 0.9)]
    """
    known = {codes.level_of(code) for code in old} & {codes.level_of(code) for code in new}
    covered = codes.roots(code for code in new if codes.level_of(code) in known)
    desk = _Desk(old, {code: name for code, name in new.items() if codes.level_of(code) in known})
    gone: list[str] = []
    for level in sorted(known):
        gone += _level(desk, level, covered)
    founded = [code for code in desk.new if code not in desk.taken]
    proposed = [*_settled(desk), *_merged(desk, gone), *_founded(desk, founded)]
    proposed = _joined(proposed)
    same = sum(old == new and desk.old[old] == desk.new[new] for old, new in desk.became.items())
    return Comparison(same, len(desk.became) - same, tuple(sorted(proposed, key=lambda p: (-p.confidence, _key(p)))))


def _key(proposed: Proposed) -> str:
    return str(as_rows([proposed.change])[0])


def _level(desk: _Desk, level: Level, covered: list[str]) -> list[str]:
    """Matches the areas of one level, the surest ways first; those that nothing fits."""
    left = [
        code
        for code in desk.old
        if codes.level_of(code) == level and any(codes.contains(root, code) for root in covered)
    ]
    for confidence, why, fitting in WAYS:
        left = [code for code in left if not _try(desk, code, confidence, why, fitting)]
    return left


def _try(desk: _Desk, code: str, confidence: float, why: str, fitting: Way) -> bool:
    found = [new for new in fitting(desk, code, desk.carried(code)) if new not in desk.taken]
    if len(found) > 1 and fitting is _similar:
        found = [max(found, key=lambda new: _alike(desk.old[code], desk.new[new]))]
    if len(found) == 1:  # several of one name: none of them is certain
        desk.match(code, found[0], confidence, why)
    return len(found) == 1


def _unchanged(desk: _Desk, code: str, carried: str) -> list[str]:
    return [carried] if desk.new.get(carried) == desk.old[code] else []


def _same_name(desk: _Desk, code: str, carried: str) -> list[str]:
    return [new for new in desk.beside(carried) if desk.new[new] == desk.old[code]]


def _same_stem(desk: _Desk, code: str, carried: str) -> list[str]:
    return [new for new in desk.beside(carried) if naming.stem(desk.new[new]) == naming.stem(desk.old[code])]


def _same_code(desk: _Desk, code: str, carried: str) -> list[str]:
    return [carried] if carried in desk.new and _alike(desk.old[code], desk.new[carried]) > 0 else []


def _similar(desk: _Desk, code: str, carried: str) -> list[str]:
    return [new for new in desk.beside(carried) if _alike(desk.old[code], desk.new[new]) >= ALIKE]


def _elsewhere(desk: _Desk, code: str, _carried: str) -> list[str]:
    same = [new for new in desk.by_name.get(desk.old[code], []) if len(new) == len(code)]
    return [new for new in same if codes.level_of(new) <= Level.DISTRICT or codes.parent(new) in desk.taken]


WAYS: tuple[tuple[float, str, Way], ...] = (
    (1.0, _("the same code and name"), _unchanged),
    (0.95, _("the same name in the same area"), _same_name),
    (0.9, _("the same name but for its kind"), _same_stem),
    (0.7, _("the same code, and names that share a sign"), _same_code),
    (0.6, _("a similar name in the same area"), _similar),
    (0.5, _("the same name in another area"), _elsewhere),
)


def _alike(first: str, second: str) -> float:
    return SequenceMatcher(None, naming.stem(first), naming.stem(second), autojunk=False).ratio()


def _settled(desk: _Desk) -> Iterator[Proposed]:
    """Moves and renamings of the areas that were matched."""
    for old, new in desk.became.items():
        name = desk.new[new] if desk.new[new] != desk.old[old] else ""
        if desk.carried(old) != new:
            yield Proposed(Move(old, new, name), *desk.why[old])
        elif name:
            yield Proposed(Rename(old, name), *desk.why[old])


def _merged(desk: _Desk, gone: Iterable[str]) -> Iterator[Proposed]:
    """Areas that nothing fits are guessed to have joined the most similar, else the nearest, of their neighbours."""
    for code in gone:
        beside = [old for old in desk.became if codes.parent(old) == codes.parent(code) and len(old) == len(code)]
        if beside:
            near = max(beside, key=lambda old: (_alike(desk.old[code], desk.old[old]), -abs(int(old) - int(code))))
            alike = _alike(desk.old[code], desk.old[near])
            why = _("gone; a similar name beside it") if alike >= ALIKE else _("gone; the nearest code, a mere guess")
            into = desk.became[near]
            name = desk.new[into] if into != near else ""
            yield Proposed(Merge((near, code), into, name), 0.3 if alike >= ALIKE else 0.1, why)


def _founded(desk: _Desk, founded: Iterable[str]) -> Iterator[Proposed]:
    """Areas that come from none: split off a similar neighbour, or new."""
    for new in founded:
        beside = [old for old, was in desk.became.items() if codes.parent(was) == codes.parent(new)]
        near = max(beside, key=lambda old: _alike(desk.old[old], desk.new[new]), default="")
        if near and _alike(desk.old[near], desk.new[new]) >= ALIKE:
            kept = desk.became[near]
            parts = (Part(kept, desk.new[kept]), Part(new, desk.new[new]))
            yield Proposed(Split(near, parts, default=kept), 0.3, _("new; perhaps a part of a similar name"))
        else:
            yield Proposed(Found(new, desk.new[new]), 0.4, _("new; nothing like it stands"))


def _joined(proposed: list[Proposed]) -> list[Proposed]:
    """One change for each area: a merge or a split says what a move or a renaming of the same area said."""
    found: dict[tuple[bool, str], Proposed] = {}
    for each in proposed:
        about = isinstance(each.change, Found), _about(each.change)  # a founded code is a newer one
        found[about] = _both(found[about], each) if about in found else each
    return list(found.values())


def _about(change: Change) -> str:
    """The code of the area that a change decides on."""
    if isinstance(change, Merge):
        return change.codes[0]
    return change.old if isinstance(change, Move) else change.code


def _both(first: Proposed, second: Proposed) -> Proposed:
    """The later change with what the earlier one said of names and members; a second guess about one area is new."""
    one, other = first.change, second.change
    if isinstance(other, Merge):
        members = dict.fromkeys([*(one.codes if isinstance(one, Merge) else ()), *other.codes])
        return replace(second, change=Merge(tuple(members), other.into, other.name or getattr(one, "name", "")))
    if isinstance(other, Split) and isinstance(one, Split):
        parts = dict.fromkeys([*one.parts, *other.parts])
        return replace(second, change=Split(one.code, tuple(parts), one.default))
    return second


def plan_text(comparison: Comparison, *, source: str = "") -> str:
    """The proposal as TOML, to be read, corrected, and redrawn from."""
    lines = [
        f"# {source}" if source else "#",
        f"# same: {comparison.same}; proposed: {len(comparison.proposed)}. Read each change, correct it, delete it;",
        "# the least certain come last. Codes are old on the left and new on the right; all happen at once.",
        "",
    ]
    for each in comparison.proposed:
        row = as_rows([each.change])[0] | {"confidence": each.confidence, "why": each.why}
        lines += ["[[change]]", *(f"{name} = {_toml(value)}" for name, value in row.items() if value != ""), ""]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def read_plan(path: Path) -> list[Change]:
    """The changes in a plan file, TOML or JSON. Refuses what is no plan."""
    text = path.read_text("utf-8-sig")
    try:
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise NotAChange(number=1, why=str(error)) from error
    rows = found.get("change", []) if isinstance(found, dict) else found
    return from_rows(rows)
