"""Open sign-ins: which browsers an account is signed in with, how long they stay so, and ending them.

The table is allauth's (`usersessions`); a sign-in is a row of Django's session table beside it. A browser's address
is not kept.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from linli.ground.hands import Hand
from linli.ground.refusals import NotFound
from linli.journal import writing

from .models import Account

BEGAN, SEEN = "began", "seen"
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - the column must hold an address, and we keep none
A_MINUTE, CLOCK_STEP = timedelta(minutes=1), timedelta(minutes=5)

BROWSERS = {
    r"MicroMessenger": "WeChat",
    r"DingTalk": "DingTalk",
    r"Edg[A-Z]*/": "Edge",
    r"QQBrowser": "QQ Browser",
    r"Firefox|FxiOS": "Firefox",
    r"Chrome|CriOS": "Chrome",
    r"Safari": "Safari",
}
SYSTEMS = {
    r"HarmonyOS|OpenHarmony": "HarmonyOS",
    r"Android": "Android",
    r"iPhone": "iPhone",
    r"iPad": "iPad",
    r"Windows": "Windows",
    r"Mac OS X": "macOS",
    r"Linux": "Linux",
}


@dataclass(frozen=True)
class OpenSignIn:
    """A browser an account is signed in with."""

    number: int
    browser: str
    began_at: datetime
    seen_at: datetime
    here: bool


def kind_of(agent: str) -> str:
    """What kind of browser says this of itself; empty when it says nothing known.

    >>> kind_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0")
    'Edge · Windows'
    >>> kind_of("curl/8.1")
    ''
    """
    found = (
        next((name for sign, name in table.items() if re.search(sign, agent)), "") for table in (BROWSERS, SYSTEMS)
    )
    return " · ".join(name for name in found if name)


def opened(session: Any, account: Account, *, agent: str, at: datetime) -> None:
    """The session is one the account is signed in with, from now on."""
    mark(session, at=at)
    session.save()
    UserSession.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "user": account,
            "ip": NO_ADDRESS,
            "user_agent": agent[:200],
            "created_at": at,
            "last_seen_at": at,
        },
    )


def mark(session: Any, *, at: datetime) -> None:
    """The session's own clocks begin."""
    session[BEGAN] = session[SEEN] = at.timestamp()


def stands(session: Any, *, at: datetime, used: bool = True) -> bool:
    """Whether the session has neither been idle too long, nor open too long, nor begun after now.

    What a page asks by itself every few seconds is no use of it: else a page left open would never end. One that begins
    in the future was begun before the server's clock was set back; how old it is, is not known.
    """
    if BEGAN not in session:
        mark(session, at=at)
    began, seen = (datetime.fromtimestamp(session[name], UTC) for name in (BEGAN, SEEN))
    if max(began, seen) - at > CLOCK_STEP:
        return False
    if at - seen > timedelta(minutes=settings.IDLE_MINUTES) or at - began > timedelta(hours=settings.SESSION_HOURS):
        return False
    if used and at - seen >= A_MINUTE:
        session[SEEN] = at.timestamp()
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at)
    return True


def of(account: Account, *, here: str, at: datetime) -> list[OpenSignIn]:
    """The account's open sign-ins, the one that asks first, then the one used last."""
    rows = _open(account, at).order_by("-last_seen_at")
    found = [
        OpenSignIn(row.pk, kind_of(row.user_agent), row.created_at, row.last_seen_at, row.session_key == here)
        for row in rows
    ]
    return sorted(found, key=lambda each: not each.here)


def _open(account: Account, at: datetime) -> Any:
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    idle = at - timedelta(minutes=settings.IDLE_MINUTES)
    return UserSession.objects.filter(user=account, session_key__in=alive, last_seen_at__gte=idle)


def _close(rows: Any) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    engine = import_module(settings.SESSION_ENGINE)
    for key in keys:
        engine.SessionStore(key).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_all(account: Account, *, but: str = "") -> int:
    """Every browser of the account is signed out at its next request, except the one named. How many there were."""
    return _close(UserSession.objects.filter(user=account).exclude(session_key=but))


@transaction.atomic
def end_others(account: Account, *, here: str, by: Hand, at: datetime) -> int:
    """Every browser but this one is signed out."""
    ended = end_all(account, but=here)
    writing.write("sign-in.ended", thing=account.ref, by=by, at=at, count=ended)
    return ended


@transaction.atomic
def end(account: Account, *, number: int, by: Hand, at: datetime) -> None:
    """One browser is signed out. Only one's own; another's looks as if it were not there."""
    if not _close(UserSession.objects.filter(user=account, pk=number)):
        raise NotFound(what=str(number))
    writing.write("sign-in.ended", thing=account.ref, by=by, at=at, count=1)


def closed(session: Any) -> None:
    """The sign-in of this session is over; its row goes with it."""
    if session.session_key and SESSION_KEY in session:
        UserSession.objects.filter(session_key=session.session_key).delete()


def forget(at: datetime) -> int:
    """Sign-ins and sessions that have run out are forgotten. How many sign-ins there were."""
    Session.objects.filter(expire_date__lte=at).delete()
    return UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]
