"""Who lives together: families drawn from shares, each person with an age, a sex and a relation to the head."""

import tomllib
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

Rng = Random

MAN, WOMAN = "1", "2"
HEAD, HUSBAND, WIFE, SON, DAUGHTER, GRANDSON, GRANDDAUGHTER = "01", "11", "12", "20", "30", "41", "42"
FATHER, MOTHER, NOT_RELATED = "51", "52", "99"
SHARES = Path(__file__).with_name("data") / "shares.toml"


@cache
def shares() -> dict[str, dict[str, Any]]:
    """What the town is drawn from."""
    return tomllib.loads(SHARES.read_text("utf-8"))


@dataclass
class Member:
    """One of a household: age in full years, sex and relation to the head; `family` numbers who share a surname."""

    age: int
    sex: str
    relation: str
    family: int = 0


@dataclass
class Family:
    """A household as it was drawn: its kind and its members, the head first."""

    kind: str
    members: list[Member] = field(default_factory=list)


def families(rng: Rng, people: int) -> Iterator[Family]:
    """Households until together they have so many people; the last one may be cut."""
    given = {name: share for name, share in shares()["families"].items() if name != "status"}
    kinds, cut = list(given), list(accumulate(given.values()))
    left = people
    while left > 0:
        kind = kinds[min(bisect(cut, rng.random() * cut[-1]), len(kinds) - 1)]
        family = Family(kind, MAKE[kind](rng)[:left])
        left -= len(family.members)
        yield family


def _between(rng: Rng, low: int, high: int) -> int:
    return low + int(rng.random() * (high - low + 1))


@cache
def _fives() -> list[float]:
    return list(accumulate(shares()["elders"]["fives"]))


def _old(rng: Rng) -> int:
    """An age of sixty or more, by the shares of five years each; few beyond ninety-five."""
    fives = _fives()
    return 60 + 5 * min(bisect(fives, rng.random() * fives[-1]), len(fives) - 1) + int(rng.random() * 5)


def _sex(rng: Rng, men: float = 0.51) -> str:
    return MAN if rng.random() < men else WOMAN


def _single(rng: Rng) -> list[Member]:
    return [Member(_between(rng, 22, 59), _sex(rng, 0.58), HEAD)]


def _single_elder(rng: Rng) -> list[Member]:
    return [Member(_old(rng), _sex(rng, 0.4), HEAD)]


def _pair(rng: Rng, low: int, high: int) -> list[Member]:
    """Husband and wife, he the head, their ages a few years apart."""
    his = _between(rng, low, high)
    hers = max(20, his - _between(rng, -2, 5))
    return [Member(his, MAN, HEAD), Member(hers, WOMAN, WIFE, family=1)]


def _couple(rng: Rng) -> list[Member]:
    return _pair(rng, 24, 59)


def _elder_couple(rng: Rng) -> list[Member]:
    his = _old(rng)
    return [Member(his, MAN, HEAD), Member(max(56, his - _between(rng, -1, 5)), WOMAN, WIFE, family=1)]


def _children(rng: Rng, mother: int, count: int) -> list[Member]:
    """Children whom a mother of that age had between twenty and forty-two, none grown up."""
    first = max(0, mother - 42)
    last = max(first, min(19, mother - 21))
    ages = sorted((_between(rng, first, last) for _ in range(count)), reverse=True)
    return [Member(age, sex := _sex(rng, 0.525), SON if sex == MAN else DAUGHTER) for age in ages]


def _couple_one_child(rng: Rng) -> list[Member]:
    pair = _pair(rng, 25, 48)
    return pair + _children(rng, pair[1].age, 1)


def _couple_two_children(rng: Rng) -> list[Member]:
    pair = _pair(rng, 27, 46)
    return pair + _children(rng, pair[1].age, 2)


def _three_generations(rng: Rng) -> list[Member]:
    """A couple with a child or two, and his parents, or the one who is left."""
    pair = _pair(rng, 26, 44)
    young = _children(rng, pair[1].age, 1 if rng.random() < 0.65 else 2)
    older = pair[0].age + _between(rng, 22, 32)
    old = [Member(older, MAN, FATHER), Member(older - _between(rng, -1, 4), WOMAN, MOTHER, family=2)]
    if rng.random() < 0.45:
        old = [old[1] if rng.random() < 0.7 else old[0]]
    return pair + young + old


def _single_parent(rng: Rng) -> list[Member]:
    parent = Member(_between(rng, 28, 50), _sex(rng, 0.35), HEAD)
    young = _children(rng, parent.age, 1)
    for child in young:
        child.family = 0 if parent.sex == MAN else 3
    return [parent, *young]


def _couple_grown_child(rng: Rng) -> list[Member]:
    pair = _pair(rng, 46, 60)
    sex = _sex(rng, 0.58)
    child = Member(_between(rng, 18, max(18, min(34, pair[1].age - 21))), sex, SON if sex == MAN else DAUGHTER)
    return [*pair, child]


def _left_behind(rng: Rng) -> list[Member]:
    """Grandparents with grandchildren whose parents work away (留守)."""
    his = _between(rng, 54, 72)
    old = [Member(his, MAN, HEAD), Member(his - _between(rng, -1, 5), WOMAN, WIFE, family=1)]
    count = 1 if rng.random() < 0.7 else 2
    young = [Member(_between(rng, 1, 15), _sex(rng, 0.53), "") for _ in range(count)]
    for child in young:
        child.relation = GRANDSON if child.sex == MAN else GRANDDAUGHTER
    return old + young


def _with_old_parent(rng: Rng) -> list[Member]:
    sex = _sex(rng, 0.6)
    own = _between(rng, 40, 66)
    mother = rng.random() < 0.7
    parent = Member(own + _between(rng, 22, 30), WOMAN if mother else MAN, MOTHER if mother else FATHER)
    parent.family = 2 if mother else 0
    return [Member(own, sex, HEAD), parent]


def _sharing(rng: Rng) -> list[Member]:
    """Young people who share a flat."""
    count = _between(rng, 2, 4)
    return [Member(_between(rng, 19, 33), _sex(rng, 0.6), HEAD if n == 0 else NOT_RELATED, n) for n in range(count)]


MAKE: dict[str, Callable[[Rng], list[Member]]] = {
    "single": _single,
    "single_elder": _single_elder,
    "couple": _couple,
    "elder_couple": _elder_couple,
    "couple_one_child": _couple_one_child,
    "couple_two_children": _couple_two_children,
    "three_generations": _three_generations,
    "single_parent": _single_parent,
    "couple_grown_child": _couple_grown_child,
    "left_behind": _left_behind,
    "with_old_parent": _with_old_parent,
    "sharing": _sharing,
}
