"""A list taken away as a file: at once where it is short, else written by the worker and fetched from its page."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.access.actors import Actor
from linli.access.gates import gate
from linli.areas import queries as areas
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, Refusal
from linli.registers import exporting, listing, taking
from linli.registers.exporting import DAYS, Numbers, Wish
from linli.registers.listing import Asked
from linli.registers.models import Export, ListLayout, Register
from linli.web.lists import listed
from linli.web.pages import page, went_well

from . import tasks, wording

AT_ONCE = 2000  # rows; more are written in the background


def may(actor: Actor) -> bool:
    """Whether lists may be taken away."""
    return Permission.REGISTER_EXPORT in actor.permissions


def days_on(today: date) -> list[tuple[str, str]]:
    """The shapes a day can have in a file, each shown on this one."""
    return [(name, today.strftime(shape)) for name, shape in DAYS.items()]


def numbers_for(actor: Actor) -> list[Numbers]:
    """How identity numbers can stand in a file this actor takes away."""
    secret = Permission.REGISTER_SECRET in actor.permissions
    return [each for each in Numbers if secret or each in (Numbers.MASKED, Numbers.TAIL)]


def layout_in(request: Any, register: Register) -> ListLayout | None:
    """The layout the address names, of one's own office."""
    return layout_of(request.GET.get("layout", ""), register, viewer=request.actor)


def layout_of(number: str, register: Register, *, viewer: Actor) -> ListLayout | None:
    """The office's layout of this number; none of another office."""
    some = (
        taking.layouts(register, viewer=viewer)
        if number.isascii() and number.isdigit() and len(number) < 10 and may(viewer)
        else None
    )
    return some.filter(pk=int(number)).first() if some is not None else None


def wish_in(said: Any) -> Wish:
    """The shapes a form asks for."""
    return Wish(
        form=said.get("form", exporting.XLSX),
        plain=said.get("plain") == "yes",
        reason=said.get("why", ""),
        numbers=said.get("numbers", Numbers.MASKED),
        days=said.get("days", "iso"),
        tags=said.get("tags") == "yes",
    )


@never_cache
@require_POST
@gate(Permission.REGISTER_EXPORT)
def export(request: Any, register: Register) -> HttpResponseBase:
    """The list as it is narrowed, as a file: masked, or unmasked for a reason that is kept. Or its layout is kept."""
    asked = listing.read(register, dict(request.POST.lists()))
    wish = wish_in(request.POST)
    wish = wish if wish.reason.strip() else replace(wish, reason=asked.reason)
    if request.POST.get("do") == "keep":
        layout = taking.keep_layout(asked, wish, request.POST.get("name", ""), by=request.actor, at=request.at)
        return went_well(f"{reverse('register', args=[register])}?layout={layout.pk}")
    rows = listing.rows(asked, viewer=request.actor, as_of=localdate(request.at))
    if rows.order_by().values("pk")[: AT_ONCE + 1].count() <= AT_ONCE:
        return _at_once(request, asked, wish)
    made = taking.begin(asked, wish, by=request.actor, at=request.at)
    tasks.write_export.enqueue(made.ref, request.actor.ref, request.actor.post)
    return went_well(reverse("export", args=[made.ref]))


def _at_once(request: Any, asked: Asked, wish: Wish) -> FileResponse:
    names = dict(areas.within(asked.area or request.actor.area_code).values_list("code", "name"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        exporting.export(asked, path, wish, names=names, by=request.actor, at=request.at)
        file = path.open("rb")
    name = f"{asked.register}-{localdate(request.at)}.{wish.ending}"
    return FileResponse(file, as_attachment=True, filename=name)


@never_cache
@require_GET
@gate(Permission.REGISTER_EXPORT)
def exports(request: Any) -> HttpResponseBase:
    """The files one asked for, the latest first."""
    listing_ = listed(taking.mine(viewer=request.actor), order=["-id"], cursor=request.GET.get("cursor", ""))
    shown = [(each, wording.NAMES[Register(each.register)], _stage(each)) for each in listing_.rows]
    return page(request, "site/registers/exports.html", listing=listing_, shown=shown)


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_EXPORT)
def one(request: Any, ref: str) -> HttpResponseBase:
    """One export: how far it is, where to fetch it, until when it is kept."""
    made = taking.one(ref, viewer=request.actor)
    if request.method == "POST":
        if request.POST.get("do") == "again" and made.stage == taking.WAITING and not tasks.is_written(ref):
            tasks.write_export.enqueue(ref, request.actor.ref, request.actor.post)
        elif request.POST.get("do") == "discard":
            taking.discard(made, by=request.actor, at=request.at)
        return went_well(reverse("export", args=[ref]))
    going = made.stage == taking.WAITING and tasks.is_written(ref)
    return page(
        request,
        "site/registers/export.html",
        part="progress",
        export=made,
        name=wording.NAMES[Register(made.register)],
        where=wording.area_names([made.area_code]).get(made.area_code, made.area_code),
        stage=_stage(made),
        going=going,
        cut_off=made.stage == taking.WAITING and not going,
        told=_told(made),
    )


def _stage(made: Export) -> str:
    return taking.STAGES[made.stage]


def _told(made: Export) -> str:
    """Why it stopped."""
    kinds = {kind.code: kind for kind in _kinds(Refusal)}
    return gettext(kinds[made.code].words) if made.stage == taking.STOPPED and made.code in kinds else ""


def _kinds(kind: type[Refusal]) -> list[type[Refusal]]:
    return [kind, *(each for below in kind.__subclasses__() for each in _kinds(below))]


@never_cache
@require_GET
@gate(Permission.REGISTER_EXPORT)
def file(request: Any, ref: str) -> HttpResponseBase:
    """The file, for whoever asked for it, while it is kept."""
    made = taking.one(ref, viewer=request.actor)
    request.actor.must(Permission.REGISTER_EXPORT, within=made.area_code)
    path = taking.path_of(made)
    if made.stage != taking.READY or made.until <= request.at or not path.exists():
        raise NotFound(what=ref)
    name = f"{made.register}-{localdate(made.at)}.{made.form}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
