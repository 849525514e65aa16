"""Identity numbers of people (公民身份号码, GB 11643) and of organisations (统一社会信用代码, GB 32100).

Numbers in use are wrong now and then, and a real one may fail its check: so a doubt is said and never stops anything.
Who has no number (a newborn, a foreigner, a permit of Hong Kong, Macao or Taiwan) is not asked for one.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul

from .words import gettext_noop as _

MALE, FEMALE = "1", "2"  # GB/T 2261.1

# The first two digits: provinces, then residence permits of Hong Kong, Macao and Taiwan, then foreigners' cards.
_PLACES = frozenset("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54".split())  # noqa: SIM905
_PLACES |= {"61", "62", "63", "64", "65", "71", "81", "82", "83", "91"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
_VALUE = {sign: value for value, sign in enumerate(_SIGNS)}
_POWERS = tuple(3**place % 31 for place in range(17))

NOT_EIGHTEEN = _("an ID number has 18 signs, formerly 15")
NO_SUCH_DAY = _("the birth date in the ID number is no day")
NOT_YET_BORN = _("the birth date in the ID number lies in the future")
NO_SUCH_PLACE = _("the first two digits of the ID number stand for no province")
CHECK_DIFFERS = _("the last sign of the ID number does not fit the others")
NOT_A_CREDIT_CODE = _("a credit code has 18 digits and capital letters without I, O, S, V and Z")
CREDIT_CHECK_DIFFERS = _("the last sign of the credit code does not fit the others")


@dataclass(frozen=True)
class Citizen:
    """What a citizen's number says, as far as it says anything, and the doubts about it as English sentences."""

    number: str
    born_on: date | None = None
    sex: str = ""
    place: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Organisation:
    """An organisation's credit code, the area it was given in, and the doubts about it."""

    number: str
    place: str = ""
    doubts: tuple[str, ...] = ()


def tidied(text: str) -> str:
    """A number without the spaces and dashes people put in, in capitals.

    >>> tidied("110105 19491231 002x")
    '11010519491231002X'
    """
    return re.sub(r"[\s\-]", "", text).upper()


def citizen(text: str, *, today: date | None = None) -> Citizen:
    """What a number says; one of 15 digits is told as the 18 it became. Refuses nothing, doubts what it must.

    >>> citizen("11010519491231002x")
    Citizen(number='11010519491231002X', born_on=datetime.date(1949, 12, 31), sex='2', place='110105', doubts=())
    >>> citizen("110105491231002").number
    '11010519491231002X'
    >>> citizen("110105194912310021").doubts
    ('the last sign of the ID number does not fit the others',)
    >>> citizen("11010519490231002X").doubts[0], citizen("H08123456").doubts[0]
    ('the birth date in the ID number is no day', 'an ID number has 18 signs, formerly 15')
    """
    number = tidied(text)
    if re.fullmatch(r"[0-9]{15}", number):
        number = _lengthened(number)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Citizen(number, doubts=(NOT_EIGHTEEN,))
    born_on = _day(number[6:14])
    doubts = [
        NO_SUCH_DAY if born_on is None else "",
        NOT_YET_BORN if born_on and today and born_on > today else "",
        NO_SUCH_PLACE if number[:2] not in _PLACES else "",
        CHECK_DIFFERS if check_sign(number[:17]) != number[17] else "",
    ]
    sex = MALE if int(number[16]) % 2 else FEMALE
    return Citizen(number, born_on, sex, number[:6], tuple(filter(None, doubts)))


def adds_up(text: str) -> bool:
    """Whether nothing is doubtful about a number: what `citizen` says, without saying what it is.

    >>> adds_up("11010519491231002x"), adds_up("110105194912310021"), adds_up("11010519490231002X"), adds_up("H081")
    (True, False, False, False)
    """
    if len(text) != 18 or text[:2] not in _PLACES or not (text.isascii() and text[:17].isdigit()):
        return not citizen(text).doubts
    return check_sign(text[:17]) == text[17].upper() and _is_day(text[6:14])


def check_sign(digits: str) -> str:
    """The eighteenth sign that belongs to seventeen digits of a citizen's number.

    >>> check_sign("11010519491231002")
    'X'
    """
    return _CHECKS[sum(map(mul, map(int, digits), _WEIGHTS)) % 11]


def _lengthened(old: str) -> str:
    """Fifteen digits as eighteen. The serial numbers 996 to 999 were kept for people born before 1900."""
    body = f"{old[:6]}{'18' if old[12:] in ('996', '997', '998', '999') else '19'}{old[6:]}"
    return body + check_sign(body)


@lru_cache(maxsize=1 << 16)
def _is_day(digits: str) -> bool:
    return _day(digits) is not None


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def organisation(text: str) -> Organisation:
    """What a credit code says. Refuses nothing, doubts what it must.

    >>> organisation("91110000101623741k")
    Organisation(number='91110000101623741K', place='110000', doubts=())
    >>> organisation("91350211M0000XUF46").doubts  # said to be a real one
    ('the last sign of the credit code does not fit the others',)
    >>> organisation("9111000010162374IK").doubts[0][:20]
    'a credit code has 18'
    """
    number = tidied(text)
    if len(number) != 18 or not set(number) <= set(_SIGNS):
        return Organisation(number, doubts=(NOT_A_CREDIT_CODE,))
    doubts = () if credit_sign(number[:17]) == number[17] else (CREDIT_CHECK_DIFFERS,)
    return Organisation(number, number[2:8], doubts)


def credit_sign(signs: str) -> str:
    """The eighteenth sign of a credit code; 0 where the sum leaves nothing over.

    >>> credit_sign("91110000101623741"), credit_sign("91110106697694187"), credit_sign("0" * 17)
    ('K', '2', '0')
    """
    over = sum(_VALUE[sign] * power for sign, power in zip(signs, _POWERS, strict=True)) % 31
    return _SIGNS[-over % 31]
