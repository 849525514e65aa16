"""The home page, the language switch, and the health of the server."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from linli.access.actors import Actor
from linli.access.gates import PUBLIC, gate
from linli.access.queries import held_later
from linli.ground.permissions import Permission
from linli.web.lists import newest
from linli.web.look import remember
from linli.web.pages import page, went_well

from . import beginning, queries
from .history.reading import ORDER, Day, days, seen
from .people.wording import lines

LATEST = 8
COMING_AND_GOING = ("account.signed-in", "account.signed-out")


@require_GET
@gate(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """Before the door: the town, and the way in. Behind it: one's own area, what is new in it, what comes next."""
    actor = request.actor  # type: ignore[attr-defined]
    town = queries.town()
    if actor.ref and not actor.known:
        coming = lines(list(held_later(actor, today=localdate(request.at))))  # type: ignore[attr-defined]
        return page(request, "site/no_post.html", coming=coming)
    if not actor.known:
        counts = queries.counts(town.code) if town else {}
        return page(request, "site/front.html", town=town, counts=counts)
    code = actor.area_code or (town.code if town else "")
    counts = queries.counts(code)
    may_read = Permission.JOURNAL_READ in actor.permissions
    return page(
        request,
        "site/home.html",
        town=town,
        code=code,
        counts=counts,
        latest=_latest(actor) if may_read else None,
        steps=beginning.next_steps(actor, town=town, counts=counts),
    )


def _latest(actor: Actor) -> list[Day]:
    """What was done lately within the scope of a post; that someone signed in or out is no news."""
    news = [part.exclude(verb__in=COMING_AND_GOING) for part in seen(actor)]
    return days(newest(news, order=ORDER, most=LATEST))


@require_GET
@gate(PUBLIC)
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def _back(request: HttpRequest) -> str:
    """The page a switch was pressed on; never another host."""
    asked = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else "/"


@require_POST
@gate(PUBLIC)
def language(request: HttpRequest) -> HttpResponse:
    """The pages speak the chosen language from now on, in this browser."""
    answer = went_well(_back(request))
    if check_for_language(chosen := request.POST.get("language", "")):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax")
    return answer


@require_POST
@gate(PUBLIC)
def look(request: HttpRequest) -> HttpResponse:
    """Light or dark, usual or large print, from now on, in this browser."""
    answer = went_well(_back(request))
    for name in ("theme", "print"):
        if name in request.POST:
            remember(answer, name=name, chosen=request.POST[name], secure=request.is_secure())
    return answer
