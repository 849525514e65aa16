"""Refusals for want of permission or scope stand in the journal: who was stopped, and where."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - middleware speaks HTTP

from linli.ground.refusals import NotPermitted, OutsideScope
from linli.journal import writing

from .actors import Actor

VERBS: dict[type[Exception], str] = {NotPermitted: "permission.refused", OutsideScope: "scope.refused"}


class Noting:
    """Writes one entry when someone signed in is stopped. What the page itself had begun was undone before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Django's door for exceptions of views; the answer itself is given elsewhere."""
        verb = VERBS.get(type(exception))
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if verb is None or not actor.known:
            return
        page = request.resolver_match.url_name if request.resolver_match else ""
        with transaction.atomic():
            writing.write(verb, thing=actor.ref, by=actor, at=request.at, area=actor.area_code, page=page)  # type: ignore[attr-defined]
