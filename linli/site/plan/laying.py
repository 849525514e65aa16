"""Laying backgrounds, pinning scans, lifting either."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from linli.access.gates import gate
from linli.access.requests import Request
from linli.areas import backgrounds, laying, scans
from linli.geo.pinning import Pin
from linli.geo.points import Crs
from linli.geo.refusals import FileTooLarge
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, Refusal
from linli.web.middleware import sentence
from linli.web.pages import page, went_well

from . import mapping, tasks, works
from .forms import BackgroundForm, PinsForm
from .works import Work

AT_ONCE = 3_000_000  # bytes that are converted while the sender waits
MOST_FILES = 12


@require_http_methods(["GET", "POST"])
@gate(Permission.PLAN_LAY)
def plan(request: Request) -> HttpResponse:
    """What lies under the maps one's post covers, what is on its way, and a form to lay more."""
    form = BackgroundForm(
        request.POST if "kind" in request.POST or "name" in request.POST else None, initial=_begun(request)
    )
    told, status = None, 200
    if request.method == "POST":
        try:
            if answer := _act(request, form):
                return answer
            status = 400
        except Refusal as refused:
            told, status = _told(refused), refused.status
    actor = request.actor
    on_way = _works(request)
    return page(
        request,
        "site/plan/plan.html",
        part="progress",
        status=status,
        form=form,
        told=told,
        lying=[each for each in backgrounds.lying() if actor.covers(each.area_code)],
        works=on_way,
        going=any(not refused for _work, refused in on_way),
        crumbs=_trail(),
    )


def _trail(*more: str) -> list[tuple[str, str]]:
    """Where the page of backgrounds lies; with more, a page below it."""
    own = (gettext("Backgrounds"), reverse("plan") if more else "")
    return [(gettext("Areas"), reverse("areas")), own, *((name, "") for name in more)]


def _works(request: Request) -> list[tuple[Work, list[str]]]:
    """What this actor may see on its way, each with why it was refused."""
    actor = request.actor
    seen = [work for work in tasks.on_their_way() if work.account == actor.ref or not actor.area_code]
    return [(work, _told(refusal_of(work.code, works.CutOff)(**work.told)) if work.code else []) for work in seen]


def refusal_of(code: str, otherwise: type[Refusal]) -> type[Refusal]:
    """The kind of refusal that has a code."""
    kinds, found = [Refusal], otherwise
    while kinds:
        kind = kinds.pop()
        found = kind if kind.code == code else found
        kinds += kind.__subclasses__()
    return found


def _begun(request: Request) -> dict[str, str]:
    return {"kind": "geojson", "area": request.GET.get("area") or request.actor.area_code}


def _act(request: Request, form: BackgroundForm) -> HttpResponse | None:
    """Lifts, forgets a refused one, or lays; None when the form must be filled in better."""
    if ref := request.POST.get("lift"):
        laying.lift(backgrounds.any_lying(ref), by=request.actor, at=request.at)
        messages.success(request, gettext("Lifted."))
        return went_well(reverse("plan"))
    if number := request.POST.get("forget"):
        return _forget(request, number)
    files = request.FILES.getlist("files")
    if not files or len(files) > MOST_FILES:
        form.add_error(None, gettext("Choose a file."))
    return _lay(request, form.cleaned_data, files) if form.is_valid() else None


def _forget(request: Request, number: str) -> HttpResponse:
    work = works.read(number) if number.isalnum() else None
    if work is None or (work.account != request.actor.ref and request.actor.area_code):
        raise NotFound(what=number)
    works.end(work)
    return went_well(reverse("plan"))


def _lay(request: Request, asked: dict[str, Any], files: list[Any]) -> HttpResponse:
    """Small files and scans at once; large ones wait for the worker."""
    wish = laying.Wish(asked["name"], asked["area"], asked["attribution"])
    actor = request.actor
    actor.must(Permission.PLAN_LAY, within=wish.area)
    must_not_be_larger(asked["kind"], files)
    at_once = asked["kind"] == backgrounds.SCAN or sum(file.size for file in files) <= AT_ONCE
    kept = {"kind": asked["kind"], "wish": wish, "crs": Crs(asked["crs"]), "account": actor.ref, "post": actor.post}
    work = works.begin(files, at_once=at_once, **kept)
    if not at_once:
        tasks.convert.enqueue(work.number)
        return went_well(reverse("plan"))
    try:
        laid = laying.lay(work.kind, work.paths(), wish=wish, crs=Crs(work.crs), by=actor, at=request.at)
    finally:
        works.end(work)
    messages.success(request, gettext("%(name)s is laid.") % {"name": laid.name})
    return went_well(reverse("plan-pins", args=[laid.ref]) if laid.kind == backgrounds.SCAN else reverse("plan"))


def must_not_be_larger(kind: str, files: list[Any]) -> None:
    """Refuses files that the worker would refuse, before they are kept: the same number decides in both places."""
    size, most = sum(file.size for file in files), laying.MOST_MB[kind]
    if size > most * 1_000_000:
        raise FileTooLarge(size=round(size / 1_000_000, 1), limit=most)


@require_http_methods(["GET", "POST"])
@gate(Permission.PLAN_LAY)
def pins(request: Request, ref: str) -> HttpResponse:
    """A scanned plan is held by pins: places on the picture, and where they are on the ground."""
    background = backgrounds.scan(ref)
    request.actor.must(Permission.PLAN_LAY, within=background.area_code)
    form = PinsForm(request.POST or None, initial=_known(background))
    told, status = None, 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                laying.pin(background, pins=_pins(form.cleaned_data), by=request.actor, at=request.at)
                messages.success(request, gettext("%(name)s lies where its pins hold it.") % {"name": background.name})
                return went_well(reverse("map"))
            except Refusal as refused:
                told, status = _told(refused), refused.status
    wide, high = scans.size(backgrounds.path(background))
    context: dict[str, Any] = {"background": background, "form": form, "told": told, "wide": wide, "high": high}
    context["crumbs"] = _trail(gettext("Pin %(name)s") % {"name": background.name})
    shown = mapping.describe(background.area_code, card=False)
    return page(request, "site/plan/pins.html", status=status, map=shown, rows=_rows(form), **context)


def _rows(form: PinsForm) -> list[tuple[int, list[Any]]]:
    return [(number, [form[f"{axis}{number}"] for axis in ("x", "y", "lon", "lat")]) for number in (1, 2, 3)]


def _pins(told: dict[str, float]) -> list[Pin]:
    return [Pin(*(told[f"{axis}{number}"] for axis in ("x", "y", "lon", "lat"))) for number in (1, 2, 3)]


def _known(background: Any) -> dict[str, float]:
    known = backgrounds.pins(background)
    axes = ("x", "y", "lon", "lat")
    return {f"{axis}{n}": value for n, pin in enumerate(known, 1) for axis, value in zip(axes, pin, strict=True)}


def _told(refusal: Refusal) -> list[str]:
    return [sentence(words, refusal.facts) for words in (refusal.words, refusal.next_step)]
