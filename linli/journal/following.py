"""Followers of the journal: what a room does on news. Declared in the room's `follows.py`, done by the worker.

>>> from linli.journal.following import follows
>>> @follows("area.*")                                                              # doctest: +SKIP
... def recount(entry): ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .models import Entry


@dataclass(frozen=True)
class Follower:
    """Who follows: a stable name (stored with each delivery), the verbs it wants, and what it does."""

    name: str
    verbs: tuple[str, ...]
    do: Callable[[Entry], None]

    def wants(self, verb: str) -> bool:
        """Whether any of its patterns fits."""
        return any(fnmatchcase(verb, pattern) for pattern in self.verbs)


FOLLOWERS: dict[str, Follower] = {}


def follows(*verbs: str, name: str = "") -> Callable[[Callable[[Entry], None]], Callable[[Entry], None]]:
    """Registers a function as a follower, named for its room and itself (`town.recount`) or as told.

    What it writes is committed together with the mark that it was done, so it needs no guard against doing twice.
    It hears entries in the order they were written, but for those that failed and are tried again later. What
    cannot be rolled back (a message sent, a file written) is not for a follower: let it write down that it is due.
    """

    def register(do: Callable[[Entry], None]) -> Callable[[Entry], None]:
        called = name or f"{do.__module__.split('.')[1]}.{do.__name__}"
        assert called not in FOLLOWERS, called
        FOLLOWERS[called] = Follower(called, verbs, do)
        return do

    return register


def followers_of(verb: str) -> list[str]:
    """The names of those who want to hear of this verb, in a fixed order."""
    return sorted(name for name, follower in FOLLOWERS.items() if follower.wants(verb))
