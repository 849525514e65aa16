"""Names that are so common that they are nobody's: surnames and given names listed by us, the commoner first."""

import tomllib
from bisect import bisect
from itertools import accumulate
from math import exp
from pathlib import Path
from random import Random

NAMES = tomllib.loads(Path(__file__).with_name("data").joinpath("names.toml").read_text("utf-8"))
SURNAMES = "".join(NAMES["surnames"].split())
GIVEN = {
    sex: [(each["until"], each["names"].split()) for each in NAMES[key]] for sex, key in (("1", "men"), ("2", "women"))
}
FALL = 0.028  # how much rarer each surname is than the one before


class Names:
    """Draws names: surnames by how common they are, given names of the years someone was born in."""

    def __init__(self, rng: Random) -> None:
        self._cut = list(accumulate(exp(-FALL * place) for place in range(len(SURNAMES))))
        self._rng = rng

    def surname(self) -> str:
        """A surname."""
        return SURNAMES[min(bisect(self._cut, self._rng.random() * self._cut[-1]), len(SURNAMES) - 1)]

    def given(self, sex: str, born: int) -> str:
        """A given name as it was given to boys or girls of a year."""
        for until, names in GIVEN[sex]:
            if born < until:
                return names[int(self._rng.random() * len(names))]
        raise AssertionError(born)
