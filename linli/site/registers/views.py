"""The registers: search, lists, one archive a record, the book of facts and the tags."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.access.gates import gate
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.registers import book, keeping, queries, showing
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
    asked = Asked(
        tag=request.GET.get("tag", ""),
        area=request.GET.get("area", ""),
        by=request.GET.get("by", ""),
        ended="ended" in request.GET,
    )
    today = localdate(request.at)
    if asked.tag and (asked.tag not in TAGS or TAGS[asked.tag].register is not register):
        raise NotFound(what=asked.tag)
    rows = queries.narrowed(register, asked.tag, asked.area, viewer=request.actor, ended=asked.ended, as_of=today)
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
