"""The inbox."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Subquery
from django.utils.timezone import get_default_timezone, localtime, make_aware
from django.utils.translation import gettext

from linli.access.actors import Actor
from linli.access.models import Account

from . import quiet
from .models import Notice, Sending, Wish

MANY = 99


@dataclass(frozen=True)
class Bundle:
    """What belongs together in the inbox: the newest of it, and how much more there is."""

    newest: Notice
    more: int


def inbox(viewer: Actor) -> "QuerySet[Notice]":
    """Everything the account was told, newest first. Nobody sees another's, looking on or not.

    Found by the key of the account and not by a join, across which PostgreSQL would sort all of them.
    """
    mine = Account.objects.filter(ref=viewer.ref).values("pk")[:1]
    return Notice.objects.filter(account=Subquery(mine)).order_by("-id")


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


class _Facts(dict[str, Any]):
    """Facts for a sentence; one the entry does not say is a dash, a moment is told by the clock of the town."""

    def __getitem__(self, name: str) -> Any:
        fact = super().__getitem__(name)
        if isinstance(fact, str) and MOMENT.match(fact):
            return f"{localtime(datetime.fromisoformat(fact)):%Y-%m-%d %H:%M}"
        return fact

    def __missing__(self, name: str) -> str:
        return "–"


def said(notice: Notice) -> str:
    """A notice as a sentence in the language of the moment."""
    return gettext(notice.words) % _Facts(json.loads(notice.facts))


def bundles(notices: list[Notice]) -> list[Bundle]:
    """The notices of a page, those of one group together under their newest, in order."""
    grouped: dict[str, list[Notice]] = {}
    for notice in notices:
        grouped.setdefault(notice.group if notice.read_at is None else f"#{notice.pk}", []).append(notice)
    return [Bundle(some[0], len(some) - 1) for some in grouped.values()]


def unread(viewer: Actor) -> int:
    """How many are unread, counted to ninety-nine and one more."""
    return inbox(viewer).filter(read_at=None).order_by()[: MANY + 1].count()


def due(at: datetime) -> "QuerySet[Sending]":
    """What is to go out by now, oldest first."""
    return (
        Sending.objects.filter(sent_at=None, due_at__lte=at)
        .select_related("notice__account__wish")
        .order_by("due_at", "id")
    )


def wish_of(account: Account) -> dict[str, Any]:
    """How an account wishes to be told, as the form shows it."""
    wish = Wish.objects.filter(account=account).first()
    quiet = {"quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until} if wish else {}
    return {"ways": ways_of(wish), **quiet}


def may_go_at(wish: Wish | None, at: datetime, *, urgent: bool) -> datetime:
    """The first moment, from one on, at which news may go out to whoever wishes this."""
    hours = quiet.Hours(wish.quiet_from, wish.quiet_until) if wish and wish.quiet_from and wish.quiet_until else None
    local = localtime(at).replace(tzinfo=None)
    first = quiet.may_go_at(local, hours, urgent=urgent)
    return at if first == local else make_aware(first, get_default_timezone())


def ways_of(wish: Wish | None) -> list[str]:
    """The ways an account is told by, of those this installation has."""
    wished = wish.ways.split() if wish else settings.NOTICE_WAYS
    return [way for way in settings.NOTICE_WAYS if way in wished]
