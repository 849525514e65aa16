"""How much an agreement says: much for a rare name, little for 王伟.

Beside each other stand two shares: how often one person's two records stand so (below, a table), and how often two
strangers' do (counted in the records themselves; no truth is asked). Their ratio, in bits, is the weight of a field:
Fellegi and Sunter, A Theory for Record Linkage, Journal of the American Statistical Association 64 (1969).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from .comparing import EQUAL, FAR, FIELDS, NEAR, PART, SOUND, Compared, Level, Levels, compare
from .rolls import Ints, Roll

Bits = NDArray[np.float64]

# How the two records of one person stand, of a hundred. Our assumption of 2026-11-22, to be measured on a town's own
# confirmed pairs: six names in a hundred mistyped, five birth dates, a quarter of the people moved since.
ONE_PERSON: dict[str, dict[Level, float]] = {
    "family": {EQUAL: 0.90, SOUND: 0.04, NEAR: 0.03, PART: 0.01, FAR: 0.02},
    "given": {EQUAL: 0.88, SOUND: 0.05, NEAR: 0.03, PART: 0.02, FAR: 0.02},
    "born_on": {EQUAL: 0.90, NEAR: 0.06, PART: 0.02, FAR: 0.02},
    "sex": {EQUAL: 0.99, FAR: 0.01},
    "identity": {EQUAL: 0.93, NEAR: 0.04, PART: 0.01, FAR: 0.02},
    "phone": {EQUAL: 0.75, NEAR: 0.03, FAR: 0.22},
    "home": {EQUAL: 0.65, NEAR: 0.08, PART: 0.12, FAR: 0.15},
}
_SAID = {
    name: np.log2([ONE_PERSON[name].get(each, 1.0) for each in Level]) for name in ("family", "given")
}  # where not known, nought
STRANGERS = 20_000  # pairs looked at to learn how strangers stand
SEED = 20261122


@dataclass(frozen=True)
class Shares:
    """How common each of some texts is; one never met is as rare as the rarest."""

    counts: dict[str, int]
    known: int

    def of(self, text: str) -> float:
        """The share of those who bear it."""
        return self.counts.get(text, 1) / self.known

    def others(self, text: str) -> float:
        """The share of those who bear it beside one bearer; hardly anything where there is no other."""
        return max(self.counts.get(text, 1) - 1, 1e-9) / self.known


@dataclass(frozen=True)
class Weights:
    """Bits by field and level; and for names, as they sound, the share of records that bear them."""

    bits: dict[str, Bits]
    families: Shares
    givens: Shares
    wholes: Shares

    def of(self, pairs: Compared, one: Roll, other: Roll, prior: float) -> Bits:
        """The odds, in bits, that each pair is one person, from the odds before anything was compared."""
        rest = (name for name in FIELDS if name not in ("family", "given"))
        told = sum((self.bits[name][pairs.levels[name]] for name in rest), start=np.zeros(len(pairs)))
        return told + self._named(pairs, one, other) + np.log2(prior)

    def _named(self, pairs: Compared, one: Roll, other: Roll) -> Bits:
        """A name that is equal or sounds alike says as much as it is rare, on the side where it is commoner."""
        family, given = pairs.levels["family"], pairs.levels["given"]
        rare = np.minimum(self._rarity(one, pairs.left), self._rarity(other, pairs.right))
        said = np.zeros((2, len(pairs)))
        for row, (name, level) in enumerate((("family", family), ("given", given))):
            alike = (level == EQUAL) | (level == SOUND)
            said[row] = np.where(alike, _SAID[name][level] + rare[row], self.bits[name][level])
        both = (family > 0) & (given > 0) & (family <= SOUND) & (given <= SOUND)
        return said.sum(axis=0) - np.where(both, np.maximum(rare[0] + rare[1] - rare[2], 0.0), 0.0)

    def _rarity(self, roll: Roll, rows: Ints) -> Bits:
        """For each row the bits in its family name, its given name and the whole."""
        some, back = np.unique(rows, return_inverse=True)
        people = (roll.records[row] for row in some.tolist())
        names = [f"{each.family_sound}.{each.given_sound}" for each in people]
        rare = {name: self._rare(name) for name in set(names)}
        return np.array([rare[name] for name in names]).reshape(-1, 3).T[:, back]

    def _rare(self, name: str) -> tuple[float, float, float]:
        family, _, given = name.partition(".")
        shares = self.families.of(family), self.givens.of(given), self.wholes.others(name)
        return tuple(-log2(share) for share in shares)  # type: ignore[return-value]


def learn(roll: Roll) -> Weights:
    """What the records of a roll say of strangers: how common each name is, how often two people agree by chance."""
    count = len(roll)
    chance = np.random.default_rng(SEED)
    left, right = chance.integers(0, count, STRANGERS), chance.integers(0, count, STRANGERS)
    strangers = compare(roll, roll, left[left != right], right[left != right])
    bits = {name: _bits(name, strangers.levels[name], _collisions(roll, name)) for name in FIELDS}
    return Weights(
        bits,
        _shares(each.family_sound for each in roll.records if each.family_sound),
        _shares(each.given_sound for each in roll.records if each.given_sound),
        _shares(f"{each.family_sound}.{each.given_sound}" for each in roll.records),
    )


def _bits(name: str, levels: Levels, equal: float) -> Bits:
    """The weight of each level; what is missing weighs nothing, nor do differing numbers that are not sound."""
    said = ONE_PERSON[name]
    seen = np.bincount(levels, minlength=len(Level)).astype(float)
    known = seen[EQUAL:].sum() + len(said)
    told = np.zeros(len(Level))
    for level, share in said.items():
        chance = max(equal, 1.0 / known) if level == EQUAL and equal else (seen[level] + 0.5) / known
        told[level] = np.log2(share / chance)
    if name == "identity":
        told[PART] = 0.0
    told[FAR] = min(told[FAR], 0.0)
    told[NEAR] = min(told[NEAR], told[EQUAL])
    told[PART] = min(told[PART], told[NEAR])
    return told


def _collisions(roll: Roll, name: str) -> float:
    """How often two records drawn blindly bear the same value; nothing for fields made of several."""
    if name == "home":
        return 0.0
    counts = np.bincount(roll.columns[name])[1:].astype(float)
    known = counts.sum()
    return float((counts * (counts - 1)).sum() / (known * (known - 1))) if known > 1 else 0.0


def _shares(texts: Iterable[str]) -> Shares:
    counts = Counter(texts)
    return Shares(counts, max(counts.total(), 1))
