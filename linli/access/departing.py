"""Someone leaves, or one of their posts ends: what is owed goes to a named successor, and access ends, in one act."""

from collections.abc import Callable, Sequence
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
from .models import Account, Post


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
    """What a room knows to be owed by posts: how many stand open at a moment, and how to hand them over.

    `hand_over(posts, successor, by, at)` runs inside the transaction of the departure.
    """

    room: str
    count: Callable[[Sequence[Post], datetime], int]
    hand_over: Callable[[Sequence[Post], Account, Hand, datetime], int]
    label: str = ""


OBLIGATIONS: dict[str, Obligations] = {}


def owes(obligations: Obligations) -> None:
    """A room says what its people may owe; called once, when the room is made ready."""
    OBLIGATIONS[obligations.room] = obligations


owes(Obligations("watches", watching.open_with, watching.pass_on, _("turns on the duty roster")))
owes(Obligations("stand-ins", standing_in.open_with, standing_in.pass_on, _("posts stood in for")))


def open_with(posts: Sequence[Post], *, at: datetime) -> dict[str, int]:
    """How many obligations stand open with these posts, by what they are called."""
    return {owed.label or room: owed.count(posts, at) for room, owed in sorted(OBLIGATIONS.items())}


@transaction.atomic
def leave(account: Account, *, successor: Account | None, by: Hand, at: datetime) -> dict[str, int]:
    """The account can no longer sign in, holds no post, and owes nothing; what it owed the successor owes now.

    Refuses where something stands open and nobody is named, and the last one who can give posts everywhere.
    """
    supervising.must_supervise(account, by=by, at=at)
    handed = _handed_over(list(account.posts.all()), account, successor, by, at)
    posts = list(account.posts.filter(Q(until=None) | Q(until__gt=localdate(at))))
    for post in posts:
        appointing.end(post, on=localdate(at), by=by, at=at)
    account.is_active = False
    account.save(update_fields=["is_active"])
    sessions.end_all(account)
    taker = successor.ref if successor else ""
    writing.write("account.left", thing=account.ref, by=by, at=at, successor=taker, handed_over=sum(handed.values()))
    return handed


@transaction.atomic
def end(post: Post, *, successor: Account | None, by: Hand, at: datetime) -> Post:
    """The post ends today, and the successor owes what was owed by it. The account stays.

    Refuses where something stands open and nobody is named.
    """
    appointing.must_manage(post, by=by)
    if post.account is not None:
        _handed_over([post], post.account, successor, by, at)
    return appointing.end(post, on=localdate(at), by=by, at=at)


def _handed_over(
    posts: Sequence[Post], account: Account, successor: Account | None, by: Hand, at: datetime
) -> dict[str, int]:
    standing = sum(open_with(posts, at=at).values())
    if successor is None:
        if standing:
            raise SuccessorNeeded(count=standing)
        return {}
    if successor == account or not successor.is_active:
        raise SuccessorAway(name=successor.name)
    return {room: owed.hand_over(posts, successor, by, at) for room, owed in sorted(OBLIGATIONS.items())}
