"""Teams of grids (网格队伍): which places of their shape are filled and by whom, the shapes, and sheets of both."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.access import bringing, queries, shapes, teaming
from linli.access.gates import SIGNED_IN, gate
from linli.access.models import TeamShape, TeamUse
from linli.access.reach import Reach
from linli.access.seats import Team
from linli.access.teaming import ShapeAsked
from linli.areas import codes
from linli.areas import queries as areas
from linli.areas.codes import Level
from linli.areas.models import Area
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, NotPermitted
from linli.web.lists import listed
from linli.web.pages import page, went_well

from . import staging
from .forms import PlaceForm, ShapeForm, SheetForm, UseForm
from .wording import area_names, lines

Places = formset_factory(PlaceForm, extra=3, max_num=teaming.PLACES_MOST, validate_max=True)


@dataclass(frozen=True)
class Line:
    """One grid of the list, with its team."""

    area: Area
    community: str
    team: Team


@never_cache
@require_GET
@gate(SIGNED_IN)
def teams(request: Any) -> HttpResponse:
    """The grids within my scope, and how far their teams are filled."""
    return _list(request, "")


@never_cache
@require_http_methods(["GET", "POST"])
@gate(SIGNED_IN)
def team(request: Any, code: str) -> HttpResponse:
    """The team of a grid; of a wider area, its grids. Whoever gives posts there sets the shape."""
    if not request.actor.covers(code) or request.actor.reach is Reach.OWN:
        raise NotFound(what=code)
    here = areas.area(code)
    if request.method == "POST":
        return _use(request, here)
    if codes.level_of(code) < Level.GRID:
        return _list(request, code)
    found = queries.team(code, request.actor, at=request.at)
    use = queries.uses_of([code], today=localdate(request.at)).get(code)
    told: dict[str, Any] = {"area": here, "team": found, "trail": areas.path(code), "others": lines(found.others)}
    return page(request, "site/people/team.html", today=localdate(request.at), **told, **_setting(request, code, use))


def _list(request: Any, code: str) -> HttpResponse:
    listing = listed(queries.grids(request.actor, within=code), order=["code"], cursor=request.GET.get("cursor", ""))
    wanted = [area.code for area in listing.rows]
    found = queries.teams(wanted, request.actor, at=request.at)
    names = area_names({codes.parent(each) for each in wanted})
    shown = [Line(area, names.get(codes.parent(area.code), ""), found[area.code]) for area in listing.rows]
    own = code or request.actor.area_code
    use = queries.uses_of([own], today=localdate(request.at)).get(own)
    here = areas.area(code) if code else None
    return page(
        request, "site/people/teams.html", listing=listing, lines=shown, area=here, **_setting(request, own, use)
    )


def _setting(request: Any, code: str, use: TeamUse | None) -> dict[str, Any]:
    """What shape holds here, who said so, and the form to say otherwise."""
    own = use.area_code == code if use else False
    initial = {"shape": use.shape.ref if use and own else "", "what_for": use.what_for if use and own else ""}
    form = UseForm(initial=initial, shapes=queries.shapes_for(code))
    may = request.actor.may(Permission.ACCOUNT_MANAGE, within=code)
    said_at = area_names({use.area_code}).get(use.area_code, gettext("everywhere")) if use else ""
    return {"use": use, "own_use": own, "said_at": said_at, "form": form if may else None, "code": code}


def _use(request: Any, here: Area) -> HttpResponse:
    form = UseForm(request.POST, shapes=(usable := queries.shapes_for(here.code)))
    if not form.is_valid():
        return page(request, "site/people/form.html", status=400, form=form, title=gettext("Shape of the team"))
    chosen = next((each for each in usable if each.ref == form.cleaned_data["shape"]), None)
    if chosen:
        what_for = form.cleaned_data["what_for"]
        teaming.use(chosen, area=here.code, what_for=what_for, by=request.actor, at=request.at)
        messages.success(
            request,
            gettext("The teams of %(area)s have the shape %(shape)s.") % {"area": here.name, "shape": chosen.name},
        )
    else:
        teaming.use_no_longer(here.code, by=request.actor, at=request.at)
        messages.success(
            request, gettext("The teams of %(area)s have the shape of the area above.") % {"area": here.name}
        )
    return went_well(reverse("team", args=[here.code]))


# -- shapes -------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@gate(SIGNED_IN)
def shape_list(request: Any) -> HttpResponse:
    """The shapes used here, and those used elsewhere, to be taken over."""
    if request.method == "POST":
        known = shapes.known().get(request.POST.get("known", ""))
        if known is None:
            raise NotFound(what=request.POST.get("known", ""))
        taken = teaming.take_over(known, area=request.actor.area_code, by=request.actor, at=request.at)
        messages.success(
            request, gettext("%(shape)s was taken over. Change it as you need it.") % {"shape": taken.name}
        )
        return went_well(reverse("team-shape", args=[taken.ref]))
    mine = queries.shapes(request.actor)
    own = request.actor.area_code
    taken_over = {each.known for each in mine if each.area_code == own}
    names = area_names({each.area_code for each in mine} | {own})
    context: dict[str, Any] = {
        "shapes": [(each, names.get(each.area_code, gettext("everywhere")), _may(request, each)) for each in mine],
        "known": [each for each in shapes.known().values() if each.known not in taken_over],
        "manages": request.actor.may(Permission.ACCOUNT_MANAGE, within=own),
        "own": names.get(own, gettext("everywhere")),
    }
    return page(request, "site/people/shapes.html", **context)


def _may(request: Any, found: TeamShape) -> bool:
    return bool(request.actor.may(Permission.ACCOUNT_MANAGE, within=found.area_code))


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def shape_new(request: Any) -> HttpResponse:
    """A shape of one's own."""
    return _edit(request, None)


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def shape(request: Any, ref: str) -> HttpResponse:
    """A shape as it stands, to be changed or given up."""
    found = queries.shape(ref, request.actor)
    if "give-up" in request.POST:
        teaming.give_up(found, by=request.actor, at=request.at)
        messages.success(request, gettext("The shape was given up."))
        return went_well(reverse("team-shapes"))
    return _edit(request, found)


def _edit(request: Any, found: TeamShape | None) -> HttpResponse:
    told = [] if found is None else list(found.places.values("slug", "name", "role", "most", "in_pairs"))
    start = {} if found is None else {"name": found.name, "special": found.special, "source": found.source}
    form = ShapeForm(request.POST or None, initial=start)
    places = Places(request.POST or None, initial=told, prefix="places")
    if request.method == "POST" and form.is_valid() and places.is_valid():
        asked = ShapeAsked(places=tuple(each for line in places if (each := line.asked())), **form.cleaned_data)
        if found is None:
            kept = teaming.shape(asked, area=request.actor.area_code, by=request.actor, at=request.at)
        else:
            kept = teaming.reshape(found, asked, by=request.actor, at=request.at)
        messages.success(request, gettext("The shape %(shape)s is kept.") % {"shape": kept.name})
        return went_well(reverse("team-shapes"))
    status = 400 if request.method == "POST" else 200
    return page(request, "site/people/shape.html", status=status, form=form, rows=places, shape=found)


# -- sheets -------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.ACCOUNT_MANAGE)
def sheet(request: Any) -> HttpResponse:
    """A sheet of shapes, or of which area has which: looked through first, then written all at once."""
    if text := request.POST.get("staged"):
        kind, rows = _looked_through(request, *staging.staged(text, kind="teams"))
        bring = bringing.bring_shapes if kind == "shapes" else bringing.bring_uses
        count = bring(rows, by=request.actor, at=request.at)
        messages.success(request, gettext("%(count)s written.") % {"count": count})
        return went_well(reverse("team-shapes" if kind == "shapes" else "teams"))
    form = SheetForm(
        request.POST or None, request.FILES or None, label=gettext("Sheet of shapes or of teams (XLSX, XLS or CSV)")
    )
    if not form.is_valid():
        return page(request, "site/people/team_sheet.html", status=400 if form.errors else 200, form=form)
    name, content = staging.sent(form.cleaned_data["file"])
    kind, rows = _looked_through(request, name, content)
    wrong = [row for row in rows if row.wrong]
    kept = "" if wrong else staging.kept(name, content, kind="teams")
    names = area_names({row.area for row in rows})
    return page(
        request, "site/people/team_sheet.html", form=form, rows=rows, wrong=wrong, staged=kept, kind=kind, names=names
    )


def _looked_through(request: Any, name: str, content: bytes) -> tuple[str, list[bringing.Row]]:
    if not request.actor.may(Permission.ACCOUNT_MANAGE, within=request.actor.area_code):
        raise NotPermitted(permission=Permission.ACCOUNT_MANAGE.label)
    kind = bringing.kind_of(name, content)
    if kind == "shapes":
        return kind, bringing.shapes(name, content, by=request.actor, area=request.actor.area_code)
    return kind, bringing.uses(name, content, by=request.actor)
