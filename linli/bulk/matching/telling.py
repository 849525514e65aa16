"""Why two records are thought to be one person or two, field by field, in words for the one who decides."""

from typing import NamedTuple

from linli.ground.words import gettext_noop as _

from .comparing import EQUAL, FAR, FIELDS, MISSING, NEAR, PART, SOUND, Compared, Level
from .records import Record
from .slips import number_slip, slip


class Reason(NamedTuple):
    """A field, how it stands, and how that reads."""

    field: str
    level: Level
    words: str


PLAIN = {
    MISSING: _("not known"),
    EQUAL: _("equal"),
    SOUND: _("sounds alike"),
    NEAR: _("nearly equal"),
    PART: _("partly equal"),
    FAR: _("different"),
}
SLIPS = {
    "swapped": _("neighbours swapped"),
    "one sign": _("one sign different"),
    "some signs": _("some signs different"),
    "one digit": _("one digit different"),
}
IN_PART = {
    "given": _("one sign in common"),
    "born_on": _("the same year"),
    "identity": _("different, and not both are sound"),
    "home": _("the same neighbourhood"),
}


def reasons(one: Record, other: Record, pair: Compared) -> tuple[Reason, ...]:
    """How each field of the first pair stands."""
    held = ((name, Level(int(pair.levels[name][0]))) for name in FIELDS)
    return tuple(Reason(name, level, _words(name, level, one, other)) for name, level in held)


def _words(name: str, level: Level, one: Record, other: Record) -> str:
    if level == PART:
        return IN_PART.get(name, PLAIN[PART])
    if level == SOUND:
        turned = one.family_sound == other.given_sound and one.given_sound == other.family_sound
        return _("family and given name the other way round") if turned else PLAIN[SOUND]
    if level == NEAR and name != "home":
        return _near(name, getattr(one, name), getattr(other, name))
    return PLAIN[level]


def _near(name: str, one: str, other: str) -> str:
    if name == "born_on":
        if one[:4] == other[:4] and one[4:6] == other[6:] and one[6:] == other[4:6]:
            return _("day and month swapped")
        return SLIPS[number_slip(one, other)]
    if name == "identity" and not number_slip(one, other):
        return _("the same last four signs")
    found = number_slip(one, other) if name in ("identity", "phone") else slip(one, other)
    return SLIPS.get(found, PLAIN[NEAR])
