"""One box for everything. What is typed is sent, never asked for by an address; the answer's address is a token."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.access.gates import gate
from linli.ground.permissions import Permission
from linli.registers import asking
from linli.registers.searching import SHOWN, note, search
from linli.web.pages import page, went_well

from . import wording

LONGEST = 60


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_READ, looking_on=True)
def registers(request: Any) -> HttpResponse:
    """The box and the four registers; what is typed is kept under a token, its answer is shown there, and the journal
    says that someone searched."""
    typed = request.POST.get("q", "").strip()[:LONGEST]
    if not typed:
        return _shown(request, "", [])
    note(typed, by=request.actor, at=request.at)
    token = asking.keep({"typed": typed}, by=request.actor, at=request.at)
    return went_well(reverse("registers-found", args=[token]))


@never_cache
@require_GET
@gate(Permission.REGISTER_READ)
def found(request: Any, token: str) -> HttpResponse:
    """What was found for what was typed, within my scope, best first."""
    typed = asking.kept(token, viewer=request.actor, at=request.at).get("typed", "")
    return _shown(request, typed, search(typed, viewer=request.actor))


def _shown(request: Any, typed: str, hits: list[Any]) -> HttpResponse:
    lines = wording.lines([hit.record for hit in hits], today=localdate(request.at))
    shown = [(wording.NAMES[hit.register], line) for hit, line in zip(hits, lines, strict=True)]
    return page(
        request,
        "site/registers/registers.html",
        typed=typed,
        found=shown,
        most=SHOWN if len(hits) == SHOWN else 0,
        names=wording.NAMES.items(),
    )
