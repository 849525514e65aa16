"""The map on any page: `{% load plan %}{% town_map %}`."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext

from linli.ground.words import gettext_noop as _
from linli.site.plan import mapping

register = template.Library()


@register.filter
@lru_cache(maxsize=4096)
def area_address(code: str) -> str:
    """Where the page of an area is. Kept: a tree names dozens, and each costs as much as the rest of its line."""
    return reverse("area", args=[code])


@register.inclusion_tag("site/plan/widget.html")
def town_map(code: str = "", size: str = "", spots: Sequence[mapping.Spot] = ()) -> dict[str, Any]:
    """The map of an area, or of everything; size: "" (in a page), "tall" or "whole" (the whole window)."""
    return {"map": mapping.describe(code, size=size, spots=[asdict(spot) for spot in spots])}


MADE_UP = re.compile(r"made-up town, seed (?P<seed>\d+), \w+")
ROWS = {
    "access.Bureau": _("bureaus"),
    "access.FactorRule": _("rules of double verification"),
    "access.Post": _("posts"),
    "access.PostArea": _("further areas of posts"),
    "access.TeamShape": _("shapes of teams"),
    "access.TeamUse": _("shapes of teams in use"),
    "access.Watch": _("watches"),
    "areas.Background": _("map backgrounds"),
    "areas.Redrawing": _("redrawings"),
    "cases.Assignment": _("assignments of cases"),
    "cases.Case": _("cases"),
    "cases.Line": _("lines of the published list"),
    "clocks.Notice": _("notices of holidays"),
    "clocks.OfficeHours": _("working hours"),
    "journal.Entry": _("journal entries"),
    "registers.Batch": _("imports"),
    "registers.Business": _("businesses"),
    "registers.Dispute": _("disputes"),
    "registers.Dwelling": _("dwellings"),
    "registers.Export": _("exports"),
    "registers.Household": _("households"),
    "registers.Item": _("extra items"),
    "registers.Layout": _("layouts of sheets"),
    "registers.Likeness": _("pairs of likely duplicates"),
    "registers.ListLayout": _("layouts of lists"),
    "registers.Merging": _("merged records"),
    "registers.OldName": _("old names of places"),
    "registers.PastValue": _("earlier values"),
    "registers.Person": _("people of the register"),
    "registers.SecretValue": _("secret facts"),
    "registers.StagedRow": _("rows of imports"),
    "registers.Tie": _("ties"),
}
KINDS = {
    "drawn": _("made-up town"),
    "geojson": _("GeoJSON"),
    "osm": _("OpenStreetMap"),
    "pmtiles": _("PMTiles"),
    "scan": _("scanned plan"),
}


@register.filter
def kind_of(background: str) -> str:
    """What kind of background it is, in words."""
    return gettext(KINDS.get(background, background))


STEPS = {"read": _("reading the file"), "osm": _("reading the map data")}


@register.filter
def step_of(step: str) -> str:
    """What the worker is at; a step that is a zoom is the cutting of tiles at it."""
    if re.fullmatch(r"z\d+", step):
        return gettext("cutting tiles of zoom %(zoom)s") % {"zoom": step[1:]}
    return gettext(STEPS.get(step, step))


@register.filter
def of_the_town(words: str) -> str:
    """A source or name as it is read; the made-up town's own word (linli.town.founding) in the reader's language."""
    found = MADE_UP.fullmatch(words)
    return gettext("made-up town, seed %(seed)s") % found if found else words


@register.filter
def rows_of(label: str) -> str:
    """What the rows of a table are called, by the label of its model."""
    return gettext(ROWS[label])
