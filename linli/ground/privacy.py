"""The three privacy kinds of a field, what a mask leaves, and which counts are too small to show.

open      anyone signed in within scope
personal  masked on pages; phones are also encrypted at rest
secret    encrypted; shown or exported only by permission, with a reason, and journalled
"""

from enum import StrEnum

from .words import gettext_noop as _


class Kind(StrEnum):
    """How private a field is."""

    OPEN = "open"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105 - a privacy kind, not a password

    @property
    def label(self) -> str:
        """The kind's name, as an English msgid."""
        return LABELS[self]


LABELS = {Kind.OPEN: _("open"), Kind.PERSONAL: _("personal, masked"), Kind.SECRET: _("secret, sealed")}


def mask_name(name: str) -> str:
    """The first sign, and a star for each that follows, one at least; two-sign surnames are not told apart.

    >>> mask_name("张三丰"), mask_name("李"), mask_name("")
    ('张**', '李*', '')
    """
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask_phone(phone: str) -> str:
    """The first three and the last four digits.

    >>> mask_phone("13800005678"), mask_phone("5678")
    ('138****5678', '****')
    """
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)
