"""What a cell was meant to say: text, numbers, identity numbers, telephones. A value or a complaint, never raised.

An empty cell says nothing: `None`, whatever is asked of it.
"""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta

from linli.ground import identity
from linli.ground.words import gettext_noop as _

from .cells import Broken, Cell, Complaint, is_empty

SAFE_DIGITS = 15  # what a number in a spreadsheet can hold
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?(\d{1,3})")
NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-+]?\.\d+")
UNITS = re.compile(r"(?:元|万元|岁|人|户|平方米|平米|平|㎡|m2|m²|米|次|年|%|个|间|层|套)$")
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?")
SERVICE = re.compile(r"[48]00-?\d{3}-?\d{4}|1[0-2]\d{1,3}|9\d{4}|12345")
YES = frozenset("是 有 对 √ ✓ ✔ y yes true t 1 在".split())  # noqa: SIM905
NO = frozenset("否 无 没有 不是 × ✗ x n no false f 0".split())  # noqa: SIM905
NOTHING = frozenset("无 - – — / \\ 空 暂无 不详 未知 null none n/a na #n/a nan".split())  # noqa: SIM905

ERRORS = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)", re.I)

LOST_DIGITS = _("“%(what)s” has lost digits: the spreadsheet kept the number as a figure; type it as text")
AN_ERROR = _("an error stands there instead of a value (%(what)s)")
NOT_A_NUMBER = _("“%(what)s” is not a number")
NOT_WHOLE = _("“%(what)s” is not a whole number")
NOT_YES_OR_NO = _("“%(what)s” is neither yes nor no")
NOT_A_PHONE = _("“%(what)s” is not a telephone number")
TOO_LONG = _("the text has %(length)s signs, at most %(limit)s are kept")


def text(cell: Cell, *, most: int = 0) -> str | Complaint | None:
    r"""The text of a cell: whole numbers without a point, spaces around it gone, unseen signs gone.

    >>> text(" 张\u3000三\u200b\n"), text(501.0), text(13800000001.0), text(""), text(True)
    ('张 三', '501', '13800000001', None, '是')
    >>> print(text(1.10105194912310e17))
    “1.10105E+17” has lost digits: the spreadsheet kept the number as a figure; type it as text
    >>> str(text("1.23E+17"))[:17], str(text(Broken("#REF!")))
    ('“1.23E+17” has lo', 'an error stands there instead of a value (#REF!)')
    """
    if isinstance(cell, str):
        said = tidy(cell)
        lost = SCIENTIFIC.fullmatch(said)
        if lost and int(lost[1]) >= SAFE_DIGITS - 5:
            return Complaint(LOST_DIGITS, {"what": said})
        if said.startswith("#") and ERRORS.fullmatch(said):
            return Complaint(AN_ERROR, {"what": said})
        if most and len(said) > most:
            return Complaint(TOO_LONG, {"length": len(said), "limit": most})
        return said or None
    return _text_of(cell)


def _text_of(cell: Cell) -> str | Complaint:
    """The text of a cell that is none."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return _figure(cell)
    if isinstance(cell, Broken):
        return Complaint(AN_ERROR, {"what": cell.said})
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _figure(number: float) -> str | Complaint:
    if math.isfinite(number) and abs(number) >= 10**SAFE_DIGITS:
        return Complaint(LOST_DIGITS, {"what": f"{number:.5E}"})
    return str(int(number)) if number.is_integer() else repr(round(number, 10))


def tidy(said: str) -> str:
    r"""Text with one space where there were several, and none around it; signs nobody sees are gone.

    >>> tidy("\ufeff a \u00a0\n b\u200b")
    'a b'
    """
    if said.isalnum():
        return said
    seen = "".join(sign for sign in said if sign.isprintable() or sign.isspace())
    return " ".join(seen.split())


def narrow(cell: Cell) -> str | Complaint | None:
    """The text of a cell with full-width letters and digits made narrow."""
    said = text(cell)
    return unicodedata.normalize("NFKC", said) if isinstance(said, str) else said


def says_nothing(cell: Cell) -> bool:
    """Whether a cell is empty, or holds one of the signs that people write for it.

    >>> [says_nothing(each) for each in ("", " / ", "无", "N/A", "0", "无锡")]
    [True, True, True, True, False, False]
    """
    return is_empty(cell) or (isinstance(cell, str) and cell.strip().lower() in NOTHING)


def number(cell: Cell) -> float | Complaint | None:
    """A number, however it was written: text, with commas between thousands, with its unit behind it.

    >>> number(3.5), number("1,234.50元"), number("38 ㎡"), number("/"), str(number("约三"))
    (3.5, 1234.5, 38.0, None, '“约三” is not a number')
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if says_nothing(cell):
        return None
    said = narrow(cell)
    if not isinstance(said, str):
        return said
    plain = UNITS.sub("", said.replace(" ", "").lstrip("¥￥"))
    if isinstance(cell, date | time | timedelta) or not NUMBER.fullmatch(plain):
        return Complaint(NOT_A_NUMBER, {"what": said})
    return float(plain.replace(",", ""))


def whole(cell: Cell) -> int | Complaint | None:
    """A whole number.

    >>> whole("3人"), whole(3.0), whole(""), str(whole(2.5))
    (3, 3, None, '“2.5” is not a whole number')
    """
    found = number(cell)
    if isinstance(found, float):
        return int(found) if found.is_integer() else Complaint(NOT_WHOLE, {"what": str(found)})
    return found


def yes(cell: Cell) -> bool | Complaint | None:
    """Yes or no, in the ways people tick a box.

    >>> yes("是"), yes("√"), yes("N"), yes(1.0), yes(""), str(yes("也许"))
    (True, True, False, True, None, '“也许” is neither yes nor no')
    """
    said = narrow(cell)
    if not isinstance(said, str):
        return said
    if said.lower() in YES | NO:
        return said.lower() in YES
    return Complaint(NOT_YES_OR_NO, {"what": said})


def phones(cell: Cell) -> list[str] | Complaint | None:
    """The telephone numbers of a cell, in digits, without what people put between; several as they stand.

    >>> phones(13800000001.0), phones("138 0000 0001/023-45678901"), phones("+86 13800000001"), phones("无")
    (['13800000001'], ['13800000001', '02345678901'], ['13800000001'], None)
    >>> phones("13800000001\\n13900000002")
    ['13800000001', '13900000002']
    >>> str(phones("1380000000"))
    '“1380000000” is not a telephone number'
    """
    said = narrow(cell)
    if not isinstance(said, str) or says_nothing(cell):
        return said if isinstance(said, Complaint) else None
    found: list[str] = []
    for part in filter(None, map(str.strip, re.split(r"[/、,;]|或", said))):
        told = [_phone(part)] if _phone(part) else [_phone(piece) for piece in part.split()]
        if not all(told):
            return Complaint(NOT_A_PHONE, {"what": said})
        found += told
    return found or None


def _phone(part: str) -> str:
    """The digits of one telephone number; empty if it is none."""
    digits = re.sub(r"^(?:\+|00)?86-?(?=1[3-9])", "", re.sub(r"[\s()]", "", part).replace("—", "-"))
    bare = digits.replace("-", "")
    known = MOBILE.fullmatch(bare) or LANDLINE.fullmatch(digits) or SERVICE.fullmatch(digits)
    return bare if known else ""


def identity_number(cell: Cell, *, today: date | None = None) -> identity.Citizen | Complaint | None:
    """An ID number with its doubts, which block nothing; a complaint only where the spreadsheet lost its digits.

    >>> identity_number("11010519491231002x").number, str(identity_number(1.1010519491231e17))[:13]
    ('11010519491231002X', '“1.10105E+17”')
    >>> identity_number("11010519491231000").doubts
    ('an ID number has 18 signs, formerly 15',)
    """
    said = narrow(cell)
    if not isinstance(said, str) or says_nothing(cell):
        return said if isinstance(said, Complaint) else None
    return identity.citizen(said, today=today)


def credit_code(cell: Cell) -> identity.Organisation | Complaint | None:
    """A credit code with its doubts, which block nothing."""
    said = narrow(cell)
    if not isinstance(said, str) or says_nothing(cell):
        return said if isinstance(said, Complaint) else None
    return identity.organisation(said)
