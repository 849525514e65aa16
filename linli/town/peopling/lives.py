"""What each person of the made-up town does, needs and has: work, school, marriage, disability, low income."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from random import Random
from typing import NamedTuple

from . import numbers
from .households import HUSBAND, WIFE, Member, shares

EMPLOYED, FLEXIBLE, AWAY, PLATFORM, UNEMPLOYED = "1", "2", "3", "4", "5"
STUDENT, RETIRED, FARMING, OTHER = "6", "7", "8", "9"
_TRADES = {
    EMPLOYED: "教师 护士 会计 工程师 公务员 厨师 电工 售货员 保安 销售员 银行职员 司机 技术员 机械工人 文员",
    FLEXIBLE: "家政服务员 水电维修工 装修工 缝纫工 小吃摊主",
    AWAY: "建筑工人 电子厂工人 服装厂工人 厨师 装修工",
    PLATFORM: "外卖骑手 快递员 网约车驾驶员 货车司机",
    FARMING: "种植户 养殖户",
}
TRADES = {work: words.split() for work, words in _TRADES.items()}
FAR = ("广东省", "广东省", "浙江省", "江苏省", "福建省", "上海市", "四川省", "重庆市主城")
CHILDREN_OLDER = 12  # from that age on a child has a phone of its own
EARNS = {EMPLOYED: 4600, FLEXIBLE: 3000, AWAY: 5200, PLATFORM: 5000, FARMING: 1700, RETIRED: 2600, OTHER: 2200}


class Life(NamedTuple):
    """One made-up person, in the codes of the registers."""

    born_on: date
    identity_number: str
    phone: str
    work: str
    occupation: str
    marital: str
    education: str
    nation: str
    politics: str
    disability: tuple[str, str]  # kind and level, empty for none


@dataclass
class Stretch:
    """The numbers that may be given out in a part of a town: slots of each birthday, and phones from one on."""

    slots: int = 0
    wide: int = numbers.SLOTS
    phones: int = 0


class Lives:
    """Draws lives; numbers are never given twice in one stretch."""

    def __init__(self, rng: Random, today: date, stretch: Stretch | None = None) -> None:
        self._rng = rng
        self._today = today
        self._stretch = stretch or Stretch()
        self._born: dict[tuple[date, str], int] = {}
        self._drawn = 0
        self._away = shares()["work_away"]["share"]
        self._platform = shares()["platform"]["share"]
        self._disabled = shares()["disability"]["share"]
        self._members = shares()["politics"]["share"]

    def life(self, member: Member, *, alone: bool, paired: bool, rural: bool = False) -> Life:
        """A life that goes with an age, a sex and a place in the household."""
        born, slot = self._birthday(member)
        work = self._work(member, rural)
        education = self._education(member.age)
        return Life(
            born_on=born,
            identity_number=numbers.citizen(born, member.sex, slot),
            phone=self._phone(member.age),
            work=work,
            occupation=self.one_of(TRADES[work]) if work in TRADES else "",
            marital=self._marital(member, alone=alone, paired=paired),
            education=education,
            nation="01" if self._rng.random() < 0.93 else self.one_of(("15", "06")),
            politics=self._politics(member.age, education),
            disability=self._disability(member.age),
        )

    def one_of(self, among: Sequence[str]) -> str:
        """One of a list by chance."""
        return among[int(self._rng.random() * len(among))]

    def income(self, work: str, *, poor: bool) -> int:
        """Yuan a month in steps of a hundred, most near the middle of their kind of work, few far above."""
        middle = 450 if poor else EARNS.get(work, 0)
        return round(middle * exp(self._rng.gauss(0, 0.35)) / 100) * 100

    def _birthday(self, member: Member) -> tuple[date, int]:
        """A day that makes someone just so old today and on which there is a number left, and the number's slot."""
        born = self._today - timedelta(days=int(member.age * 365.2425) + 1 + int(self._rng.random() * 363))
        while (turn := self._born.get((born, member.sex), 0)) >= self._stretch.wide:
            born -= timedelta(days=1)
        self._born[born, member.sex] = turn + 1
        return born, self._stretch.slots + turn

    def _phone(self, age: int) -> str:
        """A number of a network that does not exist; small children and some of the very old have none."""
        self._drawn += 1
        if age < CHILDREN_OLDER or (age > 78 and self._rng.random() < 0.4):
            return ""
        return numbers.phone(self._stretch.phones + self._drawn - 1)

    def _work(self, member: Member, rural: bool) -> str:
        draw = self._rng.random()
        if member.age < 3:
            return ""
        if member.age < 18 or (member.age < 23 and draw < 0.5):
            return STUDENT
        if member.age >= (60 if member.sex == "1" else 55):
            return FARMING if rural and draw < 0.7 and member.age < 75 else RETIRED if draw < 0.85 else FLEXIBLE
        if draw < self._platform and 20 <= member.age <= 50:
            return PLATFORM
        if draw < self._platform + self._away:
            return AWAY
        if rural and draw < 0.6:
            return FARMING
        return FLEXIBLE if draw < 0.36 else UNEMPLOYED if draw < 0.41 else EMPLOYED if draw < 0.94 else OTHER

    def _marital(self, member: Member, *, alone: bool, paired: bool) -> str:
        if paired or member.relation in (HUSBAND, WIFE):
            return "20"
        if member.age < 22:
            return "10"
        if member.age >= 60:
            return "30" if self._rng.random() < 0.8 else "40"
        return "10" if self._rng.random() < (0.7 if alone else 0.6) else "40"

    def _education(self, age: int) -> str:
        draw = self._rng.random()
        if age < 6:
            return ""
        if age < 19:
            return "80" if age < 12 else "70" if age < 15 else "60"
        cut = (0.03, 0.32, 0.52, 0.8) if age < 40 else (0.01, 0.12, 0.25, 0.45) if age < 60 else (0.0, 0.03, 0.07, 0.2)
        for code, until in zip(("10", "20", "30", "60"), cut, strict=True):
            if draw < until:
                return code
        return "70" if draw < 0.75 or age < 40 else "80"

    def _politics(self, age: int, education: str) -> str:
        """A member of the party, of the youth league, or of none; of children nothing is said."""
        if age < 14:
            return ""
        if age < 28:
            return "03" if self._rng.random() < 0.5 else "13"
        return "01" if self._rng.random() < self._members * (2 if education in ("10", "20", "30") else 0.7) else "13"

    def _disability(self, age: int) -> tuple[str, str]:
        """Rarer in the young, commoner in the old; limbs first, as in the survey of 2006."""
        if self._rng.random() >= self._disabled * (0.4 if age < 40 else 1.0 if age < 60 else 2.2):
            return "", ""
        draw = self._rng.random()
        kind = "4" if draw < 0.36 else "2" if draw < 0.6 else "1" if draw < 0.75 else "7" if draw < 0.88 else "5"
        return kind, str(1 + int(self._rng.random() * 4))
