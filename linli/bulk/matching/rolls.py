"""Many records as columns of numbers, so that a million pairs are compared at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .records import Record

Ints = NDArray[np.int64]
TEXTS = (
    "family",
    "given",
    "family_sound",
    "given_sound",
    "born_on",
    "sex",
    "identity",
    "identity_tail",
    "phone",
    "house",
    "street",
    "locality",
    "area",
    "household",
)


class Spellings:
    """Each different text once, with its number. Number 0 is the text not known."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"": 0}
        self._texts: list[str] = []

    def column(self, texts: Sequence[str]) -> Ints:
        """Their numbers; a new text gets the next."""
        of = self.numbers
        return np.fromiter((of.setdefault(text, len(of)) for text in texts), dtype=np.int64, count=len(texts))

    def texts(self) -> list[str]:
        """The texts by their numbers; the list is made anew only where some came since."""
        if len(self._texts) != len(self.numbers):
            self._texts = list(self.numbers)
        return self._texts


class Roll:
    """Records in rows; one column of numbers for each field. Rolls that are compared share their spellings."""

    def __init__(self, records: Sequence[Record], spellings: Spellings | None = None) -> None:
        self.records = records
        self.spellings = spellings or Spellings()
        columns: dict[str, Any] = {
            name: self.spellings.column([getattr(each, name) for each in records]) for name in TEXTS
        }
        self.columns: dict[str, Ints] = columns
        self.sound = np.array([each.identity_sound is True for each in records], dtype=bool)

    def __len__(self) -> int:
        return len(self.records)
