"""Error pages: what, why, what next; never a trace."""

import sys

from django.http import HttpRequest, HttpResponse

from linli.ground.refusals import Malformed, NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.web.middleware import shown
from linli.web.troubles import trouble_of


class Forged(Refusal):
    """A form that was not sent from a page of ours, or was left open past its sign-in."""

    code, status = "forged", 403
    words = _("This form was left open too long, or was not sent from a page of Linli.")
    next_step = _("Go back, reload the page and send it again.")


class Broken(Refusal):
    """A fault of ours."""

    code, status = "broken", 500
    words = _("Something broke on our side. What you sent was not written.")
    next_step = _("Try again in a minute. If it stays, tell your platform administrator the time shown here.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return shown(request, NotFound(what=request.path))


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return shown(request, Malformed(what=_("The request"), why=_("the browser sent something unexpected")))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 by the CSRF guard."""
    return shown(request, Forged())


def broken(request: HttpRequest) -> HttpResponse:
    """500; or, where a middleware met a database that does not answer, what that is called."""
    return shown(request, trouble_of(sys.exc_info()[1]) or Broken())
