"""Leave: someone is away for a time, another stands in for their post."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.areas import editions
from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import appointing
from .models import Account, Leave, Post, PostArea
from .reach import Reach


class StandInRing(Refusal):
    """A substitute cannot be substituted: whoever stands in is there themselves."""

    code = "leave.ring"
    words = _("%(name)s cannot stand in: they are away themselves then, or this post is itself a stand-in.")
    next_step = _("Name someone who is there for the whole time.")


class AlreadyAway(Refusal):
    """Another leave of this post falls into the time."""

    code = "leave.overlaps"
    words = _("This post already has a leave from %(since)s to %(until)s.")
    next_step = _("Call that one off, or choose other days.")


class NotThatLong(Refusal):
    """The leave ends before it begins, or outlasts the post."""

    code, status = "leave.days", 400
    words = _("A leave ends after it begins, and within the time the post is held.")
    next_step = _("Correct the days.")


@transaction.atomic
def take_leave(post: Post, *, stand_in: Account, since: date, until: date, by: Hand, at: datetime) -> Leave:
    """From `since` to the day before `until` the substitute holds a post with the same role and reach, and no longer.

    The holder may do it for themselves, else whoever manages accounts over the area. Refuses a ring of
    substitutes, an overlap with another leave, and days that do not fit.
    """
    editions.hold()
    post = Post.objects.get(pk=post.pk)
    if post.account is None or by.ref != post.account.ref:
        appointing.must_not_exceed(appointing.known_role(post.role), Reach(post.reach), post.places, by=by)
    _fits(post, since, until)
    _is_there(post, stand_in, since, until)
    held = _held(post, stand_in, since, until)
    leave = Leave.objects.create(post=post, stand_in=held, since=since, until=until)
    facts: dict[str, Any] = {"stand_in": held.ref, "account": stand_in.ref, "since": str(since), "until": str(until)}
    writing.write("leave.taken", thing=post.ref, by=by, at=at, area=post.area_code, **facts)
    return leave


def _held(post: Post, stand_in: Account, since: date, until: date) -> Post:
    """The substitute's post: like the one stood in for, for just that time."""
    held = Post.objects.create(
        account=stand_in,
        role=post.role,
        area_code=post.area_code,
        reach=post.reach,
        bureau=post.bureau,
        board=post.board,
        holder=post.holder,
        title=post.title,
        stands_in_for=post,
        since=since,
        until=until,
    )
    PostArea.objects.bulk_create([PostArea(post=held, area_code=code) for code in post.codes[1:]])
    return held


def _fits(post: Post, since: date, until: date) -> None:
    if not since < until or since < post.since or (post.until and until > post.until):
        raise NotThatLong()
    overlap = post.leaves.filter(called_off_at=None, since__lt=until, until__gt=since).first()
    if overlap:
        raise AlreadyAway(since=overlap.since, until=overlap.until)


def _is_there(post: Post, stand_in: Account, since: date, until: date) -> None:
    away = Leave.objects.filter(Q(post__account=stand_in), called_off_at=None, since__lt=until, until__gt=since)
    if post.stands_in_for_id or stand_in == post.account or not stand_in.is_active or away.exists():
        raise StandInRing(name=stand_in.name)
    # Whoever already stands in for another may be asked again, but not when the one they replace is this substitute.
    busy = Post.objects.filter(account=post.account, stands_in_for__account=stand_in, since__lt=until, until__gt=since)
    if busy.exists():
        raise StandInRing(name=stand_in.name)


@transaction.atomic
def come_back(leave: Leave, *, on: date, by: Hand, at: datetime) -> Leave:
    """The leave ends on that day; the substitute holds the post no longer."""
    if leave.post.account is None or by.ref != leave.post.account.ref:
        appointing.must_manage(leave.post, by=by)
    stand_in = leave.stand_in
    stand_in.until = max(on, stand_in.since)
    stand_in.save(update_fields=["until"])
    leave.called_off_at = at
    leave.save(update_fields=["called_off_at"])
    writing.write("leave.ended", thing=leave.post.ref, by=by, at=at, area=leave.post.area_code, on=str(on))
    return leave


# -- when the substitute leaves for good ---------------------------------------------------------------


def _stood_in_by(posts: Sequence[Post], at: datetime) -> Any:
    return Leave.objects.filter(stand_in__in=posts, stand_in__until__gt=localdate(at), called_off_at=None)


def open_with(posts: Sequence[Post], at: datetime) -> int:
    """How many posts these stand in for, now or later."""
    return int(_stood_in_by(posts, at).count())


def pass_on(posts: Sequence[Post], successor: Account, by: Hand, at: datetime) -> int:
    """The successor stands in wherever the posts would have. Refuses one who is away then, or is the one away."""
    leaves = list(_stood_in_by(posts, at).select_related("post__account", "stand_in"))
    for leave in leaves:
        post, old = leave.post, leave.stand_in
        since = max(localdate(at), old.since)
        appointing.must_not_exceed(appointing.known_role(post.role), Reach(post.reach), post.places, by=by)
        _is_there(post, successor, since, leave.until)
        leave.stand_in = _held(post, successor, since, leave.until)
        leave.save(update_fields=["stand_in"])
        old.until = since
        old.save(update_fields=["until"])
        facts: dict[str, Any] = {"stand_in": leave.stand_in.ref, "since": str(since), "until": str(leave.until)}
        writing.write(
            "leave.passed-on", thing=post.ref, by=by, at=at, area=post.area_code, account=successor.ref, **facts
        )
    return len(leaves)
