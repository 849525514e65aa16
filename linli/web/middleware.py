"""The request's one clock, and refusals shown in the user's language as page, fragment or JSON."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from linli.ground.refusals import NotFound, NotFoundWithoutPost, Refusal, SignInFirst
from linli.ground.words import Several, Words
from linli.ground.words import gettext_noop as _

from .look import look_of
from .pages import page
from .troubles import Trouble, trouble_of

Answer = Callable[[HttpRequest], HttpResponse]
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def clock(get_response: Answer) -> Answer:
    """`request.at` is the one moment of this request; nothing below reads another clock."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def heads(get_response: Answer) -> Answer:
    """Who asks for the head of a page alone (RFC 9110, 9.3.2) is told that of its GET; the server sends no more."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        return get_response(request)

    return middleware


def sentence(words: str, facts: Mapping[str, Any]) -> str:
    """A refusal's template in the language of the moment, its facts filled in; facts that are words are translated."""
    told = {name: _told(fact) for name, fact in facts.items()}
    return gettext(words) % told if words else ""


def _told(fact: Any) -> Any:
    """A fact as it is read: words of ours translated, a moment by the clock of the town, anything else as it is."""
    if isinstance(fact, Several):
        return ("、" if str(get_language()).startswith("zh") else ", ").join(map(gettext, fact.each))
    if isinstance(fact, datetime):
        return f"{timezone.localtime(fact):%Y-%m-%d %H:%M}"
    return gettext(fact) if isinstance(fact, Words) and fact else fact


def in_full(refusal: Refusal) -> str:
    """What and what next in one line; between Chinese sentences stands no space."""
    gap = "" if str(get_language()).startswith("zh") else " "
    parts = sentence(refusal.words, refusal.facts), sentence(refusal.next_step, refusal.facts)
    return gap.join(part for part in parts if part)


def shown(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as whoever asked can read it: JSON for machines, a notice for htmx, else a page.

    A fault of ours (500 and above), and a request refused before it was known who asks (a host of another name),
    is shown on a page that asks nothing of the database.
    """
    refusal = _first(request, refusal)
    told = {
        "code": refusal.code,
        "words": sentence(refusal.words, refusal.facts),
        "next_step": sentence(refusal.next_step, refusal.facts),
    }
    if "application/json" in request.headers.get("Accept", ""):
        answer: HttpResponse = JsonResponse(told, status=refusal.status)
    elif request.headers.get("HX-Request"):
        answer = _bare(request, "web/refused.html#refusal", refusal.status, told)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#news", "innerHTML show:window:top"
    elif refusal.status >= 500 or not hasattr(request, "actor"):
        answer = _bare(request, "web/refused.html", refusal.status, told)
    else:
        answer = page(request, "web/refused.html", status=refusal.status, refusal=told, at=request.at)  # type: ignore[attr-defined]
    if isinstance(refusal, Trouble):
        answer["Retry-After"] = str(refusal.wait)
    answer["Cache-Control"] = "no-store"
    return answer


def _first(request: HttpRequest, refusal: Refusal) -> Refusal:
    """What is refused to whoever asks, whatever they ask for, goes before what they asked for.

    To whoever holds no post, what is not found does not speak of their post.
    """
    if refusal.status >= 500 or not hasattr(request, "actor"):
        return refusal
    try:
        known = request.actor.known
    except Refusal as before:
        return before
    if not known and type(refusal) is NotFound:
        return NotFoundWithoutPost(**refusal.facts)
    return refusal


def _bare(request: HttpRequest, template: str, status: int, told: dict[str, str]) -> HttpResponse:
    """A page of the house without what would have to be looked up: no navigation, no names."""
    context = {"refusal": told, "at": getattr(request, "at", None), "look": look_of(request)}
    if request.method == "GET" and status >= 500:
        context["again"] = request.get_full_path()
    if kept := sent_form(request):
        context |= {"kept": kept, "address": request.get_full_path(), "token": get_token(request)}
    return HttpResponse(render_to_string(template, context), status=status)


def sent_form(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent, to be offered again; nothing where it held a file or a secret, which no page may repeat."""
    if request.method != "POST" or request.content_type not in FORMS:
        return []
    if request.FILES or hasattr(request, "sensitive_post_parameters"):
        return []
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


class NoText(Refusal):
    """Something that was sent holds a sign that stands in no text: databases keep it each in its own way, or not."""

    code, status = "request.no-text", 400
    words = _("What was sent holds a sign (NUL) that stands in no text.")
    next_step = _("Open the page anew and type it in. Nothing was written.")


def holds_no_text(request: HttpRequest, *, form: bool = True) -> bool:
    """Whether a NUL stands in the address or in what a form sent; what is no form is its reader's to read."""
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    sent = request.POST if form and request.method == "POST" and request.content_type in FORMS else {}
    return any("\0" in word for name, words in dict(sent).items() for word in [name, *words])


class Refusing:
    """Refusals raised in a view become answers; whoever is not signed in is taken to the sign-in page and back."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Django's door before a view."""
        sent_by_a_page = not getattr(view, "csrf_exempt", False)
        return shown(request, NoText()) if holds_no_text(request, form=sent_by_a_page) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's door for exceptions of views."""
        if isinstance(exception, SignInFirst) and request.method == "GET" and not request.headers.get("HX-Request"):
            back = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('sign-in')}?{back}")
        refusal = exception if isinstance(exception, Refusal) else trouble_of(exception)
        return shown(request, refusal) if refusal else None
