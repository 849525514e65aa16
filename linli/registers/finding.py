"""A record is found by what it says now: by its words, and a person also by the keys that records of one person share.

Whoever writes a record calls `lay` in the same transaction, and `lay_around` once what the people there are known by
has changed with it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from . import indexing, knowing
from .models import Person, Register

AT_ONCE = 400
# What the keys of a person are made of, with their dwelling and household.
KEYED = frozenset(
    {"name", "born_on", "sex", "identity_index", "phone_index", "area_code", "dwelling_id", "household_id"}
)


def lay(register: Register, records: Sequence[Any], *, fresh: bool = False) -> None:
    """The records are found by what they say now. `fresh` records were never found before."""
    indexing.lay(register, records, fresh=fresh)
    if register is Register.PERSON:
        knowing.lay_keys(records, fresh=fresh)


def lay_changed(register: Register, changed: Iterable[tuple[Any, set[str]]]) -> None:
    """Records of which only these fields changed are found by what they say now; what is not made of them stands."""
    known = list(changed)
    worded = [record for record, names in known if names & indexing.SPOKEN[register]]
    if worded:
        indexing.lay(register, worded)
    if register is Register.PERSON:
        if keyed := [record for record, names in known if names & KEYED]:
            knowing.lay_keys(keyed)
        return
    for record in [record for record, names in known if names & {"number", "address_key"}]:
        lay_around(register, record)


def lay_around(register: Register, record: Any) -> None:
    """The people of a household or dwelling are known by its number or address, as it is now."""
    if register not in (Register.HOUSEHOLD, Register.DWELLING):
        return
    people = Person.objects.filter(**{str(register): record}).order_by("pk")
    reached = 0
    while some := list(people.filter(pk__gt=reached).select_related("dwelling", "household")[:AT_ONCE]):
        knowing.lay_keys(some)
        reached = some[-1].pk


def lift(register: Register, keys: Sequence[int]) -> None:
    """The records are found no more; the keys of people go with their records."""
    indexing.lift(register, keys)
