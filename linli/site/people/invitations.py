"""Offering posts, one or a sheet of them, and taking an offer up."""

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from linli.access import appointing, inviting, queries, rostering
from linli.access.forms import refuse_in
from linli.access.gates import PUBLIC, gate
from linli.access.models import Account, Invitation
from linli.areas import codes
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, Refusal
from linli.web.middleware import sentence
from linli.web.pages import page, went_well

from . import staging
from .forms import JoinForm, PostForm, SheetForm
from .wording import area_names, lines, rostering_lines


def card(request: Any, invitation: Invitation, code: str) -> dict[str, Any]:
    """An invitation as it is handed over: name, link, and the link as a QR code."""
    link = request.build_absolute_uri(reverse("join", args=[code]))
    drawn = segno.make(link, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True)
    return {"invitation": invitation, "link": link, "qr": mark_safe(drawn)}  # noqa: S308 - drawn by us from our own link


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def invite(request: Any) -> HttpResponse:
    """A post offered to someone, the link being shown once; or given to someone who has an account."""
    asked = {name: request.GET[name] for name in ASKED if name in request.GET}
    initial = {"area": request.actor.area_code, "since": localdate(request.at), **asked}
    shapes, bureaus = queries.shapes(request.actor), queries.bureaus(request.actor)
    form, status = PostForm(request.POST or None, initial=initial, bureaus=bureaus, shapes=shapes), 200
    if form.is_valid():
        try:
            return _offered(request, form)
        except MENDABLE as wrong:
            refuse_in(form, wrong, FIELDS.get(type(wrong)))
    status = 400 if form.errors and status == 200 else status
    filling = form.filling()
    return page(request, "site/people/invite.html", status=status, form=form, filling=filling, where=_where(form))


ASKED = ("area", "role", "title", "team", "place", "holder", "account")  # what the page of a team, or of a person, says
MENDABLE = (appointing.BoardOfOtherLevel, appointing.NoSuchPlace, codes.NotACode, NotFound)
FIELDS: dict[type[Refusal], str] = {
    appointing.BoardOfOtherLevel: "board",
    codes.NotACode: "area",
    NotFound: "account",
}


def _where(form: PostForm) -> str:
    """The name of the one area that the form is opened for."""
    code = str((form.data or form.initial).get("area", ""))
    return area_names({code}).get(code, "")


def _offered(request: Any, form: PostForm) -> HttpResponse:
    """The post is given to the one named, or offered to the newcomer."""
    asked, named = form.asked(), form.cleaned_data["account"].strip()
    if not named:
        offer = inviting.invite(form.cleaned_data["name"], asked, by=request.actor, at=request.at)
        return page(request, "site/people/invited.html", cards=[card(request, *offer)])
    post = appointing.give(_someone(request, named), asked, by=request.actor, at=request.at)
    messages.success(request, gettext("The post is given."))
    return went_well(reverse("post", args=[post.ref]))


def _someone(request: Any, named: str) -> Account:
    """The account of a reference, or of a name to sign in with; of those who work elsewhere, none is found."""
    account = queries.called(named.rpartition("·")[2].strip())
    if account is None or not appointing.may_be_named(account, by=request.actor, today=localdate(request.at)):
        raise NotFound(what=named)
    return account


@never_cache
@require_POST
@gate(Permission.ACCOUNT_MANAGE)
def renew(request: Any, ref: str) -> HttpResponse:
    """The offer stands anew, by a new code; the one given before opens nothing."""
    offer = inviting.renew(queries.post(ref, request.actor), by=request.actor, at=request.at)
    return page(request, "site/people/invited.html", cards=[card(request, *offer)])


@require_POST
@gate(Permission.ACCOUNT_MANAGE)
def take_back(request: Any, ref: str) -> HttpResponse:
    """The offer stands no longer."""
    inviting.take_back(queries.post(ref, request.actor), by=request.actor, at=request.at)
    messages.success(request, gettext("The offer was taken back; its code opens nothing any more."))
    return went_well(reverse("post", args=[ref]))


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def sheet(request: Any) -> HttpResponse:
    """A sheet of posts: looked through first, then offered all at once."""
    if text := request.POST.get("staged"):
        rows = _looked_through(request, *staging.staged(text, kind="posts"))
        offers = rostering.offer(rows, by=request.actor, at=request.at)
        given = len(rows) - len(offers)
        cards = [card(request, *offer) for offer in offers]
        return page(request, "site/people/invited.html", cards=cards, given=given)
    form = SheetForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return page(request, "site/people/sheet.html", status=400 if form.errors else 200, form=form)
    name, content = staging.sent(form.cleaned_data["file"])
    rows = _looked_through(request, name, content)
    wrong = [row for row in rows if row.wrong]
    kept = "" if wrong else staging.kept(name, content, kind="posts")
    shown = rostering_lines(rows)
    return page(request, "site/people/sheet.html", form=form, rows=shown, wrong=wrong, staged=kept)


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
