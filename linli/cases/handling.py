"""A case is handled: signed for, returned, passed on, noted, suspended, given more time, resolved."""

from collections.abc import Sequence
from datetime import datetime

from linli.access.actors import Actor
from linli.clocks import running
from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import holding, lifecycle, routing, timing
from .holding import Target
from .lifecycle import Why
from .models import Assignment, Case, Line, Part
from .photos import Taken
from .stages import Move


class AnotherOffice(Refusal):
    """A case passed on to where only a dispatcher sends it."""

    code, status = "case.another-office", 422
    words = _("A case is passed on within one's own bureau or area; elsewhere it is sent by a dispatcher.")
    next_step = _("Return it and say who should handle it. Nothing was written.")


class AskedAlready(Refusal):
    """More time was asked for and nobody has answered yet."""

    code = "case.asked-already"
    words = _("More time was asked for already, and nobody has answered yet.")
    next_step = _("Wait for the answer, or urge it. Nothing was written.")


class NoAmount(Refusal):
    """More time, but how much is not said, or far too much."""

    code, status = "case.no-amount", 422
    words = _("More time is a whole number from 1 to 99, in the unit of the case's clock.")
    next_step = _("Correct it and send it again. Nothing was written.")


def sign(case: Case, *, by: Hand, at: datetime) -> Case:
    """Whoever was given the case has signed for it; their clock was running before."""
    return lifecycle.move(case, Move.SIGN, by=by, at=at)[0]


def send_back(case: Case, *, reason: str, line: Line | None = None, by: Hand, at: datetime) -> Case:
    """The case is returned to be judged again, for a reason; where it belongs above, citing the line of the list."""

    def change(fresh: Case) -> None:
        if line:
            routing.must_speak_for(line, fresh, _level_of(fresh), at=at)
        holding.take_away(fresh, at=at)

    return lifecycle.move(case, Move.RETURN, by=by, at=at, why=Why(reason, line=line), change=change)[0]


def _level_of(case: Case) -> int:
    """The level whoever has the case in hand stands at."""
    held = holding.lead(case)
    assert held is not None, "a case in hand is in someone's hand"
    return Target(held.post, held.bureau, held.area_code).level


def pass_on(case: Case, *, to: Target, reason: str, by: Hand, at: datetime) -> Case:
    """Another of the same bureau or area has the case in hand and is to sign for it."""

    def change(fresh: Case) -> None:
        holding.must_be_able(to, fresh, at=at)
        held = holding.lead(fresh)
        if held is None or not _same_office(held, to):
            raise AnotherOffice()
        routing.must_not_push_down(fresh, to)
        holding.take_away(fresh, at=at)
        holding.give(fresh, to, Part.LEAD, by=by, at=at)

    return lifecycle.move(case, Move.TRANSFER, by=by, at=at, why=Why(reason, said={"to": to.key}), change=change)[0]


def _same_office(held: Assignment, to: Target) -> bool:
    bureaus = {held.bureau_id or (held.post.bureau_id if held.post else None)}
    if to.bureau or (to.post and to.post.bureau_id):
        return (to.bureau.pk if to.bureau else to.post.bureau_id if to.post else None) in bureaus - {None}
    area = held.area_code or (held.post.area_code if held.post else "")
    return bool(area) and area == (to.area or (to.post.area_code if to.post else ""))


def start(case: Case, *, by: Hand, at: datetime) -> Case:
    """The case is being handled."""
    return lifecycle.move(case, Move.START, by=by, at=at)[0]


def note(case: Case, *, words: str, photos: Sequence[Taken] = (), by: Hand, at: datetime) -> Case:
    """What was done or found so far stands in the history of the case."""
    return lifecycle.move(case, Move.NOTE, by=by, at=at, why=Why(words, photos))[0]


def suspend(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """The clock of the case stands still for a reason, and runs again by itself when its cap is used up.

    What was promised elsewhere stays due when it was: waiting of ours moves no promise.
    """

    def change(fresh: Case) -> None:
        timing.stand_still(fresh, reason=reason, at=at)

    return lifecycle.move(case, Move.SUSPEND, by=by, at=at, why=Why(reason), change=change)[0]


def resume(case: Case, *, by: Hand, at: datetime) -> Case:
    """The clock of the case runs again; by when it is due now stands in the step."""
    said: dict[str, object] = {}

    def change(fresh: Case) -> None:
        timing.run_on(fresh, at=at)
        said.update(due=fresh.due_at and fresh.due_at.isoformat(), why=fresh.due_why)

    return lifecycle.move(case, Move.RESUME, by=by, at=at, why=Why(said=said), change=change)[0]


def ask_extension(case: Case, amount: int, *, reason: str, by: Hand, at: datetime) -> Case:
    """More time is asked for, in the unit of the case's clock. Refuses once it is due, and a second asking."""

    def change(fresh: Case) -> None:
        clock = timing.clock_of(fresh)
        assert clock is not None, fresh.ref
        if not 1 <= amount <= 99:
            raise NoAmount()
        running.may_be_extended(clock, at=at)
        if fresh.extension_by:
            raise AskedAlready()
        fresh.extension_asked, fresh.extension_asked_at, fresh.extension_by = amount, at, by.ref

    why = Why(reason, said={"amount": amount, "unit": case.clock_unit})
    return lifecycle.move(case, Move.ASK_EXTENSION, by=by, at=at, why=why, change=change)[0]


def grant_extension(case: Case, *, reason: str = "", by: Hand, at: datetime) -> Case:
    """The case has the time that was asked for in time; by when it is due now stands in the step.

    This alone moves what was promised elsewhere (a hotline's extension); what was promised stays shown beside it.
    """
    said: dict[str, object] = {}

    def change(fresh: Case) -> None:
        said.update(was_due=fresh.due_at and fresh.due_at.isoformat(), amount=fresh.extension_asked)
        timing.lengthen(fresh, by=by.ref, at=at)
        said.update(due=fresh.due_at and fresh.due_at.isoformat(), why=fresh.due_why)
        timing.forget_extension(fresh)
        timing.schedule(fresh, at=at)

    return lifecycle.move(case, Move.GRANT_EXTENSION, by=by, at=at, why=Why(reason, said=said), change=change)[0]


def refuse_extension(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """The case is due when it was."""
    return lifecycle.move(case, Move.REFUSE_EXTENSION, by=by, at=at, why=Why(reason), change=timing.forget_extension)[0]


def resolve(case: Case, *, done: str, photos: Sequence[Taken] = (), by: Hand, at: datetime) -> Case:
    """The case is resolved and waits for someone else to verify it. Refuses without the photo its line asks for."""
    return lifecycle.move(case, Move.RESOLVE, by=by, at=at, why=Why(done, photos))[0]


def answer(case: Case, *, words: str, photos: Sequence[Taken] = (), by: Hand, at: datetime) -> Case:
    """A bureau that was called, or a co-handler, has answered (应哨): came, and did its part."""
    said: dict[str, object] = {}

    def change(fresh: Case) -> None:
        rows = Assignment.objects.filter(case=fresh, ended_at=None).exclude(part=Part.LEAD)
        rows = rows.filter(holding.mine(by)) if isinstance(by, Actor) else rows
        said["answered"] = rows.filter(answered_at=None).update(answered_at=at)

    return lifecycle.move(case, Move.ANSWER, by=by, at=at, why=Why(words, photos, said=said), change=change)[0]
