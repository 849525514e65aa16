"""Who does something, as the lower floors see them: a hand. An Actor (in `access`) is one."""

from dataclasses import dataclass
from typing import Protocol

from .permissions import Permission


class Hand(Protocol):
    """What a verb needs to know of the one who calls it."""

    @property
    def ref(self) -> str:
        """The reference of the account, or a short word for a program (`worker`)."""

    @property
    def post(self) -> str:
        """The reference of the post they act as; empty for a program."""

    def may(self, permission: Permission, *, within: str) -> bool:
        """Whether the post carries the permission over this area code."""

    def must(self, permission: Permission, *, within: str) -> None:
        """Refuses (NotPermitted, OutsideScope) unless `may`."""


@dataclass(frozen=True)
class Program:
    """A program of the house acting by itself: the worker, a command at the console.

    Whoever can run a command on the machine can read its disk; so it may do everything, and is named in the journal.

    >>> Program("worker").may(Permission.AREA_EDIT, within="50")
    True
    """

    ref: str
    post: str = ""

    def may(self, permission: Permission, *, within: str) -> bool:
        """Always."""
        return True

    def must(self, permission: Permission, *, within: str) -> None:
        """Never refuses."""
