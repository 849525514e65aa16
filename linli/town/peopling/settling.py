"""The made-up town is lived in: dwellings, households, people and shops stand in the registers.

A portion of dwellings is one transaction with one entry, so whoever is interrupted goes on with the next building.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from random import Random
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from linli.ground import refs
from linli.ground.hands import Hand
from linli.ground.progress import Tell, silent
from linli.journal import writing
from linli.language import sounds
from linli.registers import indexing, secrets
from linli.registers.book import fact
from linli.registers.models import Business, Dwelling, Household, Person, Register, SecretValue, Tie, TieKind
from linli.registers.sealed import blind
from linli.town.drawing.drawing import Drawing

from .households import FATHER, HEAD, HUSBAND, MOTHER, WIFE, Family, families, shares
from .lives import Lives
from .names import Names

AT_ONCE = 500  # dwellings in a transaction: less than a second of the write lock
EMPTY = 0.03
PAIRED = (HEAD, HUSBAND, WIFE)


@dataclass(frozen=True)
class Home:
    """One dwelling of the drawing."""

    area: str
    lon: float
    lat: float
    compound: str
    building: str
    unit: str
    room: str
    floor: int
    town: str

    @property
    def address(self) -> str:
        """Its standard address, from the township down to the room."""
        return f"{self.town}{self.compound}{self.building}{self.unit}单元{self.room}"


def homes(drawing: Drawing) -> Iterator[Home]:
    """Every dwelling of the drawing, building by building, from the ground up."""
    names = {area.code: area.name for area in drawing.areas if area.level == "township"}
    for grid, feature in zip(drawing.grid_of, drawing.layers["building"], strict=True):
        told: Any = feature.properties
        if not told.get("units"):
            continue
        centre = feature.shape.centroid
        town = next((name for code, name in names.items() if grid.startswith(code)), "")
        for unit in range(1, int(told["units"]) + 1):
            for floor in range(1, int(told["floors"]) + 1):
                for door in range(1, int(told["per_floor"]) + 1):
                    yield Home(
                        area=grid,
                        lon=round(centre.x, 7),
                        lat=round(centre.y, 7),
                        compound=str(told.get("name", "")),
                        building=str(told.get("number", "")),
                        unit=str(unit),
                        room=f"{floor}{door:02d}",
                        floor=floor,
                        town=town,
                    )


def settle(drawing: Drawing, people: int, *, by: Hand, at: datetime, tell: Tell = silent) -> int:
    """So many people live in the town; how many were settled. Again changes nothing where people live already."""
    if Person.objects.exists():
        return 0
    rng = Random(f"{drawing.seed}:people:{people}")  # noqa: S311 - a made-up town, not a secret
    settler = _Settler(rng, localdate(at))
    dwellings = list(homes(drawing))
    living = _shared_out(rng, families(rng, people), len(dwellings))
    done = 0
    pairs = iter(zip(dwellings, living, strict=True))
    while some := list(islice(pairs, AT_ONCE)):
        done += settler.settle(some, by=by, at=at)
        tell("people", done, people)
    _open_shops(drawing, rng, by=by, at=at)
    return done


def _shared_out(rng: Random, drawn: Iterable[Family], dwellings: int) -> list[list[Family]]:
    """The families over the dwellings by chance: most hold one, some none, and where there are too few, some two."""
    waiting = list(drawn)
    order = list(range(dwellings))
    rng.shuffle(order)
    living: list[list[Family]] = [[] for _ in range(dwellings)]
    for number, family in enumerate(waiting):
        living[order[number % dwellings]].append(family)
    return living


class _Settler:
    """Settles portions of dwellings; remembers what must not be given twice."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._names = Names(rng)
        self._lives = Lives(rng, today)
        self._number = 0
        self._low = shares()["low_income"]["share"]

    @transaction.atomic
    def settle(self, some: Sequence[tuple[Home, list[Family]]], *, by: Hand, at: datetime) -> int:
        """These dwellings stand and are lived in; one entry."""
        dwellings = Dwelling.objects.bulk_create(self._dwelling(home, bool(living)) for home, living in some)
        placed = [
            (dwelling, family) for dwelling, (_, living) in zip(dwellings, some, strict=True) for family in living
        ]
        households = Household.objects.bulk_create(self._household(dwelling) for dwelling, _ in placed)
        people: list[Person] = []
        kept: list[tuple[Person, str, str]] = []
        for (dwelling, family), household in zip(placed, households, strict=True):
            members = list(self._members(dwelling, household, family, kept))
            household.head = members[0].name
            people += members
        Household.objects.bulk_update(households, ["head"], batch_size=200)
        Person.objects.bulk_create(people)
        SecretValue.objects.bulk_create(_secret(*each) for each in kept)
        Tie.objects.bulk_create(self._cares(people))
        for register, records in ((Register.DWELLING, dwellings), (Register.HOUSEHOLD, households)):
            indexing.lay(register, records, fresh=True)
        indexing.lay(Register.PERSON, people, fresh=True)
        digest = hashlib.sha256("\n".join(person.ref for person in people).encode()).hexdigest()
        area = dwellings[0].area_code[:9]
        writing.write("town.settled", thing=area, by=by, at=at, area=area, rows=len(people), digest=digest)
        return len(people)

    def _dwelling(self, home: Home, lived_in: bool) -> Dwelling:
        tenure = "3" if not lived_in else "1" if self._rng.random() < 0.78 else "2"
        return Dwelling(
            ref=refs.new("W"),
            area_code=home.area,
            lon=home.lon,
            lat=home.lat,
            address=home.address,
            address_key=home.address,
            compound=home.compound,
            building=home.building,
            unit=home.unit,
            room=home.room,
            floor=home.floor,
            use="1",
            tenure=tenure,
            square_metres=round(45 + self._rng.random() * 85, 1),
            true_on=self._today,
        )

    def _household(self, dwelling: Dwelling) -> Household:
        self._number += 1
        return Household(
            ref=refs.new("H"),
            area_code=dwelling.area_code,
            lon=dwelling.lon,
            lat=dwelling.lat,
            number=f"{self._number:08d}",
            dwelling=dwelling,
            true_on=self._today,
        )

    def _members(
        self, dwelling: Dwelling, household: Household, family: Family, kept: list[tuple[Person, str, str]]
    ) -> Iterator[Person]:
        surnames: dict[int, str] = {}
        alone = len(family.members) == 1
        paired = any(member.relation == WIFE for member in family.members)
        poor = self._rng.random() < self._low
        for member in family.members:
            surname = surnames.setdefault(member.family, self._names.surname())
            couple = (paired and member.relation in PAIRED) or member.relation in (FATHER, MOTHER)
            life = self._lives.life(member, alone=alone, paired=couple)
            name = surname + self._names.given(member.sex, life.born_on.year)
            person = Person(
                ref=refs.new("P"),
                area_code=dwelling.area_code,
                lon=dwelling.lon,
                lat=dwelling.lat,
                name=name,
                sounds=sounds.of_person(name),
                sex=member.sex,
                born_on=life.born_on,
                identity_kind="111",
                identity_number=life.identity_number,
                identity_index=blind(life.identity_number, column="registers.person.identity_number"),
                identity_tail=blind(life.identity_number[-4:], column="registers.person.identity_tail"),
                phone=life.phone,
                phone_index=blind(life.phone, column="registers.person.phone"),
                nation=life.nation,
                marital=life.marital,
                education=life.education,
                work=life.work,
                occupation=life.occupation,
                dwelling=dwelling,
                household=household,
                relation=member.relation,
                true_on=self._today,
            )
            if life.disability[0]:
                kept += [(person, "person.disability_kind", life.disability[0])]
                kept += [(person, "person.disability_level", life.disability[1])]
            if poor:
                kept.append((person, "person.low_income", "1"))
            yield person

    def _cares(self, people: Sequence[Person]) -> Iterator[Tie]:
        """Who is over eighty and not alone is cared for by a grown-up of the household."""
        by_household: dict[int, list[Person]] = {}
        for person in people:
            by_household.setdefault(person.household_id or 0, []).append(person)
        for members in by_household.values():
            grown = [
                person for person in members if person.born_on and 20 <= self._today.year - person.born_on.year < 70
            ]
            for person in members:
                if grown and person.born_on and self._today.year - person.born_on.year > 80 and person not in grown:
                    yield Tie(kind=TieKind.CARES, person=grown[0], other=person, area_code=person.area_code)


def _secret(person: Person, name: str, value: str) -> SecretValue:
    return SecretValue(
        register=Register.PERSON,
        thing=person.ref,
        area_code=person.area_code,
        fact=name,
        value=value,
        index=secrets.index_of(fact(name), value),
        true_on=person.true_on,
    )


@transaction.atomic
def _open_shops(drawing: Drawing, rng: Random, *, by: Hand, at: datetime) -> None:
    """Every building that is a shop or a firm of the drawing stands in the register of businesses."""
    names, today = Names(rng), localdate(at)
    shops: list[Business] = []
    for grid, feature in zip(drawing.grid_of, drawing.layers["building"], strict=True):
        told: Any = feature.properties
        if told.get("kind") not in KINDS or not told.get("name"):
            continue
        centre = feature.shape.centroid
        kind = KINDS[told["kind"]]
        shops.append(
            Business(
                ref=refs.new("E"),
                area_code=grid,
                lon=round(centre.x, 7),
                lat=round(centre.y, 7),
                name=str(told["name"]),
                sounds=sounds.pinyin(str(told["name"])),
                kind=kind,
                address=str(told.get("number", "")),
                head=names.surname() + names.given("1", 1975),
                staff=1 + int(rng.random() * (6 if kind == "2" else 60)),
                true_on=today,
            )
        )
    Business.objects.bulk_create(shops)
    indexing.lay(Register.BUSINESS, shops, fresh=True)
    if shops:
        area = shops[0].area_code[:6]
        digest = hashlib.sha256("\n".join(shop.ref for shop in shops).encode()).hexdigest()
        writing.write("town.settled", thing=area, by=by, at=at, area=area, rows=len(shops), digest=digest)


KINDS = {"shop": "2", "factory": "1", "office": "1", "market": "1", "school": "3", "clinic": "3", "hall": "3"}
