"""What names a household, a dwelling or a business in a file: two rows with one name speak of one record."""

from collections.abc import Iterable, Mapping
from typing import Any

from linli.areas import codes
from linli.registers import addresses
from linli.registers.models import Business, Dwelling, Household, Register

Name = tuple[str, ...]
AT_ONCE = 900


def name_of(register: Register, said: Mapping[str, Any]) -> Name:
    """What names the record: a household its number, a dwelling its address, a business its credit code, else its
    name with its address.

    >>> name_of(Register.DWELLING, {"dwelling.compound": "香樟苑", "dwelling.building": "3", "dwelling.room": "501"})
    ('香樟苑3-501',)
    >>> name_of(Register.BUSINESS, {"business.name": "邻里面馆", "business.address": "香樟路12号"})
    ('', '邻里面馆', '香樟路12')
    """
    if register is Register.HOUSEHOLD:
        return (str(said.get("household.number") or "")[:40],)
    if register is Register.DWELLING:
        return (addresses.key_of(addresses.composed(said))[:160],)
    if code := str(said.get("business.credit_code") or ""):
        return (code,)
    place = addresses.key_of(str(said.get("business.address") or ""))
    return ("", str(said.get("business.name") or "")[:120], place[:160])


def known(register: Register, names: Iterable[Name], *, area: str) -> dict[Name, Any]:
    """The standing records of these names within the area."""
    return {name: row for name, row in _found(register, names) if codes.contains(area, row.area_code)}


def elsewhere(register: Register, names: Iterable[Name], *, area: str) -> dict[Name, Any]:
    """Businesses that are known by their credit code outside the area; numbers and addresses are only of one."""
    if register is not Register.BUSINESS:
        return {}
    coded = [name for name in names if name[0]]
    return {name: row for name, row in _found(register, coded) if not codes.contains(area, row.area_code)}


def _found(register: Register, names: Iterable[Name]) -> Iterable[tuple[Name, Any]]:
    wanted = {name for name in names if any(name)}
    for rows, name_of_row in _questions(register, wanted):
        for row in rows:
            if (name := name_of_row(row)) in wanted:
                yield name, row


def _questions(register: Register, wanted: set[Name]) -> Iterable[tuple[Any, Any]]:
    """Rows that may bear these names, and how to read the name off a row."""
    if register is Register.HOUSEHOLD:
        yield from _asked(Household, "number", {name[0] for name in wanted}, lambda row: (row.number,))
    elif register is Register.DWELLING:
        yield from _asked(Dwelling, "address_key", {name[0] for name in wanted}, lambda row: (row.address_key,))
    else:
        coded, named = {name[0] for name in wanted if name[0]}, {name[1] for name in wanted if not name[0]}
        yield from _asked(Business, "credit_code", coded, lambda row: (row.credit_code,))
        yield from _asked(Business, "name", named, lambda row: ("", row.name, row.address_key))


def _asked(model: Any, field: str, words: set[str], name_of_row: Any) -> Iterable[tuple[Any, Any]]:
    listed = sorted(words)
    for first in range(0, len(listed), AT_ONCE):
        some = {f"{field}__in": listed[first : first + AT_ONCE]}
        yield model.objects.standing().filter(**some).order_by("-pk"), name_of_row
