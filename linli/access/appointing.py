"""Posts are given, changed and ended."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from linli.areas import codes
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import boards
from .models import Account, Bureau, Post, TeamShape
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


class AboveOneself(Refusal):
    """The post would carry a permission that the giver's own does not."""

    code, status = "post.above-oneself", 403
    words = _("You cannot give a post that may more than your own: %(permission)s.")
    next_step = _("Ask someone whose post carries it.")


class LastAdministrator(Refusal):
    """Nobody would be left who can give posts everywhere."""

    code = "post.last-administrator"
    words = _("This is the last post that can open accounts and give posts everywhere.")
    next_step = _("Give another account that post first.")


@dataclass(frozen=True)
class Appointment:
    """A post as it is asked for. An empty area is everywhere; `also` are further areas of a post over chosen ones."""

    role: str
    area: str = ""
    also: tuple[str, ...] = ()
    reach: Reach = Reach.BELOW
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

    Refuses a giver whose own post does not cover every area of it, or does not carry all that it may.
    """
    role = known_role(asked.role)
    for area in (asked.area, *asked.also):
        by.must(Permission.ACCOUNT_MANAGE, within=area)
        _not_above(role, by, area)
    if asked.board and asked.board not in boards.boards():
        raise NoSuchBoard(board=asked.board, boards=", ".join(boards.boards()))
    post = Post.objects.create(
        account=account,
        role=role.slug,
        area_code=asked.area,
        also_areas=" ".join(asked.also),
        reach=Reach.CHOSEN if asked.also else asked.reach,
        board=asked.board,
        holder=asked.holder,
        title=asked.title,
        bureau=asked.bureau,
        team=asked.team,
        place=asked.place,
        since=asked.since or localdate(at),
        until=asked.until,
    )
    holder = account.ref if account else ""
    writing.write("post.given", thing=post.ref, by=by, at=at, area=asked.area, account=holder, role=role.slug)
    return post


def _not_above(role: Role, by: Hand, area: str) -> None:
    """Refuses unless the giver carries, over the area, all that the role may."""
    for permission in sorted(role.may):
        if not by.may(permission, within=area):
            raise AboveOneself(permission=permission.label)


@transaction.atomic
def end(post: Post, *, on: date, by: Hand, at: datetime) -> Post:
    """The post is held no longer from that day on. Refuses to end the last one that can give posts everywhere."""
    by.must(Permission.ACCOUNT_MANAGE, within=post.area_code)
    post = Post.objects.select_for_update().get(pk=post.pk)
    if is_administrator(post) and not others_administer(post, today=on):
        raise LastAdministrator()
    post.until = max(on, post.since)
    post.save(update_fields=["until"])
    writing.write("post.ended", thing=post.ref, by=by, at=at, area=post.area_code, until=str(post.until))
    return post


def is_administrator(post: Post) -> bool:
    """Whether the post can open accounts and give posts everywhere."""
    return post.area_code == "" and Permission.ACCOUNT_MANAGE in known_role(post.role).may


def others_administer(post: Post, *, today: date) -> bool:
    """Whether someone else could still do what this post does, from that day on and without an end in sight."""
    slugs = [role.slug for role in ROLES.values() if Permission.ACCOUNT_MANAGE in role.may]
    others = Post.objects.held_on(today).filter(role__in=slugs, area_code="", account__is_active=True, until=None)
    return others.exclude(pk=post.pk).exists()


def known_role(slug: str) -> Role:
    """The role of this slug; refuses one nobody declared."""
    if slug not in ROLES:
        raise NoSuchRole(role=slug, roles=", ".join(sorted(ROLES)))
    return ROLES[slug]


def read_area(text: str) -> str:
    """An area code for a post; empty is everywhere."""
    return codes.read(text) if text.strip() else ""
