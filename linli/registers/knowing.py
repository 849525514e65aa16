"""Who is known already: people by the keys under which records of one person are found (`bulk.matching`)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max, Min

from linli.bulk.matching import keys as matching_keys
from linli.bulk.matching.linking import Found, Linked, link, once
from linli.bulk.matching.records import Record, day, door, parted, plain, sound
from linli.ground import identity

from .models import Key, Person
from .sealed import blind

LAY = f"INSERT INTO {Key._meta.db_table} (key, person_id) VALUES (%s, %s)"  # noqa: S608 - the table names itself
AT_ONCE = 900  # values in one question
CROWDED = 200


def record_of_values(values: Mapping[str, Any], ref: object, *, area: str, home: str) -> Record:
    """What a row says of a person, for comparing."""
    number = str(values.get("person.identity_number") or "")
    phone = str(values.get("person.phone") or "")
    return record(
        ref,
        name=str(values.get("person.name") or ""),
        born_on=values.get("person.born_on") or (identity.citizen(number).born_on if number else None),
        sex=str(values.get("person.sex") or ""),
        number=blind(number, column="registers.person.identity_number"),
        tail=blind(number[-4:], column="registers.person.identity_tail"),
        sound_number=not identity.citizen(number).doubts if number else None,
        phone=blind(phone, column="registers.person.phone"),
        home=home,
        area=area,
        household=str(values.get("household.number") or ""),
    )


def record_of(person: Person) -> Record:
    """What the register says of a person, for comparing."""
    return record(
        person.pk,
        name=person.name,
        born_on=person.born_on,
        sex=person.sex,
        number=person.identity_index,
        tail=person.identity_tail,
        sound_number=not identity.citizen(person.identity_number).doubts if person.identity_number else None,
        phone=person.phone_index,
        home=person.dwelling.address_key if person.dwelling else "",
        area=person.area_code,
        household=person.household.number if person.household else "",
    )


def record(
    ref: object, *, name: str, born_on: Any, sex: str, home: str, area: str, household: str, **known: Any
) -> Record:
    """What is said of a person, made alike; `number`, `tail` and `phone` are blind indexes, `home` a key of address."""
    family, given = parted(name)
    return Record(
        ref=ref,
        family=family,
        given=given,
        family_sound=sound(family),
        given_sound=sound(given),
        born_on=day(born_on) if born_on else "",
        sex={"1": "m", "2": "f"}.get(sex, ""),
        identity=known["number"].hex(),
        identity_tail=known["tail"].hex(),
        identity_sound=known["sound_number"],
        phone=known["phone"].hex(),
        house=door(home),
        street=_street(home),
        area=area[:12],
        household=household,
    )


@lru_cache(maxsize=1 << 12)
def _street(home: str) -> str:
    return plain("".join(sign for sign in home if not sign.isdigit() and sign != "-"))


def lay_keys(people: Sequence[Person], *, fresh: bool = False) -> None:
    """The people are found under what they say now."""
    if not fresh:
        Key.objects.filter(person__in=people).delete()
    rows = [(key, person.pk) for person in people for key in matching_keys.keys(record_of(person))]
    with connection.cursor() as cursor:
        cursor.executemany(LAY, rows)


def look_up(incoming: Sequence[Record]) -> Linked:
    """The incoming records beside everyone in the register who shares a key with one of them."""
    keyed = [matching_keys.keys(record) for record in incoming]
    rows: dict[int, list[int]] = {}
    for row, keys in enumerate(keyed):
        for key in keys:
            rows.setdefault(key, []).append(row)
    held: dict[int, list[int]] = {}
    for key, person in _holders(list(rows)):
        held.setdefault(key, []).append(person)
    crowded = {key for key, people in held.items() if len(people) > CROWDED}
    people = sorted({person for key, some in held.items() if key not in crowded for person in some})
    place = {person: at for at, person in enumerate(people)}
    pairs = [
        (row, place[person]) for key, some in held.items() if key not in crowded for row in rows[key] for person in some
    ]
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    existing = list(_records(people))
    return link(incoming, existing, among=_how_many(), found=once(left, right, crowded=len(crowded)))


def _how_many() -> int:
    """How many people there are at most: from the first key to the last, which costs no counting."""
    keys = Person.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return keys["last"] - keys["first"] + 1 if keys["last"] else 0


def _holders(keys: Sequence[int]) -> Iterable[tuple[int, int]]:
    for first in range(0, len(keys), AT_ONCE):
        yield from Key.objects.filter(key__in=keys[first : first + AT_ONCE]).values_list("key", "person_id")


def _records(people: Sequence[int]) -> Iterable[Record]:
    """The records of these people, in the order of their keys."""
    for first in range(0, len(people), AT_ONCE):
        some = people[first : first + AT_ONCE]
        rows = Person.objects.filter(pk__in=some).select_related("dwelling", "household").order_by("pk")
        yield from map(record_of, rows.defer("phone"))


__all__ = ["Found", "lay_keys", "look_up", "record", "record_of", "record_of_values"]
