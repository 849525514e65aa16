"""The inbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from linli.access.actors import Actor
from linli.access.models import Account

from .models import Notice, Sending, Wish

MANY = 99


@dataclass(frozen=True)
class Bundle:
    """What belongs together in the inbox: the newest of it, and how much more there is."""

    newest: Notice
    more: int


def inbox(viewer: Actor) -> "QuerySet[Notice]":
    """Everything the account was told, newest first. Nobody sees another's, looking on or not."""
    return Notice.objects.filter(account__ref=viewer.ref).order_by("-id")


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
        Sending.objects.filter(sent_at=None, due_at__lte=at).select_related("notice__account").order_by("due_at", "id")
    )


def wish_of(account: Account) -> dict[str, Any]:
    """How an account wishes to be told, as the form shows it."""
    wish = Wish.objects.filter(account=account).first()
    quiet = {"quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until} if wish else {}
    return {"ways": ways_of(wish), **quiet}


def ways_of(wish: Wish | None) -> list[str]:
    """The ways an account is told by, of those this installation has."""
    wished = wish.ways.split() if wish else settings.NOTICE_WAYS
    return [way for way in settings.NOTICE_WAYS if way in wished]
