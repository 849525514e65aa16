"""The desks: which lists there are, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.access.actors import Actor
from linli.cases import queries, stages
from linli.cases.models import Case
from linli.cases.stages import Stage as S
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, NotPermitted
from linli.ground.words import gettext_noop as _

P = Permission


@dataclass(frozen=True)
class Desk:
    """A list of cases: its word and name, who has it, what is on it, what to say when it is empty, its order."""

    slug: str
    name: str
    may: tuple[Permission, ...]
    rows: Callable[..., Any]
    empty: str
    order: tuple[str, ...] = ("act_by", "id")

    def open_to(self, actor: Actor) -> bool:
        """Whether this actor has it."""
        return any(permission in actor.permissions for permission in self.may)


DESKS = (
    Desk("mine", _("In my hand"), (P.CASE_HANDLE,), lambda viewer, at: queries.in_hand(viewer),
         _("Nothing waits for you. What is given to you, your bureau or your team stands here.")),
    Desk("judge", _("To judge"), (P.CASE_TRIAGE,), lambda viewer, at: queries.to_judge(viewer, at=at),
         _("Nothing waits to be judged. What is reported or returned stands here, the most pressing first.")),
    Desk("verify", _("To verify"), (P.CASE_VERIFY,), lambda viewer, at: queries.to_verify(viewer, at=at),
         _("Nothing waits to be verified. What others resolved stands here.")),
    Desk("call", _("To call back"), (P.CASE_CALL_BACK,), lambda viewer, at: queries.to_call(viewer, at=at),
         _("Nobody waits to be called back. What was closed within thirty days stands here."), ("closed_at", "id")),
    Desk("stuck", _("Stuck"), (P.CASE_SUPERVISE, P.CASE_DISPATCH), lambda viewer, at: queries.stuck(viewer, at=at),
         _("Nothing is stuck. What was returned, or not signed for in time, stands here.")),
    Desk("raised", _("Raised by me"), (P.CASE_RAISE,), lambda viewer, at: queries.raised(viewer),
         _("You have raised nothing yet. What you report stands here, with what became of it."), ("-raised_at", "-id")),
    Desk("all", _("Everything open"), (P.CASE_READ,), lambda viewer, at: queries.queue(viewer, at=at),
         _("Nothing is open here.")),
    Desk("board", _("Side by side"), (P.CASE_READ,), lambda viewer, at: queries.queue(viewer, at=at),
         _("Nothing is open here.")),
)  # fmt: skip

BOARD = (
    (_("To judge"), tuple(stages.TO_JUDGE)),
    (_("Given, not signed for"), (S.DISPATCHED,)),
    (_("Being handled"), (S.SIGNED, S.IN_PROGRESS, S.REWORK)),
    (_("Paused"), (S.SUSPENDED,)),
    (_("To verify"), (S.RESOLVED, S.SELF_HANDLED, S.VERIFIED)),
)  # columns, each with its stages: together every stage that is open
A_COLUMN, COUNTED = 12, 100


@dataclass(frozen=True)
class Column:
    """A column of the board: its name, the most pressing cases, how many there are (COUNTED stands for more)."""

    name: str
    cases: list[Case]
    count: int


def board(viewer: Actor, *, at: datetime) -> list[Column]:
    """Everything open within the viewer's scope by what it waits for, each column by clock."""
    columns = []
    for name, among in BOARD:
        rows = queries.queue(viewer, queries.Asked(stages=among), at=at)
        first = list(rows[: A_COLUMN + 1])
        count = len(first) if len(first) <= A_COLUMN else rows.order_by()[:COUNTED].count()
        columns.append(Column(name, first[:A_COLUMN], count))
    return columns


ANY = tuple({permission for desk in DESKS for permission in desk.may})


def open_to(actor: Actor) -> list[Desk]:
    """The desks of an actor, in their order."""
    return [desk for desk in DESKS if desk.open_to(actor)]


def chosen(actor: Actor, slug: str) -> Desk:
    """The desk asked for, else the first; refuses who has none (403), and (404) one they do not have."""
    mine = open_to(actor)
    if not mine:
        raise NotPermitted(permission=P.CASE_READ.label)
    found = next((desk for desk in mine if desk.slug == slug), None) if slug else next(iter(mine), None)
    if found is None:
        raise NotFound(what=slug or "cases")
    return found
