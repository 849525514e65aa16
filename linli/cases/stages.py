"""The life of a case as one table: buttons, diagram, verbs and property test read it. Pure: no database, no clock.

A line of MOVES says from which stages a move is possible, where it leads, who may make it and what it asks for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from linli.ground.permissions import Permission as P
from linli.ground.refusals import Refusal
from linli.ground.words import Several
from linli.ground.words import gettext_noop as _


class Stage(StrEnum):
    """Where a case stands."""

    REPORTED = "reported"
    SELF_HANDLED = "self-handled"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TRIAGED = "triaged"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    RETURNED = "returned"
    IN_PROGRESS = "in-progress"
    SUSPENDED = "suspended"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    REWORK = "rework"
    CLOSED = "closed"
    RATED = "rated"
    ARCHIVED = "archived"
    MERGED = "merged"
    VOIDED = "voided"

    @property
    def label(self) -> str:
        """Its name, as an English msgid."""
        return STAGE_LABELS[self]


class Move(StrEnum):
    """What can be done with a case."""

    SETTLE = "settle"
    CLOSE_UNSAMPLED = "close-unsampled"
    ACCEPT = "accept"
    DECLINE = "decline"
    APPEAL = "appeal"
    TRIAGE = "triage"
    DISPATCH = "dispatch"
    ASSIGN = "assign"
    RECALL = "recall"
    SIGN = "sign"
    RETURN = "return"
    TRANSFER = "transfer"
    START = "start"
    NOTE = "note"
    SUSPEND = "suspend"
    RESUME = "resume"
    ASK_EXTENSION = "ask-extension"
    GRANT_EXTENSION = "grant-extension"
    REFUSE_EXTENSION = "refuse-extension"
    RESOLVE = "resolve"
    VERIFY = "verify"
    REWORK = "rework"
    CLOSE = "close"
    FORCE = "force"
    RATE = "rate"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    WHISTLE = "whistle"
    ANSWER = "answer"
    RATE_ANSWER = "rate-answer"
    CO_HANDLE = "co-handle"
    ESCALATE = "escalate"
    URGE = "urge"
    SUPERVISE = "supervise"
    MERGE = "merge"
    PART = "part"
    ASK_VOID = "ask-void"
    REFUSE_VOID = "refuse-void"
    VOID = "void"

    @property
    def label(self) -> str:
        """What its button says, as an English msgid."""
        return MOVE_LABELS[self]


class Need(StrEnum):
    """What a move asks for besides someone who may make it."""

    REASON = "reason"
    PHOTO = "photo"
    TARGET = "target"
    AMOUNT = "amount"
    RATING = "rating"


class Bar(StrEnum):
    """Whom a move is closed to, whatever they may otherwise."""

    HANDLER = "whoever handled it"
    ASKER = "whoever asked for it"


S, M, N = Stage, Move, Need
HERE = None  # the move leaves the case at its stage
BACK = "back"  # the move takes the case to where it stood before

ENDED = frozenset({S.DECLINED, S.CLOSED, S.RATED, S.ARCHIVED, S.MERGED, S.VOIDED})
OPEN = frozenset(Stage) - ENDED
UNDONE = OPEN - {S.RESOLVED, S.VERIFIED, S.SELF_HANDLED}  # the work is not done: past its due time it is late
TO_JUDGE = frozenset({S.REPORTED, S.ACCEPTED, S.RETURNED, S.TRIAGED})
IN_HAND = frozenset({S.DISPATCHED, S.SIGNED, S.IN_PROGRESS, S.SUSPENDED, S.REWORK})
AT_WORK = frozenset({S.SIGNED, S.IN_PROGRESS, S.SUSPENDED, S.REWORK})
JUDGING = frozenset(
    {M.ACCEPT, M.DECLINE, M.TRIAGE, M.DISPATCH, M.ASSIGN, M.RECALL, M.CO_HANDLE, M.WHISTLE, M.MERGE, M.PART}
)  # made by the level that judges the case, or one above it
SENT_OUT = IN_HAND | {S.RESOLVED}


@dataclass(frozen=True)
class Rule:
    """One line of the table. `to` is a stage, HERE or BACK; `may` is any one of the permissions.

    `in_hand` asks that whoever makes the move has the case in hand, or one part of it (`beside`).
    """

    move: Move
    sources: frozenset[Stage]
    to: Stage | str | None
    may: tuple[P, ...]
    needs: frozenset[Need] = frozenset()
    barred: Bar | None = None
    in_hand: bool = False
    beside: bool = False
    sources_to: dict[Stage, Stage] = field(default_factory=dict)


def _line(move: Move, sources: Iterable[Stage], to: Stage | str | None, *may: P, **more: object) -> Rule:
    needs = frozenset(more.pop("needs", ()))  # type: ignore[call-overload]
    return Rule(move, frozenset(sources), to, may, needs=needs, **more)  # type: ignore[arg-type]


R, H, T, D = P.CASE_RAISE, P.CASE_HANDLE, P.CASE_TRIAGE, P.CASE_DISPATCH
V, C, U, X = P.CASE_VERIFY, P.CASE_CALL_BACK, P.CASE_SUPERVISE, P.CASE_VOID
WHY = (N.REASON,)

LINES = (
    # -- taken in ----------------------------------------------------------------------------------
    _line(M.SETTLE, {S.REPORTED}, S.SELF_HANDLED, H, needs=(N.REASON, N.PHOTO)),
    _line(M.CLOSE_UNSAMPLED, {S.SELF_HANDLED}, S.CLOSED, H, in_hand=True),
    _line(M.ACCEPT, {S.REPORTED}, S.ACCEPTED, T),
    _line(M.DECLINE, {S.REPORTED}, S.DECLINED, T, needs=WHY),
    _line(M.APPEAL, {S.DECLINED}, S.REPORTED, R, C, needs=WHY),
    _line(M.TRIAGE, {S.ACCEPTED, S.RETURNED, S.TRIAGED}, S.TRIAGED, T),
    # -- given to someone --------------------------------------------------------------------------
    _line(M.DISPATCH, {S.TRIAGED}, S.DISPATCHED, D, needs=(N.TARGET,)),
    _line(M.ASSIGN, {S.TRIAGED}, S.DISPATCHED, D, needs=(N.TARGET,)),
    _line(M.RECALL, {S.DISPATCHED, S.SIGNED}, S.TRIAGED, D, needs=WHY),
    _line(M.CO_HANDLE, {S.TRIAGED, *IN_HAND}, HERE, D, needs=(N.TARGET,)),
    _line(M.WHISTLE, {S.TRIAGED, *IN_HAND}, HERE, D, needs=(N.TARGET, N.REASON)),
    _line(M.ANSWER, {S.TRIAGED, *SENT_OUT}, HERE, H, needs=WHY, beside=True),
    # -- handled -----------------------------------------------------------------------------------
    _line(M.SIGN, {S.DISPATCHED}, S.SIGNED, H, in_hand=True),
    _line(M.RETURN, {S.DISPATCHED, S.SIGNED, S.IN_PROGRESS}, S.RETURNED, H, needs=WHY, in_hand=True),
    _line(M.TRANSFER, {S.DISPATCHED, S.SIGNED, S.IN_PROGRESS}, S.DISPATCHED, H, needs=(N.TARGET, N.REASON),
          in_hand=True),
    _line(M.START, {S.SIGNED, S.REWORK}, S.IN_PROGRESS, H, in_hand=True),
    _line(M.NOTE, OPEN, HERE, H, T, D, V, C, U, needs=WHY),
    _line(M.SUSPEND, {S.SIGNED, S.IN_PROGRESS}, S.SUSPENDED, H, needs=WHY, in_hand=True),
    _line(M.RESUME, {S.SUSPENDED}, S.IN_PROGRESS, H, in_hand=True),
    _line(M.ASK_EXTENSION, AT_WORK, HERE, H, needs=(N.REASON, N.AMOUNT), in_hand=True),
    _line(M.GRANT_EXTENSION, AT_WORK, HERE, D, U, barred=Bar.ASKER),
    _line(M.REFUSE_EXTENSION, AT_WORK, HERE, D, U, needs=WHY, barred=Bar.ASKER),
    _line(M.RESOLVE, {S.SIGNED, S.IN_PROGRESS, S.REWORK}, S.RESOLVED, H, needs=WHY, in_hand=True),
    # -- closed ------------------------------------------------------------------------------------
    _line(M.VERIFY, {S.RESOLVED, S.SELF_HANDLED}, S.VERIFIED, V, barred=Bar.HANDLER),
    _line(M.REWORK, {S.RESOLVED, S.SELF_HANDLED}, S.REWORK, V, needs=WHY, barred=Bar.HANDLER),
    _line(M.CLOSE, {S.VERIFIED}, S.CLOSED, V),
    _line(M.FORCE, {S.ACCEPTED, S.RETURNED, S.TRIAGED, S.SELF_HANDLED, *SENT_OUT}, S.CLOSED, U, needs=WHY,
          barred=Bar.HANDLER),
    _line(M.RATE, {S.CLOSED}, S.RATED, C, needs=(N.RATING,), barred=Bar.HANDLER),
    _line(M.REOPEN, {S.CLOSED, S.RATED}, S.ACCEPTED, C, T, U, needs=WHY),
    _line(M.ARCHIVE, {S.DECLINED, S.CLOSED, S.RATED}, S.ARCHIVED, V),
    _line(M.RATE_ANSWER, {*SENT_OUT, S.TRIAGED, S.VERIFIED, S.CLOSED, S.RATED}, HERE, D, U,
          needs=(N.TARGET, N.RATING)),
    # -- at the side -------------------------------------------------------------------------------
    _line(M.ESCALATE, {S.REPORTED, S.ACCEPTED, S.RETURNED, S.TRIAGED, S.DISPATCHED, S.SIGNED, S.IN_PROGRESS}, HERE,
          H, T, needs=WHY, sources_to=dict.fromkeys((S.DISPATCHED, S.SIGNED, S.IN_PROGRESS), S.RETURNED)),
    _line(M.URGE, OPEN, HERE, D, T, U, C, needs=WHY),
    _line(M.SUPERVISE, OPEN, HERE, U, needs=WHY),
    _line(M.MERGE, OPEN, S.MERGED, T, needs=(N.TARGET, N.REASON)),
    _line(M.PART, {S.MERGED}, BACK, T, needs=WHY),
    _line(M.ASK_VOID, {*OPEN, S.DECLINED}, HERE, X, T, needs=WHY),
    _line(M.REFUSE_VOID, {*OPEN, S.DECLINED}, HERE, X, needs=WHY, barred=Bar.ASKER),
    _line(M.VOID, {*OPEN, S.DECLINED}, S.VOIDED, X, barred=Bar.ASKER),
)  # fmt: skip

MOVES = {line.move: line for line in LINES}


class CannotMove(Refusal):
    """The case does not stand where this move begins."""

    code = "case.cannot-move"
    words = _("This case is %(stage)s, so this is not possible: %(move)s.")
    next_step = _("What is possible now: %(allowed)s.")


def moves_from(stage: Stage) -> list[Move]:
    """Every move that begins at a stage, in the order of the table.

    >>> [str(move) for move in moves_from(Stage.CLOSED)]
    ['rate', 'reopen', 'archive', 'rate-answer']
    """
    return [line.move for line in LINES if stage in line.sources]


def after(stage: Stage, move: Move, *, before: Stage | None = None) -> Stage:
    """The stage a case reaches by this move; `before` is where it stood before, for a move that takes it back.

    >>> after(Stage.RESOLVED, Move.VERIFY), after(Stage.MERGED, Move.PART, before=Stage.TRIAGED)
    (<Stage.VERIFIED: 'verified'>, <Stage.TRIAGED: 'triaged'>)
    >>> after(Stage.REPORTED, Move.CLOSE)
    Traceback (most recent call last):
    linli.cases.stages.CannotMove: This case is reported, so this is not possible: close. \
What is possible now: close on the spot, accept, decline, add a note, escalate, urge, supervise, merge, ask to void, \
refuse to void, void this case.
    """
    line = MOVES[move]
    if stage not in line.sources:
        allowed = Several(each.label for each in moves_from(stage)) or "–"
        raise CannotMove(stage=stage.label, move=move.label, allowed=allowed)
    if line.to == BACK:
        assert before is not None, "where it stood before is written with the step"
        return before
    return line.sources_to.get(stage, stage) if line.to is HERE else Stage(line.to)


def diagram() -> str:
    """The table as a diagram (Mermaid) for the handbook; moves that leave the stage as it is are listed beneath.

    >>> "triaged --> dispatched: dispatch" in diagram()
    True
    """
    arrows = [
        f"    {_node(stage)} --> {_node(after(stage, line.move))}: {line.move}"
        for line in LINES
        if line.to != BACK and line.move not in (M.MERGE, M.VOID, M.FORCE)
        for stage in Stage
        if stage in line.sources and after(stage, line.move) is not stage
    ]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {_node(S.REPORTED)}: raise", *arrows])


def _node(stage: Stage) -> str:
    return stage.replace("-", "_")


STAGE_LABELS = {
    S.REPORTED: _("reported"),
    S.SELF_HANDLED: _("handled on the spot"),
    S.ACCEPTED: _("accepted"),
    S.DECLINED: _("declined"),
    S.TRIAGED: _("triaged"),
    S.DISPATCHED: _("dispatched"),
    S.SIGNED: _("signed for"),
    S.RETURNED: _("returned"),
    S.IN_PROGRESS: _("in progress"),
    S.SUSPENDED: _("suspended"),
    S.RESOLVED: _("resolved, to be verified"),
    S.VERIFIED: _("verified"),
    S.REWORK: _("rework"),
    S.CLOSED: _("closed"),
    S.RATED: _("rated"),
    S.ARCHIVED: _("archived"),
    S.MERGED: _("merged into another"),
    S.VOIDED: _("void"),
}
MOVE_LABELS = {
    M.SETTLE: _("close on the spot"),
    M.CLOSE_UNSAMPLED: _("close without a sample"),
    M.ACCEPT: _("accept"),
    M.DECLINE: _("decline"),
    M.APPEAL: _("appeal"),
    M.TRIAGE: _("triage"),
    M.DISPATCH: _("dispatch"),
    M.ASSIGN: _("assign"),
    M.RECALL: _("recall"),
    M.SIGN: _("sign for"),
    M.RETURN: _("return"),
    M.TRANSFER: _("pass on"),
    M.START: _("start"),
    M.NOTE: _("add a note"),
    M.SUSPEND: _("suspend"),
    M.RESUME: _("resume"),
    M.ASK_EXTENSION: _("ask for more time"),
    M.GRANT_EXTENSION: _("grant more time"),
    M.REFUSE_EXTENSION: _("refuse more time"),
    M.RESOLVE: _("resolve"),
    M.VERIFY: _("verify"),
    M.REWORK: _("send back for rework"),
    M.CLOSE: _("close"),
    M.FORCE: _("close by force"),
    M.RATE: _("record the rating"),
    M.REOPEN: _("reopen"),
    M.ARCHIVE: _("archive"),
    M.WHISTLE: _("whistle"),
    M.ANSWER: _("answer the whistle"),
    M.RATE_ANSWER: _("rate the answer"),
    M.CO_HANDLE: _("add a co-handler"),
    M.ESCALATE: _("escalate"),
    M.URGE: _("urge"),
    M.SUPERVISE: _("supervise"),
    M.MERGE: _("merge"),
    M.PART: _("part again"),
    M.ASK_VOID: _("ask to void"),
    M.REFUSE_VOID: _("refuse to void"),
    M.VOID: _("void this case"),
}
