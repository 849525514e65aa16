"""Clocks that other rooms keep: each room's own `promises.py` says how to find those that run and how to move them.

>>> from linli.clocks.promises import keeps
>>> @keeps("cases")                                                                 # doctest: +SKIP
... class Cases: ...
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from linli.ground.hands import Hand

from .running import Clock


@dataclass(frozen=True)
class Promise:
    """A clock that runs: whose it is, what it is for, and where, by which hours it is counted."""

    thing: str
    clock: Clock
    area: str
    bureau: str = ""
    what: str = ""


@dataclass(frozen=True)
class Moved:
    """A promise whose due time a changed calendar moves."""

    promise: Promise
    clock: Clock


class Keeper(Protocol):
    """What a room says of its clocks."""

    def running(self, after: datetime, within: str) -> Iterable[Promise]:
        """Clocks that have not ended, due later than a moment, at or below an area (empty: everywhere)."""

    def move(self, moved: Sequence[Moved], *, why: str, by: Hand, at: datetime) -> None:
        """The clocks are stored as they are now, each with an entry that says why."""


K = TypeVar("K", bound=type)
KEEPERS: dict[str, Keeper] = {}


def keeps(name: str) -> Callable[[K], K]:
    """Registers a class, made without arguments, as a room's keeper."""

    def register(made: K) -> K:
        assert name not in KEEPERS, name
        KEEPERS[name] = made()
        return made

    return register
