"""Each field of many pairs at once: equal, sounding alike, nearly, in part, other, or not known."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from linli.language.folding import is_han

from .rolls import Ints, Roll
from .slips import number_slip, shared, slip

Levels = NDArray[np.int8]
Worth = Callable[[Levels, Levels], NDArray[np.bool_]]


class Level(IntEnum):
    """How two values of one field stand to each other."""

    MISSING = 0  # one or both are not known
    EQUAL = 1
    SOUND = 2  # names: said alike, or family and given name the other way round
    NEAR = 3  # one slip of the hand away
    PART = 4  # something in common, as twins, neighbours and people of one year have
    FAR = 5


MISSING, EQUAL, SOUND, NEAR, PART, FAR = Level
FIELDS = ("family", "given", "born_on", "sex", "identity", "phone", "home")
APART = 11  # years; further apart two birth dates are never one mistyped: father and son of one name


@dataclass(frozen=True)
class Compared:
    """Pairs of rows, and for each field how they stand."""

    left: Ints
    right: Ints
    levels: dict[str, Levels]

    def __len__(self) -> int:
        return len(self.left)


def compare(one: Roll, other: Roll, left: Ints, right: Ints, *, worth: Worth | None = None) -> Compared:
    """How the rows `left` of one roll stand to the rows `right` of the other, in every field.

    Where the birth date and the identity number say that a pair is not `worth` looking at, it is left out.
    """
    pairs = _Pairs(one, other, left, right)
    levels = {"born_on": pairs.days(), "identity": pairs.identity()}
    if worth:
        kept = worth(levels["born_on"], levels["identity"])
        pairs = replace(pairs, left=left[kept], right=right[kept])
        levels = {name: held[kept] for name, held in levels.items()}
    family, given = pairs.names()
    levels |= {
        "family": family,
        "given": given,
        "sex": pairs.same("sex"),
        "phone": pairs.close("phone", _number),
        "home": pairs.home(),
    }
    return Compared(pairs.left, pairs.right, levels)


@dataclass(frozen=True)
class _Pairs:
    one: Roll
    other: Roll
    left: Ints
    right: Ints

    def of(self, name: str, theirs: str = "") -> tuple[Ints, Ints]:
        """The numbers of a field on both sides."""
        return self.one.columns[name][self.left], self.other.columns[theirs or name][self.right]

    def same(self, name: str, theirs: str = "") -> Levels:
        """Equal, other or not known."""
        a, b = self.of(name, theirs)
        return np.where((a == 0) | (b == 0), MISSING, np.where(a == b, EQUAL, FAR)).astype(np.int8)

    def close(self, name: str, told: Callable[[str, str], int], theirs: str = "") -> Levels:
        """The same, and where they are other, what `told` says of the two texts, each two asked once."""
        found = self.same(name, theirs)
        a, b = (side[found == FAR] for side in self.of(name, theirs))
        low, high = np.minimum(a, b), np.maximum(a, b)
        each, back = np.unique(low << 32 | high, return_inverse=True)
        texts = self.one.spellings.texts()
        answers = np.fromiter(
            (told(texts[pair >> 32], texts[pair & 0xFFFFFFFF]) for pair in each.tolist()),
            dtype=np.int8,
            count=len(each),
        )
        found[found == FAR] = answers[back]
        return found

    def names(self) -> tuple[Levels, Levels]:
        """Family and given name, with what sounds alike, and both swapped."""
        family, given = self.close("family", _family), self.close("given", _given)
        for found, name in ((family, "family_sound"), (given, "given_sound")):
            found[(found > SOUND) & (self.same(name) == EQUAL)] = SOUND
        apart = np.flatnonzero((family > SOUND) & (given > SOUND))
        turned = replace(self, left=self.left[apart], right=self.right[apart])
        there = turned.close("family_sound", _text, "given_sound")
        back = turned.close("given_sound", _text, "family_sound")
        crossed = _alike(there) & _alike(back) & ((there == EQUAL) | (back == EQUAL))
        family[apart[crossed]] = np.maximum(there, SOUND)[crossed]
        given[apart[crossed]] = np.maximum(back, SOUND)[crossed]
        return family, given

    def days(self) -> Levels:
        """A birth date is near another when one part of it slipped, and they are not a generation apart."""
        found = self.same("born_on")
        at = np.flatnonzero(found == FAR)
        a, b = (side[at] for side in self.of("born_on"))
        days, back = np.unique(np.concatenate([a, b]), return_inverse=True)
        texts = self.one.spellings.texts()
        values = np.array([int(texts[each]) for each in days.tolist()] or [0], dtype=np.int64)
        found[at] = _near_days(values[back[: len(at)]], values[back[len(at) :]])
        return found

    def identity(self) -> Levels:
        """In part: numbers that differ, but do not both hold their check digit. Only two sound ones are truly other."""
        found = self.close("identity", _number)
        tails = self.same("identity_tail") == EQUAL
        found[(found == FAR) & tails] = NEAR
        sound = self.one.sound[self.left] & self.other.sound[self.right]
        found[(found == FAR) & ~sound] = PART
        return found

    def home(self) -> Levels:
        """One household, or one door of one street: equal. One slip in one of them: near. One locality: in part."""
        house, street = self.close("house", _house), self.close("street", _text)
        around = np.stack([self.close("locality", _text), self.same("area")])
        here = ((around == EQUAL) | (around == NEAR)).any(axis=0)
        elsewhere = ~here & (around == FAR).any(axis=0)
        found = np.full(len(self.left), MISSING, dtype=np.int8)
        found[(house == FAR) | (street == FAR) | elsewhere] = FAR
        found[here | (street == EQUAL)] = PART
        nearly = ((house == EQUAL) & (street == NEAR)) | ((house == NEAR) & (street == EQUAL))
        nearly |= (street == EQUAL) & (house == MISSING) & here & (around != FAR).all(axis=0)
        nearly |= (house == EQUAL) & (street == MISSING) & (around == EQUAL).all(axis=0)
        nearly |= (house == EQUAL) & (street == EQUAL)
        found[nearly & ~(elsewhere & (street != EQUAL))] = NEAR
        found[(house == EQUAL) & (street == EQUAL) & ~elsewhere] = EQUAL
        found[(self.same("household") == EQUAL) & (self.same("area") != FAR)] = EQUAL
        return found


def _near_days(a: Ints, b: Ints) -> Levels:
    """For whole numbers yyyymmdd that differ.

    >>> _near_days(np.full(4, 19620305), np.array([19620503, 19630305, 19620728, 19920305]))
    array([3, 3, 4, 5], dtype=int8)
    """
    year, theirs = a // 10000, b // 10000
    month, day, other_month, other_day = a // 100 % 100, a % 100, b // 100 % 100, b % 100
    digits = np.stack([(a // 10**place % 10 != b // 10**place % 10) for place in range(8)])
    off = digits.sum(axis=0)
    turned = (off == 2) & (digits[:-1] & digits[1:]).any(axis=0) & _same_digits(a, b)
    one_year = year == theirs
    one_day = (month == other_month) & (day == other_day)
    other_way = (month == other_day) & (day == other_month)
    near = ((off == 1) | turned) & (one_year | one_day) | one_year & other_way
    unknown = one_year & ((day == 0) | (other_day == 0)) & ((month == other_month) | (month * other_month == 0))
    near &= (np.abs(year - theirs) < APART) & ~unknown & (one_year | (month * day > 0))
    return np.where(near, NEAR, np.where(one_year, PART, FAR)).astype(np.int8)


def _same_digits(a: Ints, b: Ints) -> NDArray[np.bool_]:
    """Whether two numbers of eight digits are made of the same ones."""
    one, other = (np.sort(np.stack([each // 10**place % 10 for place in range(8)]), axis=0) for each in (a, b))
    return (one == other).all(axis=0)


def _alike(levels: Levels) -> NDArray[np.bool_]:
    return (levels == EQUAL) | (levels == NEAR)


def _text(one: str, other: str) -> int:
    return NEAR if slip(one, other) else FAR


def _number(one: str, other: str) -> int:
    return NEAR if number_slip(one, other) else FAR


def _house(one: str, other: str) -> int:
    """One digit of several, a part left out, or neighbours swapped."""
    if one.startswith(f"{other}.") or other.startswith(f"{one}.") or one.endswith(f".{other}"):
        return NEAR
    return NEAR if other.endswith(f".{one}") or number_slip(one, other) else FAR


def _family(one: str, other: str) -> int:
    """Of a Chinese family name every other sign is another name, unless it sounds alike."""
    return FAR if is_han(one) or is_han(other) else _text(one, other)


def _given(one: str, other: str) -> int:
    """Of Chinese given names what is not said alike is at most in part the same: so twins are named."""
    if not (is_han(one) or is_han(other)) and slip(one, other):
        return NEAR
    return PART if shared(one, other) else FAR
