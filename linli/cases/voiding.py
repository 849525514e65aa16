"""A case is void (作废): raised by mistake, or a test. One asks, a second person grants or refuses."""

from datetime import datetime

from django.db import transaction

from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import lifecycle, merging
from .lifecycle import Why
from .models import Case
from .stages import Move


class VoidAsked(Refusal):
    """Someone asked for it already."""

    code = "case.void-asked"
    words = _("Someone asked to void this case already.")
    next_step = _("A second person grants or refuses it. Nothing was written.")


def ask(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """A second person is to say whether the case is void."""

    def change(fresh: Case) -> None:
        if fresh.void_asked_by:
            raise VoidAsked()
        fresh.void_asked_by = by.ref

    return lifecycle.move(case, Move.ASK_VOID, by=by, at=at, why=Why(reason), change=change)[0]


def refuse(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """The case goes on as it did."""

    def change(fresh: Case) -> None:
        fresh.void_asked_by = ""

    return lifecycle.move(case, Move.REFUSE_VOID, by=by, at=at, why=Why(reason), change=change)[0]


@transaction.atomic
def void(case: Case, *, by: Hand, at: datetime) -> Case:
    """The case is void: kept with its steps, counted apart, never handled. What was merged into it comes back to life.

    A report that was void says nothing of what others raised; each of those stands where it stood before.
    """
    merging.hold(case)
    said: dict[str, object] = {}

    def change(fresh: Case) -> None:
        said["asked_by"] = fresh.void_asked_by

    void = lifecycle.move(case, Move.VOID, by=by, at=at, why=Why(said=said), change=change)[0]
    asked = void.steps.filter(move=Move.ASK_VOID).order_by("-number")[0]
    merging.let_go(void, reason=asked.reason, at=at)
    return void
