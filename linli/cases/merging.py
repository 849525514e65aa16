"""Several reports of one matter become one case (并案), and are parted again. Every raiser stays told.

What ends without having been handled (void, declined) lets go of what was merged into it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from linli.ground.hands import Hand, Program
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import lifecycle, stages
from .lifecycle import Why
from .models import Case
from .stages import Move, Stage

HOUSE = Program("worker")  # what follows from a decision on another case is decided by nobody


class CannotMerge(Refusal):
    """A case that no other is merged into."""

    code, status = "case.cannot-merge", 422
    words = _("%(ref)s cannot be merged into %(into)s: both must be open, and different.")
    next_step = _("Choose an open case. Nothing was written.")


@transaction.atomic
def merge(case: Case, *, into: Case, reason: str, by: Hand, at: datetime) -> Case:
    """The matter is handled as the other case; this one's raisers, and those merged into it, hear how that goes on."""
    two = [case.pk, into.pk]  # always in one order, or each of two waits for the other
    held = Case.objects.select_for_update().filter(pk__in=two).order_by("pk")
    kept = next((each for each in held if each.pk == into.pk), None)
    if kept is None or kept.pk == case.pk or kept.stage not in stages.OPEN:
        raise CannotMerge(ref=case.ref, into=into.ref)
    by.must(stages.MOVES[Move.MERGE].may[0], within=kept.area_code)

    def change(fresh: Case) -> None:
        fresh.merged_into = kept

    why = Why(reason, said={"into": kept.ref})
    return lifecycle.move(case, Move.MERGE, by=by, at=at, why=why, change=change)[0]


def part(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """The case stands by itself again, where it stood before it was merged."""
    said: dict[str, object] = {}

    def change(fresh: Case) -> None:
        assert fresh.merged_into is not None, fresh.ref
        said["from"], fresh.merged_into = fresh.merged_into.ref, None

    return lifecycle.move(case, Move.PART, by=by, at=at, why=Why(reason, said=said), change=change)[0]


def hold(kept: Case) -> None:
    """Nobody else moves the case, or what was merged into it, until the transaction ends."""
    family = Case.objects.select_for_update().filter(Q(pk=kept.pk) | Q(merged_into=kept.pk))
    list(family.order_by("pk").values_list("pk"))  # in the order of `merge`, or each of two waits for the other


def let_go(kept: Case, *, reason: str, at: datetime) -> list[Case]:
    """What was handled as this case stands by itself again, where it stood before; its raisers hear of it.

    A case that is void or declined was not handled, so nothing may end with it that was raised by others.
    """
    merged = Case.objects.filter(merged_into=kept.pk, stage=Stage.MERGED).order_by("pk")
    return [part(each, reason=reason, by=HOUSE, at=at) for each in merged]
