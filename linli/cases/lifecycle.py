"""The one door: every move of a case goes through `move`, which holds the table, writes the step and the journal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime

from linli.access.actors import Actor
from linli.access.models import Account
from linli.areas import codes
from linli.ground.hands import Hand
from linli.ground.refusals import NotPermitted, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.registers.sealed import blind, was_blind
from linli.web.once import asked, insert, update

from . import holding, stages, timing
from .models import Case, Line, Part, Photo, Step
from .photos import Taken
from .stages import Bar, Move, Need, Rule, Stage


class MovedMeanwhile(Refusal):
    """Someone else was first."""

    code = "case.moved-meanwhile"
    words = _("%(who)s was first: %(move)s, at %(at)s.")
    next_step = _("The case is shown as it stands now. Nothing was written.")


class NotInHand(Refusal):
    """The move belongs to whoever has the case in hand."""

    code, status = "case.not-in-hand", 403
    words = _("Only whoever has this case in hand can do this: %(move)s.")
    next_step = _("Look at the case to see who has it. Nothing was written.")


class OwnWork(Refusal):
    """Nobody judges what they did themselves."""

    code, status = "case.own-work", 403
    words = _("Someone else than whoever handled this case does this: %(move)s.")
    next_step = _("Leave it to a colleague. Nothing was written.")


class SecondPerson(Refusal):
    """What one asked for, another grants."""

    code, status = "case.second-person", 403
    words = _("This takes a second person: %(move)s.")
    next_step = _("Ask a colleague who may. Nothing was written.")


class NothingAsked(Refusal):
    """Nobody asked for what would be granted or refused."""

    code = "case.nothing-asked"
    words = _("Nobody asked for this: %(move)s.")
    next_step = _("The case is shown as it stands now. Nothing was written.")


class ReasonMissing(Refusal):
    """A move without its reason."""

    code, status = "case.reason", 422
    words = _("This needs a reason: %(move)s.")
    next_step = _("Say why in a few words, then send it again. Nothing was written.")


class PhotoMissing(Refusal):
    """A move that must be shown, without a photo."""

    code, status = "case.photo", 422
    words = _("This needs a photo: %(move)s.")
    next_step = _("Add a photo of how it is now, then send it again. Nothing was written.")


class JudgedAbove(Refusal):
    """The case lies with a level above."""

    code, status = "case.judged-above", 403
    words = _("This case lies with a level above yours.")
    next_step = _("Leave it to them, or ask them to send it down. Nothing was written.")


@dataclass(frozen=True)
class Why:
    """What goes with a step: the reason in one's own words, photos, the line of the list that is cited, facts."""

    reason: str = ""
    photos: Sequence[Taken] = ()
    line: Line | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


NOTHING = Why()
BOUND = "cases.step.bound"
RAISED = "raise"  # the first step of every case; no move leads to it
PASSED_ON = "pass-on"  # from one who left to a successor; the case stays where it is
BESIDE_MOVES = {RAISED: _("raise"), PASSED_ON: _("pass on to a successor")}
Change = Callable[[Case], None]

# What a move counts on the case, and what a stage stamps on it.
COUNTS = {
    Move.RETURN: "returned",
    Move.REWORK: "reworked",
    Move.REOPEN: "reopened",
    Move.APPEAL: "appealed",
    Move.SUSPEND: "suspended",
    Move.GRANT_EXTENSION: "extended",
    Move.URGE: "urged",
}
STAMPS = {
    Stage.ACCEPTED: "accepted_at",
    Stage.DISPATCHED: "dispatched_at",
    Stage.SIGNED: "signed_at",
    Stage.RESOLVED: "resolved_at",
    Stage.SELF_HANDLED: "resolved_at",
    Stage.VERIFIED: "verified_at",
    Stage.CLOSED: "closed_at",
    Stage.VOIDED: "closed_at",
    Stage.DECLINED: "closed_at",
}
ANSWERS = frozenset({Move.ACCEPT, Move.DECLINE, Move.SETTLE, Move.TRIAGE, Move.DISPATCH, Move.ASSIGN})
OWN_HANDLING = frozenset({Move.SETTLE, Move.SIGN, Move.START, Move.RESOLVE, Move.TRANSFER, Move.ANSWER})
KEEPS_TIMES = frozenset({Move.PART})  # who parts a case again did not do what it went through before


def unchanged(case: Case) -> None:
    """Nothing else changes."""


@transaction.atomic
def move(
    case: Case, how: Move, *, by: Hand, at: datetime, why: Why = NOTHING, change: Change = unchanged
) -> tuple[Case, Step]:
    """The case took one step, which stands written with who, when and why, and in the journal.

    `change` sets what else the step changes on the case; it runs when everything was allowed and before it is saved.
    Refuses whoever came second, a move the table does not have, and whoever may not make it.
    """
    fresh = locked(case.pk)[0]
    line = stages.MOVES[how]
    came_from, before = Stage(fresh.stage), dict(vars(fresh))
    must_be_first(case, fresh, line)
    goes_to = stages.after(came_from, how, before=Stage(fresh.stage_before) if fresh.stage_before else None)
    _must_be_allowed(fresh, line, by)
    _must_have(fresh, line, why)
    timing.mark_late(fresh, at=at)
    change(fresh)
    _stamp(fresh, how, came_from, goes_to, at)
    fresh.steps_made += 1
    update(fresh, _changed(fresh, before))
    return fresh, write(fresh, how, came_from, why, by=by, at=at)


@asked
def locked(key: int) -> QuerySet[Case]:
    """The case as it stands, nobody else's until this transaction ends."""
    return Case.objects.select_for_update().filter(pk=key)


def _changed(case: Case, before: Mapping[str, Any]) -> list[str]:
    """The columns that are not as they were: an index is written only where its columns change."""
    return [name for name, value in vars(case).items() if name[0] != "_" and value != before[name]]


def must_be_first(case: Case, fresh: Case, line: Rule) -> None:
    """Refuses whoever looked at the case before someone else changed its stage."""
    if case.turn == fresh.turn or (line.to is stages.HERE and fresh.stage in line.sources):
        return
    steps = fresh.steps.order_by("-number")
    last = next(step for step in steps if step.came_from != step.stage or step.move == Move.TRIAGE)
    named = Account.objects.filter(ref=last.by).values_list("name", flat=True).first() or last.by
    raise MovedMeanwhile(who=named, move=label_of(last.move), at=f"{localtime(last.at):%H:%M:%S}")


def label_of(how: str) -> str:
    """The name of a step, as an English msgid."""
    return BESIDE_MOVES.get(how) or Move(how).label


def _must_be_allowed(case: Case, line: Rule, by: Hand) -> None:
    """Refuses by permission, by who has it in hand, by level, and by who did what before."""
    if not any(by.may(permission, within=case.area_code) for permission in line.may):
        by.must(line.may[0], within=case.area_code)
        raise NotPermitted(permission=line.may[0].label)
    parts = (Part.LEAD,) if line.in_hand else (Part.CO_HANDLER, Part.WHISTLE) if line.beside else ()
    if parts and not holding.has_part(case, by, *parts):
        raise NotInHand(move=line.move.label)
    if line.move in stages.JUDGING and not judges(by, case):
        raise JudgedAbove()
    if line.barred is Bar.HANDLER and _handled(case.pk, by.ref):
        raise OwnWork(move=line.move.label)
    if line.barred is Bar.ASKER:
        _must_be_a_second(case, line, by)


@asked
def _handled(case: int, by: str) -> "QuerySet[Step, tuple[int]]":
    """Whether someone handled the case: one such step."""
    return Step.objects.filter(case=case, by=by, move__in=sorted(OWN_HANDLING)).values_list("number")[:1]


def _must_be_a_second(case: Case, line: Rule, by: Hand) -> None:
    """Refuses whoever asked for it, and what nobody asked for."""
    asker = asker_of(case, line.move)
    if not asker:
        raise NothingAsked(move=line.move.label)
    if asker == by.ref:
        raise SecondPerson(move=line.move.label)


def judges(by: Hand, case: Case) -> bool:
    """Whether someone's post stands at the level that judges the case, or above it."""
    if not isinstance(by, Actor):
        return True
    return any(not place or codes.level_of(place) <= case.level for place in by.places)


def asker_of(case: Case, how: Move) -> str:
    """Who asked for what this move grants or refuses; "" when nobody did."""
    return case.void_asked_by if how in (Move.VOID, Move.REFUSE_VOID) else case.extension_by


def _must_have(case: Case, line: Rule, why: Why) -> None:
    if Need.REASON in line.needs and not why.reason.strip():
        raise ReasonMissing(move=line.move.label)
    shown = line.move is Move.RESOLVE and case.line is not None and case.line.photo
    if (Need.PHOTO in line.needs or shown) and not why.photos:
        raise PhotoMissing(move=line.move.label)


def _stamp(case: Case, how: Move, came_from: Stage, goes_to: Stage, at: datetime) -> None:
    """Stage, times, counts and the time to act by are those of the case after the move."""
    if name := COUNTS.get(how):
        setattr(case, name, getattr(case, name) + 1)
    if case.first_answer_at is None and how in ANSWERS:
        case.first_answer_at = at
    if goes_to is came_from and how is not Move.TRIAGE:
        return
    case.stage, case.stage_before, case.stage_since = goes_to, came_from, at
    case.turn += 1
    if (name := STAMPS.get(goes_to)) and how not in KEEPS_TIMES:
        setattr(case, name, at)
    if goes_to not in stages.AT_WORK:
        timing.forget_extension(case)
    timing.schedule(case, at=at)


def write(case: Case, how: str, came_from: str, why: Why, *, by: Hand, at: datetime) -> Step:
    """The step, its photos, and the entry of the journal, which binds the reason by its digest."""
    said = dict(why.said)
    step = Step(
        case=case,
        number=case.steps_made,
        move=how,
        came_from=came_from,
        stage=case.stage,
        at=at,
        by=by.ref,
        post=by.post,
        reason=why.reason.strip(),
        line=why.line,
        said=said,
    )
    insert(step)
    if why.photos:
        attach(case, step, why.photos, by=by, at=at)
    facts = {"came_from": came_from, "stage": case.stage, "step": step.number, **said}
    if why.line:
        facts["line"] = why.line.pk
    bound = digest_of(case.ref, step.number, step.reason, [photo.digest for photo in why.photos])
    writing.write(f"case.{how}", thing=case.ref, by=by, at=at, area=case.area_code, digest=bound, **facts)
    return step


def attach(case: Case, step: Step, photos: Sequence[Taken], *, by: Hand, at: datetime) -> None:
    """The photos belong to the step."""
    Photo.objects.bulk_create(
        Photo(
            ref=each.ref,
            case=case,
            step=step,
            file=each.file,
            digest=each.digest,
            width=each.width,
            height=each.height,
            at=at,
            by=by.ref,
        )
        for each in photos
    )


def digest_of(case: str, number: int, reason: str, photos: Sequence[str]) -> str:
    """What binds a step's reason and photos (by their digests) to the journal; "" where there is neither.

    It is keyed with the installation's key: who reads the journal can neither guess a short reason by trying, nor see
    that two steps say the same.
    """
    return blind(_bound(case, number, reason, photos), column=BOUND).hex() if any((reason, *photos)) else ""


def is_as_written(step: Step, digest: str) -> bool:
    """Whether a step's reason and photos are those its entry of the journal was written with, under whichever key."""
    photos = list(step.photos.order_by("id").values_list("digest", flat=True))
    if not any((step.reason, *photos)):
        return not digest
    return was_blind(bytes.fromhex(digest), _bound(step.case.ref, step.number, step.reason, photos), column=BOUND)


def _bound(case: str, number: int, reason: str, photos: Sequence[str]) -> str:
    return "\n".join([f"{case}.{number}", reason, *photos])
