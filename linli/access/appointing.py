"""Posts are given, changed and ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.areas import codes, editions
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import boards
from .actors import Actor
from .models import Account, Bureau, Post, PostArea, TeamShape, places
from .reach import Reach
from .roles import ROLES, Role


class NoSuchRole(Refusal):
    """No role bears this slug."""

    code, status = "post.no-such-role", 400
    words = _("There is no role called %(role)s.")
    next_step = _("Choose one of: %(roles)s.")


class NoSuchBoard(Refusal):
    """No board bears this slug."""

    code, status = "post.no-such-board", 400
    words = _("There is no board called %(board)s.")
    next_step = _("Choose one of: %(boards)s.")


class BoardOfOtherLevel(Refusal):
    """The board belongs to another level than the post's area: a township has four, a district eight."""

    code, status = "post.board-of-other-level", 400
    words = _("The board %(board)s is not one of the level of this area.")
    next_step = _("Choose one of: %(boards)s.")


class NoSuchPlace(Refusal):
    """The shape of the team has no such place."""

    code, status = "post.no-such-place", 400
    words = _("A team of the shape %(shape)s has no place called %(place)s.")
    next_step = _("Choose a place of that shape, or change the shape first.")


class AboveOneself(Refusal):
    """The post would carry a permission that the giver's own does not."""

    code, status = "post.above-oneself", 403
    words = _("You cannot give a post that may more than your own: %(permission)s.")
    next_step = _("Ask someone whose post carries it.")


class WiderThanOneself(Refusal):
    """The post would reach further from its area than the giver's own."""

    code, status = "post.wider-than-oneself", 403
    words = _("You cannot give a post that reaches further than your own: %(reach)s.")
    next_step = _("Ask someone whose post reaches that far.")


class LastAdministrator(Refusal):
    """Nobody would be left who can give posts where this post does."""

    code = "post.last-administrator"
    words = _("Nobody else could open accounts and give posts where this post does.")
    next_step = _("Give another account such a post first.")


@dataclass(frozen=True)
class Appointment:
    """A post as it is asked for. An empty area is everywhere; `also` are further areas of a post over chosen ones.

    Without a reach it is the one usual for the role.
    """

    role: str
    area: str = ""
    also: tuple[str, ...] = ()
    reach: Reach | None = None
    board: str = ""
    holder: str = ""
    title: str = ""
    bureau: Bureau | None = None
    team: TeamShape | None = None
    place: str = ""
    since: date | None = None
    until: date | None = None


@transaction.atomic
def give(account: Account | None, asked: Appointment, *, by: Hand, at: datetime) -> Post:
    """The account holds the post from its first day on; without an account the post stands offered.

    Refuses a giver whose own post does not cover every area of it, does not reach as far, or does not carry all
    that it may; and areas that stand no longer.
    """
    editions.hold(asked.area, *asked.also)
    role = known_role(asked.role)
    reach = asked.reach or role.reach
    reach = Reach.CHOSEN if asked.also and reach is not Reach.ALL else reach
    must_not_exceed(role, reach, places(reach, (asked.area, *asked.also)), by=by)
    _board_fits(asked)
    _place_fits(asked)
    post = Post.objects.create(
        account=account,
        role=role.slug,
        area_code=asked.area,
        reach=reach,
        board=asked.board,
        holder=asked.holder,
        title=asked.title,
        bureau=asked.bureau,
        team=asked.team,
        place=asked.place,
        since=asked.since or localdate(at),
        until=asked.until,
    )
    PostArea.objects.bulk_create([PostArea(post=post, area_code=area) for area in asked.also])
    holder = account.ref if account else ""
    writing.write("post.given", thing=post.ref, by=by, at=at, area=asked.area, account=holder, role=role.slug)
    return post


def _board_fits(asked: Appointment) -> None:
    """Refuses a board nobody declared, and one of another level than the post's area."""
    if not asked.board:
        return
    board = boards.boards().get(asked.board)
    if board is None:
        raise NoSuchBoard(board=asked.board, boards=", ".join(boards.boards()))
    fitting = boards.for_area(asked.area)
    if board not in fitting:
        raise BoardOfOtherLevel(board=board.name, boards="、".join(each.name for each in fitting))


def _place_fits(asked: Appointment) -> None:
    """Refuses a place that the shape of the team does not have."""
    if asked.place and not (asked.team and asked.team.places.filter(slug=asked.place).exists()):
        raise NoSuchPlace(shape=asked.team.name if asked.team else "–", place=asked.place)


def must_not_exceed(role: Role, reach: Reach, over: Iterable[str], *, by: Hand) -> None:
    """Refuses whoever does not cover every one of the areas, reach as far, and carry over them all that the role may.

    Whoever gives a post, to a substitute too, gives nothing they do not have.
    """
    for area in over:
        by.must(Permission.ACCOUNT_MANAGE, within=area)
        _not_above(role, by, area)
    if isinstance(by, Actor) and reach.width > by.reach.width:
        raise WiderThanOneself(reach=reach.label)


def _not_above(role: Role, by: Hand, area: str) -> None:
    """Refuses unless the giver carries, over the area, all that the role may."""
    for permission in sorted(role.may):
        if not by.may(permission, within=area):
            raise AboveOneself(permission=permission.label)


def may_be_named(account: Account, *, by: Hand, today: date) -> bool:
    """Whether an account may be given a further post by its name: it works within one's own, or nowhere at present."""
    posts = list(account.posts.held_on(today))
    return not posts or any(by.may(Permission.ACCOUNT_MANAGE, within=post.area_code) for post in posts)


def must_manage(post: Post, *, by: Hand) -> None:
    """Refuses whoever does not give and end posts over every area this one reaches from."""
    for area in post.places:
        by.must(Permission.ACCOUNT_MANAGE, within=area)


@transaction.atomic
def end(post: Post, *, on: date, by: Hand, at: datetime) -> Post:
    """The post is held no longer from that day on, nor by whoever stands in for it.

    Refuses to end the last one that can give posts where it does.
    """
    must_not_be_last(post, today=on)
    post = Post.objects.select_for_update().get(pk=post.pk)
    must_manage(post, by=by)
    post.until = max(on, post.since)
    post.save(update_fields=["until"])
    for stand_in in post.stand_ins.filter(Q(until=None) | Q(until__gt=post.until)):
        stand_in.until = max(post.until, stand_in.since)
        stand_in.save(update_fields=["until"])
    writing.write("post.ended", thing=post.ref, by=by, at=at, area=post.area_code, until=str(post.until))
    return post


def must_not_be_last(post: Post, *, today: date) -> None:
    """Refuses when nobody else could give posts where this one does, from that day on and without an end in sight.

    All such posts are locked first, so that of two administrators who end each other's only one is heard.
    """
    slugs = [role.slug for role in ROLES.values() if Permission.ACCOUNT_MANAGE in role.may]
    if post.role not in slugs or post.account_id is None or post.stands_in_for_id:
        return
    keys = list(Post.objects.select_for_update().filter(role__in=slugs).order_by("pk").values_list("pk", flat=True))
    others = Post.objects.held_on(today).filter(pk__in=keys, account__is_active=True, until=None, stands_in_for=None)
    wide = Q(reach=Reach.ALL) | Q(
        area_code__in=["", *codes.ancestors(post.area_code), post.area_code], reach__in=(Reach.BELOW, Reach.CHOSEN)
    )
    if not others.exclude(pk=post.pk).filter(wide).exists():
        raise LastAdministrator()


def known_role(slug: str) -> Role:
    """The role of this slug; refuses one nobody declared."""
    if slug not in ROLES:
        raise NoSuchRole(role=slug, roles=", ".join(sorted(ROLES)))
    return ROLES[slug]


def read_area(text: str) -> str:
    """An area code for a post; empty is everywhere."""
    return codes.read(text) if text.strip() else ""
