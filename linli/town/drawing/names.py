"""Names, each given once: streets after their rank, compounds, shops, communities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, product

from linli.town.drawing.chance import Rng, shuffled

NUMERALS = "一二三四五六七八九"


Place = tuple[int, int]  # which township this is, of how many that must not share names


def without_end(names: Sequence[str], ending: str = "") -> Iterator[str]:
    """The names, then each with a numeral, for ever.

    >>> names = without_end(["a", "b"]); [next(names) for _ in range(5)]
    ['a', 'b', 'a二', 'b二', 'a三']
    """
    yield from names
    for n in count(2):
        for name in names:
            yield name + (NUMERALS[n - 1] if n < 10 else str(n)) + ending


def pairs(rng: Rng, heads: Sequence[str], tails: Sequence[str]) -> list[str]:
    """Head and tail together, every pair once, heads and tails evenly used."""
    heads, tails = shuffled(rng, heads), shuffled(rng, tails)
    turns = product(range(len(tails)), enumerate(heads))
    return [head + tails[(n + turn) % len(tails)] for turn, (n, head) in turns]


def paired(rng: Rng, heads: Sequence[str], tails: Sequence[str]) -> Iterator[str]:
    """The pairs, for ever."""
    return without_end(pairs(rng, heads, tails))


def shared(names: Sequence[str], place: Place) -> list[str]:
    """A township's share of names that are given once in the whole district.

    >>> shared("abcde", (1, 2)), shared("abc", (0, 1))
    (['b', 'd'], ['a', 'b', 'c'])
    """
    which, many = place
    return list(names[which::many])
