"""The Actor: who is asking, as what, over which areas, how far. Frozen; no request and no database in it."""

from dataclasses import dataclass, field, replace
from datetime import date

from linli.areas import codes
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, NotPermitted, OutsideScope, Refusal, SignInFirst
from linli.ground.words import gettext_noop as _

from .models import Account, Post
from .reach import Reach
from .roles import ROLES


class ReadOnly(Refusal):
    """Someone looks on as another post; looking changes nothing."""

    code, status = "view-as.read-only", 403
    words = _("You are looking on as another post, and looking changes nothing.")
    next_step = _("End looking on, then act as yourself.")


@dataclass(frozen=True)
class Actor:
    """Someone acting as one of their posts. An empty area code is everywhere.

    `areas` holds more than one code only for a post over chosen areas; `area_code` is the first. `stands_in` is the key
    of the post this one stands in for. `others` are the further posts one may change to: reference, role, area and the
    post stood in for of each.
    """

    ref: str
    name: str
    post: str
    role: str
    area_code: str
    permissions: frozenset[Permission]
    reach: Reach = Reach.BELOW
    areas: tuple[str, ...] = ()
    looking_on: str = field(default="", kw_only=True)
    stands_in: int | None = field(default=None, kw_only=True, compare=False)
    others: tuple[tuple[str, str, str, int | None], ...] = field(default=(), kw_only=True, compare=False)

    @property
    def known(self) -> bool:
        """Whether someone is signed in and holds a post."""
        return bool(self.post)

    @property
    def places(self) -> tuple[str, ...]:
        """The codes the post stands at."""
        return self.areas or (self.area_code,)

    def covers(self, code: str) -> bool:
        """Whether an area lies in the scope of the post. Own level means just that area, none below."""
        if not self.known:
            return False
        if self.reach is Reach.ALL:
            return True
        if self.reach is Reach.LEVEL:
            return code in self.places
        return any(codes.contains(place, code) for place in self.places)

    def may(self, permission: Permission, *, within: str) -> bool:
        """Whether the post carries the permission over an area."""
        return permission in self.permissions and not self.looking_on and self.covers(within)

    def must_see(self, permission: Permission, *, within: str) -> None:
        """Refuses what lies outside as if it were nowhere (404), what the post does not carry with the reason (403).

        For what only shows something: whoever looks on as another post is shown what that one is.
        """
        if not self.known:
            raise SignInFirst()
        if not self.covers(within):
            raise OutsideScope(what=within or _("everywhere"))
        if permission not in self.permissions:
            raise NotPermitted(permission=permission.label)

    def must(self, permission: Permission, *, within: str) -> None:
        """The same for what changes something, which whoever looks on as another post does not."""
        self.must_see(permission, within=within)
        if self.looking_on:
            raise ReadOnly()


def must_act_oneself(by: Hand) -> None:
    """Refuses whoever looks on as another post: what that one may do by being who they are, the looker may not."""
    if isinstance(by, Actor) and by.looking_on:
        raise ReadOnly()


NOBODY = Actor(ref="", name="", post="", role="", area_code="", permissions=frozenset())


def actor_for(account: Account, *, today: date, post_ref: str = "") -> Actor:
    """The account acting as the post asked for, else as its first one in force; without a post it may nothing."""
    posts = list(account.posts.held_on(today).order_by("id"))
    held = next((post for post in posts if post.ref == post_ref), posts[0] if posts else None)
    if held is None or not account.is_active:
        return replace(NOBODY, ref=account.ref, name=account.name)
    return acting_as(account, held)


def acting_as(account: Account, post: Post) -> Actor:
    """The account as one of its posts."""
    role = ROLES.get(post.role)
    return Actor(
        ref=account.ref,
        name=account.name,
        post=post.ref,
        role=post.role,
        area_code=post.area_code,
        permissions=role.may if role else frozenset(),
        reach=Reach(post.reach),
        areas=post.codes,
        stands_in=post.stands_in_for_id,
    )


def looking_on_as(me: Actor, post: Post) -> Actor:
    """What a post sees, in the hands of someone else: its scope and permissions to look, nothing to change."""
    assert post.account is not None
    seen = acting_as(post.account, post)
    return replace(seen, ref=me.ref, name=me.name, looking_on=me.post)


def actor_called(ref: str, *, today: date, post_ref: str = "") -> Actor:
    """The account of this reference acting as `actor_for` says; refuses (404) a reference that none bears."""
    account = Account.objects.filter(ref=ref).first()
    if account is None:
        raise NotFound(what=ref)
    return actor_for(account, today=today, post_ref=post_ref)
