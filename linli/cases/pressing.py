"""A case is pressed: urged (催办), supervised (督办)."""

from datetime import datetime

from linli.ground.hands import Hand

from . import lifecycle
from .lifecycle import Why
from .models import Case
from .stages import Move


def urge(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """Whoever has the case now is told that it is waited for."""
    return lifecycle.move(case, Move.URGE, by=by, at=at, why=Why(reason))[0]


def supervise(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """A leader watches the case until it is closed; whoever has it and the command centre know."""

    def change(fresh: Case) -> None:
        fresh.supervised_at = fresh.supervised_at or at

    return lifecycle.move(case, Move.SUPERVISE, by=by, at=at, why=Why(reason), change=change)[0]
