"""Names, each given once: streets after their rank, compounds, shops, communities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, product

from linli.town.drawing.chance import Rng, shuffled

NUMERALS = "一二三四五六七八九"


def without_end(names: Sequence[str]) -> Iterator[str]:
    """The names, then each with a numeral, for ever.

    >>> names = without_end(["a", "b"]); [next(names) for _ in range(5)]
    ['a', 'b', 'a二', 'b二', 'a三']
    """
    yield from names
    for n in count(2):
        for name in names:
            yield name + (NUMERALS[n - 1] if n < 10 else str(n))


def paired(rng: Rng, heads: Sequence[str], tails: Sequence[str]) -> Iterator[str]:
    """Head and tail together, every pair once, heads and tails evenly used."""
    heads, tails = shuffled(rng, heads), shuffled(rng, tails)
    pairs = [(h, tails[(n + turn) % len(tails)]) for turn, (n, h) in product(range(len(tails)), enumerate(heads))]
    return without_end([head + tail for head, tail in pairs])


def of_streets(rng: Rng, words: Sequence[str]) -> Iterator[str]:
    """Road, street, branch road: the common endings, over the words."""
    return without_end([word + end for end in ("路", "街", "支路", "巷") for word in shuffled(rng, words)])
