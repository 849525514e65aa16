"""A case is judged (受理与研判): taken in or declined, said what it is and how urgent, sent a level up."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from linli.areas import editions
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import holding, intake, lifecycle, merging, routing
from .lifecycle import Why
from .models import Case, Line, Part, Urgency
from .stages import IN_HAND, Move, Stage


class AppealedOnce(Refusal):
    """A second appeal."""

    code = "case.appealed-once"
    words = _("This case was appealed already; it can be appealed once.")
    next_step = _("Raise it anew if something is new. Nothing was written.")


class AtTheTop(Refusal):
    """No level is above the one the case lies with."""

    code = "case.at-the-top"
    words = _("This case lies with the district already: no level above it handles cases here.")
    next_step = _("Whistle for the bureau it needs. Nothing was written.")


@dataclass(frozen=True)
class Judgement:
    """What a case is found to be. What is left out stays as it was reported."""

    category: str = ""
    urgency: Urgency | str = ""
    summary: str = ""
    area: str = ""


def accept(case: Case, *, by: Hand, at: datetime) -> Case:
    """The case is taken in and waits to be judged."""
    return lifecycle.move(case, Move.ACCEPT, by=by, at=at)[0]


@transaction.atomic
def decline(case: Case, *, reason: str, line: Line | None = None, by: Hand, at: datetime) -> Case:
    """The case is not taken in, for a reason that its raiser is told.

    A report merged into it that nobody had accepted is declined with it, and may be appealed by itself; what had been
    accepted goes on where it stood.
    """
    merging.hold(case)
    declined = lifecycle.move(case, Move.DECLINE, by=by, at=at, why=Why(reason, line=line))[0]
    for each in merging.let_go(declined, reason=reason, at=at):
        if each.stage == Stage.REPORTED:
            decline(each, reason=reason, line=line, by=merging.HOUSE, at=at)
    return declined


def appeal(case: Case, *, reason: str, by: Hand, at: datetime) -> Case:
    """A case that was declined stands as reported again; once."""

    def change(fresh: Case) -> None:
        if fresh.appealed:
            raise AppealedOnce()
        fresh.closed_at = None

    return lifecycle.move(case, Move.APPEAL, by=by, at=at, why=Why(reason), change=change)[0]


@transaction.atomic
def judge(case: Case, found: Judgement, *, by: Hand, at: datetime, reason: str = "") -> Case:
    """It is said what the case is, how urgent and where; its clock runs by the line of the list since it was accepted.

    What is on no list bears no line, and the term of what is on none. A due time that was missed stays, whatever the
    case is found to be now.
    """
    today = localdate(at)
    if found.area:
        editions.hold(found.area)
        by.must(Permission.CASE_TRIAGE, within=found.area)
    category = (
        routing.category(found.category or case.category, today=today) if found.category or case.category else None
    )
    said: dict[str, object] = {}

    def change(fresh: Case) -> None:
        was, before = fresh.due_at, (fresh.line_id, fresh.urgency)
        fresh.area_code = found.area or fresh.area_code
        fresh.summary = (found.summary.strip() or fresh.summary)[:120]
        fresh.urgency = found.urgency or fresh.urgency
        if category:
            fresh.category, fresh.board = category.code, category.board
            fresh.line = routing.line_for(category.code, fresh.area_code, today=today)
        if was is None or before != (fresh.line_id, fresh.urgency):  # else it keeps what it rested and was granted
            intake.start_clock(fresh, at=at)
        said.update(category=fresh.category, urgency=fresh.urgency, listed=fresh.line_id or 0)
        said.update(due=fresh.due_at and fresh.due_at.isoformat(), why=fresh.due_why)
        if was and was != fresh.due_at:
            said["was_due"] = was.isoformat()

    return lifecycle.move(case, Move.TRIAGE, by=by, at=at, why=Why(reason, said=said), change=change)[0]


@transaction.atomic
def take_in(case: Case, found: Judgement, *, by: Hand, at: datetime) -> Case:
    """The case is accepted and judged in one go."""
    return judge(accept(case, by=by, at=at), found, by=by, at=at)


@transaction.atomic
def escalate(case: Case, *, reason: str, line: Line | None = None, by: Hand, at: datetime) -> Case:
    """The level above judges the case from now on; whoever had it in hand has it no longer.

    Refuses a line that does not give it to a level above, and whoever neither judges the case nor has it in hand.
    """
    said: dict[str, object] = {}

    def change(fresh: Case) -> None:
        sent_out = fresh.stage in IN_HAND
        if not (holding.has_part(fresh, by, Part.LEAD) if sent_out else lifecycle.judges(by, fresh)):
            raise lifecycle.NotInHand(move=Move.ESCALATE.label)
        if line:
            routing.must_speak_for(line, fresh, fresh.level, at=at)
        above = intake.level_above(fresh.level)
        if above == fresh.level:
            raise AtTheTop()
        fresh.level = above
        said["level"] = above
        if sent_out:
            holding.take_away(fresh, at=at)

    return lifecycle.move(case, Move.ESCALATE, by=by, at=at, why=Why(reason, line=line, said=said), change=change)[0]
