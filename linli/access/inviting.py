"""Invitations: a post is offered by a code (shown as QR), and whoever holds the code opens their account with it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import clock, writing

from . import appointing, opening
from .actors import acting_as
from .appointing import Appointment, give
from .models import Account, Invitation, Post
from .reach import Reach

STANDS_FOR = timedelta(days=7)


class InvitationGone(Refusal):
    """The code was used, has run out, was taken back, or never was; which of them is not said."""

    code, status = "invitation.gone", 410
    words = _("This invitation no longer opens anything.")
    next_step = _("Ask whoever invited you for a new one.")


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


@transaction.atomic
def invite(name: str, asked: Appointment, *, by: Hand, at: datetime) -> tuple[Invitation, str]:
    """The post stands offered to someone of this name, and the code that takes it up; the code is kept nowhere."""
    post = give(None, asked, by=by, at=at)
    code = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        post=post, name=name, code_hash=_hash(code), invited_by=by.ref, expires_at=at + STANDS_FOR
    )
    writing.write("post.offered", thing=post.ref, by=by, at=at, area=post.area_code)
    return invitation, code


def offered(code: str, *, at: datetime) -> Invitation:
    """The invitation this code opens; refuses one that is used, run out or unknown in the same words."""
    clock.must_go_on(at)
    found = Invitation.objects.select_related("post").filter(code_hash=_hash(code)).first()
    if found is None or found.accepted_at or found.expires_at <= at:
        raise InvitationGone()
    if found.post.until and found.post.until <= localdate(at):
        raise InvitationGone()
    return found


@transaction.atomic
def accept(code: str, *, sign_in_name: str, password: str, at: datetime) -> Account:
    """The account stands and holds the post; the invitation opens nothing any more."""
    invitation = offered(code, at=at)
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=at):
        raise InvitationGone()
    account = opening.begun(sign_in_name=sign_in_name, name=invitation.name, password=password, at=at)
    post = invitation.post
    post.account = account
    post.save(update_fields=["account"])
    writing.write("post.accepted", thing=post.ref, by=acting_as(account, post), at=at, area=post.area_code)
    return account


@transaction.atomic
def renew(post: Post, *, by: Hand, at: datetime) -> tuple[Invitation, str]:
    """The offer stands anew for its time, by a new code; the one given before opens nothing. Refuses one taken up."""
    appointing.must_not_exceed(appointing.known_role(post.role), Reach(post.reach), post.places, by=by)
    invitation = Invitation.objects.select_for_update().filter(post=post, accepted_at=None).first()
    if invitation is None or (post.until and post.until <= localdate(at)):
        raise InvitationGone()
    code = secrets.token_urlsafe(24)
    invitation.code_hash, invitation.expires_at, invitation.invited_by = _hash(code), at + STANDS_FOR, by.ref
    invitation.save(update_fields=["code_hash", "expires_at", "invited_by"])
    writing.write("post.offered", thing=post.ref, by=by, at=at, area=post.area_code)
    return invitation, code


@transaction.atomic
def take_back(post: Post, *, by: Hand, at: datetime) -> None:
    """The offer stands no longer; the code opens nothing."""
    appointing.must_manage(post, by=by)
    if not Invitation.objects.filter(post=post, accepted_at=None).update(expires_at=at):
        raise InvitationGone()
    post.until = post.since
    post.save(update_fields=["until"])
    writing.write("post.offer-taken-back", thing=post.ref, by=by, at=at, area=post.area_code)
