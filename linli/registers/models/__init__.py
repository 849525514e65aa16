"""What the registers keep."""

from .batches import AREA, Batch, Item, Layout, StagedRow
from .laid import Laid
from .records import Business, Dwelling, Household, Person, Record, RecordSet, Register
from .ties import Tie, TieKind
from .values import Dispute, Key, Likeness, Merging, PastValue, SecretValue

__all__ = [
    "AREA",
    "Batch",
    "Business",
    "Dispute",
    "Dwelling",
    "Household",
    "Item",
    "Key",
    "Laid",
    "Layout",
    "Likeness",
    "Merging",
    "PastValue",
    "Person",
    "Record",
    "RecordSet",
    "Register",
    "SecretValue",
    "StagedRow",
    "Tie",
    "TieKind",
]
