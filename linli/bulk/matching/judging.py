"""Same, perhaps or other: a few plain rules, and where they leave it open, the weight of what agrees.

Nobody is linked by name and address alone. An identity number that differs, be it in one digit, is never silently the
same. What is not known speaks neither for nor against.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .comparing import EQUAL, FAR, MISSING, NEAR, PART, SOUND, Compared, Levels, compare
from .records import Record
from .rolls import Roll, Spellings
from .telling import Reason, reasons
from .weighing import Bits, Weights

SURE = 10.0  # bits: a thousand to one
LIKELY = 0.0  # even odds: worth a person's look

Mask = NDArray[np.bool_]


class Verdict(IntEnum):
    """What the two records of a pair are."""

    OTHER = 0
    PERHAPS = 1
    SAME = 2


@dataclass(frozen=True)
class Judged:
    """Two records, what they are, how much speaks for it, and why, field by field."""

    verdict: Verdict
    bits: float
    reasons: tuple[Reason, ...]


def judge(one: Record, other: Record, weights: Weights, *, among: int = 1000) -> Judged:
    """One pair, `other` being one of so many. What is set-wise in `verdicts`, for two."""
    spellings = Spellings()
    a, b = Roll([one], spellings), Roll([other], spellings)
    nought = np.zeros(1, dtype=np.int64)
    pair = compare(a, b, nought, nought)
    found, bits = verdicts(pair, weights.of(pair, a, b, 0.5 / among))
    return Judged(Verdict(int(found[0])), float(bits[0]), reasons(one, other, pair))


def verdicts(pairs: Compared, bits: Bits) -> tuple[NDArray[np.int8], Bits]:
    """A verdict for each pair."""
    seen = _Seen(pairs, bits)
    found = np.where(seen.perhaps(), Verdict.PERHAPS, Verdict.OTHER)
    return np.where(seen.same(), Verdict.SAME, found).astype(np.int8), bits


def worth(born: Levels, number: Levels) -> Mask:
    """Nobody is one person who was born on quite another day, unless the number says so; nor need they be looked at."""
    return (born != FAR) | (number == EQUAL) | (number == NEAR)


class _Seen:
    """The words the rules are written in."""

    def __init__(self, pairs: Compared, bits: Bits) -> None:
        held = pairs.levels
        family, given, born, number = held["family"], held["given"], held["born_on"], held["identity"]
        good = [(each == EQUAL) | (each == SOUND) for each in (family, given)]
        near = [each == NEAR for each in (family, given)]
        self.name = good[0] & good[1]
        self.nearly = good[0] & near[1] | near[0] & good[1]
        self.sibling = (family == EQUAL) & (given != EQUAL)  # so far as one knows without a number
        self.mistyped = near[0] & near[1]
        self.half = (good[0] | near[0] | good[1] | near[1]) & ~(self.name | self.nearly | self.mistyped)
        self.part = good[0] & (given == PART)
        self.half_known = self.half & ((family == MISSING) | (given == MISSING))
        self.born, self.nearly_born, self.unborn = born == EQUAL, born == NEAR, born == MISSING
        self.year = born == PART
        self.sex = held["sex"] != FAR
        self.number, self.no_number, self.nearly_number = number == EQUAL, number == MISSING, number == NEAR
        self.other_number = number == FAR  # both sound
        self.phone, self.home = held["phone"] == EQUAL, (held["home"] == EQUAL) | (held["home"] == NEAR)
        self.contact = self.phone | self.home
        self.sure, self.likely = bits >= SURE, bits >= LIKELY

    def same(self) -> Mask:
        """One person, without anybody's look."""
        named = self.name | self.nearly | self.mistyped
        by_number = self.number & (
            named & (self.born | self.nearly_born | self.unborn | self.year)
            | self.name & self.contact
            | self.half_known & self.born & self.sure
            | self.part & self.born & self.sex
        )
        by_day = (
            self.name & self.born & (self.contact | self.sure)
            | self.name & self.nearly_born & self.phone & self.home & self.sure
            | self.nearly & self.born & self.contact & self.sure
        )
        return by_number | by_day & self.no_number & self.sex & ~self.sibling

    def perhaps(self) -> Mask:
        """For a person to look at."""
        named = self.name | self.nearly | self.mistyped
        dated = self.born | self.nearly_born
        by_number = self.number | self.nearly_number & (
            (named | self.half) & (dated | self.contact) | dated & self.contact
        )
        by_name = named & (dated | (self.unborn | self.year) & self.contact)
        by_half = self.half & dated & ~self.other_number
        return by_number | (by_name | by_half) & self.likely
