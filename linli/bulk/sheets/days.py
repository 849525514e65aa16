"""Days as people write them: eight usual shapes and some more. A day, a month, or a complaint; never an exception.

2024-03-05  2024/3/5  2024.3.5  20240305  2024年3月5日  45356 (Excel's own count)  05-Mar-24  5/3/2024 (two readings).
A month without its day (1956-08) stays a month: nothing is invented.
"""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from linli.ground.words import gettext_noop as _

from .cells import Broken, Cell, Complaint
from .values import AN_ERROR, narrow, says_nothing

EPOCH = date(1899, 12, 30)  # the count of Excel, right from March 1900 on
FIRST, LAST = 1850, 2100
COUNTED = (10_000, 73_050)  # 1927 to 2099: other figures are years, months or nothing

TWO_READINGS = _("“%(what)s” may be %(first)s or %(second)s; write it as 2024-03-05")
NO_SUCH_DAY = _("“%(what)s” is no day of the calendar")
NOT_A_DAY = _("“%(what)s” cannot be read as a day; write it as 2024-03-05")
SHORT_YEAR = _("“%(what)s” has a year of two digits and may be read in several ways; write it as 2024-03-05")
TENTHS = _("“%(what)s” may be January or October; write the month with two digits")
BEYOND = _("“%(what)s” lies outside the years %(first)s to %(last)s")


class Order(Enum):
    """Which number comes first where the year stands last."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


class Month(NamedTuple):
    """A month whose day is not known.

    >>> str(Month(1956, 8))
    '1956-08'
    """

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


class Asked(NamedTuple):
    """What is known before a day is read: which number comes first, and the last day it can be."""

    order: Order | None = None
    latest: date | None = None
    since_1904: bool = False


MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")
CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$|\s*\d{1,2}[时点]\d*分?\d*秒?$")
YEAR_FIRST = re.compile(r"(\d{4})([-/.,、 ])(\d{1,2})(?:\2(\d{1,2}))?")
HAN = re.compile(r"(\d{2,4})年(\d{1,2})月?(?:(\d{1,2})[日号]?)?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
SHORT = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{1,2})")
NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/ .]*([A-Za-z]{3})[a-z]*\.?[-/ ,.]*(\d{2}|\d{4})", re.I)
NAMED_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.?[-/ ]*(\d{1,2})(?:st|nd|rd|th)?,?[-/ ]*(\d{4})", re.I)
COUNT = re.compile(r"\d{5}")
DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")

Found = date | Month | Complaint


def day(cell: Cell, asked: Asked = Asked()) -> Found | None:  # noqa: B008 - it cannot be changed
    """The day, or month, that a cell names.

    >>> [str(day(each)) for each in ("2024-03-05", "2024/3/5", "2024.3.5", "20240305", "2024年3月5日", 45356.0)]
    ['2024-03-05', '2024-03-05', '2024-03-05', '2024-03-05', '2024-03-05', '2024-03-05']
    >>> str(day("05-Mar-24")), str(day("二〇二四年三月五日")), str(day("1956-08")), str(day("2024-3-5 08:30"))
    ('2024-03-05', '2024-03-05', '1956-08', '2024-03-05')
    >>> print(day("5/3/2024"))
    “5/3/2024” may be 2024-03-05 or 2024-05-03; write it as 2024-03-05
    >>> str(day("5/3/2024", Asked(Order.DAY_FIRST))), str(day("25/3/2024")), day("无")
    ('2024-03-05', '2024-03-25', None)
    """
    if isinstance(cell, datetime):
        return _within(cell.date(), str(cell.date()))
    if isinstance(cell, date):
        return _within(cell, str(cell))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _counted(float(cell), asked)
    if says_nothing(cell):
        return None
    if isinstance(cell, Broken):
        return Complaint(AN_ERROR, {"what": cell.said})
    said = narrow(cell)
    return _read(said, asked) if isinstance(said, str) else said


def _counted(count: float, asked: Asked) -> Found:
    """A figure: Excel's count of days, or digits that people wrote as one."""
    if not math.isfinite(count):
        return Complaint(NOT_A_DAY, {"what": str(count)})
    if COUNTED[0] <= count <= COUNTED[1]:
        return EPOCH + timedelta(days=int(count) + (1462 if asked.since_1904 else 0))
    if count.is_integer():
        return _read(str(int(count)), asked)
    year, month = divmod(round(count * 100), 100)
    if FIRST <= year <= LAST and abs(count * 100 - round(count * 100)) < 1e-6:
        return Complaint(TENTHS, {"what": str(count)}) if month == 10 else _month(year, month, str(count))
    return Complaint(NOT_A_DAY, {"what": str(count)})


def _read(said: str, asked: Asked) -> Found:
    plain = CLOCK.sub("", said).strip()
    if "年" in plain:
        plain = _in_digits(plain)
    for shape, made in SHAPES:
        if found := shape.fullmatch(plain):
            return made(found, said, asked)
    return Complaint(NOT_A_DAY, {"what": said})


def _in_digits(said: str) -> str:
    """Chinese numerals as digits: the year sign by sign, month and day as numbers.

    >>> _in_digits("二〇二四年十二月二十五日"), _in_digits("一九五六年十月")
    ('2024年12月25日', '1956年10月')
    """
    said = re.sub(r"([二三])?十([一二三四五六七八九])?", lambda found: _tens(found[1], found[2]), said)
    return said.translate(NUMERALS).replace(" ", "")


def _tens(tens: str | None, ones: str | None) -> str:
    return f"{tens or '一'}{ones or '零'}"


def _year_first(found: re.Match[str], said: str, asked: Asked) -> Found:
    return _made(found[1], found[3], found[4], said)


def _han(found: re.Match[str], said: str, asked: Asked) -> Found:
    if len(found[1]) < 4:
        return Complaint(SHORT_YEAR, {"what": said})
    return _made(found[1], found[2], found[3], said)


def _digits(found: re.Match[str], said: str, asked: Asked) -> Found:
    return _made(found[1], found[2], found[3], said)


def _count(found: re.Match[str], said: str, asked: Asked) -> Found:
    count = float(found[0])
    return _counted(count, asked) if COUNTED[0] <= count <= COUNTED[1] else Complaint(NOT_A_DAY, {"what": said})


def _year_last(found: re.Match[str], said: str, asked: Asked) -> Found:
    first, second, year = found[1], found[3], found[4]
    if asked.order is Order.MONTH_FIRST or (asked.order is None and int(second) > 12):
        return _made(year, first, second, said)
    if asked.order is None and first != second and max(int(first), int(second)) <= 12:
        ways = f"{year}-{int(second):02}-{int(first):02}", f"{year}-{int(first):02}-{int(second):02}"
        return Complaint(TWO_READINGS, {"what": said, "first": ways[0], "second": ways[1]})
    return _made(year, second, first, said)


def _short(found: re.Match[str], said: str, asked: Asked) -> Found:
    return Complaint(SHORT_YEAR, {"what": said})


def _named(found: re.Match[str], said: str, asked: Asked) -> Found:
    year = int(found[3])
    if year < 100:
        latest = asked.latest.year if asked.latest else 2049
        year += 2000 if 2000 + year <= latest else 1900
    return _made(str(year), str(MONTHS.get(found[2].lower(), 0)), found[1], said)


def _named_first(found: re.Match[str], said: str, asked: Asked) -> Found:
    return _made(found[3], str(MONTHS.get(found[1].lower(), 0)), found[2], said)


SHAPES: list[tuple[re.Pattern[str], Callable[[re.Match[str], str, Asked], Found]]] = [
    (YEAR_FIRST, _year_first),
    (DIGITS, _digits),
    (COUNT, _count),
    (HAN, _han),
    (YEAR_LAST, _year_last),
    (SHORT, _short),
    (NAMED, _named),
    (NAMED_FIRST, _named_first),
]


def _made(year: str, month: str, the_day: str | None, said: str) -> Found:
    if the_day is None or int(the_day) == 0:
        return _month(int(year), int(month), said)
    try:
        return _within(date(int(year), int(month), int(the_day)), said)
    except ValueError:
        return Complaint(NO_SUCH_DAY, {"what": said})


def _month(year: int, month: int, said: str) -> Found:
    if 1 <= month <= 12 and FIRST <= year <= LAST:
        return Month(year, month)
    return Complaint(NO_SUCH_DAY, {"what": said})


def _within(found: date, said: str) -> date | Complaint:
    if FIRST <= found.year <= LAST:
        return found
    return Complaint(BEYOND, {"what": said, "first": FIRST, "last": LAST})


def order_of(cells: Iterable[Cell]) -> Order | None:
    """Which number comes first in a column where the year stands last: told by one that is over 12, if all agree.

    >>> order_of(["5/3/2024", "25/3/2024"]), order_of(["5/3/2024", "3/25/2024"]), order_of(["5/3/2024"])
    (<Order.DAY_FIRST: 'day'>, <Order.MONTH_FIRST: 'month'>, None)
    >>> order_of(["25/3/2024", "3/25/2024"])
    """
    seen = set()
    for cell in cells:
        found = YEAR_LAST.fullmatch(CLOCK.sub("", cell.strip())) if isinstance(cell, str) else None
        if found and int(found[1]) > 12:
            seen.add(Order.DAY_FIRST)
        elif found and int(found[3]) > 12:
            seen.add(Order.MONTH_FIRST)
    return seen.pop() if len(seen) == 1 else None
