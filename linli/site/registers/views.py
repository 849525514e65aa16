"""The registers: search, lists, one archive a record, the book of facts and the tags."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.access.gates import gate
from linli.areas import queries as areas
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.registers import book, exporting, keeping, queries, showing
from linli.registers.models import Register
from linli.registers.searching import search
from linli.registers.tags import TAGS, tags_of
from linli.web.lists import listed
from linli.web.pages import page, went_well

from . import wording


@dataclass(frozen=True)
class Asked:
    """How a list is narrowed and sorted."""

    tag: str = ""
    area: str = ""
    by: str = ""
    ended: bool = False


@never_cache
@require_GET
@gate(Permission.REGISTER_READ)
def registers(request: Any) -> HttpResponse:
    """One box for everything, and the four registers."""
    typed = request.GET.get("q", "").strip()[:60]
    found = search(typed, viewer=request.actor) if typed else []
    lines = wording.lines([hit.record for hit in found], today=localdate(request.at))
    shown = [(wording.NAMES[hit.register], line) for hit, line in zip(found, lines, strict=True)]
    return page(request, "site/registers/registers.html", typed=typed, found=shown, names=wording.NAMES.items())


@never_cache
@require_GET
@gate(Permission.REGISTER_READ)
def records(request: Any, register: Register) -> HttpResponse:
    """The records of a register within my scope, standing ones unless asked, by name or by freshness."""
    today = localdate(request.at)
    asked = _asked(request.GET, register)
    rows = _narrowed(request, register, asked)
    listing = listed(rows, order=queries.order(register, asked.by), cursor=request.GET.get("cursor", ""))
    return page(
        request,
        "site/registers/records.html",
        register=register,
        name=wording.NAMES[register],
        columns=wording.COLUMNS[register],
        listing=listing,
        lines=wording.lines(listing.rows, today=today),
        asked=asked,
        tags=[tag for tag in TAGS.values() if tag.register is register],
    )


def _asked(said: Any, register: Register) -> Asked:
    """How the list is asked for; refuses (404) a tag of another register."""
    tag, area, by = (said.get(name, "") for name in ("tag", "area", "by"))
    if tag and (tag not in TAGS or TAGS[tag].register is not register):
        raise NotFound(what=tag)
    return Asked(tag=tag, area=area, by=by, ended="ended" in said)


def _narrowed(request: Any, register: Register, asked: Asked) -> Any:
    today = localdate(request.at)
    return queries.narrowed(register, asked.tag, asked.area, viewer=request.actor, ended=asked.ended, as_of=today)


@never_cache
@require_POST
@gate(Permission.REGISTER_EXPORT)
def export(request: Any, register: Register) -> HttpResponseBase:
    """The list as it is narrowed, as a file: masked, or unmasked for a reason that is kept."""
    asked = _asked(request.POST, register)
    area = asked.area or request.actor.area_code
    plain = request.POST.get("plain") == "yes"
    wish = exporting.Wish(request.POST.get("form", ""), plain, request.POST.get("reason", ""), area)
    rows = _narrowed(request, register, asked).order_by(*queries.order(register, asked.by))
    names = dict(areas.within(area).values_list("code", "name"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        exporting.export(register, rows, path, wish, names=names, by=request.actor, at=request.at)
        file = path.open("rb")
    ending = "xlsx" if wish.form == exporting.XLSX else "csv"
    return FileResponse(file, as_attachment=True, filename=f"{register}-{localdate(request.at)}.{ending}")


@never_cache
@require_GET
@gate(Permission.REGISTER_READ)
def record(request: Any, ref: str) -> HttpResponse:
    """The archive of a record, masked."""
    return _archive(request, queries.record(ref, viewer=request.actor))


@never_cache
@require_POST
@gate(Permission.REGISTER_UNMASK)
def unmasked(request: Any, ref: str) -> HttpResponse:
    """The archive once, with what is personal shown (and what is secret, where asked), for a reason that is kept."""
    found = queries.record(ref, viewer=request.actor)
    secret = request.POST.get("secret") == "yes"
    reason = request.POST.get("reason", "")
    showing.unmask(found, secret=secret, reason=reason, by=request.actor, at=request.at)
    return _archive(request, found, plain=True, secret=secret)


@require_POST
@gate(Permission.REGISTER_KEEP)
def confirm(request: Any, ref: str) -> HttpResponse:
    """Everything was found to be so today."""
    found = queries.record(ref, viewer=request.actor)
    keeping.confirm(found, by=request.actor, at=request.at)
    messages.success(request, gettext("Found to be right today."))
    return went_well(reverse("record", args=[ref]))


@require_GET
@gate(Permission.REGISTER_READ)
def facts(request: Any) -> HttpResponse:
    """The book of facts: every fact of every register, its type, privacy, source and law."""
    chapters = [(wording.NAMES[register], list(book.declared(register))) for register in Register]
    return page(request, "site/registers/facts.html", chapters=chapters)


@require_GET
@gate(Permission.REGISTER_READ)
def tags(request: Any) -> HttpResponse:
    """The tags, each with its rule."""
    return page(request, "site/registers/tags.html", tags=TAGS.values())


def _archive(request: Any, found: Any, *, plain: bool = False, secret: bool = False) -> HttpResponse:
    today = localdate(request.at)
    register = queries.register_of(found)
    around = queries.around(found, viewer=request.actor)
    return page(
        request,
        "site/registers/record.html",
        record=found,
        register=register,
        register_name=wording.NAMES[register],
        name=found.name if plain and register is Register.PERSON else wording.name_of(found),
        where=wording.area_names([found.area_code]).get(found.area_code, found.area_code),
        facts=showing.facts_of(found, as_of=today, plain=plain, secret=secret),
        tags=tags_of(found, register, as_of=today),
        around=[(gettext(words), wording.lines(some, today=today)) for words, some in around if some],
        ties=queries.ties(found, viewer=request.actor),
        past=queries.past_values(found),
        disputes=queries.open_disputes(found),
        plain=plain,
        secret=secret,
    )
