"""The duty roster (值班): who watches when, around the clock, and what one watch hands to the next."""

from datetime import datetime
from typing import Any

from django.db import transaction

from linli.areas import editions
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import NotPermitted, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from .actors import must_act_oneself
from .models import Post, Watch


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


@transaction.atomic
def put_on(post: Post, *, begins_at: datetime, ends_at: datetime, by: Hand, at: datetime) -> Watch:
    """The post watches over its area from one moment to the other. Refuses a time that is taken."""
    editions.hold()
    post = Post.objects.get(pk=post.pk)
    by.must(Permission.ROSTER_KEEP, within=post.area_code)
    taken = Watch.objects.filter(area_code=post.area_code, begins_at__lt=ends_at, ends_at__gt=begins_at).first()
    if taken:
        raise WatchTaken(begins=taken.begins_at, ends=taken.ends_at)
    watch = Watch.objects.create(area_code=post.area_code, post=post, begins_at=begins_at, ends_at=ends_at)
    facts: dict[str, Any] = {"begins": begins_at.isoformat(), "ends": ends_at.isoformat()}
    writing.write("watch.put-on", thing=post.ref, by=by, at=at, area=post.area_code, **facts)
    return watch


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
