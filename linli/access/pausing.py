"""Guessing is made slow: each failed try makes the next one wait longer, for one account and one place at a time.

A place is the address a try comes from; so a whole office behind one address never waits for one colleague's
mistakes. An account as a whole also rests, but briefly, so that many addresses together guess slowly and the owner
is never kept out for long. A browser the owner signed in with before is a place of its own and does not wait for
what strangers do. The state stands in the database, so that several processes count together.
"""

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - where a try comes from is a fact about a request
from django.utils.crypto import salted_hmac

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from .models import Attempts

KNOWN, KNOWN_FOR, KNOWN_MOST = "known-browser", timedelta(days=90), 8
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Rest:
    """So many tries are free; then each failed one doubles the pause, from `first` up to `most`."""

    free: int
    first: timedelta
    most: timedelta

    def after(self, count: int) -> timedelta:
        """The pause that follows the failed try of this number.

        >>> place = RESTS["place"]
        >>> [int(place.after(n).total_seconds()) for n in (1, 4, 5, 6, 7, 50)]
        [0, 0, 30, 60, 120, 900]
        """
        over = count - self.free
        return timedelta(0) if over <= 0 else min(self.first * 2 ** min(over - 1, 30), self.most)


RESTS = {
    "place": Rest(free=4, first=timedelta(seconds=30), most=timedelta(minutes=15)),
    "account": Rest(free=30, first=timedelta(seconds=2), most=timedelta(minutes=1)),
    "factor": Rest(free=4, first=timedelta(seconds=30), most=timedelta(minutes=15)),
    "factor-account": Rest(free=20, first=timedelta(minutes=1), most=timedelta(minutes=30)),
    "confirming": Rest(free=4, first=timedelta(seconds=30), most=timedelta(minutes=15)),
}


class TooManyTries(Refusal):
    """Too many tries failed; the next one must wait."""

    code, status = "sign-in.paused", 429
    words = _("Too many tries did not succeed. The next one is possible in %(seconds)s seconds.")
    next_step = _("Wait that long, then try once more with care.")


def claim(keys: Mapping[str, str], *, at: datetime) -> list[str]:
    """The try may go on and is counted as failed until `clear` says otherwise: the kinds whose pause it begins.

    Counting first is what keeps a hundred tries sent at once from all being the first. Refuses during a pause.
    """
    with transaction.atomic():
        rows = {kind: _row(kind, keys[kind], at) for kind in sorted(keys)}
        wait = max(_wait(kind, row, at) for kind, row in rows.items())
        for kind, row in rows.items() if not wait else ():
            row.count = 1 if at - row.last_at > FORGOTTEN_AFTER else row.count + 1
            row.last_at, row.free_at = at, at + RESTS[kind].after(row.count)
            row.save()
    if wait:
        raise TooManyTries(seconds=wait)
    return [kind for kind, row in rows.items() if row.free_at > at]


def clear(keys: Mapping[str, str]) -> None:
    """The try succeeded: nothing is held against these keys any more."""
    Attempts.objects.filter(key__in=[_hash(kind, name) for kind, name in keys.items()]).delete()


def forget(at: datetime) -> int:
    """Tries of days ago are forgotten. How many keys there were."""
    return Attempts.objects.filter(last_at__lt=at - 2 * FORGOTTEN_AFTER).delete()[0]


def _hash(kind: str, name: str) -> str:
    return salted_hmac("linli.access.pausing", f"{kind}|{name}", algorithm="sha256").hexdigest()


def _row(kind: str, name: str, at: datetime) -> Attempts:
    made, _new = Attempts.objects.get_or_create(key=_hash(kind, name), defaults={"last_at": at, "free_at": at})
    return Attempts.objects.select_for_update().get(pk=made.pk)


def _wait(kind: str, row: Attempts, at: datetime) -> int:
    """Seconds still to wait. A clock that was set back begins the pause anew: it ends neither early nor never."""
    if row.last_at > at:
        row.last_at, row.free_at = at, at + RESTS[kind].after(row.count)
        Attempts.objects.filter(pk=row.pk).update(last_at=row.last_at, free_at=row.free_at)
    left = (row.free_at - at).total_seconds()
    return max(0, -int(-left // 1))


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the address, of version 6 the network of a household or an office.

    Behind a proxy of ours it is what that proxy wrote last; what a browser wrote before it is not believed.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY and (told := request.headers.get("X-Forwarded-For", "")):
        given = told.rsplit(",", 1)[-1].strip()
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def keys_for(request: HttpRequest, subject: str, *, place: str = "place", account: str = "account") -> dict[str, str]:
    """Under which keys a try for this account (or this unknown name) is counted."""
    known = known_browser(request)
    if subject in known.get("accounts", ()):
        return {place: f"{subject}|{known['browser']}"}
    return {place: f"{subject}|{address_of(request)}", account: subject}


def known_browser(request: HttpRequest) -> dict[str, Any]:
    """What the browser's cookie says: its own mark, and the accounts that signed in with it. Empty when forged."""
    try:
        told = signing.loads(request.COOKIES.get(KNOWN, ""), salt=KNOWN, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return {}
    return told if isinstance(told, dict) else {}


def remember_browser(request: HttpRequest, answer: HttpResponse, subject: str) -> None:
    """The browser is known from now on as one this account signs in with."""
    known = known_browser(request)
    others = [each for each in known.get("accounts", []) if each != subject]
    told = {"browser": known.get("browser") or secrets.token_urlsafe(16), "accounts": [*others, subject][-KNOWN_MOST:]}
    answer.set_cookie(
        KNOWN,
        signing.dumps(told, salt=KNOWN),
        max_age=KNOWN_FOR,
        path="/sign-in",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
