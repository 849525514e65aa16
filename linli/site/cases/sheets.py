"""Figures of an area for a time, each with its formula; the sheet for the morning meeting, printed or as a workbook."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate, localtime, make_aware
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linli.access.actors import Actor
from linli.access.gates import gate
from linli.areas import queries as areas
from linli.bulk.sheets.writing import write_xlsx
from linli.cases import figures as honest
from linli.cases import morning as meeting
from linli.cases.figures import Number
from linli.cases.morning import Sheet
from linli.ground.permissions import Permission
from linli.ground.words import gettext_noop as _
from linli.web.pages import page

from . import wording
from .wording import Line

DAYS = 30  # what figures are of unless another time is asked for
EARLIEST = date(1970, 1, 2)
ON_A_PAGE, IN_A_FILE = 100, 2000
NAMES = {
    "raised": _("raised"),
    "on time": _("on time"),
    "late once": _("late at least once"),
    "still open": _("still open"),
    "past due": _("open and past due"),
    "on the spot, not sampled": _("closed on the spot, not sampled"),
    "forced": _("closed by force"),
    "extended": _("given more time"),
    "suspended": _("suspended"),
    "reopened": _("reopened"),
    "declined": _("declined"),
    "merged": _("merged"),
    "void": _("void"),
    "found by the grid": _("found by the grid"),
    "returned": _("returned"),
    "rework": _("rework"),
    "appealed": _("appealed"),
    "answered": _("answered"),
    "repeated": _("raised again"),
}
HEADINGS = (
    _("Part"), _("Matter"), _("Case number"), _("How urgent"), _("Time left"), _("Stage"), _("Where"), _("In hand"),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """The area asked for, in words; wider and narrower ones as a link takes them, within one's scope."""

    area: str
    name: str
    wider: list[tuple[str, str]]
    narrower: list[tuple[str, str]]


def place(actor: Actor, area: str) -> Place:
    """The area asked for, else all that one may see; refuses (404) what is nowhere or outside one's scope."""
    if area:
        actor.must_see(Permission.CASE_READ, within=area)
        areas.area(area)
    whole = " · ".join(areas.names(each for each in actor.places if each).values()) or gettext("everywhere")
    own = [each for each in actor.places if each] if len(actor.places) > 1 else []
    below = areas.children(area or actor.area_code).values_list("code", "name")
    found = [(code, areas.names([code]).get(code, code)) for code in own] if own and not area else list(below)
    above = [(each.code, each.name) for each in areas.path(area) if actor.covers(each.code)] if area else []
    return Place(
        area,
        areas.names([area]).get(area, area) if area else whole,
        [("", whole), *(each for each in above if each[0] not in actor.places)] if area else [],
        [each for each in found if actor.covers(each[0])],
    )


# -- figures ------------------------------------------------------------------------------------------


@never_cache
@require_GET
@gate(Permission.CASE_READ)
def figures(request: Any) -> HttpResponse:
    """The numbers of an area for a time, part and whole, each with how it is worked out; nobody is named."""
    where = place(request.actor, request.GET.get("area", ""))
    since, until = span(request.GET.get("since", ""), request.GET.get("until", ""), today=localdate(request.at))
    found = honest.figures(
        request.actor,
        area=where.area,
        since=make_aware(datetime.combine(since, time.min)),
        until=make_aware(datetime.combine(until + timedelta(days=1), time.min)),
        at=request.at,
    )
    return page(
        request,
        "site/cases/figures.html",
        where=where,
        since=since,
        until=until,
        rows=[row(number) for number in found.numbers],
        answered=found["answered"].part,
        first_answer=wording.length(found.first_answer_s) if found.first_answer_s is not None else "–",
        at=request.at,
    )


def row(number: Number) -> dict[str, Any]:
    """A number as the table shows it."""
    share = "–" if number.share is None else f"{number.share:.1%}"
    named = {"name": gettext(NAMES[number.name]), "formula": gettext(number.formula)}
    return {**named, "part": number.part, "whole": number.whole, "share": share if number.whole is not None else ""}


def span(since: str, until: str, *, today: date) -> tuple[date, date]:
    """The days asked for, the earlier first; what is no day, or lies ahead, is as if it were not said."""
    last = min(_day(until) or today, today)
    first = min(_day(since) or last - timedelta(days=DAYS - 1), today)
    first, last = sorted((first, last))
    return first, last


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return max(found, EARLIEST) if found else None


# -- the morning meeting ------------------------------------------------------------------------------


@never_cache
@require_GET
@gate(Permission.CASE_READ)
def morning(request: Any) -> HttpResponseBase:
    """The sheet for the meeting, to print; the same as a workbook, which holds no more than the page."""
    where = place(request.actor, request.GET.get("area", ""))
    as_file = request.GET.get("form") == "xlsx"
    sheet = meeting.sheet(request.actor, area=where.area, at=request.at, most=IN_A_FILE if as_file else ON_A_PAGE)
    told = in_words(sheet, at=request.at)
    if as_file:
        return _workbook(told, where, request.at)
    return page(request, "site/cases/morning.html", where=where, sheet=sheet, parts=told, at=request.at)


def in_words(sheet: Sheet, *, at: datetime) -> list[dict[str, Any]]:
    """The parts with their cases as lines; names are asked for once for all of them."""
    every = iter(wording.lines([case for part in sheet.parts for case in part.cases], at=at))
    return [
        {
            "slug": part.slug,
            "name": gettext(part.name),
            "none": gettext(part.none),
            "lines": [next(every) for _case in part.cases],
            "count": part.count,
            "more": part.count - len(part.cases),
        }
        for part in sheet.parts
    ]


def _workbook(told: list[dict[str, Any]], where: Place, at: datetime) -> HttpResponseBase:
    title = gettext("Morning meeting")
    mark = f"{title} · {where.name} · {localtime(at):%Y-%m-%d %H:%M}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "morning.xlsx"
        write_xlsx(path, [gettext(each) for each in HEADINGS], _cells(told), sheet=title, mark=mark)
        file = path.open("rb")
    return FileResponse(file, as_attachment=True, filename=f"morning-{localdate(at)}.xlsx")


def _cells(told: list[dict[str, Any]]) -> Iterator[list[str]]:
    for part in told:
        for line in part["lines"]:
            yield [part["name"], *_cells_of(line)]
        if part["more"]:
            yield [part["name"], gettext("%(n)s more, which stand on the desks") % {"n": part["more"]}]


def _cells_of(line: Line) -> list[str]:
    urgency = gettext(wording.URGENCIES[line.urgency or "general"])
    return [line.summary, line.ref, urgency, line.clock.words, line.stage, line.where, line.hand]
