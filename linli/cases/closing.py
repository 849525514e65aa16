"""A case is closed: verified by someone else or sent back for rework, rated by its raiser, reopened, archived."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import dispatching, holding, lifecycle, terms, timing
from .lifecycle import Why
from .models import Case, Rating
from .photos import Taken
from .stages import Move, Stage


class TermOver(Refusal):
    """The time within which a case may be reopened is over."""

    code = "case.term-over"
    words = _("A case may be reopened within %(days)s days; this one was closed on %(on)s.")
    next_step = _("Raise it anew and name this case. Nothing was written.")


class DrawnForSample(Refusal):
    """A matter closed on the spot that was drawn to be verified."""

    code = "case.drawn"
    words = _("This case was drawn to be verified by someone else.")
    next_step = _("Wait until it is verified. Nothing was written.")


class NotYet(Refusal):
    """Too early to be archived."""

    code = "case.not-yet"
    words = _("A case is archived %(days)s days after it was closed.")


@transaction.atomic
def verify(case: Case, *, note: str = "", photos: Sequence[Taken] = (), by: Hand, at: datetime) -> Case:
    """Someone who did not handle it found the case resolved; it is closed in the same go.

    Whether it was on time is told by its last resolve before this, when it was due, and whether it was late before.
    """
    fresh = lifecycle.move(case, Move.VERIFY, by=by, at=at, why=Why(note, photos))[0]
    return close(fresh, by=by, at=at)


def close(case: Case, *, by: Hand, at: datetime) -> Case:
    """The case is closed; its raisers are told the answer."""
    return lifecycle.move(case, Move.CLOSE, by=by, at=at)[0]


def send_for_rework(case: Case, *, reason: str, photos: Sequence[Taken] = (), by: Hand, at: datetime) -> Case:
    """It was not found resolved: the same handler has it in hand again, and its clock ran on meanwhile."""

    def change(fresh: Case) -> None:
        fresh.resolved_at = None

    why = Why(reason, photos)
    return lifecycle.move(case, Move.REWORK, by=by, at=at, why=why, change=change)[0]


def force(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """The case is closed without having been verified, for a reason; figures show it as forced for ever."""

    def change(fresh: Case) -> None:
        fresh.forced, fresh.verified_at = True, None
        timing.run_on(fresh, at=at)

    return lifecycle.move(case, Move.FORCE, by=by, at=at, why=Why(reason), change=change)[0]


@transaction.atomic
def rate(case: Case, *, stars: int, words: str = "", by: Hand, at: datetime) -> Case:
    """The raiser's rating of the answer is recorded by whoever called them back, who did not handle the case."""
    dispatching.must_be_stars(stars)
    fresh, step = lifecycle.move(case, Move.RATE, by=by, at=at, why=Why(said={"stars": stars}))
    Rating.objects.create(case=fresh, step=step, stars=stars, words=words.strip(), at=at, by=by.ref)
    return fresh


def reopen(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """The case is to be judged again, with a term of its own from then on; that it was late before stays shown.

    Refuses once the time for reopening is over.
    """
    days = terms.number("reopen_days", on=localdate(at))
    said: dict[str, object] = {}

    def change(fresh: Case) -> None:
        assert fresh.closed_at is not None, fresh.ref
        if at > fresh.closed_at + timedelta(days=days):
            raise TermOver(days=days, on=str(localdate(fresh.closed_at)))
        if fresh.due_at:
            said["was_due"] = fresh.due_at.isoformat()
        fresh.closed_at = fresh.verified_at = fresh.resolved_at = None
        timing.take_off(fresh)
        holding.take_away(fresh, at=at, parts=holding.EVERY_PART)

    return lifecycle.move(case, Move.REOPEN, by=by, at=at, why=Why(reason, said=said), change=change)[0]


def close_unsampled(case: Case, *, by: Hand, at: datetime) -> Case:
    """A matter closed on the spot that was not drawn for verification is closed."""

    def change(fresh: Case) -> None:
        if fresh.sampled:
            raise DrawnForSample()

    return lifecycle.move(case, Move.CLOSE_UNSAMPLED, by=by, at=at, change=change)[0]


def archive(case: Case, *, by: Hand, at: datetime) -> Case:
    """Nothing more is done with the case; it is kept. Refuses while it may still be reopened or appealed."""
    days = terms.number("archive_days", on=localdate(at))

    def change(fresh: Case) -> None:
        assert fresh.closed_at is not None, fresh.ref
        if at < fresh.closed_at + timedelta(days=days):
            raise NotYet(days=days)

    return lifecycle.move(case, Move.ARCHIVE, by=by, at=at, change=change)[0]


def may_be_reopened(case: Case, *, at: datetime) -> bool:
    """Whether the term for reopening is not over."""
    days = terms.number("reopen_days", on=localdate(at))
    closed = case.stage in (Stage.CLOSED, Stage.RATED)
    return closed and case.closed_at is not None and at <= case.closed_at + timedelta(days=days)
