"""What is written of the town in one transaction: rows of each table made ready, and what seals and finds them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

from linli.language import bigrams
from linli.registers import indexing, laying, secrets
from linli.registers.book import fact
from linli.registers.laying import Columns
from linli.registers.models import Business, Dwelling, Household, Key, Person, Register, SecretValue, Tie
from linli.registers.sealed import blinder, sealer

from .households import shares
from .houses import House

BY = "town"

SEEN = "true_on confirmed_on confirmed_by batch_id"
PLACE = "id ref area_code lon lat"
DWELLING = Columns(
    Dwelling, f"{PLACE} address address_key compound building unit room floor use tenure square_metres {SEEN}"
)
HOUSEHOLD = Columns(Household, f"{PLACE} number kind dwelling_id head {SEEN}")
PERSON = Columns(
    Person,
    f"{PLACE} name sounds sex born_on identity_kind identity_number identity_index identity_tail phone phone_index"
    " nation marital politics education work occupation workplace dwelling_id lives_since household_id relation"
    f" {SEEN}",
)
BUSINESS = Columns(
    Business,
    f"{PLACE} name sounds kind credit_code trade address address_key head phone phone_index staff opened_on {SEEN}",
)
TIE = Columns(Tie, "kind person_id area_code dwelling_id business_id other_id place since until batch_id")
SECRET = Columns(SecretValue, "register thing area_code fact value index batch_id true_on")
KEY = Columns(Key, "key person_id")
ORDER = (DWELLING, HOUSEHOLD, BUSINESS, PERSON, TIE, SECRET, KEY)
PLACES = {columns: place for place, columns in enumerate(ORDER)}


class Ground(NamedTuple):
    """What a settling rests on, however often it is interrupted: the day, and the first key of each register."""

    people: int
    today: date
    batch: int
    dwelling: int
    household: int
    person: int
    business: int


@dataclass
class Portion:
    """What is written in one transaction: rows of each table, in the order of ORDER, and lines of words."""

    area: str
    people: int = 0
    step: int = 0
    steps: int = 0
    rows: tuple[list[tuple[Any, ...]], ...] = field(default_factory=lambda: tuple([] for _ in ORDER))
    words: list[tuple[int, str]] = field(default_factory=list)
    digest: str = ""

    def of(self, columns: Columns) -> list[tuple[Any, ...]]:
        """The rows of a table."""
        return self.rows[PLACES[columns]]

    @property
    def records(self) -> int:
        """How many records of the registers it holds."""
        return len(self.words)


class Seen(NamedTuple):
    """When a record was last seen to be so, and by whom that was confirmed, as columns."""

    true_on: str
    confirmed_on: str | None
    confirmed_by: str


def seen_lately(rng: Random, today: date, since: date) -> Seen:
    """Most was seen within months, some not for years and never confirmed: so that freshness tells something."""
    draw, days = rng.random() * 100, 0
    for share, at_most in shares()["visits"]["days"]:
        days, draw = at_most, draw - share
        if draw < 0:
            break
    day = str(max(today - timedelta(days=int(rng.random() * days)), since))
    return Seen(day, None, "") if rng.random() < shares()["visits"]["unconfirmed"] else Seen(day, day, BY)


def digest_of(refs: Iterable[str]) -> str:
    """The digest of what was written, for the journal."""
    return hashlib.sha256("\n".join(refs).encode()).hexdigest()


class Ready:
    """What seals and blinds each column, with the keys at hand."""

    def __init__(self) -> None:
        self.number = sealer("registers.person.identity_number")
        self.number_index = blinder("registers.person.identity_number")
        self.tail_index = lru_cache(1 << 14)(blinder("registers.person.identity_tail"))
        self.phone = sealer("registers.person.phone")
        self.phone_index = blinder("registers.person.phone")
        self.firm_phone = sealer("registers.business.phone")
        self.firm_phone_index = blinder("registers.business.phone")
        self.secret = sealer("registers.secretvalue.value")
        self.secret_index = lru_cache(1 << 10)(lambda name, value: secrets.index_of(fact(name), value))


class Words:
    """Lines of words, the same as `indexing.line` makes, with their pieces remembered: they come again and again."""

    def __init__(self, vendor: str) -> None:
        self._vendor = vendor
        self._area = lru_cache(1 << 12)(self._of_area)
        self._name = lru_cache(1 << 16)(self._of_name)
        self._kept = lru_cache(1 << 14)(bigrams.kept)

    def of_person(self, name: str, area: str) -> str:
        """The line of a person."""
        return f"{self._name(name)} {self._area(area)}"

    def of_household(self, number: str, head: str, area: str) -> str:
        """The line of a household whose number is one word."""
        return self._line([number, *self._kept(head)], area)

    def of_dwelling(self, house: House, tail: Sequence[str], address_key: str) -> str:
        """The line of a dwelling; its address is that of the house, then numbers and words in turn."""
        words = [*self._kept(f"{house.address}1")[:-1], *(word for part in tail for word in self._kept(part))]
        return self._line(
            [*words, *self._kept(address_key.rstrip("0123456789-")), *self._kept(house.compound)], house.area
        )

    def of(self, register: Register, area: str, **said: str) -> str:
        """The line of another record."""
        line = indexing.line(register, SimpleNamespace(**said, area_code=""))
        return f"{laying.words_as_kept(line, self._vendor)} {self._area(area)}"

    def _line(self, words: Iterable[str], area: str) -> str:
        line = " ".join(dict.fromkeys(words))
        return f"{laying.words_as_kept(line, self._vendor)} {self._area(area)}"

    def _of_area(self, area: str) -> str:
        return laying.words_as_kept(" ".join(indexing.area_words(area)), self._vendor)

    def _of_name(self, name: str) -> str:
        line = indexing.line(Register.PERSON, SimpleNamespace(name=name, former_name="", area_code=""))
        return laying.words_as_kept(line, self._vendor)
