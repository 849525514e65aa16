"""References a person can say on the phone: a kind letter, six signs, a check sign (C-7K3Q9-TX).

Crockford's base 32 has no I, L, O or U; what is heard as one of the first three is read as what was meant.
The check sign is a Damm code over the field of 32 elements: it finds every single wrong sign and every
exchange of neighbours.
"""

import secrets

from .refusals import Malformed

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUE = {sign: value for value, sign in enumerate(SIGNS)} | {"O": 0, "I": 1, "L": 1}

KINDS = {
    "A": "account",
    "B": "background",
    "C": "case",
    "D": "redrawing",
    "E": "business",
    "F": "photo",
    "H": "household",
    "L": "batch",
    "P": "person",
    "Q": "dispute",
    "S": "post",
    "T": "team shape",
    "W": "dwelling",
    "X": "export",
}


def _double(value: int) -> int:
    """Multiplication by x in GF(32), modulo x^5 + x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 32 else doubled


def check_sign(payload: str) -> str:
    """The sign that makes a payload whole.

    >>> check_sign("7K3Q9T")
    'A'
    """
    interim = 0
    for sign in payload:
        interim = _double(interim ^ VALUE[sign])
    return SIGNS[interim]


def from_number(kind: str, number: int) -> str:
    """The reference that bears this number, below 2^30.

    >>> from_number("A", 0)
    'A-00000-00'
    """
    assert kind in KINDS and 0 <= number < 1 << 30
    payload = "".join(SIGNS[(number >> shift) & 31] for shift in range(25, -1, -5))
    whole = payload + check_sign(payload)
    return f"{kind}-{whole[:5]}-{whole[5:]}"


def new(kind: str) -> str:
    """A fresh random reference. One in a thousand million: the database's unique index has the last word."""
    return from_number(kind, secrets.randbits(30))


def read(text: str, kind: str) -> str:
    """The reference as it is kept, from however it was written; refuses what no such reference can be.

    >>> read("a 0o0oo-00", "A")
    'A-00000-00'
    >>> read("A-00001-00", "A")
    Traceback (most recent call last):
    linli.ground.refusals.Malformed: The reference A-00001-00 cannot be read: its check sign does not fit. \
Correct it and send it again. Nothing was written.
    """
    signs = "".join(text.upper().split()).replace("-", "")
    letter, body = signs[:1], "".join(SIGNS[VALUE[sign]] if sign in VALUE else "?" for sign in signs[1:])
    if letter != kind or len(body) != 7 or "?" in body:
        raise Malformed(what=f"The reference {text}", why=f"it is not {kind} and seven signs")
    if check_sign(body[:6]) != body[6]:
        raise Malformed(what=f"The reference {text}", why="its check sign does not fit")
    return f"{letter}-{body[:5]}-{body[5:]}"
