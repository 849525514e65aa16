"""The gate in front of each page: who may open it at all. A page without a gate fails a test."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from linli.ground.permissions import Permission
from linli.ground.refusals import NotPermitted, Refusal, SignInFirst
from linli.ground.words import gettext_noop as _

from .actors import must_act_oneself

PUBLIC = "public"
SIGNED_IN = "signed-in"
HAS_ACCOUNT = "has-account"
READING = ("GET", "HEAD", "OPTIONS")


class NoPost(Refusal):
    """Someone is signed in and holds no post: their own account is all that is open to them."""

    code, status = "account.no-post", 403
    words = _("You hold no post at present, so there is nothing here for you yet.")
    next_step = _("Ask whoever gives posts where you work. Your own account stays open to you.")


def gate(who: Permission | str, *, looking_on: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view is opened to everyone (PUBLIC), to whoever has an account (HAS_ACCOUNT) or holds a post (SIGNED_IN), or
    by a permission.

    Whoever looks on as another post sends nothing, but to the page that ends it (`looking_on`). Scope is not decided
    here: the view's questions and verbs do that.
    """
    assert who in (PUBLIC, HAS_ACCOUNT, SIGNED_IN) or isinstance(who, Permission), who

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if who != PUBLIC and not request.actor.known and not (who == HAS_ACCOUNT and request.actor.ref):
                raise NoPost() if request.actor.ref else SignInFirst()
            if isinstance(who, Permission) and who not in request.actor.permissions:
                raise NotPermitted(permission=who.label)
            if who != PUBLIC and request.method not in READING and not looking_on:
                must_act_oneself(request.actor)
            return view(request, *args, **kwargs)

        guarded.gate = who  # type: ignore[attr-defined]
        return guarded

    return guard
