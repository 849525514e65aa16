"""Who works here: the list, one person, one post, acting as and looking on as a post, who may do what."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.access import (
    acting,
    departing,
    factors,
    queries,
    sessions,
    standing_in,
    supervising,
)
from linli.access.gates import HAS_ACCOUNT, SIGNED_IN, gate
from linli.access.models import Account, Post
from linli.access.queries import Narrowing
from linli.access.reach import CHINESE, MEANS, Reach
from linli.access.roles import ROLES
from linli.access.scoping import apart
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.web.lists import listed
from linli.web.pages import page, went_well

from .forms import DepartureForm, LeaveForm, ReasonForm, role_choices
from .wording import lines


@never_cache
@require_GET
@gate(Permission.ACCOUNT_MANAGE)
def people(request: Any) -> HttpResponse:
    """The posts within my scope and who holds them."""
    asked = Narrowing(
        words=request.GET.get("q", "").strip()[:60],
        role=request.GET.get("role", ""),
        permission=request.GET.get("may", ""),
        also_past="past" in request.GET,
    )
    rows = queries.posts(request.actor, asked, today=localdate(request.at))
    listing = listed(apart(rows, request.actor), order=["area_code", "id"], cursor=request.GET.get("cursor", ""))
    shown = lines(listing.rows)
    return page(request, "site/people/people.html", listing=listing, lines=shown, asked=asked, roles=role_choices())


@never_cache
@require_GET
@gate(SIGNED_IN)
def person(request: Any, ref: str) -> HttpResponse:
    """One person: the posts they hold and held, when they are away, what stands open with them."""
    account = queries.person(ref, request.actor)
    held = queries.posts_of(account, request.actor)
    today = localdate(request.at)
    people = queries.colleagues(request.actor, today=today).exclude(pk=account.pk)
    own_posts = [post for post in held if not post.stands_in_for_id]  # nobody stands in for a stand-in
    standing = [post for post in own_posts if post.until is None or post.until > today]
    manages = Permission.ACCOUNT_MANAGE in request.actor.permissions
    own = account.ref == request.actor.ref
    supervises = not own and manages and _supervises(request, account)
    return page(
        request,
        "site/people/person.html",
        person=account,
        own=own,
        supervises=supervises,
        has_factor=factors.has(account) if supervises else None,
        sign_ins=len(sessions.of(account, here="", at=request.at)) if supervises else 0,
        lines=lines(held),
        today=today,
        leaves=queries.leaves_of(account, request.actor),
        open_with=departing.open_with(list(account.posts.all()), at=request.at) if supervises else {},
        leave_form=LeaveForm(posts=standing, people=people) if (manages or own) and standing else None,
        departure_form=DepartureForm(people=people) if supervises and account.is_active else None,
    )


def _supervises(request: Any, account: Account) -> bool:
    """Whether I may reset the account's password: none of its posts lies beyond mine."""
    try:
        supervising.must_supervise(account, by=request.actor, at=request.at)
    except Refusal:
        return False
    return True


@require_POST
@gate(SIGNED_IN)
def leave(request: Any, ref: str) -> HttpResponse:
    """Someone is away for a time, and another stands in."""
    account = queries.person(ref, request.actor)
    held = queries.posts_of(account, request.actor)
    people = queries.colleagues(request.actor, today=localdate(request.at)).exclude(pk=account.pk)
    form = LeaveForm(request.POST, posts=held, people=people)
    if not form.is_valid():
        return page(request, "site/people/form.html", status=400, form=form, title=gettext("Leave"))
    given = form.cleaned_data
    chosen = next(post for post in held if post.ref == given["post"])
    days = {"since": given["since"], "until": given["until"]}
    standing_in.take_leave(chosen, stand_in=given["stand_in"], **days, by=request.actor, at=request.at)
    messages.success(request, gettext("%(name)s stands in.") % {"name": given["stand_in"].name})
    return went_well(reverse("person", args=[ref]))


@require_POST
@gate(SIGNED_IN)
def come_back(request: Any, number: int) -> HttpResponse:
    """Someone is back before the day that was said; whoever stood in holds the post no longer."""
    found = queries.leave(number, request.actor)
    standing_in.come_back(found, on=localdate(request.at), by=request.actor, at=request.at)
    messages.success(request, gettext("The leave has ended."))
    assert found.post.account is not None
    return went_well(reverse("person", args=[found.post.account.ref]))


@require_POST
@gate(Permission.ACCOUNT_MANAGE)
def departure(request: Any, ref: str) -> HttpResponse:
    """Someone leaves: what they owe goes to the successor, their access ends now."""
    account = queries.person(ref, request.actor)
    people = queries.colleagues(request.actor, today=localdate(request.at)).exclude(pk=account.pk)
    form = DepartureForm(request.POST, people=people)
    if not form.is_valid():
        return page(request, "site/people/form.html", status=400, form=form, title=gettext("Departure"))
    departing.leave(account, successor=form.cleaned_data["successor"], by=request.actor, at=request.at)
    messages.success(request, gettext("%(name)s can no longer sign in.") % {"name": account.name})
    return went_well(reverse("people"))


@never_cache
@require_GET
@gate(SIGNED_IN)
def post(request: Any, ref: str) -> HttpResponse:
    """One post: what it may do where, in words."""
    found = queries.post(ref, request.actor)
    (line,) = lines([found])
    offered = getattr(found, "invitation", None)
    may = [permission.label for permission in queries.may_do(found.role)]
    past = bool(found.until and found.until <= localdate(request.at))
    looks = found.account and not past and request.actor.may(Permission.VIEW_AS, within=found.area_code)
    ends = not past and not offered and Permission.ACCOUNT_MANAGE in request.actor.permissions
    owed = {label: n for label, n in departing.open_with([found], at=request.at).items() if n} if ends else {}
    return page(
        request,
        "site/people/post.html",
        line=line,
        may=may,
        form=ReasonForm() if looks else None,
        role=ROLES.get(found.role),
        means=MEANS[Reach(found.reach)],
        place=found.team.places.filter(slug=found.place).first() if found.team else None,
        offered=offered if offered and not offered.accepted_at and not found.account else None,
        past=past,
        owed=owed,
        end_form=_end_form(request, found) if owed else None,
        now=request.at,
    )


def _end_form(request: Any, found: Post) -> DepartureForm:
    """Who takes over what the post has in hand."""
    people = queries.colleagues(request.actor, today=localdate(request.at)).exclude(posts=found)
    return DepartureForm(request.POST if request.method == "POST" else None, people=people)


@require_POST
@gate(Permission.ACCOUNT_MANAGE)
def end(request: Any, ref: str) -> HttpResponse:
    """The post ends today; what is in its hand goes to the successor."""
    found = queries.post(ref, request.actor)
    form = _end_form(request, found)
    if not form.is_valid():
        return page(request, "site/people/form.html", status=400, form=form, title=gettext("End this post"))
    departing.end(found, successor=form.cleaned_data["successor"], by=request.actor, at=request.at)
    messages.success(request, gettext("The post has ended."))
    return went_well(reverse("post", args=[ref]))


@require_POST
@gate(Permission.VIEW_AS)
def look_on(request: Any, ref: str) -> HttpResponse:
    """See what the post sees, change nothing; written down with the reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return page(request, "site/people/form.html", status=400, form=form, title=gettext("Look on"))
    found = queries.post(ref, request.actor)
    acting.look_on(request.session, found, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
    return went_well(reverse("home"))


@require_POST
@gate(SIGNED_IN, looking_on=True)
def stop(request: Any) -> HttpResponse:
    """I act as myself again."""
    acting.stop_looking_on(request.session, by=request.actor, at=request.at)
    return went_well(reverse("home"))


@require_POST
@gate(HAS_ACCOUNT)
def act_as(request: Any) -> HttpResponse:
    """I act as another of my posts from now on."""
    acting.choose(request.session, request.user, request.POST.get("post", ""), at=request.at)
    return went_well(reverse("home"))


@never_cache
@require_http_methods(["GET"])
@gate(SIGNED_IN)
def permissions(request: Any) -> HttpResponse:
    """Every role, what it may do; every permission, who has it."""
    table = [
        {"permission": permission, "label": permission.label, "roles": queries.carrying(permission)}
        for permission in Permission
    ]
    reaches = [
        {
            "name": reach.label,
            "chinese": CHINESE[reach],
            "means": MEANS[reach],
            "roles": [role for role in ROLES.values() if role.reach is reach],
        }
        for reach in Reach
    ]
    return page(request, "site/people/permissions.html", table=table, roles=list(ROLES.values()), reaches=reaches)
