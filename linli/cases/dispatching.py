"""A case is given: across to bureaus and posts (横向分拨), down to teams (纵向交办); recalled; others are called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.access.models import Bureau
from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import holding, lifecycle, routing
from .holding import Target
from .lifecycle import Why
from .models import Assignment, Case, Part, Rating
from .stages import Move


class ReasonForUnlisted(Refusal):
    """What is on no list is given to someone by a person, who says why."""

    code, status = "routing.unlisted", 422
    words = _("This case is on no list, so a person says why %(target)s should handle it.")
    next_step = _("Write the reason, then send it again. Nothing was written.")


class HasPartAlready(Refusal):
    """Someone who has a part in the case already."""

    code = "case.has-part-already"
    words = _("%(target)s has a part in this case already.")
    next_step = _("Look at who has it in hand. Nothing was written.")


class NotCalled(Refusal):
    """A bureau that was not called, or has not answered."""

    code, status = "case.not-called", 422
    words = _("%(target)s has not answered a whistle in this case.")
    next_step = _("Rate a bureau once it has answered. Nothing was written.")


class NoStars(Refusal):
    """A rating of none or more than five."""

    code, status = "case.stars", 422
    words = _("A rating is one to five.")


@dataclass(frozen=True)
class Outcome:
    """What came of one case of several: the refusal, or None."""

    case: Case
    refused: Refusal | None = None


def give(case: Case, *, to: Target, reason: str = "", by: Hand, at: datetime) -> Case:
    """The target has the case in hand and is to sign for it: dispatched across, or assigned down to a team.

    Refuses what the list gives to a higher level, what is on no list without a reason, and whoever came second.
    """
    how = Move.ASSIGN if to.area else Move.DISPATCH
    said = {"to": to.key, "listed": 0}

    def change(fresh: Case) -> None:
        holding.must_be_able(to, fresh, at=at)
        routing.must_not_push_down(fresh, to)
        if fresh.line is None and not reason.strip():
            raise ReasonForUnlisted(target=to.key)
        said["listed"] = fresh.line_id or 0
        holding.take_away(fresh, at=at)
        holding.give(fresh, to, Part.LEAD, by=by, at=at)

    return lifecycle.move(case, how, by=by, at=at, why=Why(reason, said=said), change=change)[0]


def give_all(cases: Iterable[Case], *, to: Target, reason: str = "", by: Hand, at: datetime) -> list[Outcome]:
    """Each of the cases is given to the target, or refused by itself; one refusal stops no other."""
    outcomes = []
    for case in cases:
        try:
            outcomes.append(Outcome(give(case, to=to, reason=reason, by=by, at=at)))
        except Refusal as refused:
            outcomes.append(Outcome(case, refused))
    return outcomes


def recall(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """Nobody has the case in hand; it is to be given to someone again."""
    return lifecycle.move(case, Move.RECALL, by=by, at=at, why=Why(reason), change=_taken(at))[0]


def _taken(at: datetime) -> lifecycle.Change:
    return lambda fresh: holding.take_away(fresh, at=at)


def add_helper(case: Case, *, to: Target, reason: str = "", by: Hand, at: datetime) -> Case:
    """The target handles the case too, beside its lead (协办)."""
    return _call(case, Move.CO_HANDLE, to, Part.CO_HANDLER, reason, by, at)


def whistle(case: Case, bureau: Bureau, *, reason: str, by: Hand, at: datetime) -> Case:
    """The bureau is called to the case (吹哨) and is to answer."""
    return _call(case, Move.WHISTLE, Target(bureau=bureau), Part.WHISTLE, reason, by, at)


def _call(case: Case, how: Move, to: Target, part: Part, reason: str, by: Hand, at: datetime) -> Case:
    def change(fresh: Case) -> None:
        holding.must_be_able(to, fresh, at=at)
        if _has_part(fresh, to):
            raise HasPartAlready(target=to.key)
        holding.give(fresh, to, part, by=by, at=at)

    return lifecycle.move(case, how, by=by, at=at, why=Why(reason, said={"to": to.key}), change=change)[0]


def _has_part(case: Case, to: Target) -> bool:
    rows = Assignment.objects.filter(case=case, ended_at=None)
    return rows.filter(post=to.post, bureau=to.bureau, area_code=to.area).exists()


@transaction.atomic
def rate_answer(case: Case, bureau: Bureau, *, stars: int, words: str = "", by: Hand, at: datetime) -> Case:
    """The township rates the bureau that answered its whistle; it stands beside the raisers' ratings."""
    must_be_stars(stars)

    def change(fresh: Case) -> None:
        answered = Assignment.objects.filter(case=fresh, bureau=bureau, part=Part.WHISTLE, answered_at__isnull=False)
        if not answered.exists():
            raise NotCalled(target=bureau.name)

    why = Why(said={"to": bureau.code, "stars": stars})
    fresh, step = lifecycle.move(case, Move.RATE_ANSWER, by=by, at=at, why=why, change=change)
    Rating.objects.create(case=fresh, step=step, bureau=bureau, stars=stars, words=words.strip(), at=at, by=by.ref)
    return fresh


def must_be_stars(stars: int) -> None:
    """Refuses what is no rating."""
    if not 1 <= stars <= 5:
        raise NoStars()
