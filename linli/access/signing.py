"""Signing in and out, written down.

A sign-in is one or two steps. Who proved the first where a second is asked waits in the session, as nobody yet,
for ten minutes at most.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest  # noqa: TID251 - a sign-in is a fact about a request
from django.utils.crypto import constant_time_compare
from django.utils.timezone import localdate

from linli.ground.hands import Hand, Program
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import clock, writing

from . import acting, factors, owing, pausing, sessions
from .actors import actor_for
from .models import Account

WAITS = "waits-for-factor"
WAITS_FOR = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"
DOOR = Program("sign-in")


class WrongSignIn(Refusal):
    """No account has this name and password; which of the two was wrong is not said."""

    code, status = "sign-in.wrong", 400
    words = _("No account has this name and password.")
    next_step = _("Check both and try again.")


class BeginAgain(Refusal):
    """Nobody waits for a second factor in this browser, or has waited too long."""

    code, status = "sign-in.begin-again", 400
    words = _("This sign-in took too long or was begun elsewhere.")
    next_step = _("Begin again with your name and password.")


@dataclass(frozen=True)
class Waiting:
    """Someone who proved the first step."""

    account: Account
    onward: str
    how: str


def sign_in(request: HttpRequest, *, sign_in_name: str, password: str, onward: str, at: datetime) -> bool:
    """Whether the browser is signed in; if not, it waits for the second factor.

    Refuses a wrong name or password in the same words and at the same cost, and any try during a pause.
    """
    clock.must_go_on(at)
    named = Account.objects.filter(sign_in_name=sign_in_name).first()
    keys = pausing.keys_for(request, named.ref if named else f"?{sign_in_name.casefold()}")
    begun = pausing.claim(keys, at=at)
    account = authenticate(request, username=sign_in_name, password=password)
    if not isinstance(account, Account):
        refused(named, begun, how="password", at=at)
        raise WrongSignIn()
    pausing.clear(keys)
    return first_step_done(request, account, onward=onward, how="password", at=at)


@transaction.atomic
def refused(account: Account | None, begun: list[str], *, how: str, at: datetime) -> None:
    """A try that failed is written down: for whom, where there is such an account; what was typed, never."""
    thing = account.ref if account else ""
    writing.write("sign-in.refused", thing=thing, by=DOOR, at=at, how=how)
    if begun:  # for a stranger too: how long the answer takes must not tell which names there are
        writing.write("sign-in.paused", thing=thing, by=DOOR, at=at, how=how, kinds=" ".join(begun))


def first_step_done(request: HttpRequest, account: Account, *, onward: str, how: str, at: datetime) -> bool:
    """The account proved its first step: signed in where that is enough, else waiting. Whether it is signed in."""
    clock.must_go_on(at)
    if not factors.has(account):
        complete(request, account, how=how, at=at)
        return True
    if request.user.is_authenticated:
        logout(request)
    request.session.cycle_key()
    proof = account.get_session_auth_hash()
    told = {"account": account.pk, "since": at.timestamp(), "onward": onward, "how": how, "proof": proof}
    request.session[WAITS] = told
    return False


def waiting(session: Any, *, at: datetime) -> Waiting:
    """Who waits for their second factor in this browser. Refuses when nobody does, or for too long.

    A password that was changed or reset meanwhile makes the first step nothing.
    """
    clock.must_go_on(at)
    told = session.get(WAITS) or {}
    since = datetime.fromtimestamp(told.get("since", 0), UTC)
    account = Account.objects.filter(pk=told.get("account") or 0, is_active=True).first()
    if account is None or not timedelta(0) <= at - since <= WAITS_FOR or not _same_password(account, told):
        session.pop(WAITS, None)
        raise BeginAgain()
    return Waiting(account, told["onward"], told["how"])


def _same_password(account: Account, told: dict[str, Any]) -> bool:
    return constant_time_compare(told.get("proof", ""), account.get_session_auth_hash())


def second_step(request: HttpRequest, *, code: str = "", passkey: str = "", at: datetime) -> Waiting:
    """The browser is signed in. Refuses a wrong code, one used before, and any try during a pause."""
    who = waiting(request.session, at=at)
    keys = pausing.keys_for(request, who.account.ref, place="factor", account="factor-account")
    begun = pausing.claim(keys, at=at)
    try:
        kind = _proven(who.account, code, passkey, at)
    except (factors.WrongCode, factors.PasskeyRefused):
        refused(who.account, begun, how="second-factor", at=at)
        raise
    pausing.clear(keys)
    del request.session[WAITS]
    complete(request, who.account, how=f"{who.how} {kind}", at=at)
    return who


def _proven(account: Account, code: str, passkey: str, at: datetime) -> str:
    if passkey:
        return factors.accept_passkey(account, passkey, at=at)
    return factors.accept(account, code, at=at)


@transaction.atomic
def complete(request: HttpRequest, account: Account, *, how: str, at: datetime) -> None:
    """The browser is signed in under a new session key, which nobody knew before."""
    sessions.closed(request.session)
    login(request, account, backend=BACKEND)
    sessions.opened(request.session, account, agent=request.headers.get("User-Agent", ""), at=at)
    owing.begin(request.session, account, at=at)
    acting.begin(request.session, account, at=at)
    writing.write("account.signed-in", thing=account.ref, by=_hand(account, at), at=at, how=how)


def _hand(account: Account, at: datetime) -> Hand:
    return actor_for(account, today=localdate(at))


@transaction.atomic
def sign_out(request: HttpRequest, *, at: datetime) -> None:
    """Nobody is signed in in this browser."""
    if request.user.is_authenticated:
        account: Account = request.user
        writing.write("account.signed-out", thing=account.ref, by=_hand(account, at), at=at)
        sessions.closed(request.session)
    logout(request)
