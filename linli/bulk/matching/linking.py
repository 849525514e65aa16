"""A file beside those already known: at most one for each of its lines, the uncertain ones for a person to look at."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .comparing import EQUAL, Compared, compare
from .judging import Verdict, verdicts, worth
from .keys import keys
from .records import Record
from .rolls import Ints, Roll, Spellings
from .weighing import Bits, Weights, learn

MOST = 200  # records a key may lead to; one that leads to more says nothing of anybody and is left out
LOOKED_AT = 3  # candidates shown for one line


class Match(NamedTuple):
    """Two records by their refs, and the bits that speak for their being one person."""

    one: object
    other: object
    bits: float


@dataclass(frozen=True)
class Linked:
    """`same` holds each incoming ref at most once; `perhaps` is for a person to look at, the likeliest first.

    `crowded` counts keys that led to too many to be looked through.
    """

    same: tuple[Match, ...]
    perhaps: tuple[Match, ...]
    pairs: int
    crowded: int


class Found(NamedTuple):
    """Pairs of rows that share a key."""

    left: Ints
    right: Ints
    crowded: int


def link(
    incoming: Sequence[Record],
    existing: Sequence[Record],
    *,
    among: int = 0,
    found: Found | None = None,
    weights: Weights | None = None,
) -> Linked:
    """The incoming records beside the existing ones.

    A register does not hand over a million people: it looks up `keys` in its index, hands over the few it found as
    `existing` with their pairs as `found`, and says `among` how many it has.
    """
    spellings = Spellings()
    one, other = Roll(incoming, spellings), Roll(existing, spellings)
    if not incoming or not existing:
        return Linked((), (), 0, 0)
    weights = weights or learn(one if found else Roll([*incoming, *existing], spellings))
    found = found or candidates([keys(each) for each in incoming], [keys(each) for each in existing])
    pairs = compare(one, other, found.left, found.right, worth=worth)
    verdict, bits = verdicts(pairs, weights.of(pairs, one, other, 0.5 / max(among, len(existing))))
    return _settled(one, other, pairs, verdict, bits, len(found.left), found.crowded)


def candidates(incoming: Sequence[Iterable[int]], existing: Sequence[Iterable[int]]) -> Found:
    """Every pair of rows that share a key which does not lead to too many, each pair once, in order.

    >>> candidates([(1, 2), (3,)], [(2,), (1, 2), (4,)])
    Found(left=array([0, 0]), right=array([0, 1]), crowded=0)
    """
    return joined(*flat(incoming), *flat(existing))


def joined(key: Ints, row: Ints, known: Ints, holder: Ints) -> Found:
    """The same of keys one under another, each with the row it belongs to on either side."""
    order = np.argsort(known, kind="stable")
    known, holder = known[order], holder[order]
    first, last = np.searchsorted(known, key, "left"), np.searchsorted(known, key, "right")
    many = np.where(last - first > MOST, 0, last - first)
    at = np.repeat(first - np.cumsum(many) + many, many) + np.arange(many.sum())
    return once(np.repeat(row, many), holder[at], crowded=len(np.unique(key[last - first > MOST])))


def once(left: Ints, right: Ints, *, crowded: int = 0) -> Found:
    """Pairs found under several keys, each once and in order."""
    wide = int(right.max(initial=0)) + 1
    both = np.unique(left * wide + right)
    return Found(both // wide, both % wide, crowded)


def flat(keyed: Sequence[Iterable[int]]) -> tuple[Ints, Ints]:
    """Keys one under another, each with the row it belongs to."""
    held = [tuple(each) for each in keyed]
    counts = np.array([len(each) for each in held], dtype=np.int64)
    flat = np.fromiter((key for each in held for key in each), dtype=np.int64, count=int(counts.sum()))
    return flat, np.repeat(np.arange(len(held)), counts)


def _settled(
    one: Roll, other: Roll, pairs: Compared, verdict: NDArray[np.int8], bits: Bits, seen: int, crowded: int
) -> Linked:
    """At most one for each incoming row: two that would both do are for a person to look at, but for one with the
    number. Whoever is settled needs no look."""
    same = verdict == Verdict.SAME
    number = same & (pairs.levels["identity"] == EQUAL)
    by_number = np.bincount(pairs.left[number], minlength=len(one))[pairs.left]
    by_any = np.bincount(pairs.left[same], minlength=len(one))[pairs.left]
    sole = number & (by_number == 1) | same & (by_any == 1)
    settled = np.bincount(pairs.left[sole], minlength=len(one))[pairs.left] > 0
    open_ = (verdict != Verdict.OTHER) & ~settled
    return Linked(
        tuple(_matches(one, other, pairs, bits, np.flatnonzero(sole))),
        tuple(_matches(one, other, pairs, bits, _likeliest(pairs.left, bits, np.flatnonzero(open_)))),
        seen,
        crowded,
    )


def _likeliest(left: Ints, bits: Bits, at: Ints) -> Ints:
    """Of each incoming row the few likeliest, in order of rows; where two are as likely, the earlier row."""
    at = at[np.lexsort((at, -bits[at], left[at]))]
    seen: Counter[int] = Counter()
    kept = []
    for each in at.tolist():
        seen[row := int(left[each])] += 1
        if seen[row] <= LOOKED_AT:
            kept.append(each)
    return np.array(kept, dtype=np.int64)


def _matches(one: Roll, other: Roll, pairs: Compared, bits: Bits, at: Ints) -> Iterable[Match]:
    for each in at.tolist():
        yield Match(
            one.records[pairs.left[each]].ref, other.records[pairs.right[each]].ref, round(float(bits[each]), 1)
        )
