"""Who is known already: people by the keys under which records of one person are found (`bulk.matching`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max, Min

from linli.bulk.matching import keys as matching_keys
from linli.bulk.matching.linking import MOST, Linked, flat, joined, link
from linli.bulk.matching.records import Record, day, door, parted, plain, sound
from linli.bulk.matching.rolls import Ints
from linli.ground import identity

from . import laying, many
from .models import Dwelling, Household, Key, Person
from .sealed import blinds, keys_held, opener

DIGESTS = ("identity", "identity_tail", "phone")
SEXES = {"1": "m", "2": "f"}
KEYS = laying.Columns(Key, "key person_id")
STANDING = f"SELECT id, key, person_id FROM {Key._meta.db_table} WHERE "  # noqa: S608 - the table names itself
HOLDERS = f"SELECT key, person_id FROM {Key._meta.db_table} WHERE "  # noqa: S608 - as above
BESIDE = (
    "SELECT p.id, p.name, p.born_on, p.sex, p.identity_index, p.identity_tail, p.identity_number, p.phone_index,"  # noqa: S608 - as above
    f" d.address_key, p.area_code, h.number FROM {Person._meta.db_table} p"
    f" LEFT JOIN {Dwelling._meta.db_table} d ON d.id = p.dwelling_id"
    f" LEFT JOIN {Household._meta.db_table} h ON h.id = p.household_id WHERE "
)


def record_of_values(values: Mapping[str, Any], ref: object, *, area: str, home: str) -> Record:
    """What a row says of a person, for comparing."""
    number = str(values.get("person.identity_number") or "")
    phone = str(values.get("person.phone") or "")
    said = identity.citizen(number) if number else None
    asked = {"identity_number": number, "identity_tail": number[-4:], "phone": phone}
    under = [blinds(text, column=f"registers.person.{column}") or [b""] for column, text in asked.items()]
    return record(
        ref,
        name=str(values.get("person.name") or ""),
        born_on=values.get("person.born_on") or (said.born_on if said else None),
        sex=str(values.get("person.sex") or ""),
        number=under[0][0],
        tail=under[1][0],
        sound_number=not said.doubts if said else None,
        phone=under[2][0],
        older=tuple((older.hex(), now.hex()) for now, *before in under for older in before),
        home=home,
        area=area,
        household=str(values.get("household.number") or ""),
    )


def record_of(person: Person, *, for_keys: bool = False) -> Record:
    """What the register says of a person, for comparing; `for_keys` alone it does not matter whether the number adds
    up."""
    number = "" if for_keys else person.identity_number
    return record(
        person.pk,
        name=person.name,
        born_on=person.born_on,
        sex=person.sex,
        number=person.identity_index,
        tail=person.identity_tail,
        sound_number=identity.adds_up(number) if number else None,
        phone=person.phone_index,
        home=person.dwelling.address_key if person.dwelling else "",
        area=person.area_code,
        household=person.household.number if person.household else "",
    )


def record(
    ref: object, *, name: str, born_on: Any, sex: str, home: str, area: str, household: str, **known: Any
) -> Record:
    """What is said of a person, made alike; `number`, `tail` and `phone` are blind indexes, `home` a key of address."""
    family, given, family_sound, given_sound = _named(name)
    return Record(
        ref=ref,
        family=family,
        given=given,
        family_sound=family_sound,
        given_sound=given_sound,
        born_on=day(born_on) if born_on else "",
        sex=SEXES.get(sex, ""),
        identity=known["number"].hex(),
        identity_tail=known["tail"].hex(),
        identity_sound=known["sound_number"],
        phone=known["phone"].hex(),
        older=known.get("older", ()),
        house=door(home),
        street=_street(home),
        area=area[:12],
        household=household,
    )


@lru_cache(maxsize=1 << 16)
def _named(name: str) -> tuple[str, str, str, str]:
    """Family and given name, and how each sounds."""
    family, given = parted(name)
    return family, given, sound(family), sound(given)


@lru_cache(maxsize=1 << 16)
def _street(home: str) -> str:
    return plain("".join(sign for sign in home if not sign.isdigit() and sign != "-"))


def lay_keys(people: Sequence[Person], *, fresh: bool = False) -> None:
    """The people are found under what they say now; keys that stand are left as they are."""
    with_homes(people)
    wanted = {person.pk: set(matching_keys.keys(record_of(person, for_keys=True))) for person in people}
    if not fresh:
        _lift_keys(wanted)
    rows = [(key, person) for person, keys in wanted.items() for key in sorted(keys)]
    laying.lay(KEYS, rows)


def _lift_keys(wanted: dict[int, set[int]]) -> None:
    """Keys that people no longer bear are gone; those they bear already are wanted no more."""
    gone: list[int] = []
    for some in many.portions(list(wanted)):
        with connection.cursor() as cursor:
            cursor.execute(STANDING + many.among("person_id"), [many.asked(some)])
            for row, key, person in cursor.fetchall():
                if key in wanted[person]:
                    wanted[person].discard(key)
                else:
                    gone.append(row)
    if gone:
        many.remove(Key, gone)


def with_homes(people: Sequence[Person]) -> None:
    """The people have their dwellings and households at hand, each asked for once."""
    for name, model in (("dwelling", Dwelling), ("household", Household)):
        without = [each for each in people if getattr(each, f"{name}_id") and name not in each._state.fields_cache]
        keys = {getattr(each, f"{name}_id") for each in without}
        homes = {home.pk: home for home in many.read(model, "id", sorted(keys))} if keys else {}
        for each in without:
            each._state.fields_cache[name] = homes[getattr(each, f"{name}_id")]


def look_up(incoming: Sequence[Record]) -> Linked:
    """The incoming records beside everyone in the register who shares a key with one of them."""
    with keys_held():
        keys, rows = flat([matching_keys.keys(record) for record in incoming])
        held, holders = _holders(np.unique(keys))
        people = np.unique(holders)
        existing = list(_records(people.tolist()))
        if now := dict(pair for record in incoming for pair in record.older):
            existing = [_as_now(record, now) for record in existing]
        found = joined(keys, rows, held, np.searchsorted(people, holders))
        return link(incoming, existing, among=_how_many(), found=found)


def _as_now(known: Record, now: Mapping[str, str]) -> Record:
    """The record with its digests under an older key as they are now."""
    return replace(known, **{name: now.get(held := getattr(known, name), held) for name in DIGESTS})


def _how_many() -> int:
    """How many people there are at most: from the first key to the last, which costs no counting."""
    keys = Person.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return keys["last"] - keys["first"] + 1 if keys["last"] else 0


def _holders(keys: Ints) -> tuple[Ints, Ints]:
    """Who bears the keys: the keys, and beside each a person; without those that lead to too many."""
    found: list[tuple[int, int]] = []
    for some in many.portions(keys.tolist()):
        with connection.cursor() as cursor:
            cursor.execute(HOLDERS + many.among("key"), [many.asked(some)])
            found += cursor.fetchall()
    both = np.array(found, dtype=np.int64).reshape(-1, 2)
    _each, back, counts = np.unique(both[:, 0], return_inverse=True, return_counts=True)
    few = counts[back] <= MOST
    return both[few, 0], both[few, 1]


def _records(people: Sequence[int]) -> Iterable[Record]:
    """The records of these people, in the order of their keys: a great many, so they are read as rows."""
    opened = opener("registers.person.identity_number")
    for some in many.portions(people):
        with connection.cursor() as cursor:
            cursor.execute(BESIDE + many.among("p.id") + " ORDER BY p.id", [many.asked(some)])
            rows = cursor.fetchall()
        for ref, name, born_on, sex, index, tail, number, phone, home, area, household in rows:
            yield record(
                ref,
                name=name,
                born_on=born_on,
                sex=sex,
                number=index,
                tail=tail,
                sound_number=identity.adds_up(opened(number)) if number else None,
                phone=phone,
                home=home or "",
                area=area,
                household=household or "",
            )


__all__ = ["lay_keys", "look_up", "record", "record_of", "record_of_values", "with_homes"]
