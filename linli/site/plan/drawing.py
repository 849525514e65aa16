"""Drawing areas by hand: on the map, or by a form that takes GeoJSON. The same verbs either way."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.access.gates import gate
from linli.access.requests import Request
from linli.areas import codes, cover, drawing, queries
from linli.areas.models import Area
from linli.geo import polygons
from linli.geo.refusals import NotABoundary
from linli.ground.permissions import Permission
from linli.ground.refusals import Malformed, Refusal
from linli.site.history import reading
from linli.web.middleware import sentence
from linli.web.pages import page, went_well

from . import mapping
from .forms import ActForm, shape_in
from .views import trail

HAN = "零一二三四五六七八九"


@require_http_methods(["GET", "POST"])
@gate(Permission.AREA_EDIT)
def edit(request: Request, code: str) -> HttpResponse:
    """What lies in an area is drawn, cut, joined, given, drawn afresh; or the last of it undone."""
    here = queries.area(code)
    request.actor.must(Permission.AREA_EDIT, within=code)
    children = list(queries.children(code))
    form = ActForm(request.POST or None, request.FILES or None, children=children)
    refusal = None
    if request.method == "POST":
        try:
            if "undo" in request.POST:
                drawing.undo(here, by=request.actor, at=request.at)
                return _done(request, here, gettext("Undone: it is as it was before."))
            if form.is_valid():
                said = _do(here, form.cleaned_data, by=request.actor, at=request.at)
                return _done(request, here, said)
        except Refusal as refused:
            refusal = refused
    return _page(request, here, children, form, refusal)


def _page(request: Request, here: Area, children: list[Area], form: ActForm, refusal: Refusal | None) -> HttpResponse:
    told = refusal and [sentence(words, refusal.facts) for words in (refusal.words, refusal.next_step)]
    status = refusal.status if refusal else 400 if form.errors else 200
    shown = mapping.describe(
        here.code,
        card=False,
        size="tall",
        draw={"children": reverse("area-children", args=[here.code]), "code": here.code},
    )
    return page(
        request,
        "site/plan/edit.html",
        status=status,
        area=here,
        children=children,
        form=form,
        told=told,
        map=shown,
        last=_last(here),
        next_name=_next_name(here, len(children)),
        crumbs=trail(here, gettext("Draw")),
    )


def _last(here: Area) -> reading.Line | None:
    """The act that can be undone, as a sentence."""
    act = drawing.last_act(here.code)
    return reading.days([act])[0].lines[0] if act else None


def _done(request: Request, here: Area, said: str) -> HttpResponse:
    messages.success(request, said)
    return went_well(reverse("area-edit", args=[here.code]))


def _next_name(here: Area, number: int) -> str:
    """A name for the next grid, as clerks give them; nothing for what has a name of its own."""
    grid = codes.level_of(here.code) >= codes.Level.COMMUNITY
    return gettext("Grid %(number)s") % {"number": counted(number + 1)} if grid else ""


def counted(number: int) -> str:
    """A number below a hundred as a Chinese name bears it; in other languages, and beyond, in digits.

    >>> from django.utils.translation import override
    >>> with override("zh-hans"):
    ...     [counted(number) for number in (7, 10, 12, 20, 61)]
    ['七', '十', '十二', '二十', '六十一']
    """
    if not str(get_language()).startswith("zh") or number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return (HAN[tens] if tens > 1 else "") + ("十" if tens else "") + (HAN[ones] if ones else "")


def _do(here: Area, asked: dict[str, Any], **who: Any) -> str:
    """The act asked for is done; what to tell whoever asked."""
    return DO[asked["act"]](here, asked, who)


def _outline(asked: dict[str, Any]) -> Any:
    shape = shape_in(asked)
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise NotABoundary(feature=1, found=shape.geom_type)
    return shape


def _line(asked: dict[str, Any]) -> Any:
    shape = shape_in(asked)
    if shape.geom_type != "LineString":
        raise Malformed(what=gettext("The cutting line"), why=gettext("it must be a LineString"))
    return shape


def _draw(here: Area, asked: dict[str, Any], who: Any) -> str:
    new = drawing.draw(here, piece=_outline(asked), name=asked["name"], **who)
    return gettext("%(name)s %(code)s is drawn.") % {"name": new.name, "code": new.code}


def _cut(here: Area, asked: dict[str, Any], who: Any) -> str:
    area = queries.area(asked["area"])
    new = drawing.cut_in_two(area, line=_line(asked), name=asked["name"], **who)
    return gettext("%(old)s is cut in two; the smaller part is %(name)s %(code)s.") % {
        "old": area.name,
        "name": new.name,
        "code": new.code,
    }


def _join(here: Area, asked: dict[str, Any], who: Any) -> str:
    areas = [queries.area(code) for code in dict.fromkeys([asked["area"], *asked["others"]])]
    one = drawing.join(areas, name=asked["name"].strip(), **who)
    return gettext("%(name)s %(code)s now holds them all.") % {"name": one.name, "code": one.code}


def _give(here: Area, asked: dict[str, Any], who: Any) -> str:
    giver, taker = queries.area(asked["area"]), queries.area(asked["others"][0])
    drawing.give(giver, patch=_outline(asked), taker=taker, **who)
    return gettext("The land drawn over belongs to %(name)s.") % {"name": taker.name}


def _reshape(here: Area, asked: dict[str, Any], who: Any) -> str:
    area = drawing.reshape(queries.area(asked["area"]), piece=_outline(asked), **who)
    return gettext("%(name)s %(code)s is drawn.") % {"name": area.name, "code": area.code}


DO: dict[str, Callable[[Area, dict[str, Any], Any], str]] = {
    "draw": _draw,
    "cut": _cut,
    "join": _join,
    "give": _give,
    "reshape": _reshape,
}


@require_GET
@gate(Permission.AREA_EDIT)
def children(request: Request, code: str) -> HttpResponse:
    """The exact boundaries of an area and of what lies in it, for whoever draws there to snap to."""
    here = queries.area(code)
    request.actor.must(Permission.AREA_EDIT, within=code)
    own = cover.land(here)
    lands = {**({code: own} if own else {}), **cover.children(code)}
    features = ",".join(
        f'{{"type":"Feature","id":"{each}","properties":{{"code":"{each}"}},"geometry":{polygons.write(land)}}}'
        for each, land in lands.items()
    )
    text = f'{{"type":"FeatureCollection","features":[{features}]}}'
    return HttpResponse(text, content_type="application/geo+json", headers={"Cache-Control": "no-cache"})
