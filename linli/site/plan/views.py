"""Areas to look at: the tree with its search, the page of one, the whole map. Open data: anyone may."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from linli.access.gates import PUBLIC, gate
from linli.access.requests import Request
from linli.access.scoping import seen_by
from linli.areas import codes, past, queries
from linli.areas.directory import Branch
from linli.areas.models import Area
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.site.history import reading
from linli.site.templatetags import levels
from linli.site.templatetags.plan import area_address
from linli.web.pages import page
from linli.web.templatetags.linli import number

from . import mapping

OPEN_AT_FIRST = 40  # branches that stand open when the page comes
NEWS_SHOWN = 12


@require_GET
@gate(PUBLIC)
def tree(request: Request) -> HttpResponse:
    """Every area from the top, a level at a time; or those a search finds."""
    words, at = request.GET.get("q", "").strip(), request.GET.get("at", "")
    context: dict[str, Any] = {"words": words, "found": queries.search(words, limit=50) if words else []}
    if "q" in request.GET and request.headers.get("HX-Request"):
        return page(request, "site/plan/tree.html", part="found", **context)
    below = codes.read(at) if at else ""
    part = "boughs" if at else ""
    return page(request, "site/plan/tree.html", part=part, boughs=_boughs(below, OPEN_AT_FIRST * (not at)), **context)


def _boughs(code: str, room: int) -> list[dict[str, Any]]:
    """What lies below a code, opened further as long as there is room on the page.

    Plain words by name: a template that looks for what it wants in two ways for each of dozens of lines is slow.
    """
    branches = queries.tree(code)
    left = room - len(branches)
    each = left // len(branches) if branches else 0
    return [
        {
            "code": branch.code,
            "name": branch.name,
            "address": area_address(branch.code),
            "holds": levels.counted(branch.below),
            "boughs": _boughs(branch.code, each) if _fits(branch, each) else [],
        }
        for branch in branches
    ]


def _fits(branch: Branch, room: int) -> bool:
    return 0 < next(iter(branch.below.values()), 0) <= room


@require_GET
@gate(PUBLIC)
def area(request: Request, code: str) -> HttpResponse:
    """One area: what it is, where it lies, what lies in it, what became of it."""
    try:
        here = queries.area(code)
    except NotFound:
        return gone(request, code)
    branches = queries.tree(code)
    columns = sorted({level for branch in branches for level in branch.below})
    context: dict[str, Any] = {
        "area": here,
        "level": codes.level_of(code),
        "branches": [_row(branch, columns) for branch in branches],
        "columns": columns,
        "crumbs": trail(here),
        "map": mapping.describe(code),
        "redrawings": past.redrawings_of(code),
        "news": _news(request, code),
        "may": _may(request, code),
    }
    return page(request, "site/plan/area.html", **context)


def _row(branch: Branch, columns: list[codes.Level]) -> dict[str, Any]:
    """An area in the table of those that lie in another."""
    cells = [number(branch.below.get(level)) for level in columns]
    return {"code": branch.code, "name": branch.name, "address": area_address(branch.code), "cells": cells}


def _news(request: Request, code: str) -> list[reading.Day] | None:
    """What was done to an area lately, as sentences; None for whoever may not read the journal there."""
    if Permission.JOURNAL_READ not in request.actor.permissions or not request.actor.covers(code):
        return None
    return reading.days(list(seen_by(past.entries_of(code), request.actor, owner="by")[:NEWS_SHOWN]))


def gone(request: Request, code: str) -> HttpResponse:
    """A code that stood once: what it was, and where it went (410). Refuses (404) one that never stood."""
    last = past.last(code)
    went = [queries.area(today) for today in queries.where_it_went(code)]
    return page(request, "site/plan/gone.html", status=410, area=last, went=went, redrawings=past.redrawings_of(code))


def trail(here: Area, *more: str) -> list[tuple[str, str]]:
    """Where the page of an area lies; with more, a page below it."""
    above = [(each.name, reverse("area", args=[each.code])) for each in queries.path(here.code)]
    own = (here.name, reverse("area", args=[here.code]) if more else "")
    return [(mapping.gettext("Areas"), reverse("areas")), *above, own, *((name, "") for name in more)]


def _may(request: Request, code: str) -> dict[str, bool]:
    actor = request.actor
    wanted = {"edit": Permission.AREA_EDIT, "redraw": Permission.AREA_REDRAW, "lay": Permission.PLAN_LAY}
    return {name: actor.may(permission, within=code) for name, permission in wanted.items()}


@require_GET
@gate(PUBLIC)
def whole_map(request: Request) -> HttpResponse:
    """The map in the whole window."""
    return page(
        request, "site/plan/map_page.html", map=mapping.describe(size="whole", hash=True), boughs=_boughs("", 1)
    )
