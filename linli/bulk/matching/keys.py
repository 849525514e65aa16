"""Where to look for someone. Two records that may be one person share a key; a key is a number a database can index.

A key made of plain names and dates can be guessed by whoever knows them, so keys are kept like the fields they come
from and never shown; the identity number and the phone are in them as the records have them, as keyed digests.
"""

from collections.abc import Iterator
from hashlib import blake2b

from .records import Record


def keys(record: Record) -> tuple[int, ...]:
    """The keys of a record, each once, in order.

    >>> one = Record(1, "王", "伟", "wan", "wei", "19850312", phone="p")
    >>> other = Record(2, "伟", "王", "wei", "wan", "19851203", phone="q")
    >>> len(keys(one)), len(set(keys(one)) & set(keys(other))) > 0
    (5, True)
    """
    return tuple(sorted({number(each) for each in spelled(record)}))


def number(key: str) -> int:
    """A key as a number of 63 bits, the same on every machine."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) >> 1


def spelled(record: Record) -> Iterator[str]:
    """The keys before they become numbers, each with a letter for what it is made of."""
    if record.identity:
        yield f"i{record.identity}"
    if record.phone:
        yield f"p{record.phone}"
    for older, now in record.older:
        yield from (f"{letter}{older}" for letter, held in (("i", record.identity), ("p", record.phone)) if held == now)
    yield from _by_name_and_day(record)
    yield from _by_home(record)


def _by_name_and_day(record: Record) -> Iterator[str]:
    """The whole name whichever part comes first, with the year or with the day of the year; either part with the day.

    So one part of the date may be wrong, or day and month swapped, or one part of the name."""
    family, given, born = record.family_sound, record.given_sound, record.born_on
    whole = ".".join(sorted((family, given))) if family and given else ""
    month, date = sorted((born[4:6], born[6:8])) if born else ("", "")
    if whole and born:
        yield f"y{whole}{born[:4]}"
        if date != "00" and month != "00":
            yield f"d{whole}{month}{date}"
    if born and "00" not in (month, date):
        yield from (f"b{part}{born[:4]}{month}{date}" for part in {family, given} if part)


def _by_home(record: Record) -> Iterator[str]:
    """The household or the door, with the sound of the first sign of either name; for a date not known or far off."""
    firsts = sorted({part[:1] for part in (record.family_sound, record.given_sound) if part})
    if record.household:
        yield from (f"h{first}{record.area}.{record.household}" for first in firsts)
    if record.house and record.street:
        yield from (f"a{first}{record.house}.{record.street}" for first in firsts)
    elif record.street and record.born_on:
        yield f"s{record.street}{record.born_on[:4]}"
