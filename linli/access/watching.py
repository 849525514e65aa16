"""The duty roster (值班): who watches when, around the clock, and what one watch hands to the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.areas import editions
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import NotPermitted, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from .actors import must_act_oneself
from .models import Account, Post, Watch


class WatchTaken(Refusal):
    """Someone else already watches then."""

    code = "watch.taken"
    words = _("Someone already watches over this area from %(begins)s to %(ends)s.")
    next_step = _("Choose another time, or take that watch off the roster first.")


class NotTheirWatch(Refusal):
    """The hand-over is not between this watch and one who holds a post over the area."""

    code = "watch.not-theirs"
    words = _("A watch is handed over once, by the one who holds it, to a post over the same area.")
    next_step = _("Look at the roster, and ask the one who holds the watch.")


class WatchHours(Refusal):
    """The watch ends before it begins, or is longer than anyone stays awake."""

    code, status = "watch.hours", 400
    words = _("A watch ends after it begins, and lasts no longer than %(hours)s hours.")
    next_step = _("Correct the times; put a longer time on as several watches.")


class WatchBegun(Refusal):
    """The watch has begun: it is handed over, not taken off."""

    code = "watch.begun"
    words = _("This watch has begun.")
    next_step = _("Hand it over to someone else.")


class NoPostThere(Refusal):
    """The successor holds no post at the area to watch over it with."""

    code = "watch.no-post-there"
    words = _("%(name)s holds no post at %(area)s, and cannot take over its watches.")
    next_step = _("Give them a post there first, name someone else, or take those watches off the roster.")


LONGEST = timedelta(hours=72)


@transaction.atomic
def put_on(post: Post, *, begins_at: datetime, ends_at: datetime, by: Hand, at: datetime) -> Watch:
    """The post watches over its area from one moment to the other. Refuses a time that is taken."""
    editions.hold()
    post = Post.objects.get(pk=post.pk)
    by.must(Permission.ROSTER_KEEP, within=post.area_code)
    if not timedelta(0) < ends_at - begins_at <= LONGEST:
        raise WatchHours(hours=LONGEST // timedelta(hours=1))
    taken = Watch.objects.filter(area_code=post.area_code, begins_at__lt=ends_at, ends_at__gt=begins_at).first()
    if taken:
        raise WatchTaken(begins=taken.begins_at, ends=taken.ends_at)
    watch = Watch.objects.create(area_code=post.area_code, post=post, begins_at=begins_at, ends_at=ends_at)
    facts: dict[str, Any] = {"begins": begins_at.isoformat(), "ends": ends_at.isoformat()}
    writing.write("watch.put-on", thing=post.ref, by=by, at=at, area=post.area_code, **facts)
    return watch


@transaction.atomic
def take_off(watch: Watch, *, by: Hand, at: datetime) -> None:
    """The watch stands on the roster no longer. Refuses one that has begun."""
    by.must(Permission.ROSTER_KEEP, within=watch.area_code)
    if watch.begins_at <= at:
        raise WatchBegun()
    facts: dict[str, Any] = {"begins": watch.begins_at.isoformat(), "ends": watch.ends_at.isoformat()}
    writing.write("watch.taken-off", thing=watch.post.ref, by=by, at=at, area=watch.area_code, **facts)
    watch.delete()


@transaction.atomic
def hand_over(watch: Watch, *, to: Post, note: str, by: Hand, at: datetime) -> Watch:
    """The next one has the watch, and what there is to know stands written. Once only, by the one who holds it."""
    watch = Watch.objects.select_for_update().get(pk=watch.pk)
    must_act_oneself(by)
    if by.post != watch.post.ref and not by.may(Permission.ROSTER_KEEP, within=watch.area_code):
        raise NotPermitted(permission=Permission.ROSTER_KEEP.label)
    if watch.handed_over_at or to.area_code != watch.area_code or to.account is None:
        raise NotTheirWatch()
    watch.note, watch.handed_over_at, watch.handed_over_to = note, at, to
    watch.save(update_fields=["note", "handed_over_at", "handed_over_to"])
    writing.write("watch.handed-over", thing=watch.post.ref, by=by, at=at, area=watch.area_code, to=to.ref)
    return watch


def on_watch(area: str, *, at: datetime) -> Post | None:
    """Who watches over an area at a moment: the one on the roster, or the one it was handed to."""
    found = Watch.objects.select_related("post", "handed_over_to").filter(
        area_code=area, begins_at__lte=at, ends_at__gt=at
    )
    watch = found.first()
    if watch is None:
        return None
    return watch.handed_over_to or watch.post


# -- when someone leaves for good ----------------------------------------------------------------------


def _ahead_of(posts: Sequence[Post], at: datetime) -> Any:
    mine = Q(handed_over_to=None, post__in=posts) | Q(handed_over_to__in=posts)
    return Watch.objects.filter(mine, ends_at__gt=at)


def open_with(posts: Sequence[Post], at: datetime) -> int:
    """How many watches the posts have now or ahead."""
    return int(_ahead_of(posts, at).count())


def pass_on(posts: Sequence[Post], successor: Account, by: Hand, at: datetime) -> int:
    """The successor has the watches the posts would have had. Refuses one who holds no post at the area."""
    watches = list(_ahead_of(posts, at).select_related("handed_over_to"))
    taking = {post.area_code: post for post in successor.posts.held_on(localdate(at)).order_by("-id")}
    for watch in watches:
        if watch.area_code not in taking:
            raise NoPostThere(name=successor.name, area=watch.area_code)
        taker = taking[watch.area_code]
        if watch.begins_at <= at:
            watch.handed_over_at, watch.handed_over_to = at, taker
        else:
            watch.post = taker
        watch.save(update_fields=["post", "handed_over_at", "handed_over_to"])
        writing.write("watch.passed-on", thing=taker.ref, by=by, at=at, area=watch.area_code, to=taker.ref)
    return len(watches)
