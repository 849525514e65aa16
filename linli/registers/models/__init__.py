"""What the registers keep."""

from .askings import Asking, Export, ListLayout
from .batches import AREA, Batch, Item, Layout, StagedRow
from .laid import Laid
from .places import OldName
from .records import Business, Dwelling, Household, Person, Record, RecordSet, Register
from .ties import Tie, TieKind
from .values import Dispute, Key, Likeness, Merging, PastValue, SecretValue

__all__ = [
    "AREA",
    "Asking",
    "Batch",
    "Business",
    "Dispute",
    "Dwelling",
    "Export",
    "Household",
    "Item",
    "Key",
    "Laid",
    "Layout",
    "Likeness",
    "ListLayout",
    "Merging",
    "OldName",
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
