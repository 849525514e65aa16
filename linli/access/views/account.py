"""One's own account: its second factor, its open sign-ins, its password, its link with the city's sign-on."""

from collections.abc import Callable
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.access import city, factors, opening, owing, passwords, pausing, queries, sessions
from linli.access.forms import AppForm, ConfirmForm, PasskeyForm, PasswordForm, ResetForm, refuse_in
from linli.access.gates import HAS_ACCOUNT, gate
from linli.access.requests import Request
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.web.pages import page, went_well

from .signing import onward

SECRET = "app-secret"  # noqa: S105 - where the session keeps it, not what it is
View = Callable[..., HttpResponse]
hides = sensitive_post_parameters("password", "old", "new", "again", "code", "passkey")


def without_factor(view: View) -> View:
    """The page is open to whoever still has to set up a second factor: it is where that is done."""
    view.without_factor = True  # type: ignore[attr-defined]
    return view


@without_factor
@require_GET
@gate(HAS_ACCOUNT)
def factor(request: Request) -> HttpResponse:
    """What one has, what one lacks, and until when one may go without."""
    context = factors.of(request.user) | {
        "due_at": factors.due_at(request.user, at=request.at),
        "overdue": owing.overdue(request.session, at=request.at),
        "https": settings.HTTPS,
        "form": ConfirmForm(),
        "next": onward(request, "factor"),
    }
    return page(request, "access/factor_own.html", **context)


@without_factor
@hides
@require_http_methods(["GET", "POST"])
@gate(HAS_ACCOUNT)
def factor_app(request: Request) -> HttpResponse:
    """Sets up the app; the key is shown as a QR code and as text, and kept in the session until it is proven."""
    secret = request.session.setdefault(SECRET, factors.new_secret())
    form, status = AppForm(request.POST or None), 200
    if form.is_valid():
        try:
            passwords.confirm(request.user, form.cleaned_data["password"], at=request.at)
            codes = factors.set_up_app(
                request.user, secret=secret, code=form.cleaned_data["code"], by=request.actor, at=request.at
            )
        except (passwords.WrongPassword, factors.WrongCode, pausing.TooManyTries) as wrong:
            status = refuse_in(form, wrong, "code" if isinstance(wrong, factors.WrongCode) else "password")
        else:
            del request.session[SECRET]
            request.session.pop(owing.DUE, None)
            return _codes_once(request, codes)
    address = factors.address_for_app(request.user, secret)
    qr = segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff")
    key = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    status = 400 if form.errors and status == 200 else status
    return page(request, "access/factor_app.html", status=status, form=form, qr=qr, key=key, next=onward(request))


def _codes_once(request: Request, codes: list[str]) -> HttpResponse:
    """Recovery codes, this once: a page no cache keeps and no reload brings back."""
    return page(request, "access/recovery_codes.html", codes=codes, next=onward(request, "factor"))


def _confirmed(request: Request, act: Callable[[], Any]) -> HttpResponse | None:
    """The act is done if the password given with it is right; otherwise the page of the second factor says why not."""
    form = ConfirmForm(request.POST)
    if form.is_valid():
        try:
            passwords.confirm(request.user, form.cleaned_data["password"], at=request.at)
        except (passwords.WrongPassword, pausing.TooManyTries) as wrong:
            refuse_in(form, wrong, "password")
        else:
            act()
            return None
    told = factors.of(request.user) | {"https": settings.HTTPS, "form": form, "next": reverse("factor")}
    return page(request, "access/factor_own.html", status=400, **told)


@hides
@require_POST
@gate(HAS_ACCOUNT)
def factor_codes(request: Request) -> HttpResponse:
    """Ten fresh recovery codes; those of before open nothing."""
    made: list[str] = []
    wrong = _confirmed(request, lambda: made.extend(factors.new_codes(request.user, by=request.actor, at=request.at)))
    return wrong or _codes_once(request, made)


@hides
@require_POST
@gate(HAS_ACCOUNT)
def factor_remove(request: Request, number: int) -> HttpResponse:
    """Takes an app or a passkey off one's account."""
    wrong = _confirmed(request, lambda: factors.remove(request.user, number=number, by=request.actor, at=request.at))
    return wrong or went_well(reverse("factor"))


@without_factor
@hides
@require_http_methods(["GET", "POST"])
@gate(HAS_ACCOUNT)
def passkey(request: Request) -> HttpResponse:
    """Adds a passkey. Only where pages come over HTTPS: browsers make none elsewhere."""
    if not settings.HTTPS:
        raise NotFound(what=request.path)
    form, status = PasskeyForm(request.POST or None), 200
    if form.is_valid():
        told = form.cleaned_data
        try:
            passwords.confirm(request.user, told["password"], at=request.at)
            codes = factors.add_passkey(
                request.user, name=told["name"], answer=told["passkey"], by=request.actor, at=request.at
            )
        except (passwords.WrongPassword, factors.PasskeyRefused, pausing.TooManyTries) as wrong:
            status = refuse_in(form, wrong)
        else:
            request.session.pop(owing.DUE, None)
            return _codes_once(request, codes) if codes else went_well(reverse("factor"))
    asked = factors.begin_passkey(request.user)
    status = 400 if form.errors and status == 200 else status
    return page(request, "access/factor_passkey.html", status=status, form=form, passkey=asked)


@hides
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def factor_reset(request: Request, ref: str) -> HttpResponse:
    """Takes the second factor of someone who lost it, with a reason."""
    account = queries.person(ref, request.actor)
    form, status = ResetForm(request.POST or None), 200
    if form.is_valid():
        told = form.cleaned_data
        try:
            passwords.confirm(request.user, told["password"], at=request.at)
            factors.reset(account, reason=told["reason"], by=request.actor, at=request.at)
        except (passwords.WrongPassword, factors.ReasonNeeded, pausing.TooManyTries) as wrong:
            status = refuse_in(form, wrong, "reason" if isinstance(wrong, factors.ReasonNeeded) else "password")
        else:
            messages.success(request, _("The second factor was reset. The account signs in by password alone again."))
            return went_well(reverse("home"))
    status = 400 if form.errors and status == 200 else status
    return page(request, "access/factor_reset.html", status=status, form=form, account=account)


@require_GET
@gate(HAS_ACCOUNT)
def sign_ins(request: Request) -> HttpResponse:
    """The browsers one is signed in with."""
    rows = sessions.of(request.user, here=request.session.session_key, at=request.at)
    return page(request, "access/sign_ins.html", rows=rows, idle=settings.IDLE_MINUTES, hours=settings.SESSION_HOURS)


@require_POST
@gate(HAS_ACCOUNT)
def sign_in_end(request: Request, number: int) -> HttpResponse:
    """Ends one of them."""
    sessions.end(request.user, number=number, by=request.actor, at=request.at)
    return went_well(reverse("sign-ins"))


@require_POST
@gate(HAS_ACCOUNT)
def sign_ins_end(request: Request) -> HttpResponse:
    """Ends all but this one."""
    sessions.end_others(request.user, here=request.session.session_key, by=request.actor, at=request.at)
    return went_well(reverse("sign-ins"))


@hides
@require_http_methods(["GET", "POST"])
@gate(HAS_ACCOUNT)
def password(request: Request) -> HttpResponse:
    """Changes one's own password; every other browser is signed out."""
    form, status = PasswordForm(request.POST or None), 200
    if form.is_valid():
        told = form.cleaned_data
        try:
            passwords.change(request, request.user, old=told["old"], new=told["new"], by=request.actor, at=request.at)
        except (passwords.WrongPassword, pausing.TooManyTries) as wrong:
            status = refuse_in(form, wrong, "old")
        except opening.WeakPassword as wrong:
            status = refuse_in(form, wrong, "new")
        else:
            messages.success(request, _("Your password is changed. Every other browser was signed out."))
            return went_well(reverse("sign-ins"))
    status = 400 if form.errors and status == 200 else status
    return page(request, "access/password.html", status=status, form=form)


@hides
@require_http_methods(["GET", "POST"])
@gate(HAS_ACCOUNT)
def sign_on(request: Request) -> HttpResponse:
    """One's link with the city's own sign-on; whoever gives the password may go and make one."""
    city.provider(request)
    form, status = ConfirmForm(request.POST or None), 200
    if form.is_valid():
        try:
            passwords.confirm(request.user, form.cleaned_data["password"], at=request.at)
        except (passwords.WrongPassword, pausing.TooManyTries) as wrong:
            status = refuse_in(form, wrong, "password")
        else:
            city.let_link(request.session, at=request.at)
    linked, may = city.linked(request.user), city.may_link(request.session, at=request.at)
    status = 400 if form.errors and status == 200 else status
    context: dict[str, Any] = {"name": settings.OIDC_NAME, "form": form, "linked": linked, "may": may}
    return page(request, "access/sign_on.html", status=status, **context)


@require_GET
@gate(HAS_ACCOUNT)
def sign_on_link(request: Request) -> HttpResponse:
    """To the sign-on and back, to be linked with it; for whoever gave the password just now, and once."""
    city.provider(request)
    if not city.may_link(request.session, at=request.at, once=True):
        return went_well(reverse("sign-on"))
    return HttpResponseRedirect(city.begin(request, process=city.LINK))


@require_POST
@gate(HAS_ACCOUNT)
def sign_on_unlink(request: Request) -> HttpResponse:
    """Takes the link off."""
    city.unlink(request.user, by=request.actor, at=request.at)
    return went_well(reverse("sign-on"))
