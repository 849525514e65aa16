"""Someone leaves: what they owed goes to a named successor, their posts and sign-ins end, in one act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import appointing, sessions, standing_in, supervising, watching
from .models import Account


class SuccessorNeeded(Refusal):
    """There is something open that someone must take over."""

    code = "departure.successor-needed"
    words = _("%(count)s open obligations would be left with nobody.")
    next_step = _("Name who takes them over.")


class SuccessorAway(Refusal):
    """The successor is the one who leaves, or can no longer sign in."""

    code = "departure.successor-away"
    words = _("%(name)s cannot take over: they are leaving themselves, or can no longer sign in.")
    next_step = _("Name someone else.")


@dataclass(frozen=True)
class Obligations:
    """What a room knows to be owed by an account: how many stand open at a moment, and how to hand them over.

    `hand_over(account, successor, by, at)` runs inside the departure's transaction.
    """

    room: str
    count: Callable[[Account, datetime], int]
    hand_over: Callable[[Account, Account, Hand, datetime], int]
    label: str = ""


OBLIGATIONS: dict[str, Obligations] = {}


def owes(obligations: Obligations) -> None:
    """A room says what its people may owe; called once, when the room is made ready."""
    OBLIGATIONS[obligations.room] = obligations


owes(Obligations("watches", watching.open_with, watching.pass_on, _("turns on the duty roster")))
owes(Obligations("stand-ins", standing_in.open_with, standing_in.pass_on, _("posts stood in for")))


def open_with(account: Account, *, at: datetime) -> dict[str, int]:
    """How many obligations stand open with an account, by what they are called."""
    return {owed.label or room: owed.count(account, at) for room, owed in sorted(OBLIGATIONS.items())}


@transaction.atomic
def leave(account: Account, *, successor: Account | None, by: Hand, at: datetime) -> dict[str, int]:
    """The account can no longer sign in, holds no post, and owes nothing; what it owed the successor owes now.

    Refuses where something stands open and nobody is named, and the last one who can give posts everywhere.
    """
    supervising.must_supervise(account, by=by, at=at)
    handed = _handed_over(account, successor, by, at)
    posts = list(account.posts.filter(Q(until=None) | Q(until__gt=localdate(at))))
    for post in posts:
        appointing.end(post, on=localdate(at), by=by, at=at)
    account.is_active = False
    account.save(update_fields=["is_active"])
    sessions.end_all(account)
    taker = successor.ref if successor else ""
    writing.write("account.left", thing=account.ref, by=by, at=at, successor=taker, handed_over=sum(handed.values()))
    return handed


def _handed_over(account: Account, successor: Account | None, by: Hand, at: datetime) -> dict[str, int]:
    standing = sum(open_with(account, at=at).values())
    if successor is None:
        if standing:
            raise SuccessorNeeded(count=standing)
        return {}
    if successor == account or not successor.is_active:
        raise SuccessorAway(name=successor.name)
    return {room: owed.hand_over(account, successor, by, at) for room, owed in sorted(OBLIGATIONS.items())}
