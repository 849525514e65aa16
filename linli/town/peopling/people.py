"""One block of the town: its dwellings, who lives in them, and what ties people to places, work and each other."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from linli.bulk.matching import keys as matching_keys
from linli.language import sounds
from linli.registers import addresses, indexing, knowing
from linli.registers.models import Register, TieKind

from . import numbers
from .firms import Firm, Jobs
from .households import (
    DAUGHTER,
    FATHER,
    GRANDDAUGHTER,
    GRANDSON,
    HEAD,
    HUSBAND,
    MOTHER,
    SON,
    WIFE,
    Family,
    Member,
    families,
    shares,
)
from .houses import VILLAGE, House, Street
from .lives import AWAY, EMPLOYED, FAR, FLEXIBLE, RETIRED, Life, Lives, Stretch
from .names import Names
from .portions import (
    DWELLING,
    HOUSEHOLD,
    KEY,
    PERSON,
    SECRET,
    TIE,
    Ground,
    Portion,
    Ready,
    Seen,
    Words,
    digest_of,
    seen_lately,
)

GROWN, OLD, VERY_OLD = 20, 75, 80
PAIRED = (HEAD, HUSBAND, WIFE, FATHER, MOTHER)
OF_HEAD, OF_CHILD = (SON, DAUGHTER), (GRANDSON, GRANDDAUGHTER)
TIED = ("dwelling", "business", "other")
OUTSIDE = ("重庆市其他区县", "重庆市其他区县", "四川省", "贵州省", "湖北省", "湖南省", "云南省")


@dataclass(slots=True)
class Home:
    """A dwelling of the block, as far as those who live there must know it."""

    key: int
    house: House
    address_key: str
    let: bool
    since: date
    seen: Seen


class Someone(NamedTuple):
    """A person of the block, as far as others are tied to them."""

    key: int
    ref: str
    name: str
    member: Member
    life: Life


class Where(NamedTuple):
    """The household a person is drawn into."""

    home: Home
    key: int
    number: str
    registered: tuple[str, int | None, str] | None  # area, dwelling and place, where that is elsewhere
    poor: str


_sounds = lru_cache(1 << 16)(sounds.of_person)


@lru_cache(1 << 10)
def _key_of(address: str) -> str:
    """What the keys of all dwellings of a house begin with."""
    return addresses.key_of(f"{address}1单元101").removesuffix("1-101")


@dataclass(frozen=True)
class Frame:
    """The town into which each block is drawn."""

    seed: int
    ground: Ground
    street: Street
    size: int  # dwellings to a block
    firms: list[Firm]
    jobs: Jobs
    ready: Ready
    words: Words

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-len(self.street) // self.size)

    def people_before(self, dwelling: int) -> int:
        """How many people live in the dwellings before this one."""
        return self.ground.people * dwelling // len(self.street)


class Block:
    """Draws one block of a town."""

    def __init__(self, frame: Frame, number: int) -> None:
        self.frame, self.ground, self.ready, self.words = frame, frame.ground, frame.ready, frame.words
        self.seed, self.today = frame.seed, frame.ground.today
        self.first = number * frame.size
        self.doors = list(frame.street.dwellings(self.first, self.first + frame.size))
        self.drawn = frame.people_before(self.first)
        people = frame.people_before(self.first + len(self.doors)) - self.drawn
        self.rng = Random(f"{self.seed}:people:{self.ground.people}:{number}")  # noqa: S311 - no secret
        wide = numbers.SLOTS // frame.blocks
        self.lives = Lives(self.rng, self.today, Stretch(number * wide, wide, self.drawn))
        self.names = Names(self.rng)
        self.made = Portion(self.doors[0][0].area[:9], people)
        self.grown: list[Someone] = []
        self.alone: list[tuple[Someone, Home]] = []
        self.let: list[Home] = []

    def portion(self) -> Portion:
        """Its dwellings, households and people, and what ties them."""
        for number, living in enumerate(self._shared_out()):
            self._dwelling(number, living)
        self._neighbours()
        self.made.digest = digest_of(row[1] for row in self.made.of(PERSON))
        return self.made

    def _shared_out(self) -> list[list[Family]]:
        """Families over the dwellings by chance: most hold one, some none, and where there are too few, some two."""
        order = list(range(len(self.doors)))
        self.rng.shuffle(order)
        living: list[list[Family]] = [[] for _ in order]
        for number, family in enumerate(families(self.rng, self.made.people)):
            living[order[number % len(order)]].append(family)
        return living

    def _dwelling(self, number: int, living: list[Family]) -> None:
        (house, unit, floor, door), rng = self.doors[number], self.rng
        number += self.first
        let = bool(living) and (len(living) > 1 or rng.random() > shares()["tenure"]["share"])
        since = self.today - timedelta(days=30 + int(rng.random() ** 1.5 * (1500 if let else 9000)))
        room = f"{floor}{door:02d}"
        address = f"{house.address}{unit}单元{room}"
        key, said = self.ground.dwelling + number, f"{_key_of(house.address)}{unit}-{room}"
        home = Home(key, house, said, let, since, seen_lately(rng, self.today, since))
        self.made.of(DWELLING).append(
            (key, numbers.ref("W", number, self.seed), house.area, house.lon, house.lat, address, said, house.compound,
             house.number, str(unit), room, floor, "1", "3" if not living else "2" if let else "1",
             round(45 + rng.random() * 85, 1), *home.seen, self.ground.batch)
        )  # fmt: skip
        line = self.words.of_dwelling(house, (str(unit), "单元", room), said)
        self._line(Register.DWELLING, key, line)
        for family in living:
            self._family(home, family)
        if let or not living:
            self.let.append(home)

    def _line(self, register: Register, key: int, line: str) -> None:
        self.made.words.append((indexing.row_of(register, key), line))

    def _family(self, home: Home, family: Family) -> None:
        """A household stands, its members live there, and they are tied to it and to each other."""
        number, house = self.drawn, home.house
        where = Where(home, self.ground.household + number, f"{number:08d}", self._registered(home), self._poverty())
        members = self._members(where, family)
        head = members[0]
        self.made.of(HOUSEHOLD).append(
            (where.key, numbers.ref("H", number, self.seed), house.area, house.lon, house.lat, where.number,
             "1", home.key, head.name, *home.seen, self.ground.batch)
        )  # fmt: skip
        line = self.words.of_household(where.number, head.name, house.area)
        self._line(Register.HOUSEHOLD, where.key, line)
        self._tie(TieKind.RENTS if home.let else TieKind.OWNS, head, house.area, dwelling=home.key, since=home.since)
        self._kin(members, home)
        self.grown += [one for one in members if GROWN <= one.member.age < 70]
        if len(members) == 1 and head.member.age >= OLD:
            self.alone.append((head, home))

    def _members(self, where: Where, family: Family) -> list[Someone]:
        surnames: dict[int, str] = {}
        alone = len(family.members) == 1
        paired = any(member.relation == WIFE for member in family.members)
        rural = where.home.house.dwellings <= VILLAGE
        members = []
        for member in family.members:
            surname = surnames.setdefault(member.family, self.names.surname())
            couple = member.relation in PAIRED and (paired or member.relation in (FATHER, MOTHER))
            life = self.lives.life(member, alone=alone, paired=couple, rural=rural)
            name = surname + self.names.given(member.sex, life.born_on.year)
            members.append(self._person(where, member, life, name))
        return members

    def _person(self, where: Where, member: Member, life: Life, name: str) -> Someone:
        number, home, ready = self.drawn, where.home, self.ready
        self.drawn += 1
        one = Someone(self.ground.person + number, numbers.ref("P", number, self.seed), name, member, life)
        workplace, occupation = self._work(one, home)
        since = max(home.since, life.born_on)
        lives_here = life.work != AWAY or self.rng.random() > shares()["gone"]["share"]
        seen = home.seen if home.seen.true_on > str(life.born_on) else Seen(str(life.born_on), None, "")
        identity, tail = ready.number_index(life.identity_number), ready.tail_index(life.identity_number[-4:])
        phone = ready.phone_index(life.phone)
        self.made.of(PERSON).append(
            (one.key, one.ref, home.house.area, home.house.lon, home.house.lat, name, _sounds(name),
             member.sex, str(life.born_on), "111", ready.number(life.identity_number), identity, tail,
             ready.phone(life.phone), phone, life.nation, life.marital, life.politics, life.education, life.work,
             occupation, workplace, home.key if lives_here else None, str(since) if lives_here else None,
             where.key, member.relation, *seen, self.ground.batch)
        )  # fmt: skip
        self._line(Register.PERSON, one.key, self.words.of_person(name, home.house.area))
        record = knowing.record(
            one.key,
            name=name,
            born_on=life.born_on,
            sex=member.sex,
            number=identity,
            tail=tail,
            sound_number=True,
            phone=phone,
            home=home.address_key if lives_here else "",
            area=home.house.area,
            household=where.number,
        )
        self.made.of(KEY).extend((key, one.key) for key in matching_keys.keys(record))
        if not lives_here:
            left = max(since, self.today - timedelta(days=180 + int(self.rng.random() * 900)))
            self._tie(TieKind.LIVED, one, home.house.area, dwelling=home.key, since=min(since, left), until=left)
        self._residence(one, where)
        self._secrets(one, where, seen)
        return one

    # --- what people do

    def _work(self, one: Someone, home: Home) -> tuple[str, str]:
        """Where they work and as what: at a firm of the town, far away, or somewhere nobody has noted."""
        life, rng = one.life, self.rng
        if life.work == AWAY:
            return self.lives.one_of(FAR), life.occupation
        share, draw = shares()["works_here"], rng.random()
        if life.work != EMPLOYED or draw > share["own"] + share["other"]:
            return "", life.occupation
        chosen = self.frame.jobs.one(rng, home.house.area[:9] if draw < share["own"] else "")
        if chosen is None:
            return "", life.occupation
        firm = self.frame.firms[chosen]
        came = max(firm.opened, life.born_on + timedelta(days=18 * 366), self.today - timedelta(days=7000))
        since = came + max(self.today - came, timedelta(0)) * rng.random()
        self._tie(TieKind.WORKS, one, firm.area, business=self.ground.business + chosen, since=since)
        return firm.name, self.lives.one_of(firm.jobs)

    def _secrets(self, one: Someone, where: Where, seen: Seen) -> None:
        kind, level = one.life.disability
        told = [("person.disability_kind", kind), ("person.disability_level", level)] if kind else []
        if where.poor:
            told.append(("person.low_income", where.poor))
        if one.member.age >= 18 and (where.poor or self.rng.random() < shares()["income"]["share"]):
            earned = self.lives.income(one.life.work, poor=bool(where.poor))
            told += [("person.income", str(earned))] if earned else []
        for name, value in told:
            self.made.of(SECRET).append(
                (Register.PERSON.value, one.ref, where.home.house.area, name, self.ready.secret(value),
                 self.ready.secret_index(name, value), self.ground.batch, seen.true_on)
            )  # fmt: skip

    def _poverty(self) -> str:
        """The kind of low income of a household, empty for most."""
        if self.rng.random() >= shares()["low_income"]["share"]:
            return ""
        kinds = {kind: share for kind, share in shares()["low_income_kinds"].items() if kind != "status"}
        return self.rng.choices(list(kinds), list(kinds.values()))[0]

    # --- what ties them

    def _registered(self, home: Home) -> tuple[str, int | None, str] | None:
        """Where a household is registered, when not where it lives: in the town, or quite elsewhere."""
        inside, outside = shares()["registered"]["rent" if home.let else "own"]
        draw = self.rng.random()
        if draw < inside:
            other = int(self.rng.random() * (self.first + len(self.doors)))  # one that stands already
            return self.frame.street.house_of(other).area, self.ground.dwelling + other, ""
        return ("", None, self.lives.one_of(OUTSIDE)) if draw < inside + outside else None

    def _residence(self, one: Someone, where: Where) -> None:
        if where.registered:
            area, dwelling, place = where.registered
            self._tie(TieKind.REGISTERED, one, area, dwelling=dwelling, place=place)

    def _kin(self, members: list[Someone], home: Home) -> None:
        """Children have a guardian; the very old and the gravely disabled are cared for, where someone can."""
        guardians = [one for one in members if one.member.relation in (HEAD, WIFE)]
        able = [one for one in members if GROWN <= one.member.age < 70]
        for one in members:
            if one.member.age < 18 and one.member.relation in (*OF_HEAD, *OF_CHILD):
                guardian = next((each for each in guardians if each.life.work != AWAY), guardians[0])
                self._tie(TieKind.GUARDS, guardian, home.house.area, other=one.key, since=one.life.born_on)
            helpless = one.member.age > VERY_OLD or one.life.disability[1] in ("1", "2")
            carer = next((each for each in able if each is not one and each.life.work != AWAY), None)
            if helpless and carer:
                self._tie(TieKind.CARES, carer, home.house.area, other=one.key)

    def _neighbours(self) -> None:
        """Some of the old and alone are cared for by someone near; what is let or empty mostly has an owner here."""
        if not self.grown:
            return
        able = [one for one in self.grown if one.life.work in (FLEXIBLE, RETIRED, EMPLOYED)] or self.grown
        for elder, home in self.alone:
            carer = able[int(self.rng.random() * len(able))]
            if self.rng.random() < 0.5 and carer.key != elder.key:
                self._tie(TieKind.CARES, carer, home.house.area, other=elder.key)
        for home in self.let:
            if self.rng.random() < 0.6:
                owner = able[int(self.rng.random() * len(able))]
                self._tie(TieKind.OWNS, owner, home.house.area, dwelling=home.key)

    def _tie(self, kind: TieKind, one: Someone, area: str, **to: Any) -> None:
        """A person is tied to something that lies in an area: see TIED."""
        began, ended = to.get("since"), to.get("until")
        self.made.of(TIE).append(
            (kind.value, one.key, area, *(to.get(name) for name in TIED), to.get("place", ""),
             str(began) if began else None, str(ended) if ended else None, self.ground.batch)
        )  # fmt: skip
