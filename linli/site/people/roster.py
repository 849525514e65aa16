"""The duty roster (值班): who watches, and handing the watch over."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access import queries, watching
from linli.access.gates import SIGNED_IN, gate
from linli.access.models import Post
from linli.access.queries import Narrowing
from linli.ground.permissions import Permission
from linli.ground.refusals import NotPermitted
from linli.web.pages import page, went_well

from .forms import HandOverForm, WatchForm

SHOWN = timedelta(days=14)


def _posts(request: Any) -> list[Post]:
    """The posts within my scope that someone holds."""
    rows = queries.posts(request.actor, Narrowing(), today=localdate(request.at)).filter(account__isnull=False)
    return list(rows.order_by("area_code", "id")[:500])


@never_cache
@require_http_methods(["GET", "POST"])
@gate(SIGNED_IN)
def roster(request: Any) -> HttpResponse:
    """The last day and the two weeks to come; whoever keeps the roster adds to it."""
    keeps = Permission.ROSTER_KEEP in request.actor.permissions
    if request.method == "POST" and not keeps:
        raise NotPermitted(permission=Permission.ROSTER_KEEP.label)
    form = WatchForm(request.POST or None, posts=_posts(request)) if keeps else None
    if form is not None and form.is_valid():
        given = form.cleaned_data
        post = queries.post(given.pop("post"), request.actor)
        watching.put_on(post, **given, by=request.actor, at=request.at)
        return went_well(reverse("roster"))
    watches = queries.watches(request.actor, since=request.at - timedelta(days=1), until=request.at + SHOWN)
    status = 400 if form is not None and form.errors else 200
    return page(request, "site/people/roster.html", status=status, form=form, watches=watches, now=request.at)


@require_POST
@gate(Permission.ROSTER_KEEP)
def take_off(request: Any, number: int) -> HttpResponse:
    """A watch that has not begun is taken off the roster."""
    watching.take_off(queries.watch(number, request.actor), by=request.actor, at=request.at)
    return went_well(reverse("roster"))


@never_cache
@require_http_methods(["GET", "POST"])
@gate(SIGNED_IN)
def hand_over(request: Any, number: int) -> HttpResponse:
    """The next one has the watch, with what they must know."""
    watch = queries.watch(number, request.actor)
    posts = [post for post in _posts(request) if post.area_code == watch.area_code and post.pk != watch.post_id]
    form = HandOverForm(request.POST or None, posts=posts)
    if form.is_valid():
        to = queries.post(form.cleaned_data["to"], request.actor)
        watching.hand_over(watch, to=to, note=form.cleaned_data["note"], by=request.actor, at=request.at)
        return went_well(reverse("roster"))
    title = gettext("Hand the watch over")
    return page(request, "site/people/form.html", status=400 if form.errors else 200, form=form, title=title)
