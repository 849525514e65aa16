"""Disputes about values (数据校核): raised from an archive, argued, settled by someone else."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.access.gates import gate
from linli.ground.permissions import Permission
from linli.registers import book, disputing, queries, shapes, showing, values
from linli.web.lists import listed
from linli.web.pages import page, went_well

from . import wording


@require_POST
@gate(Permission.REGISTER_KEEP)
def dispute(request: Any, ref: str) -> HttpResponse:
    """A value of the record is called wrong."""
    found = queries.record(ref, viewer=request.actor)
    fact = book.fact(request.POST.get("fact", ""))
    said = shapes.must_be(fact, request.POST.get("proposed", ""), today=localdate(request.at))
    reason = request.POST.get("reason", "")[:500]
    asked = request.POST.get("asked") == "yes"
    made = disputing.dispute(found, fact.name, said, reason=reason, asked=asked, by=request.actor, at=request.at)
    messages.success(request, gettext("The dispute is open; someone else settles it."))
    return went_well(reverse("dispute", args=[made.ref]))


@never_cache
@require_GET
@gate(Permission.REGISTER_READ)
def disputes(request: Any) -> HttpResponse:
    """The disputes of my area, the one due first at the top."""
    rows = queries.disputes(viewer=request.actor, settled="settled" in request.GET)
    listing = listed(rows, order=["due_on", "id"], cursor=request.GET.get("cursor", ""))
    shown = [(each, book.fact(each.fact)) for each in listing.rows]
    return page(request, "site/registers/disputes.html", listing=listing, shown=shown, today=localdate(request.at))


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_READ)
def one(request: Any, ref: str) -> HttpResponse:
    """One dispute: both values, the reasons; to argue, and for who may, to settle."""
    raised = queries.dispute(ref, viewer=request.actor)
    found = queries.record(raised.thing, viewer=request.actor)
    if request.method == "POST":
        if "argument" in request.POST:
            disputing.argue(raised, request.POST["argument"][:500], by=request.actor, at=request.at)
        else:
            right = request.POST.get("right") == "yes"
            disputing.settle(raised, found, right=right, by=request.actor, at=request.at)
        return went_well(reverse("dispute", args=[ref]))
    fact = book.fact(raised.fact)
    both = [showing.masked(fact, values.read(fact, text)) if text else "" for text in (raised.stands, raised.proposed)]
    return page(
        request,
        "site/registers/dispute.html",
        dispute=raised,
        record=found,
        name=wording.name_of(found),
        fact=fact,
        stands=both[0],
        proposed=both[1],
        may_settle=Permission.REGISTER_SETTLE in request.actor.permissions and request.actor.ref != raised.raised_by,
        today=localdate(request.at),
    )
