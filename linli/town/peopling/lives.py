"""What each person of the made-up town does, needs and has: work, school, marriage, disability, low income."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from linli.ground import identity

from .households import HUSBAND, WIFE, Member, shares

DISTRICT = "500199"  # no such district is on the state's list, so no number made of it is anybody's
UNALLOCATED = "160"  # no mobile network has this prefix
EMPLOYED, FLEXIBLE, AWAY, PLATFORM, UNEMPLOYED, STUDENT, RETIRED, OTHER = "1", "2", "3", "4", "5", "6", "7", "9"
TRADES = {
    EMPLOYED: "教师 护士 会计 工程师 公务员 厨师 电工 售货员 保安 销售员 银行职员 司机 技术员 机械工人 文员",
    FLEXIBLE: "家政服务员 水电维修工 装修工 缝纫工 小吃摊主",
    AWAY: "建筑工人 电子厂工人 服装厂工人 厨师 装修工",
    PLATFORM: "外卖骑手 快递员 网约车驾驶员 货车司机",
}


@dataclass(frozen=True)
class Life:
    """One made-up person, in the codes of the registers."""

    born_on: date
    identity_number: str
    phone: str
    work: str
    occupation: str
    marital: str
    education: str
    nation: str
    disability: tuple[str, str]  # kind and level, empty for none


class Lives:
    """Draws lives; numbers are never given twice in one town."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._born: dict[date, int] = {}
        self._phones = 0
        self._away = shares()["work_away"]["share"]
        self._platform = shares()["platform"]["share"]
        self._disabled = shares()["disability"]["share"]

    def life(self, member: Member, *, alone: bool, paired: bool) -> Life:
        """A life that goes with an age, a sex and a place in the household."""
        born = self._birthday(member.age)
        work = self._work(member)
        occupations = TRADES.get(work, "").split()
        return Life(
            born_on=born,
            identity_number=self._number(born, member.sex),
            phone=self._phone(member.age),
            work=work,
            occupation=occupations[int(self._rng.random() * len(occupations))] if occupations else "",
            marital=self._marital(member, alone=alone, paired=paired),
            education=self._education(member.age),
            nation="01" if self._rng.random() < 0.93 else ("15", "06")[int(self._rng.random() * 2)],
            disability=self._disability(member.age),
        )

    def _birthday(self, age: int) -> date:
        """A day that makes someone just so old today."""
        return self._today - timedelta(days=int(age * 365.2425) + 1 + int(self._rng.random() * 363))

    def _number(self, born: date, sex: str) -> str:
        """A number with a right check digit, in a district that does not exist; odd serials are men's."""
        turn = self._born.get(born, 0) + 1
        self._born[born] = turn
        serial = (turn * 2 - (1 if sex == "1" else 0)) % 1000
        place = f"{DISTRICT[:4]}{99 - (turn * 2) // 1000:02d}"
        digits = f"{place}{born:%Y%m%d}{serial:03d}"
        return digits + identity.check_sign(digits)

    def _phone(self, age: int) -> str:
        """A number of a network that does not exist; small children and some of the very old have none."""
        if age < 12 or (age > 78 and self._rng.random() < 0.4):
            return ""
        self._phones += 1
        return f"{UNALLOCATED}{self._phones:08d}"

    def _work(self, member: Member) -> str:
        draw = self._rng.random()
        if member.age < 3:
            return ""
        if member.age < 18 or (member.age < 23 and draw < 0.5):
            return STUDENT
        if member.age >= (60 if member.sex == "1" else 55):
            return RETIRED if draw < 0.85 else FLEXIBLE
        if draw < self._platform and 20 <= member.age <= 50:
            return PLATFORM
        if draw < self._platform + self._away:
            return AWAY
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

    def _disability(self, age: int) -> tuple[str, str]:
        """Rarer in the young, commoner in the old; limbs first, as in the survey of 2006."""
        if self._rng.random() >= self._disabled * (0.4 if age < 40 else 1.0 if age < 60 else 2.2):
            return "", ""
        draw = self._rng.random()
        kind = "4" if draw < 0.36 else "2" if draw < 0.6 else "1" if draw < 0.75 else "7" if draw < 0.88 else "5"
        return kind, str(1 + int(self._rng.random() * 4))
