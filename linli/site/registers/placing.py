"""Addresses that found no building, each to be given one; and the old names that files still write (旧称)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.gates import gate
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.registers import placing, queries
from linli.registers.models import Register
from linli.web.lists import listed
from linli.web.pages import page, went_well

from . import wording


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_READ)
def places(request: Any) -> HttpResponse:
    """The dwellings of my area that nobody can find on the map; one is given its building. Below, the old names."""
    if request.method == "POST":
        home = queries.record(ref := request.POST.get("record", ""), viewer=request.actor)
        if queries.register_of(home) is not Register.DWELLING:
            raise NotFound(what=ref)
        placing.place(home, request.POST.get("building", ""), by=request.actor, at=request.at)
        messages.success(request, gettext("It lies there now, with whoever lives in it."))
        return went_well(reverse("places"))
    rows = placing.unplaced(viewer=request.actor)
    listing = listed(rows, order=["area_code", "id"], cursor=request.GET.get("cursor", ""), mark="ref")
    names = list(placing.old_names(viewer=request.actor)[:200])
    where = wording.area_names({each.area_code for each in [*listing.rows, *names]})
    return page(
        request,
        "site/registers/places.html",
        listing=listing,
        shown=[(each, wording.name_of(each), where.get(each.area_code, each.area_code)) for each in listing.rows],
        names=[(each, where.get(each.area_code, each.area_code)) for each in names],
        may=Permission.REGISTER_KEEP in request.actor.permissions,
    )


@require_POST
@gate(Permission.REGISTER_KEEP)
def name(request: Any) -> HttpResponse:
    """An old name means a name of now in the files of my area, or no longer does."""
    said = request.POST
    if said.get("drop", "").isdecimal():
        placing.drop_name(int(said["drop"]), by=request.actor, at=request.at)
    else:
        area = request.actor.area_code
        placing.keep_name(said.get("old", ""), said.get("new", ""), area=area, by=request.actor, at=request.at)
        messages.success(request, gettext("Files that write the old name mean the new one from now on."))
    return went_well(reverse("places"))
