"""Offering posts, one or a sheet of them, and taking an offer up."""

from typing import Any

import segno
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.access import inviting, rostering
from linli.access.gates import PUBLIC, gate
from linli.access.models import Invitation
from linli.ground.permissions import Permission
from linli.ground.refusals import Malformed, Refusal
from linli.ground.words import gettext_noop as _
from linli.web.middleware import sentence
from linli.web.pages import page, went_well

from .forms import JoinForm, PostForm, SheetForm
from .wording import lines

STAGED = "linli.posts"


def card(request: Any, invitation: Invitation, code: str) -> dict[str, Any]:
    """An invitation as it is handed over: name, link, and the link as a QR code."""
    link = request.build_absolute_uri(reverse("join", args=[code]))
    drawn = segno.make(link, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True)
    return {"invitation": invitation, "link": link, "qr": mark_safe(drawn)}  # noqa: S308 - drawn by us from our own link


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def invite(request: Any) -> HttpResponse:
    """A post offered to someone; the link is shown once."""
    initial = {"area": request.GET.get("area", request.actor.area_code), "since": localdate(request.at)}
    form = PostForm(request.POST or None, initial=initial)
    if form.is_valid():
        offer = inviting.invite(form.cleaned_data["name"], form.asked(), by=request.actor, at=request.at)
        return page(request, "site/people/invited.html", cards=[card(request, *offer)])
    return page(request, "site/people/invite.html", status=400 if form.errors else 200, form=form)


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def sheet(request: Any) -> HttpResponse:
    """A sheet of posts: looked through first, then offered all at once."""
    if staged := request.POST.get("staged"):
        rows = _looked_through(request, *_staged(staged))
        offers = rostering.offer(rows, by=request.actor, at=request.at)
        return page(request, "site/people/invited.html", cards=[card(request, *offer) for offer in offers])
    form = SheetForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return page(request, "site/people/sheet.html", status=400 if form.errors else 200, form=form)
    file = form.cleaned_data["file"]
    content = file.read(rostering.MOST_BYTES + 1)
    rows = _looked_through(request, file.name, content)
    wrong = [row for row in rows if row.wrong]
    kept = signing.dumps((file.name, content.hex()), salt=STAGED, compress=True)
    return page(request, "site/people/sheet.html", form=form, rows=rows, wrong=wrong, staged="" if wrong else kept)


def _staged(kept: str) -> tuple[str, bytes]:
    """The sheet that was looked through, as it was sent then."""
    try:
        name, content = signing.loads(kept, salt=STAGED, max_age=3600)
    except signing.BadSignature as stale:
        raise Malformed(what=_("The sheet"), why=_("it was looked through over an hour ago, or elsewhere")) from stale
    return name, bytes.fromhex(content)


def _looked_through(request: Any, name: str, content: bytes) -> list[rostering.Row]:
    return rostering.looked_through(name, content, by=request.actor, today=localdate(request.at))


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
@gate(PUBLIC)
def join(request: Any, code: str) -> HttpResponse:
    """Whoever was invited opens their account."""
    invitation = inviting.offered(code, at=request.at)
    form = JoinForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            inviting.accept(code, sign_in_name=given["sign_in_name"], password=given["password"], at=request.at)
        except Refusal as refused:
            if refused.code not in ("account.name-taken", "account.weak-password"):
                raise
            field = "sign_in_name" if refused.code == "account.name-taken" else "password"
            form.add_error(field, sentence(refused.words, refused.facts))
        else:
            return went_well(reverse("sign-in"))
    (line,) = lines([invitation.post])
    status = 400 if form.errors else 200
    title = gettext("Welcome, %(name)s") % {"name": invitation.name}
    return page(request, "site/people/join.html", status=status, form=form, title=title, line=line)
