"""The second factor: codes of an app (TOTP), recovery codes, passkeys; who must have one; and the supervised reset.

allauth keeps the keys and does the sums. That a code is taken once is kept here, in the database: allauth remembers
it in a cache, which is each process's own and shorter than a code is good for.
"""

import hmac
import json
from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import generate_totp_secret as new_secret
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate, make_aware

from linli.ground.hands import Hand
from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import sessions, supervising
from .factor_rules import Rule, asking
from .models import Account, Post

Type = Authenticator.Type
PERIOD, DRIFT = 30, 1
SECOND = (Type.TOTP, Type.WEBAUTHN)
PASSKEYS_MOST = 8

__all__ = ["new_secret"]


class WrongCode(Refusal):
    """The code is not the one of this moment, or was used already; which of them is not said."""

    code, status = "second-factor.wrong", 400
    words = _("This code is not right, or was used already.")
    next_step = _("Wait for the next code of your app, or use a recovery code you have not used.")


class PasskeyRefused(Refusal):
    """What the browser answered does not prove a passkey."""

    code, status = "second-factor.passkey-refused", 400
    words = _("The passkey was not accepted.")
    next_step = _("Try once more, or use the code of your app.")


class FactorRequired(Refusal):
    """A post of the account may not go without a second factor."""

    code, status = "second-factor.required", 403
    words = _("Your post asks for a second factor to sign in with.")
    next_step = _("Set one up on the page of your second factor.")


class NotOneselfs(Refusal):
    """A reset is asked for by the one it is for."""

    code, status = "second-factor.not-oneselfs", 403
    words = _("Nobody resets their own second factor.")
    next_step = _("Use a recovery code, or ask another administrator.")


class ReasonNeeded(Refusal):
    """A supervised act says why."""

    code, status = "second-factor.reason-needed", 400
    words = _("A reset is written down with its reason.")
    next_step = _("Say in a sentence how you made sure who is asking.")


def has(account: Account) -> bool:
    """Whether signing in asks for more than the password."""
    return Authenticator.objects.filter(user=account, type__in=SECOND).exists()


def of(account: Account) -> dict[str, Any]:
    """What the account has: its app, its passkeys, and how many recovery codes are left."""
    rows = list(Authenticator.objects.filter(user=account).order_by("id"))
    codes = next((row for row in rows if row.type == Type.RECOVERY_CODES), None)
    return {
        "app": next((row for row in rows if row.type == Type.TOTP), None),
        "passkeys": [(row.pk, row.wrap().name, row.created_at) for row in rows if row.type == Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
    }


def must_have(account: Account, *, at: datetime) -> bool:
    """Whether a rule asks a post the account holds for a second factor."""
    return bool(_asking(account, at))


def due_at(account: Account, *, at: datetime) -> datetime | None:
    """Until when the account may go without; nothing when it need not have one, or has it.

    The grace begins with the account, the post or the rule, whichever came last; of several posts the first ends it.
    """
    if has(account):
        return None
    ends = [
        max(account.opened_at, _begins(post.since), _begins(rule.since)) + timedelta(days=rule.grace_days)
        for post, rule in _asking(account, at)
    ]
    return min(ends, default=None)


def _asking(account: Account, at: datetime) -> list[tuple[Post, Rule]]:
    posts = account.posts.held_on(localdate(at)).prefetch_related("further")
    return asking(posts, today=localdate(at))


def _begins(day: date) -> datetime:
    """The first moment of a day here; days before there were any accounts are all alike."""
    return make_aware(datetime.combine(max(day, date(1970, 1, 2)), time.min))


# -- at the door ------------------------------------------------------------------------------------


@transaction.atomic
def accept(account: Account, code: str, *, at: datetime) -> str:
    """Which kind of code this is, and it is spent. Refuses a wrong one and one that was used."""
    digits = "".join(code.split()).replace("-", "")
    kind = Type.TOTP if len(digits) == 6 else Type.RECOVERY_CODES
    row = Authenticator.objects.select_for_update().filter(user=account, type=kind).first()
    if row is None or not (_spend_step(row, digits, at) if kind == Type.TOTP else row.wrap().validate_code(digits)):
        raise WrongCode()
    if kind == Type.RECOVERY_CODES:
        row.refresh_from_db()
    row.last_used_at = at
    row.save()
    return str(kind)


def _spend_step(row: Authenticator, code: str, at: datetime) -> bool:
    """Whether the code is of a step later than the last one taken; that step is then the last."""
    step = step_of(decrypt(row.data["secret"]), code, at=at, after=row.data.get("step", -1))
    if step is None:
        return False
    row.data["step"] = step
    return True


def step_of(secret: str, code: str, *, at: datetime, after: int = -1) -> int | None:
    """The half-minute this code belongs to: now, or one before or after, since clocks of phones drift.

    Steps up to `after` count no more; so a code is good once, and an older one never again.
    """
    now = int(at.timestamp()) // PERIOD
    for step in range(now - DRIFT, now + DRIFT + 1):
        right = format_hotp_value(hotp_value(secret, step))
        if hmac.compare_digest(right.encode(), code.encode()) and step > after:
            return step
    return None


# -- having one -------------------------------------------------------------------------------------


def address_for_app(account: Account, secret: str) -> str:
    """What the QR code says to the app."""
    return str(get_adapter().build_totp_url(account, secret))


@transaction.atomic
def set_up_app(account: Account, *, secret: str, code: str, by: Hand, at: datetime) -> list[str]:
    """Signing in asks for a code of the app from now on; the recovery codes, to be shown this once.

    The code that proves the app is spent by it. An app set up before is replaced. Refuses a wrong code.
    """
    step = step_of(secret, "".join(code.split()), at=at)
    if step is None:
        raise WrongCode()
    Authenticator.objects.filter(user=account, type=Type.TOTP).delete()
    row = TOTP.activate(account, secret).instance
    row.data["step"] = step
    row.save()
    writing.write("second-factor.set-up", thing=account.ref, by=by, at=at, kind=str(Type.TOTP))
    return _fresh_codes(account)


@transaction.atomic
def new_codes(account: Account, *, by: Hand, at: datetime) -> list[str]:
    """Ten fresh recovery codes, to be shown this once; those of before open nothing."""
    if not has(account):
        raise FactorRequired()
    writing.write("second-factor.codes-renewed", thing=account.ref, by=by, at=at)
    return _fresh_codes(account)


def _fresh_codes(account: Account) -> list[str]:
    Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(account).generate_codes()
    return codes


@transaction.atomic
def remove(account: Account, *, number: int, by: Hand, at: datetime) -> None:
    """The account is without this app or passkey. Refuses to take the last where a post asks for one."""
    row = Authenticator.objects.filter(user=account, pk=number, type__in=SECOND).first()
    if row is None:
        raise NotFound(what=str(number))
    kind = row.type
    row.delete()
    if not has(account):
        if must_have(account, at=at):
            raise FactorRequired()
        Authenticator.objects.filter(user=account).delete()
    writing.write("second-factor.removed", thing=account.ref, by=by, at=at, kind=str(kind))


@transaction.atomic
def reset(account: Account, *, reason: str, by: Hand, at: datetime) -> None:
    """The account signs in by password alone again, and is signed out everywhere. Journalled with the reason.

    Refuses one's own, a reset without a reason, and an account one of whose posts lies beyond the asker's.
    """
    supervising.must_be_within(account, by=by, at=at)
    if by.ref == account.ref:
        raise NotOneselfs()
    if len(reason.strip()) < 4:
        raise ReasonNeeded()
    Authenticator.objects.filter(user=account).delete()
    sessions.end_all(account)
    writing.write("second-factor.reset", thing=account.ref, by=by, at=at, reason=reason.strip()[:200])


# -- passkeys, where pages come over HTTPS -----------------------------------------------------------


def begin_passkey(account: Account) -> str:
    """What the browser needs to make a passkey, as JSON; the challenge is kept in the session."""
    return json.dumps(webauthn.begin_registration(account, passwordless=False))


@transaction.atomic
def add_passkey(account: Account, *, name: str, answer: str, by: Hand, at: datetime) -> list[str]:
    """Signing in may be completed with this passkey; recovery codes where there were none yet, to be shown once."""
    if Authenticator.objects.filter(user=account, type=Type.WEBAUTHN).count() >= PASSKEYS_MOST:
        raise PasskeyRefused()
    credential = _read(answer)
    try:
        webauthn.complete_registration(webauthn.parse_registration_response(credential))
    except (ValidationError, ValueError, KeyError, TypeError) as wrong:
        raise PasskeyRefused() from wrong
    webauthn.WebAuthn.add(account, name, credential)
    writing.write("second-factor.set-up", thing=account.ref, by=by, at=at, kind=str(Type.WEBAUTHN))
    had = Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES).exists()
    return [] if had else _fresh_codes(account)


def ask_passkey(account: Account) -> str:
    """What the browser needs to prove a passkey, as JSON; nothing when the account has none."""
    if not settings.HTTPS or not Authenticator.objects.filter(user=account, type=Type.WEBAUTHN).exists():
        return ""
    return json.dumps(webauthn.begin_authentication(account))


def accept_passkey(account: Account, answer: str, *, at: datetime) -> str:
    """The passkey is proven. Refuses any other, and an answer to a challenge of before."""
    try:
        row = webauthn.complete_authentication(account, webauthn.parse_authentication_response(_read(answer)))
    except (ValidationError, ValueError, KeyError, TypeError) as wrong:
        raise PasskeyRefused() from wrong
    row.last_used_at = at
    row.save(update_fields=["last_used_at"])
    return str(Type.WEBAUTHN)


def _read(answer: str) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError as wrong:
        raise PasskeyRefused() from wrong
    if not isinstance(told, dict):
        raise PasskeyRefused()
    return told
