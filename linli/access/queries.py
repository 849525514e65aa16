"""Questions about who works here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from allauth.mfa.models import Authenticator
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate

from linli.areas import codes
from linli.areas.models import Area
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.journal.models import Entry

from . import factor_rules
from .actors import Actor
from .models import Account, Bureau, Leave, Post, TeamShape, TeamUse, Watch
from .reach import Reach
from .roles import ROLES, Role
from .scoping import seen_by
from .seats import Team, laid

# What a security officer looks at whenever it happened; what only at hours at which nobody is expected to read or take
# away; and how many records one hand unmasks in a day before that is many. Ours: no document says.
UNUSUAL = (
    "sign-in.refused",
    "permission.refused",
    "scope.refused",
    "view-as.begun",
    "second-factor.reset",
    "second-factor.removed",
    "second-factor.asked-no-longer",
    "account.password-reset",
    "account.signed-out-everywhere",
    "account.left",
    "list.exported-unmasked",
    "secret.looked-for",
)
TAKEN_OUT = ("list.exported", "list.exported-unmasked", "list.published")
READS = (
    "person.unmasked",
    "household.unmasked",
    "dwelling.unmasked",
    "business.unmasked",
    "case.unmasked",
    "person.given-own",
    "secret.read",
)
NIGHT = (20, 7)
MANY_READS = 30


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
    rows = Post.objects.select_related("account", "bureau", "invitation", "team", "stands_in_for__account")
    found = seen_by(rows, viewer).filter(ref=ref).first()
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


def called(named: str) -> Account | None:
    """The account of a reference or of a name to sign in with, while it can sign in."""
    return Account.objects.filter(Q(sign_in_name=named) | Q(ref=named.upper()), is_active=True).first()


def posts_of(account: Account, viewer: Actor) -> list[Post]:
    """The account's posts, of which the viewer sees those in scope; of their own, all."""
    own = account.posts.select_related("stands_in_for__account").prefetch_related("further").order_by("-since", "-id")
    return list(own if account.ref == viewer.ref else seen_by(own, viewer))


def leaves_of(account: Account, viewer: Actor) -> list[Leave]:
    """When the account is or was away from a post the viewer sees, latest first; of their own, every one."""
    rows = Leave.objects.filter(post__in=posts_of(account, viewer)).select_related("post", "stand_in__account")
    return list(rows.order_by("-since", "-id")[:50])


def leave(number: int, viewer: Actor) -> Leave:
    """A leave of one's own, or of a post within the viewer's scope; anything else is not found."""
    mine = Post.objects.filter(Q(pk__in=seen_by(Post.objects.all(), viewer).values("pk")) | Q(account__ref=viewer.ref))
    found = Leave.objects.select_related("post__account", "stand_in").filter(post__in=mine, pk=number).first()
    if found is None:
        raise NotFound(what=str(number))
    return found


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


def held_later(viewer: Actor, *, today: date) -> "QuerySet[Post]":
    """The posts of the viewer's own that have not begun yet."""
    return Post.objects.filter(account__ref=viewer.ref, since__gt=today).prefetch_related("further").order_by("since")


def unusual(viewer: Actor, *, since: datetime) -> "QuerySet[Entry]":
    """What a security officer should look at since a moment, within the viewer's scope, newest first.

    The few that are unusual are found by verb and then sorted: asked for in one, SQLite reads all there is by time.
    """
    night = Q(at__hour__gte=NIGHT[0]) | Q(at__hour__lt=NIGHT[1])
    wanted = Q(verb__in=UNUSUAL) | (Q(verb__in=[*TAKEN_OUT, *READS]) & night)
    found = Entry.objects.filter(wanted, at__gte=since).values("pk")
    return seen_by(Entry.objects.filter(pk__in=found), viewer, owner="by").order_by("-id")


@dataclass(frozen=True)
class ManyReads:
    """How many records one hand looked at unmasked on a day."""

    by: str
    on: date
    count: int


def many_reads(viewer: Actor, *, since: datetime) -> list[ManyReads]:
    """Who unmasked very many records on one day since a moment, within the viewer's scope; the latest day first."""
    found = Entry.objects.filter(verb__in=READS, at__gte=since).values("pk")
    rows = seen_by(Entry.objects.filter(pk__in=found), viewer, owner="by").order_by()
    days = rows.annotate(on=TruncDate("at")).values("by", "on").annotate(n=Count("thing", distinct=True))
    many = days.filter(n__gte=MANY_READS).order_by("-on", "-n", "by")[:100]
    return [ManyReads(each["by"], each["on"], each["n"]) for each in many]


# -- teams, their shapes, bureaus ---------------------------------------------------------------------


def uses_of(wanted: Iterable[str], *, today: date) -> dict[str, TeamUse]:
    """What shape the teams of these areas have, as is said for them or nearest above; areas without one are left out.

    Two that a redrawing brought together: the one said last.
    """
    asked = set(wanted)
    around = {"", *asked, *(above for code in asked for above in codes.ancestors(code))}
    rows = TeamUse.objects.filter(Q(until=None) | Q(until__gt=today), area_code__in=around, since__lte=today)
    rows = rows.select_related("shape").prefetch_related("shape__places").order_by("since", "id")
    said = {row.area_code: row for row in rows}
    nearest = {code: [code, *reversed(codes.ancestors(code)), ""] for code in asked}
    return {code: said[near[0]] for code in asked if (near := [each for each in nearest[code] if each in said])}


def teams(wanted: list[str], viewer: Actor, *, at: datetime) -> dict[str, Team]:
    """The teams of these areas: who fills which place of their shape, as far as the viewer may see."""
    today = localdate(at)
    offered = Q(account=None, invitation__accepted_at=None, invitation__expires_at__gt=at)
    there = Q(area_code__in=wanted) | Q(further__area_code__in=wanted)
    held = Post.objects.filter(there, Q(account__isnull=False) | offered, Q(until=None) | Q(until__gt=today))
    rows = seen_by(held.distinct(), viewer).select_related("account", "invitation")
    posts = list(rows.prefetch_related("further", "stand_ins__account").order_by("since", "id"))
    uses = uses_of(wanted, today=today)
    return {code: _team(code, uses.get(code), posts) for code in wanted}


def _team(code: str, use: TeamUse | None, posts: list[Post]) -> Team:
    mine = [post for post in posts if code in post.codes]
    return laid(use.shape if use else None, list(use.shape.places.all()) if use else [], mine)


def team(code: str, viewer: Actor, *, at: datetime) -> Team:
    """The team of one grid within the viewer's scope; anything else is not found."""
    if not viewer.covers(code) or viewer.reach is Reach.OWN:
        raise NotFound(what=code)
    return teams([code], viewer, at=at)[code]


def grids(viewer: Actor, *, within: str = "") -> "QuerySet[Area]":
    """The grids within the viewer's scope, of one area or of all."""
    rows = Area.objects.standing().within(within).filter(level=codes.Level.GRID)
    return seen_by(rows, viewer, field="code")


def shapes(viewer: Actor) -> list[TeamShape]:
    """The shapes of the viewer's area, of those above it and of those in it."""
    rows = TeamShape.objects.filter(until=None).prefetch_related("places").order_by("area_code", "name")
    above = rows.filter(area_code__in=["", *(code for place in viewer.places for code in codes.ancestors(place))])
    return sorted({*above, *seen_by(rows, viewer)}, key=lambda each: (each.area_code, each.name))


def shapes_for(area: str) -> list[TeamShape]:
    """The shapes that an area may take on: its own and those of the areas above it."""
    rows = TeamShape.objects.filter(until=None, area_code__in=["", *codes.ancestors(area), area])
    return list(rows.order_by("-area_code", "name"))


def shape(ref: str, viewer: Actor) -> TeamShape:
    """A shape within the viewer's scope, to be changed; anything else is not found."""
    found = seen_by(TeamShape.objects.filter(until=None), viewer).filter(ref=ref).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def bureaus(viewer: Actor) -> list[Bureau]:
    """The bureaus within the viewer's scope, and those of the district they work in."""
    rows = Bureau.objects.filter(until=None).order_by("area_code", "id")
    above = rows.filter(area_code__in=["", *(code for place in viewer.places for code in codes.ancestors(place))])
    return sorted({*above, *seen_by(rows, viewer)}, key=lambda each: (each.area_code, each.pk))


def bureau(code: str, viewer: Actor) -> Bureau:
    """A bureau within the viewer's scope, to be changed; anything else is not found."""
    found = seen_by(Bureau.objects.filter(until=None), viewer).filter(code=code).first()
    if found is None:
        raise NotFound(what=code)
    return found


def on_boards(viewer: Actor, *, today: date) -> list[Post]:
    """The posts in force that stand on a board, within the viewer's scope."""
    rows = Post.objects.held_on(today).exclude(board="").filter(stands_in_for=None)
    return list(seen_by(rows, viewer).select_related("account").order_by("board", "holder", "id")[:500])


# -- the second factor --------------------------------------------------------------------------------


def without_factor(viewer: Actor, *, at: datetime) -> list[Account]:
    """Who must have a second factor by a post within the viewer's scope, and has none yet; some of them."""
    today = localdate(at)
    rules = [rule for rule in factor_rules.in_force(today) if rule.asked]
    if not rules:
        return []
    asked = reduce(or_, (Q(role=rule.role, **codes.inside(rule.area_code)) for rule in rules))
    posts = seen_by(Post.objects.held_on(today).filter(asked), viewer)
    having = Authenticator.objects.filter(type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
    found = Account.objects.filter(pk__in=posts.values("account"), is_active=True)
    return list(found.exclude(pk__in=having.values("user")).order_by("name", "id")[:100])
