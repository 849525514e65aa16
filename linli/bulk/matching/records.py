"""What is known of a person, made alike whatever file it came from."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from pypinyin import lazy_pinyin

from linli.language.folding import folded, is_han
from linli.language.surnames import READINGS, split

_MARKS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@dataclass(frozen=True, slots=True)
class Record:
    """One line about one person. What is empty is not known, and not known is no disagreement.

    The identity number and the phone may be keyed digests: then they are equal or not, and never nearly. Beside a
    digest, `identity_tail` is that of the last four signs, and `identity_sound` says whether the check digit held.
    The birth date is what the line itself says: one worked out of the number bears nothing out, and is left out.
    While the key of digests is renewed, `older` holds each digest under the key before, with what it is now.
    """

    ref: object
    family: str = ""
    given: str = ""
    family_sound: str = ""
    given_sound: str = ""
    born_on: str = ""  # eight digits; 00 for a month or day not known
    sex: str = ""
    identity: str = ""
    identity_tail: str = ""
    identity_sound: bool | None = None
    phone: str = ""
    house: str = ""  # what tells doors apart: number, building, unit, room
    street: str = ""  # or compound
    locality: str = ""
    area: str = ""  # area code or postcode
    household: str = ""
    older: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=1 << 16)
def plain(text: object) -> str:
    """A text without what people write differently each time: capitals, spaces, marks, traditional signs.

    >>> plain("Pridham Street"), plain("3-2-501"), plain("香樟路（8）號")
    ('pridhamstreet', '32501', '香樟路8号')
    """
    return _MARKS.sub("", folded(str(text)))


@lru_cache(maxsize=1 << 16)
def door(text: object) -> str:
    """The numbers of a house in their order, whatever stands between them, and letters as they are.

    >>> door("3栋2单元501室"), door("3-2-501"), door("12A")
    ('3.2.501', '3.2.501', '12.a')
    """
    return ".".join(re.findall(r"\d+|[a-z]+|[甲乙丙丁]", folded(str(text))))


@lru_cache(maxsize=1 << 16)
def day(text: object) -> str:
    """A date as eight digits, 00 where month or day is not given; nothing where it is no date at all.

    >>> day("1985-03-02"), day("19850302"), day("1985"), day("198503"), day("born in May")
    ('19850302', '19850302', '19850000', '19850300', '')
    """
    digits = "".join(part.zfill(2) for part in _DIGITS.findall(str(text)))
    return digits.ljust(8, "0") if len(digits) in (4, 6, 8) else ""


def parted(name: str) -> tuple[str, str]:
    """Family name and given name of a whole Chinese name.

    >>> parted("欧阳修"), parted("王小明"), parted("Wang Wei")
    (('欧阳', '修'), ('王', '小明'), ('wang', 'wei'))
    """
    if is_han(bare := plain(name)):
        return split(bare)
    family, _, given = folded(name).partition(" ")
    return plain(family), plain(given)


@lru_cache(maxsize=1 << 16)
def sound(text: str) -> str:
    """How a name sounds to someone who does not tell z from zh, n from ng, or at a syllable's start l from n.

    >>> sound("刘"), sound("牛"), sound("程"), sound("陈"), sound("wei")
    ('niu', 'niu', 'cen', 'cen', 'wei')
    """
    return "".join(_syllable(sign) if is_han(sign) else _coarse(sign) for sign in _pieces(text))


def _pieces(text: str) -> list[str]:
    return re.findall(r"[a-z]+|.", text)


@cache
def _syllable(sign: str) -> str:
    said = _coarse("".join(lazy_pinyin(sign)))
    return "n" + said[1:] if said[:1] == "l" else said


def _coarse(letters: str) -> str:
    for fine, coarse in _ALIKE:
        letters = letters.replace(fine, coarse)
    return letters


SEXES = {"男": "m", "1": "m", "male": "m", "m": "m", "女": "f", "2": "f", "female": "f", "f": "f"}


def _sex(text: object) -> str:
    return SEXES.get(folded(str(text)), "")


READ: Mapping[str, Callable[[object], str]] = {
    "born_on": day,
    "sex": _sex,
    "house": door,
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """Which column of a file holds what. A column `name` is parted into family and given name.

    >>> ours = Scheme({"name": "姓名", "born_on": "出生日期", "phone": "电话"})
    >>> found = ours.record({"姓名": "欧阳 修", "出生日期": "1985-03-02", "电话": None}, ref=7)
    >>> found.family, found.given, found.born_on, found.phone
    ('欧阳', '修', '19850302', '')
    """

    columns: Mapping[str, str]
    read: Mapping[str, Callable[[object], str]] = field(default_factory=lambda: READ)

    def record(self, row: Mapping[str, object], ref: object) -> Record:
        """The line as a record; columns that are missing or empty are not known."""
        said: dict[str, Any] = {
            name: self.read.get(name, plain)(value)
            for name, column in self.columns.items()
            if name not in ("name", "identity_sound") and (value := row.get(column)) not in (None, "")
        }
        if whole := row.get(self.columns.get("name", "")):
            said["family"], said["given"] = parted(str(whole))
        checked = row.get(self.columns.get("identity_sound", ""))
        return Record(
            ref=ref,
            family_sound=sound(READINGS.get(family := said.get("family", ""), family).replace(" ", "")),
            given_sound=sound(said.get("given", "")),
            identity_sound=None if checked is None else bool(checked),
            **said,
        )
