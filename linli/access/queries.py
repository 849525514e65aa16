"""Questions about who works here."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.journal.models import Entry

from .actors import Actor
from .models import Account, Leave, Post, Watch
from .roles import ROLES, Role
from .scoping import seen_by

UNUSUAL = (
    "sign-in.refused",
    "permission.refused",
    "scope.refused",
    "view-as.begun",
    "second-factor.reset",
    "second-factor.removed",
    "account.left",
)
TAKEN_OUT = ("export.", "backup.", "unmasked.")


@dataclass(frozen=True)
class Narrowing:
    """What a list of posts is narrowed to; empty is everything."""

    words: str = ""
    role: str = ""
    permission: str = ""
    also_past: bool = False


def posts(viewer: Actor, asked: Narrowing, *, today: date) -> "QuerySet[Post]":
    """The posts within the viewer's scope, whoever holds them; by default those that are not past."""
    rows = seen_by(Post.objects.select_related("account", "invitation", "bureau").prefetch_related("further"), viewer)
    if not asked.also_past:
        rows = rows.filter(Q(until=None) | Q(until__gt=today))
    if asked.words:
        words = asked.words
        rows = rows.filter(
            Q(account__name__contains=words) | Q(title__contains=words) | Q(account__sign_in_name__startswith=words)
        )
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.permission:
        rows = rows.filter(role__in=[role.slug for role in carrying(asked.permission)])
    return rows


def carrying(permission: str) -> list[Role]:
    """The roles that carry a permission."""
    return [role for role in ROLES.values() if permission in role.may]


def post(ref: str, viewer: Actor) -> Post:
    """A post within the viewer's scope; anything else is not found."""
    found = seen_by(Post.objects.select_related("account", "bureau"), viewer).filter(ref=ref).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def person(ref: str, viewer: Actor) -> Account:
    """An account that holds, or held, a post within the viewer's scope, or oneself."""
    mine = seen_by(Post.objects.all(), viewer).values("account")
    found = Account.objects.filter(Q(pk__in=mine) | Q(ref=viewer.ref), ref=ref).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def posts_of(account: Account, viewer: Actor) -> list[Post]:
    """The account's posts, of which the viewer sees those in scope; of their own, all."""
    own = account.posts.select_related("stands_in_for__account").prefetch_related("further").order_by("-since", "-id")
    return list(own if account.ref == viewer.ref else seen_by(own, viewer))


def leaves_of(account: Account) -> list[Leave]:
    """When the account is or was away, latest first."""
    rows = Leave.objects.filter(post__account=account).select_related("post", "stand_in__account")
    return list(rows.order_by("-since", "-id")[:50])


def colleagues(viewer: Actor, *, today: date) -> "QuerySet[Account]":
    """Who holds a post in force within the viewer's scope."""
    held = seen_by(Post.objects.held_on(today), viewer).values("account")
    return Account.objects.filter(pk__in=held, is_active=True).order_by("name", "id")


def watches(viewer: Actor, *, since: datetime, until: datetime) -> list[Watch]:
    """The roster within the viewer's scope between two moments, in order."""
    rows = Watch.objects.filter(ends_at__gt=since, begins_at__lt=until)
    rows = rows.select_related("post__account", "handed_over_to__account")
    return list(seen_by(rows, viewer).order_by("begins_at", "area_code")[:500])


def watch(number: int, viewer: Actor) -> Watch:
    """One watch within the viewer's scope."""
    found = seen_by(Watch.objects.select_related("post__account"), viewer).filter(pk=number).first()
    if found is None:
        raise NotFound(what=str(number))
    return found


def may_do(role: str) -> list[Permission]:
    """What a post of this role may do, in the order of the list of permissions."""
    return [permission for permission in Permission if role in ROLES and permission in ROLES[role].may]


def held_by(viewer: Actor, *, today: date) -> "QuerySet[Post]":
    """The posts the viewer holds themselves."""
    return Post.objects.held_on(today).filter(account__ref=viewer.ref)


def unusual(viewer: Actor, *, since: datetime) -> "QuerySet[Entry]":
    """What a security officer should look at since a moment, within the viewer's scope, newest first."""
    wanted = Q()
    for verb in (*UNUSUAL, *TAKEN_OUT):
        wanted |= Q(verb__gte=verb, verb__lt=f"{verb[:-1]}{chr(ord(verb[-1]) + 1)}")
    return seen_by(Entry.objects.filter(wanted, at__gte=since), viewer, owner="by").order_by("-id")
