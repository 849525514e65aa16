"""What a post has in hand goes to a successor when it ends or its holder leaves, in that one act."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from linli.access.departing import Obligations, owes
from linli.access.models import Account, Post
from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import holding, lifecycle, stages
from .holding import Target
from .lifecycle import Why
from .models import Assignment, Case, Part
from .stages import Stage


class CannotTakeOver(Refusal):
    """The successor holds no post that could have a case in hand."""

    code = "case.cannot-take-over"
    words = _("%(name)s holds no post that could handle the case %(ref)s, and cannot take it over.")
    next_step = _("Give them a post there first, name someone else, or give the case to someone else.")


def in_hand(posts: Sequence[Post]) -> Any:
    """The parts these posts have in cases that are not over."""
    unended = sorted({*stages.OPEN, Stage.MERGED})  # what was merged may be parted again, and is in their hand then
    return Assignment.objects.filter(post__in=posts, ended_at=None, case__stage__in=unended)


def open_with(posts: Sequence[Post], at: datetime) -> int:
    """How many cases these posts have a part in."""
    return int(in_hand(posts).values("case").distinct().count())


def pass_on(posts: Sequence[Post], successor: Account, by: Hand, at: datetime) -> int:
    """The successor has what the posts had in hand, at the stage and by the clock it was. Refuses one who holds no post
    that could."""
    keys = list(in_hand(posts).values_list("case", flat=True).distinct())
    cases = list(Case.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    ending = {post.pk for post in posts}
    taking = [post for post in successor.posts.held_on(localdate(at)).order_by("-id") if post.pk not in ending]
    for case in cases:
        fitting = [post for post in taking if holding.may_hold(post, case, localdate(at))]
        if not fitting:
            raise CannotTakeOver(name=successor.name, ref=case.ref)
        # The one that stands nearest; a post held oneself before one stood in for, which ends of itself.
        nearest = max(fitting, key=lambda post: (post.stands_in_for_id is None, len(post.area_code)))
        _pass_on(case, posts, nearest, by, at)
    return len(cases)


def _pass_on(case: Case, posts: Sequence[Post], to: Post, by: Hand, at: datetime) -> None:
    """What one post had of a case the other has; whoever had a part in it already keeps the greater one."""
    parts = list(in_hand(posts).filter(case=case).values_list("part", flat=True))
    in_hand([*posts, to]).filter(case=case).exclude(post=to, part=Part.LEAD).update(ended_at=at)
    held = in_hand([to]).filter(case=case).exists()
    part = Part.LEAD if Part.LEAD in parts else Part(parts[0])
    if not held:
        holding.give(case, Target(post=to), part, by=by, at=at)
    case.steps_made += 1
    case.save(update_fields=["steps_made"])
    said = {"to": to.ref, "part": part}
    lifecycle.write(case, lifecycle.PASSED_ON, case.stage, Why(said=said), by=by, at=at)


owes(Obligations("cases", open_with, pass_on, _("cases in hand")))
