"""What stands on every page: where one can go, who one is, which town this is. Looked up only where it is shown."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli import __version__
from linli.access.actors import NOBODY, Actor
from linli.access.gates import SIGNED_IN
from linli.access.queries import held_by
from linli.access.roles import ROLES
from linli.ground.permissions import Permission
from linli.web.look import look_of

from . import queries


@dataclass(frozen=True)
class Place:
    """A page in the navigation, shown to whoever may open it."""

    url_name: str
    label: Any
    icon: str
    permission: Permission | str | None = None

    def open_to(self, actor: Actor) -> bool:
        """Whether it is shown to this actor."""
        if self.permission == SIGNED_IN:
            return actor.known
        return self.permission is None or self.permission in actor.permissions


PLACES = [
    Place("home", _("Home"), "home"),
    Place("areas", _("Areas"), "areas"),
    Place("inbox", _("Inbox"), "inbox", SIGNED_IN),
    Place("people", _("People"), "person", Permission.ACCOUNT_MANAGE),
    Place("history", _("Journal"), "journal", Permission.JOURNAL_READ),
]


def context(request: HttpRequest) -> dict[str, Any]:
    """Words for the base page; nothing here asks the database before the page does."""
    actor: Actor = getattr(request, "actor", NOBODY)
    return {
        "actor": actor,
        "places": SimpleLazyObject(lambda: places(request.path, actor)),
        "other_posts": SimpleLazyObject(lambda: other_posts(request)),
        "post_words": SimpleLazyObject(lambda: post_words(actor)),
        "town": SimpleLazyObject(queries.town),
        "sealed_at": SimpleLazyObject(queries.sealed_at),
        "look": look_of(request),
        "version": __version__,
        "demo": settings.DEMO,
    }


def places(path: str, actor: Actor) -> list[dict[str, Any]]:
    """The places this actor may go, and the one they are in: the longest that begins this address."""
    shown = [
        {"label": place.label, "icon": place.icon, "url": reverse(place.url_name)}
        for place in PLACES
        if place.open_to(actor)
    ]
    inside = [place["url"] for place in shown if path.startswith(place["url"])]
    here = max(inside, key=len, default="")
    return [place | {"here": place["url"] == here and (here != "/" or path == "/")} for place in shown]


def post_words(actor: Actor) -> dict[str, str]:
    """The role and the area of one's post, as one says them."""
    return words_of(actor.role, actor.area_code)


def words_of(slug: str, code: str) -> dict[str, str]:
    """A role and an area by their names."""
    role = gettext(ROLES[slug].name) if slug in ROLES else gettext("No post")
    return {"role": role, "area": queries.area_name(code)}


def other_posts(request: Any) -> list[dict[str, str]]:
    """The posts one holds beside the one acted as, in words."""
    actor: Actor = request.actor
    if not actor.known or actor.looking_on:
        return []
    held = held_by(actor, today=localdate(request.at))
    return [
        {"ref": post.ref, **words_of(post.role, post.area_code)} for post in held.exclude(ref=actor.post).order_by("id")
    ]
