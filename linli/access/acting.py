"""Acting as one of one's posts, and looking on as another's."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, OutsideScope, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import clock, writing

from . import owing
from .actors import Actor, acting_as, looking_on_as
from .models import Account, Post
from .reach import Reach

CHOSEN = "post"
LOOKED_ON = "looks-on-as"


class PostOver(Refusal):
    """What was sent was filled in as a post that is over by now; it is not done as another one instead."""

    code, status = "post.over", 409
    words = _("The post you acted or looked on as has ended meanwhile, so this was not done.")
    next_step = _("Look at the head of the page to see as which post you act now, then send it again.")


def choose(session: Any, account: Account, post_ref: str, *, at: datetime) -> Post:
    """The browser acts as this post of the account from now on. Another's post, or one not in force, is not found."""
    post = account.posts.held_on(localdate(at)).filter(ref=post_ref).first()
    if post is None:
        raise NotFound(what=post_ref)
    session[CHOSEN] = post.ref
    return post


@transaction.atomic
def look_on(session: Any, post: Post, *, reason: str, by: Actor, at: datetime) -> None:
    """The browser sees what the post sees and can change nothing, until it ends. Journalled with the reason."""
    _must_see_as_far(by, post)
    session[LOOKED_ON] = post.ref
    writing.write("view-as.begun", thing=post.ref, by=by, at=at, area=post.area_code, reason=reason)


def _must_see_as_far(by: Actor, post: Post) -> None:
    """Refuses to look further than one's own post reaches: into another of its areas, or deeper."""
    for area in post.places:
        by.must(Permission.VIEW_AS, within=area)
    if Reach(post.reach).width > by.reach.width:
        raise OutsideScope(what=post.ref)


def _sees_as_far(by: Actor, post: Post) -> bool:
    try:
        _must_see_as_far(by, post)
    except Refusal:
        return False
    return True


@transaction.atomic
def stop_looking_on(session: Any, *, by: Actor, at: datetime) -> None:
    """The browser is the account's own again."""
    post_ref = session.pop(LOOKED_ON, "")
    if post_ref:
        writing.write("view-as.ended", thing=post_ref, by=by, at=at, area=by.area_code)


def begin(session: Any, account: Account, *, at: datetime) -> None:
    """The browser acts as the first of the account's posts, and keeps which that is."""
    first = account.posts.held_on(localdate(at)).order_by("id").first()
    if first:
        session[CHOSEN] = first.ref


def actor_of(session: Any, account: Account, *, at: datetime, sends: bool = False) -> Actor:
    """Who the browser speaks for at this moment: the account's chosen post, or the one it looks on as.

    Looking on ends by itself when either post does, or when the looker's no longer allows it. Refuses a clock that was
    set back: what ended would be in force again. What is sent as a post that is over is refused, once, and not done as
    another of the account's posts.
    """
    today = localdate(at)
    held = list(account.posts.held_on(today).annotate(**clock.newest(), **owing.newest()).order_by("id"))
    if held:
        clock.must_not_be_behind(at, *clock.newest_of(held[0]))
    owing.keep(session, account, held, at=at)
    own = next((post for post in held if post.ref == session.get(CHOSEN)), held[0] if held else None)
    if own is not None and session.get(CHOSEN, own.ref) != own.ref:
        session[CHOSEN] = own.ref
        if sends:
            raise PostOver()
    if own is None or not account.is_active:
        return Actor(account.ref, account.name, "", "", "", frozenset())
    others = tuple((post.ref, post.role, post.area_code, post.stands_in_for_id) for post in held if post is not own)
    me = replace(acting_as(account, own), others=others)
    looked = (
        Post.objects.held_on(today).filter(ref=session.get(LOOKED_ON, "")).first() if LOOKED_ON in session else None
    )
    if looked is None or not _sees_as_far(me, looked):
        if session.pop(LOOKED_ON, "") and sends:
            raise PostOver()
        return me
    return looking_on_as(me, looked)
