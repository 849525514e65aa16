"""The same person twice in one file: groups of records that agree, each with each, as far as anything was compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .comparing import compare
from .judging import Verdict, verdicts, worth
from .keys import keys
from .linking import Match, candidates
from .records import Record
from .rolls import Roll
from .weighing import Weights, learn


@dataclass(frozen=True)
class Grouped:
    """`groups` of two or more refs, each one person. `perhaps` asks whether two groups are one person, each two once,
    by the pair that speaks most for it, the likeliest first. `crowded` as in Linked."""

    groups: tuple[tuple[object, ...], ...]
    perhaps: tuple[Match, ...]
    pairs: int
    crowded: int


def duplicates(records: Sequence[Record], *, weights: Weights | None = None) -> Grouped:
    """Who is in the file more than once.

    Pairs that are the same are joined, the likeliest first; a pair is not joined but looked at when joining it would
    put two records into one group whose identity numbers differ.
    """
    if len(records) < 2:
        return Grouped((), (), 0, 0)
    roll = Roll(records)
    held = [keys(each) for each in records]
    found = candidates(held, held)
    once = found.left < found.right
    pairs = compare(roll, roll, found.left[once], found.right[once], worth=worth)
    verdict, bits = verdicts(pairs, (weights or learn(roll)).of(pairs, roll, roll, 0.5 / len(records)))
    groups = _Groups(roll)
    looked_at = []
    order = np.lexsort((pairs.right, pairs.left, -bits))
    for each in order[verdict[order] == Verdict.SAME].tolist():
        if not groups.joined(int(pairs.left[each]), int(pairs.right[each])):
            looked_at.append(each)
    looked_at += order[verdict[order] == Verdict.PERHAPS].tolist()
    asked = {}
    for each in sorted(looked_at, key=lambda each: -bits[each]):
        left, right = int(pairs.left[each]), int(pairs.right[each])
        if (two := frozenset((groups.of[left], groups.of[right]))) not in asked and len(two) == 2:
            asked[two] = Match(records[left].ref, records[right].ref, round(float(bits[each]), 1))
    return Grouped(groups.refs(), tuple(asked.values()), int(once.sum()), found.crowded)


class _Groups:
    """Records in groups; a group knows the identity numbers its members bear."""

    def __init__(self, roll: Roll) -> None:
        self.records = roll.records
        self.of = list(range(len(roll)))
        self.members = {row: [row] for row in range(len(roll))}
        self.numbers = {row: {each.identity} - {""} for row, each in enumerate(roll.records)}

    def joined(self, left: int, right: int) -> bool:
        """Joins the groups of two rows; says no, and leaves them, where their identity numbers differ."""
        one, other = self.of[left], self.of[right]
        if one == other:
            return True
        if len(self.numbers[one] | self.numbers[other]) > 1:
            return False
        for row in (moved := self.members.pop(other)):
            self.of[row] = one
        self.members[one] += moved
        self.numbers[one] |= self.numbers.pop(other)
        return True

    def refs(self) -> tuple[tuple[object, ...], ...]:
        """Groups of two and more, each in the order of the file."""
        return tuple(
            tuple(self.records[row].ref for row in sorted(each))
            for _first, each in sorted(self.members.items(), key=lambda item: min(item[1]))
            if len(each) > 1
        )
