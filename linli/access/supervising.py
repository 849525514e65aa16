"""What an administrator does for someone else's account: a way back to a lost password, an end to open sign-ins.

Never for oneself, nor for someone above or outside one's own post. The person is told, and it is journalled.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import clock, writing

from . import appointing, opening, sessions
from .actors import actor_for
from .models import Account, PasswordReset
from .reach import Reach
from .roles import ROLES

STANDS_FOR = timedelta(hours=24)
REASON_LEAST, REASON_MOST = 4, 200


class NotForOneself(Refusal):
    """A supervised act is asked for by the one it is for."""

    code, status = "account.not-for-oneself", 403
    words = _("Nobody does this for their own account.")
    next_step = _("Change your password on the page of your account, or ask another administrator.")


class WhyNeeded(Refusal):
    """A supervised act says why."""

    code, status = "account.why-needed", 400
    words = _("A reset is written down with its reason.")
    next_step = _("Say in a sentence how you made sure who is asking.")


class ResetGone(Refusal):
    """The code was used, has run out, was replaced by a later one, or never was; which of them is not said."""

    code, status = "password-reset.gone", 410
    words = _("This link no longer sets a password.")
    next_step = _("Ask your administrator for a new one.")


def must_supervise(account: Account, *, by: Hand, at: datetime) -> None:
    """Refuses one's own account, and one beyond one's own post."""
    must_be_within(account, by=by, at=at)
    if by.ref == account.ref:
        raise NotForOneself()


def must_be_within(account: Account, *, by: Hand, at: datetime) -> None:
    """Refuses an account of whose posts any lies beyond one's own: outside it, wider, or may more.

    Someone who holds no post any more is looked at by the posts they held last; someone who never held one, by
    nobody but who administers everything.
    """
    today = localdate(at)
    posts = list(account.posts.filter(Q(until=None) | Q(until__gt=today)).prefetch_related("further"))
    for post in posts or account.posts.order_by("-until", "-id").prefetch_related("further")[:1]:
        if post.role in ROLES:
            appointing.must_not_exceed(ROLES[post.role], Reach(post.reach), post.places, by=by)
        else:
            appointing.must_manage(post, by=by)
    if not account.posts.exists():
        by.must(Permission.ACCOUNT_MANAGE, within="")


@transaction.atomic
def reset_password(account: Account, *, reason: str, by: Hand, at: datetime) -> str:
    """The password opens nothing any more, every browser is signed out, and the code lets its owner choose another.

    The code is kept nowhere, works once, for a day; one given before works no more. A second factor stays asked.
    """
    must_supervise(account, by=by, at=at)
    if len(reason.strip()) < REASON_LEAST:
        raise WhyNeeded()
    account = Account.objects.select_for_update().get(pk=account.pk)
    account.set_unusable_password()
    account.save(update_fields=["password"])
    ended = sessions.end_all(account)
    PasswordReset.objects.filter(account=account, used_at=None, expires_at__gt=at).update(expires_at=at)
    code = secrets.token_urlsafe(24)
    PasswordReset.objects.create(account=account, code_hash=_hash(code), asked_by=by.ref, expires_at=at + STANDS_FOR)
    told = reason.strip()[:REASON_MOST]
    writing.write("account.password-reset", thing=account.ref, by=by, at=at, reason=told, ended=ended)
    return code


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def asked(code: str, *, at: datetime) -> PasswordReset:
    """The reset this code belongs to; refuses one that is used, run out or unknown in the same words."""
    clock.must_go_on(at)
    found = PasswordReset.objects.select_related("account").filter(code_hash=_hash(code)).first()
    if found is None or found.used_at or found.expires_at <= at or not found.account.is_active:
        raise ResetGone()
    return found


@transaction.atomic
def choose_password(code: str, *, password: str, at: datetime) -> Account:
    """The account signs in with this password; the code opens nothing any more. Refuses a weak one."""
    found = asked(code, at=at)
    if not PasswordReset.objects.filter(pk=found.pk, used_at=None).update(used_at=at):
        raise ResetGone()
    account = Account.objects.select_for_update().get(pk=found.account_id)
    opening.set_strong_password(account, password)
    account.save(update_fields=["password"])
    by = actor_for(account, today=localdate(at))
    writing.write("account.password-chosen", thing=account.ref, by=by, at=at)
    return account


@transaction.atomic
def end_sign_ins(account: Account, *, by: Hand, at: datetime) -> int:
    """Every browser of the account is signed out at its next request. How many there were."""
    must_supervise(account, by=by, at=at)
    ended = sessions.end_all(account)
    writing.write("account.signed-out-everywhere", thing=account.ref, by=by, at=at, count=ended)
    return ended
