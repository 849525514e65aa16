"""What a redrawing comes to, worked out before anything is touched. Pure: it is given what stands.

Every code finds its new one by the longest rule that fits it; rules come from the changes, and from carrying
children of merged and split areas, which get new last digits where theirs are taken.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _

from . import codes
from .changes import Change, Found, Merge, Move, Rename, Retire, Split
from .codes import Level

LOWEST_ALONE = Level.DISTRICT  # a district may stand without the levels above it; nothing below may

PartOf = Callable[[Split, str], str]  # the code of the part that a child lies in by its place; empty if unknown


class CodesClash(Refusal):
    """Two areas would stand under one code."""

    code = "redrawing.codes-clash"
    words = _("After this, %(code)s would be the code of both %(first)s and %(second)s.")
    next_step = _("Give one of them a code that is free, or merge them.")


class LevelsDiffer(Refusal):
    """A change from one level to another."""

    code, status = "redrawing.levels-differ", 422
    words = _("%(old)s and %(new)s are codes of different levels.")
    next_step = _("Choose a code with as many digits.")


class IntoItself(Refusal):
    """An area would become itself, or lie within itself."""

    code, status = "redrawing.into-itself", 422
    words = _("%(old)s cannot become %(new)s: that is the area itself, or within it.")
    next_step = _("Choose another code, or leave this change out.")


class ChangedTwice(Refusal):
    """Two changes of one redrawing decide where one area goes."""

    code, status = "redrawing.changed-twice", 422
    words = _("Two changes say what becomes of %(code)s.")
    next_step = _("Keep one of them.")


class LeftWithoutParent(Refusal):
    """An area whose area above would be gone."""

    code = "redrawing.left-without-parent"
    words = _("After this, %(code)s %(name)s would lie in %(parent)s, and no area would stand there.")
    next_step = _("Move or merge what lies in it too, or found the area above.")


class NotAPart(Refusal):
    """A split that names a part or a child it does not have."""

    code, status = "redrawing.not-a-part", 422
    words = _("The split of %(code)s names %(part)s, which is not one of its parts or children.")
    next_step = _("Name parts by their new codes and children by their old ones.")


@dataclass
class Plan:
    """Where every area goes. `rules`: old code → new code, "" where it ends; the longest that fits decides."""

    standing: Mapping[str, str]
    rules: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # new code → its name, where a change gives one
    founded: dict[str, Found] = field(default_factory=dict)  # new code → areas that were not there before
    merged: dict[str, Merge] = field(default_factory=dict)  # new code → the merge it comes from
    split: dict[str, Split] = field(default_factory=dict)  # old code → the split it goes into
    after: dict[str, list[str]] = field(default_factory=dict)  # new code → the old codes that become it

    def new_code(self, code: str) -> str:
        """Where a code goes: the longest rule that fits, else nowhere but where it is. Empty where it ends."""
        old = self.rule_for(code)
        if old is None:
            return code
        return codes.moved(code, old, self.rules[old]) if self.rules[old] else ""

    def rule_for(self, code: str) -> str | None:
        """The old code of the rule that decides where a code goes; None where none does."""
        return next((old for old in [code, *reversed(codes.ancestors(code))] if old in self.rules), None)

    def stands(self, code: str) -> bool:
        """Whether an area stands under a code afterwards."""
        return bool(self.after.get(code)) or code in self.founded

    def successors(self) -> list[tuple[str, str]]:
        """What becomes of each code that is given up or taken: pairs of old and new, "" where it ends."""
        pairs = [(old, new) for new, olds in self.after.items() for old in olds if old != new]
        parts = [(code, part.code) for code, split in self.split.items() for part in split.parts]
        ends = [(old, "") for old in self.standing if not self.new_code(old)]
        return sorted({*pairs, *parts, *ends})

    def recoded(self) -> set[str]:
        """Every code, old or new, under which other land or other rows lie afterwards."""
        changed = {code for old, new in self.rules.items() if old != new for code in (old, new) if code}
        return changed | set(self.founded) | set(self.merged) | set(self.split)

    def touched(self) -> set[str]:
        """Every code, old or new, that something happens to."""
        return self.recoded() | {new for new, name in self.names.items() if self._was_named(new) != name}

    def _was_named(self, new: str) -> str:
        return self.standing[self.heir(new)] if new in self.after else ""

    def heir(self, new: str) -> str:
        """The old code whose area goes on under a new one: the one that keeps it, else the first one named."""
        olds = self.after[new]
        if new in olds or new not in self.merged:
            return new if new in olds else olds[0]
        return self.merged[new].codes[0]

    def name_of(self, new: str) -> str:
        """What an area is called afterwards: what a change says, else what its heir was called."""
        return self.names[new] if new in self.names else self.standing[self.heir(new)]


def plan(changes: Iterable[Change], standing: Mapping[str, str], part_of: PartOf = lambda _split, _code: "") -> Plan:
    """What the changes come to. Refuses clashes, lost parents, unknown areas, and changes of level."""
    asked = list(changes)
    made = Plan(dict(sorted(standing.items())))
    for change in asked:
        _decide(made, change)
    for merge in made.merged.values():
        _carry_merged(made, merge)
    for split in made.split.values():
        _carry_split(made, split, part_of)
    for old in made.standing:
        if new := made.new_code(old):
            made.after.setdefault(new, []).append(old)
    for change in asked:
        if isinstance(change, Rename):
            _name(made, made.new_code(change.code), change.name)
    _must_be_clear(made)
    return made


def _decide(made: Plan, change: Change) -> None:
    """The rules that a change states itself."""
    if isinstance(change, Rename):
        _must_stand(made, change.code)
    elif isinstance(change, Move):
        _rule(made, change.old, change.new)
        _must_be_another(change.old, change.new)
        _name(made, change.new, change.name)
    elif isinstance(change, Merge):
        _decide_merge(made, change)
    elif isinstance(change, Split):
        _decide_split(made, change)
    elif isinstance(change, Retire):
        _rule(made, change.code, "")
    else:
        _found(made, change)


def _decide_merge(made: Plan, change: Merge) -> None:
    if len(set(change.codes)) < 2:
        raise IntoItself(old=" ".join(change.codes), new=change.into)
    for code in change.codes:
        _rule(made, code, change.into)
    made.merged[change.into] = change
    _name(made, change.into, change.name)


def _decide_split(made: Plan, change: Split) -> None:
    parts = {part.code: part for part in change.parts}
    if len(parts) < 2 or len(parts) < len(change.parts):
        raise IntoItself(old=change.code, new=" ".join(part.code for part in change.parts))
    if change.default not in parts:
        raise NotAPart(code=change.code, part=change.default)
    _rule(made, change.code, change.default)
    made.split[change.code] = change
    for part in change.parts:
        _must_be_level(change.code, part.code)
        _name(made, part.code, part.name)
        if part.code != change.default:
            _found(made, Found(part.code, part.name, part.boundary))


def _found(made: Plan, change: Found) -> None:
    code = codes.read(change.code)
    if code in made.founded:
        raise CodesClash(code=code, first=made.founded[code].name, second=change.name)
    made.founded[code] = change


def _rule(made: Plan, old: str, new: str) -> None:
    _must_stand(made, old)
    if old in made.rules:
        raise ChangedTwice(code=old)
    if new:
        _must_be_level(old, new)
    made.rules[old] = new


def _name(made: Plan, new: str, name: str) -> None:
    if name:
        made.names[new] = name


def _carry_merged(made: Plan, change: Merge) -> None:
    """Children of the members, those of the one that keeps its code first; later ones give way."""
    members = sorted(change.codes, key=lambda code: code != change.into)
    taken: set[str] = set()
    for member in members:
        for child in _children(made, member):
            if child not in made.rules:
                made.rules[child] = _free(codes.moved(child, member, change.into), taken, made)
            taken.add(made.rules[child])


def _carry_split(made: Plan, change: Split, part_of: PartOf) -> None:
    """Children by the list of the part that names them, else by their place, else to the default part."""
    children = _children(made, change.code)
    listed = {child: part.code for part in change.parts for child in part.children}
    if strangers := set(listed) - set(children):
        raise NotAPart(code=change.code, part=min(strangers))
    taken: set[str] = set()
    for child in sorted(children, key=lambda child: listed.get(child, change.default) != change.code):
        if child not in made.rules:
            part = listed.get(child) or part_of(change, child) or change.default
            made.rules[child] = _free(codes.moved(child, change.code, part), taken, made)
        taken.add(made.rules[child])


def _children(made: Plan, code: str) -> list[str]:
    """The standing areas directly below a code, levels that are not there skipped."""
    found: list[str] = []
    for deeper in made.standing:
        if deeper != code and codes.contains(code, deeper) and not (found and codes.contains(found[-1], deeper)):
            found.append(deeper)
    return found


def _free(code: str, taken: set[str], made: Plan) -> str:
    """The code itself, else the first one beside it that no sibling has, had or gets."""
    claimed = taken | set(made.rules.values())
    if code not in claimed:
        return code
    above, level = codes.parent(code), codes.level_of(code)
    used = claimed | set(made.standing)
    for number in range(1, 10 ** len(codes.serial(code))):
        if (free := codes.child(above, number, level)) not in used:
            return free
    raise CodesClash(code=code, first=above, second=above)


def _must_stand(made: Plan, code: str) -> None:
    if code not in made.standing:
        raise NotFound(what=code)


def _must_be_level(old: str, new: str) -> None:
    if old != new and (codes.contains(old, new) or codes.contains(new, old)):
        raise IntoItself(old=old, new=new)
    if codes.level_of(codes.read(new)) != codes.level_of(old):
        raise LevelsDiffer(old=old, new=new)


def _must_be_another(old: str, new: str) -> None:
    if old == new:
        raise IntoItself(old=old, new=new)


def _must_be_clear(made: Plan) -> None:
    """No two areas under one code unless they are merged, and each below one that stands."""
    for new, olds in made.after.items():
        others = [old for old in olds if not (new in made.merged and old in made.merged[new].codes)]
        members = len(olds) > len(others)
        names = [made.standing[old] for old in others] + [made.name_of(new)] * members
        names += [made.founded[new].name] if new in made.founded else []
        if len(names) > 1:
            raise CodesClash(code=new, first=names[0], second=names[1])
    for old, name in made.standing.items():
        if not made.new_code(old) and old not in made.rules:
            raise LeftWithoutParent(code=old, name=name, parent=codes.parent(old))
    for new in [*made.after, *made.founded]:
        if codes.level_of(new) > LOWEST_ALONE and not made.stands(codes.parent(new)):
            name = made.founded[new].name if new in made.founded else made.name_of(new)
            raise LeftWithoutParent(code=new, name=name, parent=codes.parent(new))
