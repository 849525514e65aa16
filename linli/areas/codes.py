"""Area codes. The statutory division code is already a path, so we keep no other tree.

50                   municipality or province
5001                 prefecture (Chongqing keeps no area at this level)
500114               district or county
500114102            township or subdistrict
500114102003         community or village
500114102003007      grid (网格): the last three digits are ours
50011410200300702    micro-grid (微网格): two more

Six, three, three and three digits are GB/T 2260, the statistical codes and the unit-grid code of
CJ/T 349-2010. Nothing but this module may know the widths.
"""

from collections.abc import Iterable
from enum import IntEnum

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _


class Level(IntEnum):
    """How deep an area lies. Greater is deeper."""

    MUNICIPALITY = 1
    PREFECTURE = 2
    DISTRICT = 3
    TOWNSHIP = 4
    COMMUNITY = 5
    GRID = 6
    MICROGRID = 7

    @property
    def label(self) -> str:
        """The level's name, as an English msgid."""
        return LABELS[self]


LABELS = {
    Level.MUNICIPALITY: _("municipality"),
    Level.PREFECTURE: _("prefecture"),
    Level.DISTRICT: _("district"),
    Level.TOWNSHIP: _("township"),
    Level.COMMUNITY: _("community"),
    Level.GRID: _("grid"),
    Level.MICROGRID: _("micro-grid"),
}

WIDTHS = {
    Level.MUNICIPALITY: 2,
    Level.PREFECTURE: 4,
    Level.DISTRICT: 6,
    Level.TOWNSHIP: 9,
    Level.COMMUNITY: 12,
    Level.GRID: 15,
    Level.MICROGRID: 17,
}
LEVELS = {width: level for level, width in WIDTHS.items()}
LONGEST = max(LEVELS)


class NotACode(Refusal):
    """Not an area code: other than digits, or of a length no level has."""

    code, status = "area.not-a-code", 400
    words = _("%(code)s is not an area code: a code has 2, 4, 6, 9, 12, 15 or 17 digits.")
    next_step = _("Look the area up by name and take its code from there.")


def read(text: str) -> str:
    """The code, with the zeros of a 12-digit statistical code taken off; refuses what is none.

    >>> read("500101000000"), read("500101001001"), read(" 50 ")
    ('500101', '500101001001', '50')
    >>> read("5001a1")
    Traceback (most recent call last):
    linli.areas.codes.NotACode: 5001a1 is not an area code: a code has 2, 4, 6, 9, 12, 15 or 17 digits. \
Look the area up by name and take its code from there.
    """
    code = text.strip()
    if not (code.isascii() and code.isdigit() and len(code) in LEVELS):
        raise NotACode(code=text)
    if len(code) == WIDTHS[Level.COMMUNITY]:
        for level in (Level.MUNICIPALITY, Level.PREFECTURE, Level.DISTRICT, Level.TOWNSHIP):
            if not code[WIDTHS[level] :].strip("0"):
                return code[: WIDTHS[level]]
    return code


def level_of(code: str) -> Level:
    """The level a code stands at.

    >>> level_of("500114102")
    <Level.TOWNSHIP: 4>
    """
    if len(code) not in LEVELS:
        raise NotACode(code=code)
    return LEVELS[len(code)]


def ancestors(code: str) -> list[str]:
    """Every code this one lies under, from the top; not itself.

    >>> ancestors("500114102")
    ['50', '5001', '500114']
    """
    return [code[:width] for width in sorted(LEVELS) if width < len(code)]


def parent(code: str) -> str:
    """The code one level up; empty for the highest.

    >>> parent("500114102003"), parent("50")
    ('500114102', '')
    """
    return code[: max((width for width in LEVELS if width < len(code)), default=0)]


def serial(code: str) -> str:
    """The digits by which a code differs from its neighbours.

    >>> serial("500114102003")
    '003'
    """
    return code[len(parent(code)) :]


def roots(among: Iterable[str]) -> list[str]:
    """The codes under which all of these lie, none inside another.

    >>> roots(["500114102", "500114", "50011410", "500115"][::-1])
    ['500114', '500115']
    """
    found: list[str] = []
    for code in sorted(among):
        if not (found and contains(found[-1], code)):
            found.append(code)
    return found


def common(among: Iterable[str]) -> str:
    """The deepest code that holds all of these; empty when none does.

    >>> common(["500114102", "500114103"]), common(["50", "51"]), common([])
    ('500114', '', '')
    """
    found = sorted(among)
    if not found:
        return ""
    first, last = found[0], found[-1]
    return next((code for code in [first, *ancestors(first)[::-1]] if contains(code, last)), "")


def cut(code: str, level: Level) -> str:
    """The area of this level that a deeper code lies in.

    >>> cut("500114102003007", Level.TOWNSHIP)
    '500114102'
    """
    assert len(code) >= WIDTHS[level], (code, level)
    return code[: WIDTHS[level]]


def inside(code: str, *, field: str = "area_code") -> dict[str, str]:
    """Filter arguments for everything at or below a code, as one index range; the empty code is everywhere.

    Not `startswith`, which SQLite answers with a full scan. Digits only, so every database collation agrees
    on the order. The upper end drops what carries: below 500200 would lie the code 5002 too.

    >>> inside("500114")
    {'area_code__gte': '500114', 'area_code__lt': '500115'}
    >>> inside("500199")
    {'area_code__gte': '500199', 'area_code__lt': '5002'}
    >>> inside("99"), inside("")
    ({'area_code__gte': '99'}, {})
    """
    if not code:
        return {}
    stem = code.rstrip("9")
    above = {f"{field}__lt": f"{stem[:-1]}{int(stem[-1]) + 1}"} if stem else {}
    return {f"{field}__gte": code} | above


def contains(code: str, other: str) -> bool:
    """Whether the area `code` holds `other` or is it. The empty code holds everything.

    >>> contains("500114", "500114102"), contains("500114", "50"), contains("", "50")
    (True, False, True)
    """
    return other.startswith(code)


def child(parent: str, serial: int, level: Level) -> str:
    """The code of the serial-th area of a level directly under a parent.

    >>> child("500114102003", 7, Level.GRID)
    '500114102003007'
    """
    room = WIDTHS[level] - len(parent)
    assert room > 0 and 0 < serial < 10**room, (parent, serial, level)
    return f"{parent}{serial:0{room}d}"


def moved(code: str, old: str, new: str) -> str:
    """A code carried along when the area it lies in changes its own.

    >>> moved("500114102003", "500114102", "500115007")
    '500115007003'
    """
    assert contains(old, code) and len(old) == len(new), (code, old, new)
    return new + code[len(old) :]
