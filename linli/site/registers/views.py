"""The registers: one archive a record, the book of facts and the tags."""

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
from linli.registers import book, keeping, queries, showing
from linli.registers.models import Register
from linli.registers.tags import TAGS, tags_of
from linli.site.plan import mapping
from linli.site.plan.mapping import Map
from linli.web.pages import page, went_well

from . import acts, wording


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


@never_cache
@require_GET
@gate(Permission.REGISTER_READ)
def tags(request: Any) -> HttpResponse:
    """The tags, each with its rule and how many it finds within my scope."""
    today = localdate(request.at)
    shown = [(tag, *queries.tagged(slug, viewer=request.actor, as_of=today)) for slug, tag in TAGS.items()]
    return page(request, "site/registers/tags.html", tags=shown)


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
        ties=wording.ties(queries.ties(found, viewer=request.actor), viewer=request.actor),
        acts=acts.open_to(found),
        past=queries.past_values(found),
        disputes=queries.open_disputes(found),
        map=_map(found, plain),
        plain=plain,
        secret=secret,
    )


def _map(found: Any, plain: bool) -> Map:
    """Where it lies: houses and firms by a dot, people and households too once their address is shown, till then by
    their area."""
    by_dot = plain or queries.register_of(found) in (Register.DWELLING, Register.BUSINESS)
    return mapping.at_place(found.area_code, found.lon if by_dot else None, found.lat if by_dot else None)
