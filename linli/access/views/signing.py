"""Signing in and out: by name and password, by a second factor, by the city's own sign-on."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.access import city, demo, factors, owing, pausing, signing
from linli.access.forms import CodeForm, SignInForm, refuse_in
from linli.access.gates import PUBLIC, gate
from linli.access.models import Account
from linli.access.requests import Request
from linli.web.pages import page, went_well


def onward(request: Request, default: str = "home") -> str:
    """Where to go after this: a page of ours, never another host."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else reverse(default)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@gate(PUBLIC)
def sign_in(request: Request) -> HttpResponse:
    """Who gives the right name and password is signed in; who does not is not told which of the two was wrong."""
    form, status = SignInForm(request.POST or None), 200
    if form.is_valid():
        try:
            whole = signing.sign_in(request, **form.cleaned_data, onward=onward(request), at=request.at)
        except (signing.WrongSignIn, pausing.TooManyTries) as wrong:
            status = refuse_in(form, wrong)
        else:
            return _in(request, request.user, onward(request)) if whole else went_well(reverse("sign-in-factor"))
    return page(
        request,
        "access/sign_in.html",
        status=400 if form.errors and status == 200 else status,
        form=form,
        next=onward(request),
        players=demo.players(),
        city=settings.OIDC_NAME if settings.OIDC_ISSUER else "",
    )


@sensitive_post_parameters("code", "passkey")
@never_cache
@require_http_methods(["GET", "POST"])
@gate(PUBLIC)
def second_factor(request: Request) -> HttpResponse:
    """Who proved the first step is signed in by a code or a passkey."""
    try:
        who = signing.waiting(request.session, at=request.at)
    except signing.BeginAgain:
        return went_well(reverse("sign-in"))
    form, status = CodeForm(request.POST or None), 200
    if form.is_valid():
        try:
            signing.second_step(request, **form.cleaned_data, at=request.at)
        except (factors.WrongCode, factors.PasskeyRefused, pausing.TooManyTries) as wrong:
            status = refuse_in(form, wrong)
        else:
            return _in(request, who.account, who.onward)
    asked = factors.ask_passkey(who.account)
    status = 400 if form.errors and status == 200 else status
    return page(request, "access/factor.html", status=status, form=form, passkey=asked)


def _in(request: Request, account: Account, to: str) -> HttpResponse:
    """Onward, the browser being known from now on; by way of the second factor's page where a post asks for one."""
    if owing.DUE in request.session:
        to = f"{reverse('factor')}?{urlencode({'next': to})}"
    answer = went_well(to)
    pausing.remember_browser(request, answer, account.ref)
    return answer


@never_cache
@require_GET
@gate(PUBLIC)
def city_begin(request: Request) -> HttpResponse:
    """To the city's own sign-on."""
    return HttpResponseRedirect(city.begin(request, process=city.SIGN_IN, onward=onward(request)))


@never_cache
@require_GET
@gate(PUBLIC)
def city_back(request: Request) -> HttpResponse:
    """Back from it: signed in where an account is linked; or linked, where that was what one went for."""
    subject, state = city.proven(request)
    if state["process"] == city.LINK:
        if not request.user.is_authenticated:
            raise signing.BeginAgain()
        city.link(request.user, subject, by=request.actor, at=request.at)
        return went_well(reverse("sign-on"))
    to = state.get("next") or reverse("home")
    whole = city.sign_in(request, subject, onward=to, at=request.at)
    return _in(request, request.user, to) if whole else went_well(reverse("sign-in-factor"))


@require_POST
@gate(PUBLIC)
def sign_out(request: Request) -> HttpResponse:
    """Nobody is signed in in this browser."""
    signing.sign_out(request, at=request.at)
    return went_well(reverse("home"))
