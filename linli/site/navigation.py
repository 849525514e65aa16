"""What stands on every page: where one can go, who one is, which town this is. Looked up only where it is shown."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli import __version__
from linli.access.actors import NOBODY, Actor
from linli.access.gates import SIGNED_IN
from linli.access.reach import Reach
from linli.access.roles import ROLES
from linli.ground.permissions import Permission
from linli.web.look import look_of

from . import queries

WORKS_HERE = "works-here"  # signed in with a post that reaches further than what is one's own
GIVES_NO_POSTS = "gives-no-posts"  # works here, and finds colleagues by their teams rather than in the list of people
HAS_A_DESK = "has-a-desk"  # reads, raises or handles cases
DESKS = frozenset({Permission.CASE_READ, Permission.CASE_RAISE, Permission.CASE_HANDLE})
PEOPLE = ("/people/", "/posts/", "/permissions/", "/teams/", "/boards/", "/bureaus/")
THUMBS = 5  # what fits under a thumb; more than that stands behind "More" on a narrow screen


@dataclass(frozen=True)
class Place:
    """A page in the navigation, shown to whoever may open it; `also` begins addresses that belong to it as well."""

    url_name: str
    label: Any
    icon: str
    permission: Permission | str | None = None
    also: tuple[str, ...] = ()

    def open_to(self, actor: Actor) -> bool:
        """Whether it is shown to this actor."""
        if self.permission == SIGNED_IN:
            return actor.known
        if self.permission == WORKS_HERE:
            return actor.known and actor.reach is not Reach.OWN
        if self.permission == GIVES_NO_POSTS:
            return actor.known and actor.reach is not Reach.OWN and Permission.ACCOUNT_MANAGE not in actor.permissions
        if self.permission == HAS_A_DESK:
            return bool(DESKS & actor.permissions)
        return self.permission is None or self.permission in actor.permissions


REGISTERS = ("/records/", "/facts/", "/tags/", "/disputes/", "/imports/", "/likenesses/", "/catalogue/", "/places/")
PLACES = [
    Place("home", _("Home"), "home"),
    Place("cases", _("Cases"), "check", HAS_A_DESK, also=("/photos/",)),
    Place("registers", _("Registers"), "search", Permission.REGISTER_READ, also=REGISTERS),
    Place("inbox", _("Inbox"), "inbox", SIGNED_IN),
    Place("areas", _("Areas"), "areas", also=("/plan",)),
    Place("map", _("Map"), "map"),
    Place("roster", _("Duty roster"), "roster", WORKS_HERE, also=("/calendar/",)),
    Place("people", _("People"), "person", Permission.ACCOUNT_MANAGE, also=PEOPLE),
    Place("teams", _("Teams"), "person", GIVES_NO_POSTS, also=PEOPLE),
    Place("history", _("Journal"), "journal", Permission.JOURNAL_READ),
    Place("security", _("Security"), "security", Permission.SECURITY_REVIEW),
]


def context(request: HttpRequest) -> dict[str, Any]:
    """Words for the base page; nothing here asks the database before the page does."""
    actor: Actor = getattr(request, "actor", NOBODY)
    there = SimpleLazyObject(lambda: places(request.path, actor))
    return {
        "actor": actor,
        "places": there,
        "far": SimpleLazyObject(lambda: [place for place in there if place["far"]]),
        "other_posts": SimpleLazyObject(lambda: other_posts(request)),
        "post_words": SimpleLazyObject(lambda: post_words(actor)),
        "town": SimpleLazyObject(queries.town),
        "sealed_at": SimpleLazyObject(queries.sealed_at),
        "look": look_of(request),
        "version": __version__,
        "demo": settings.DEMO,
    }


def places(path: str, actor: Actor) -> list[dict[str, Any]]:
    """The places this actor may go, and the one they are in: the longest that begins this address.

    `far` are those that a narrow screen keeps behind "More".
    """
    shown = [(place, reverse(place.url_name)) for place in PLACES if place.open_to(actor)]
    starts = {start: url for place, url in shown for start in (url, *place.also)}
    inside = [start for start in starts if (path == start if start == "/" else path.startswith(start))]
    here = starts[max(inside, key=len)] if inside else ""
    near = len(shown) if len(shown) <= THUMBS else THUMBS - 1
    return [
        {"label": place.label, "icon": place.icon, "url": url, "here": url == here, "far": number >= near}
        for number, (place, url) in enumerate(shown)
    ]


def post_words(actor: Actor) -> dict[str, str]:
    """The role and the area of one's post, as one says them."""
    return words_of(actor.role, actor.area_code, stands_in=actor.stands_in)


def words_of(slug: str, code: str, *, stands_in: int | None = None) -> dict[str, str]:
    """A role and an area by their names; of a post that stands in for another, for whom as well."""
    role = gettext(ROLES[slug].name) if slug in ROLES else gettext("No post")
    if stands_in:
        role = gettext("%(role)s, standing in for %(name)s") % {"role": role, "name": queries.holder_name(stands_in)}
    return {"role": role, "area": queries.area_name(code)}


def other_posts(request: Any) -> list[dict[str, str]]:
    """The posts one holds beside the one acted as, in words."""
    actor: Actor = request.actor
    if not actor.known or actor.looking_on:
        return []
    return [{"ref": ref, **words_of(role, area, stands_in=post)} for ref, role, area, post in actor.others]
