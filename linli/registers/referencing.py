"""References that no record bears yet. Thirty bits meet by chance: among a million people once in a thousand draws."""

from collections.abc import Iterable, Sequence
from typing import Any

from linli.ground import refs

AT_ONCE = 400


def give_refs(records: Sequence[Any]) -> None:
    """Each of these records of one register, none of them saved, bears a reference that no other does."""
    held: set[str] = set()
    for first in range(0, len(records), AT_ONCE):
        some = records[first : first + AT_ONCE]
        taken = _borne(type(some[0]), (record.ref for record in some))
        for record in some:
            while record.ref in held or record.ref in taken:
                record.ref = refs.new(record.ref[:1])
                taken |= _borne(type(record), [record.ref])
            held.add(record.ref)


def _borne(model: Any, asked: Iterable[str]) -> set[str]:
    """Those of the references that records bear already."""
    return set(model.objects.filter(ref__in=list(asked)).values_list("ref", flat=True))
