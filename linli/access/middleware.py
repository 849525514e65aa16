"""Puts the Actor on each request, and keeps sign-ins to their time."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect  # noqa: TID251 - middleware speaks HTTP
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from linli.ground.refusals import Refusal
from linli.web.middleware import shown

from . import owing, sessions
from .acting import actor_of
from .actors import NOBODY, Actor
from .factors import FactorRequired
from .gates import PUBLIC, READING

Answer = Callable[[HttpRequest], HttpResponse]
POLL = "X-Linli-Poll"  # borne by what a page asks for by itself


class Keeping:
    """A sign-in that was idle or open too long is over; one that owes a second factor goes only where it is set up.

    Answers made for someone signed in are kept by no cache.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = request.user
        request.user = SimpleLazyObject(lambda: _kept(request, found))  # type: ignore[assignment]
        answer = self.get_response(request)
        if request.session.accessed and SESSION_KEY in request.session and not answer.has_header("Cache-Control"):
            patch_cache_control(answer, private=True, no_store=True)
        return answer

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Django's door before a view."""
        if getattr(view, "gate", PUBLIC) == PUBLIC or getattr(view, "without_factor", False):
            return None
        try:
            _ = request.actor.known  # type: ignore[attr-defined]  # looked up now: what asks for a factor may have changed
        except Refusal as refusal:
            return shown(request, refusal)
        if not owing.overdue(request.session, at=request.at):  # type: ignore[attr-defined]
            return None
        if request.method == "GET" and not request.headers.get("HX-Request"):
            return HttpResponseRedirect(f"{reverse('factor')}?{urlencode({'next': request.get_full_path()})}")
        return shown(request, FactorRequired())


def _kept(request: HttpRequest, found: Any) -> Any:
    """Who is signed in, unless their time is over."""
    if not found.is_authenticated:
        return AnonymousUser()
    used = POLL not in request.headers
    if sessions.stands(request.session, at=request.at, used=used):  # type: ignore[attr-defined]
        return found._wrapped
    sessions.closed(request.session)
    request.user = found
    logout(request)
    return AnonymousUser()


def acting(get_response: Answer) -> Answer:
    """`request.actor` is the signed-in account acting as its chosen post; looked up only when asked for."""

    def who(request: HttpRequest) -> Actor:
        account = request.user
        if not account.is_authenticated:
            return NOBODY
        sends = request.method not in READING
        return actor_of(request.session, account, at=request.at, sends=sends)  # type: ignore[attr-defined]

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: who(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
