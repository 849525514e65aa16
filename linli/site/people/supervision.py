"""What an administrator does for others' accounts: passwords, open sign-ins, who must have a second factor."""

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

from linli.access import factor_rules, opening, passwords, pausing, queries, supervising
from linli.access.factor_rules import Rule
from linli.access.forms import refuse_in
from linli.access.gates import PUBLIC, gate
from linli.access.roles import ROLES
from linli.ground.permissions import Permission
from linli.web.pages import page, went_well

from .forms import FactorRuleForm, NewPasswordForm, SupervisedForm
from .wording import area_names


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def password_reset(request: Any, ref: str) -> HttpResponse:
    """The password of someone who lost it opens nothing any more; they choose another by a code shown once."""
    account = queries.person(ref, request.actor)
    supervising.must_supervise(account, by=request.actor, at=request.at)
    form, status = SupervisedForm(request.POST or None), 200
    if form.is_valid():
        told = form.cleaned_data
        try:
            passwords.confirm(request.user, told["password"], at=request.at)
            code = supervising.reset_password(account, reason=told["reason"], by=request.actor, at=request.at)
        except (passwords.WrongPassword, supervising.WhyNeeded, pausing.TooManyTries) as wrong:
            status = refuse_in(form, wrong, "reason" if isinstance(wrong, supervising.WhyNeeded) else "password")
        else:
            return _shown_once(request, account, code)
    status = 400 if form.errors and status == 200 else status
    return page(request, "site/people/password_reset.html", status=status, form=form, person=account)


def _shown_once(request: Any, account: Any, code: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("new-password", args=[code]))
    drawn = segno.make(link, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True)
    context = {"person": account, "link": link, "qr": mark_safe(drawn), "until": request.at + supervising.STANDS_FOR}  # noqa: S308 - drawn by us from our own link
    return page(request, "site/people/password_link.html", **context)


@never_cache
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "POST"])
@gate(PUBLIC)
def new_password(request: Any, code: str) -> HttpResponse:
    """Whoever was given the code chooses the password they sign in with."""
    found = supervising.asked(code, at=request.at)
    form, status = NewPasswordForm(request.POST or None), 200
    if form.is_valid():
        try:
            supervising.choose_password(code, password=form.cleaned_data["new"], at=request.at)
        except opening.WeakPassword as weak:
            status = refuse_in(form, weak, "new")
        else:
            messages.success(request, gettext("Your password is set. Sign in with it."))
            return went_well(reverse("sign-in"))
    status = 400 if form.errors and status == 200 else status
    return page(request, "site/people/new_password.html", status=status, form=form, person=found.account)


@require_POST
@gate(Permission.ACCOUNT_MANAGE)
def end_sign_ins(request: Any, ref: str) -> HttpResponse:
    """Every browser of the account is signed out."""
    account = queries.person(ref, request.actor)
    ended = supervising.end_sign_ins(account, by=request.actor, at=request.at)
    messages.success(request, gettext("Open sign-ins ended: %(count)s.") % {"count": ended})
    return went_well(reverse("person", args=[ref]))


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def rules(request: Any) -> HttpResponse:
    """Who must have a second factor, since when and by whose word; and the form to say otherwise."""
    today, own = localdate(request.at), request.actor.area_code
    form = FactorRuleForm(request.POST or None, initial={"since": today})
    if form.is_valid():
        told = form.cleaned_data
        rule = Rule(told["role"], told["asked"] == "yes", told["since"], told["grace_days"], own, told["source"])
        factor_rules.ask(rule, by=request.actor, at=request.at)
        messages.success(request, gettext("The rule is kept."))
        return went_well(reverse("factor-rules"))
    shown = factor_rules.seen_from(own, today=today)
    names = area_names({rule.area_code for rule in shown})
    lines = [
        {
            "rule": rule,
            "role": gettext(ROLES[rule.role].name) if rule.role in ROLES else rule.role,
            "where": names.get(rule.area_code, rule.area_code) if rule.area_code else gettext("everywhere"),
            "ahead": rule.since > today,
        }
        for rule in shown
    ]
    lacking = queries.without_factor(request.actor, at=request.at)
    status = 400 if form.errors else 200
    return page(request, "site/people/factor_rules.html", status=status, form=form, lines=lines, lacking=lacking)
