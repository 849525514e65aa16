"""The inbox: what one was told, how many of it is new, how one wishes to be told; and receipts from outside."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST

from linli.access.gates import HAS_ACCOUNT, PUBLIC, gate
from linli.web.lists import listed
from linli.web.pages import page, went_well

from . import queries, reading, receiving, signing
from .forms import WishForm


@never_cache
@require_GET
@gate(HAS_ACCOUNT)
def inbox(request: Any) -> HttpResponse:
    """What I was told, newest first, what belongs together in one line."""
    shown = listed(queries.inbox(request.actor), order=["-id"], cursor=request.GET.get("cursor", ""), counted=0)
    lines = [{"bundle": bundle, "said": queries.said(bundle.newest)} for bundle in queries.bundles(list(shown.rows))]
    newest = shown.rows[0].pk if shown.rows else 0
    return page(request, "notices/inbox.html", lines=lines, shown=shown, newest=newest)


def _etag(request: Any) -> str:
    return f'"{queries.unread(request.actor)}"' if request.actor.ref else '"-"'


@require_GET
@gate(HAS_ACCOUNT)
@condition(etag_func=_etag)
def count(request: Any) -> HttpResponse:
    """How many are new, as the badge shows it; nothing at all when nothing changed."""
    return page(request, "notices/count.html", unread=queries.unread(request.actor), many=queries.MANY)


@require_POST
@gate(HAS_ACCOUNT)
def read(request: Any) -> HttpResponse:
    """Everything up to the newest shown is read."""
    up_to = request.POST.get("up_to", "")
    reading.read(request.actor, up_to=int(up_to) if up_to.isdecimal() and len(up_to) < 19 else 0, at=request.at)
    return went_well(reverse("inbox"))


@never_cache
@require_http_methods(["GET", "POST"])
@gate(HAS_ACCOUNT)
def wishes(request: Any) -> HttpResponse:
    """By which ways I am told outside the inbox, and when not."""
    kept = queries.wish_of(request.user)
    form = WishForm(request.POST or None, initial=kept)
    if form.is_valid():
        told = form.cleaned_data
        hours = (told["quiet_from"], told["quiet_until"]) if told["quiet_from"] is not None else None
        reading.wish(request.user, ways=told["ways"], quiet=hours, by=request.actor, at=request.at)
        messages.success(request, gettext("Your wishes are kept."))
        return went_well(reverse("inbox-wishes"))
    return page(request, "notices/wishes.html", status=400 if form.errors else 200, form=form)


@csrf_exempt
@require_POST
@gate(PUBLIC)
def receipt(request: HttpRequest) -> JsonResponse:
    """The message service says that a message arrived; believed only when signed, and once."""
    headers = request.headers
    key = headers.get("Idempotency-Key", "")
    signing.must_fit(
        settings.NOTICE_WEBHOOK_SECRET,
        way=signing.BACK,
        given=headers.get("X-Linli-Signature", ""),
        moment=headers.get("X-Linli-Time", ""),
        key=key,
        body=request.body,
        at=request.at,  # type: ignore[attr-defined]
    )
    receiving.received(key, at=request.at)  # type: ignore[attr-defined]
    return JsonResponse({"ok": True})
