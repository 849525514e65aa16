"""What streets are called: in one township by its own chance; in a district by one list, of which each has its part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from linli.town.drawing import words
from linli.town.drawing.chance import Rng, chance, shuffled
from linli.town.drawing.names import pairs, shared, without_end
from linli.town.drawing.township import Brief

Names = Iterator[str]


@dataclass(frozen=True)
class StreetNames:
    """The names still to be given, by what they are given to."""

    trunk: Names
    quay: Names
    old: Names  # ends: what remains in an old quarter is named as elsewhere
    named: Names
    small: Names


def names_of_streets(brief: Brief, rng: Rng) -> StreetNames:
    """A township that stands alone is named by its own chance; one of a district has its part of the district's."""
    return _of_township(rng) if brief.place[1] == 1 else _of_district(brief)


def _of_township(rng: Rng) -> StreetNames:
    """Road, street, branch road, lane, over the words."""
    named = [word + end for end in ("路", "街", "支路", "巷") for word in shuffled(rng, words.STREETS)]
    trunk = without_end(shuffled(rng, words.TRUNK_ROADS))
    small = [word + "巷" for word in (*shuffled(rng, words.LANES), *pairs(rng, words.LANE_HEADS, words.LANES))]
    old = iter(shuffled(rng, words.OLD_STREETS))
    return StreetNames(trunk, without_end(words.QUAY_ROADS), old, without_end(named), without_end(small))


def _of_district(brief: Brief) -> StreetNames:
    """None is given twice; what every town has, such as an old street, bears the name of its town."""
    rng = chance(brief.seed, "names of streets")
    named = ended(rng, [*words.STREETS, *words.MORE_STREETS], words.STREET_ENDS)
    small = lanes(rng, [*words.LANE_HEADS, *words.MORE_LANE_HEADS], [*words.LANES, *words.MORE_LANES])
    return StreetNames(
        trunk=without_end([brief.root + name for name in words.TRUNK_ROADS], "段"),
        quay=without_end([brief.root + name for name in words.QUAY_ROADS], "段"),
        old=iter([brief.root + name for name in words.OLD_STREETS]),
        named=without_end(shared(named, brief.place), "段"),
        small=without_end(shared(small, brief.place), "弄"),
    )


def ended(rng: Rng, heads: Sequence[str], ends: Sequence[str]) -> list[str]:
    """Every word with every end, each name once, the common ends first."""
    return list(dict.fromkeys(head + end for end in ends for head in shuffled(rng, heads)))


def lanes(rng: Rng, heads: Sequence[str], tails: Sequence[str]) -> list[str]:
    """Every head with every tail, each once, unless it would say the same word twice.

    >>> from linli.town.drawing.chance import chance
    >>> sorted(lanes(chance(1), ["张家", "石"], ["井", "石"]))
    ['张家井巷', '张家石巷', '石井巷']
    """
    return [name + "巷" for name in pairs(rng, heads, tails) if name[-1] not in name[:-1]]
