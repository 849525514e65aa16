"""The working calendar (工作日历): a year of it, entering a notice, setting the hours of an area or a bureau."""

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.access import queries as access
from linli.access import sheets
from linli.access.gates import SIGNED_IN, gate
from linli.clocks import calendars, queries, reading
from linli.clocks.shipped import Line, Told
from linli.ground.permissions import Permission
from linli.ground.refusals import Malformed
from linli.ground.words import gettext_noop as _
from linli.site.people import staging
from linli.web.pages import page, went_well

from . import showing
from .forms import HoursForm, NoticeForm
from .naming import where

SALT, STANDS_FOR = "linli.calendar.notice", 3600


@never_cache
@require_GET
@gate(SIGNED_IN)
def year(request: Any) -> HttpResponse:
    """A year by the calendar of one's area: its days, the notices they come from, the hours that hold."""
    own, today = request.actor.area_code, localdate(request.at)
    asked = request.GET.get("year", "")
    number = (
        int(asked)
        if asked.isascii() and asked.isdigit() and len(asked) == 4 and 2000 <= int(asked) <= 2100
        else today.year
    )
    calendar = queries.calendar_of(own)
    counted = showing.counts(calendar, number)
    context = {
        "year": number,
        "provisional": calendar.provisional(number),
        "months": showing.months(calendar, number),
        "counted": [(kind, counted[kind]) for kind in showing.Kind],
        "notices": [(line, showing.breaks(line.told)) for line in queries.notices_of(number, own)],
        "hours": _in_words(showing.hours_on(calendar, today)),
        "set_hours": [(row, where(row.area_code), _in_words(row.week)) for row in queries.hours_within(own)],
        "where": where(own),
        "today": today,
        "weekdays": [str(day).removeprefix("星期") for day in WEEKDAYS_ABBR.values()],
        "keeps": request.actor.may(Permission.CALENDAR_KEEP, within=own),
    }
    return page(request, "site/calendar/year.html", **context)


def _in_words(week: list[str]) -> list[tuple[str, str]]:
    """Hours by the days that have them: Monday to Friday, Saturday, make-up days."""
    names = [*WEEKDAYS.values(), gettext("Make-up days")]
    return [
        (str(names[first]) if first == last else f"{names[first]}–{names[last]}", text or gettext("no work"))
        for first, last, text in showing.week_in_words(week)
    ]


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.CALENDAR_KEEP)
def notice(request: Any) -> HttpResponse:
    """A notice is looked through first, with the due times it would move, and then entered."""
    own = request.actor.area_code
    if text := request.POST.get("staged"):
        told, source = _staged(text)
        calendars.enter(told, area=own, source=source, by=request.actor, at=request.at)
        messages.success(request, gettext("The notice %(number)s is entered.") % {"number": told.number})
        return went_well(f"{reverse('calendar')}?year={told.year}")
    form = NoticeForm(request.POST or None, request.FILES or None, initial={"year": localdate(request.at).year + 1})
    context: dict[str, Any] = {"form": form, "where": where(own)}
    if not form.is_valid():
        return page(request, "site/calendar/notice.html", status=400 if form.errors else 200, **context)
    told = _told(form.cleaned_data)
    calendars.must_be_whole(told)
    moved, more = showing.moved_by(told, own, at=request.at)
    kept = _kept(told, form.cleaned_data["source"])
    return page(
        request,
        "site/calendar/notice.html",
        told=told,
        breaks=showing.breaks(told),
        moved=moved,
        more=more,
        staged=kept,
        **context,
    )


def _told(given: dict[str, Any]) -> Told:
    """The notice that a form holds."""
    if not given["sheet"]:
        return reading.whole(given["words"], number=given["number"], year=given["year"], issued=given["issued"])
    found = sheets.lines(*staging.sent(given["sheet"]), reading.HEADINGS, reading.NEEDED)
    lines = reading.told_by_sheet((line.number, line.cells) for line in found)
    return Told(given["number"].strip(), given["year"], given["issued"], lines)


def _kept(told: Told, source: str) -> str:
    """What was looked through, as the page carries it."""
    lines = [(line.day.isoformat(), line.works, line.name) for line in told.lines]
    return signing.dumps([told.number, told.year, told.issued.isoformat(), source, lines], salt=SALT, compress=True)


def _staged(text: str) -> tuple[Told, str]:
    try:
        number, year, issued, source, lines = signing.loads(text, salt=SALT, max_age=STANDS_FOR)
    except (signing.BadSignature, json.JSONDecodeError) as stale:
        why = _("it was looked through over an hour ago, or elsewhere")
        raise Malformed(what=_("The notice"), why=why) from stale
    told = tuple(Line(date.fromisoformat(day), works, name) for day, works, name in lines)
    return Told(number, year, date.fromisoformat(issued), told), source


@require_POST
@gate(Permission.CALENDAR_KEEP)
def take_back(request: Any, number: int) -> HttpResponse:
    """A notice that was entered holds no longer."""
    found = queries.notice(number, request.actor)
    year = found.year
    calendars.take_back(found, by=request.actor, at=request.at)
    messages.success(request, gettext("The notice is taken back."))
    return went_well(f"{reverse('calendar')}?year={year}")


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.CALENDAR_KEEP)
def hours(request: Any) -> HttpResponse:
    """The hours of one's area, or of a bureau of it, from a day on."""
    own, today = request.actor.area_code, localdate(request.at)
    usual = showing.hours_on(queries.calendar_of(own), today)
    bureaus = [each for each in access.bureaus(request.actor) if each.area_code.startswith(own)]
    form = HoursForm(request.POST or None, bureaus=bureaus, usual=usual, where=where(own), initial={"since": today})
    if not form.is_valid():
        return page(request, "site/calendar/hours.html", status=400 if form.errors else 200, form=form)
    bureau = next((each for each in bureaus if each.code == form.cleaned_data["bureau"]), None)
    calendars.set_hours(
        form.week(),
        area=bureau.area_code if bureau else own,
        bureau=bureau.code if bureau else "",
        since=form.cleaned_data["since"],
        source=form.cleaned_data["source"],
        by=request.actor,
        at=request.at,
    )
    messages.success(request, gettext("The hours are set."))
    return went_well(reverse("calendar"))
