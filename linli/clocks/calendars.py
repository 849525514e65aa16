"""Calendars are changed: a notice is entered or taken back, an area's hours are set. What is past stays as it was."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import shipped
from .models import CalendarEdition, Notice, NoticeDay, OfficeHours
from .shipped import Told
from .working import windows


class NoticeEmpty(Refusal):
    """A notice that names no day of its year."""

    code, status = "calendar.notice-empty", 422
    words = _("This notice names no day of %(year)s.")
    next_step = _("Check the year and the days, then send it again. Nothing was written.")


class NoticeContradicts(Refusal):
    """A notice that names a day twice."""

    code, status = "calendar.notice-contradicts", 422
    words = _("The notice names %(day)s twice.")
    next_step = _("Let each day stand once, then send it again. Nothing was written.")


class NoticeNeedsNumber(Refusal):
    """A notice without the number it bears."""

    code, status = "calendar.notice-number", 422
    words = _("A notice is entered with its number.")
    next_step = _("It stands under its title, as in 国办发明电〔2025〕7号. Nothing was written.")


class HoursOfThePast(Refusal):
    """Hours that would have held already."""

    code, status = "calendar.hours-past", 422
    words = _("Hours are set from today on; %(since)s is past.")
    next_step = _("What was promised by the hours of then stays so. Choose today or later. Nothing was written.")


class HoursUnreadable(Refusal):
    """Hours that cannot be read as such."""

    code, status = "calendar.hours-unreadable", 422
    words = _("%(text)s is no list of hours.")
    next_step = _("Write them as 09:00-12:00 14:00-18:00, in order. Nothing was written.")


@transaction.atomic
def enter(told: Told, *, area: str = "", source: str = "", by: Hand, at: datetime) -> Notice:
    """The notice holds in the area and below; one of the same number there was corrected by it.

    Due times still to come are moved by the worker, each with an entry. Refuses a notice without number or days.
    """
    by.must(Permission.CALENDAR_KEEP, within=area)
    must_be_whole(told)
    replaced = Notice.objects.filter(number=told.number, area_code=area)
    verb = "calendar.corrected" if replaced.exists() else "calendar.entered"
    replaced.delete()
    made = Notice.objects.create(
        number=told.number, year=told.year, area_code=area, issued_on=told.issued, source=source, entered_at=at
    )
    NoticeDay.objects.bulk_create(
        [NoticeDay(notice=made, day=line.day, works=line.works, name=line.name) for line in told.lines]
    )
    renew()
    writing.write(verb, thing=told.number, by=by, at=at, area=area, year=told.year, days=len(told.lines))
    return made


def must_be_whole(told: Told) -> None:
    """Refuses a notice without a number, without a day of its year, or that names a day twice."""
    days = [line.day for line in told.lines]
    if not told.number.strip():
        raise NoticeNeedsNumber()
    if not any(day.year == told.year for day in days):
        raise NoticeEmpty(year=told.year)
    if twice := [day for day in sorted(set(days)) if days.count(day) > 1]:
        raise NoticeContradicts(day=twice[0])


@transaction.atomic
def take_back(notice: Notice, *, by: Hand, at: datetime) -> None:
    """The notice holds no longer, as though it had not been entered; due times still to come are moved."""
    by.must(Permission.CALENDAR_KEEP, within=notice.area_code)
    number, year, area = notice.number, notice.year, notice.area_code
    notice.delete()
    renew()
    writing.write("calendar.taken-back", thing=number, by=by, at=at, area=area, year=year)


@transaction.atomic
def set_hours(
    week: Sequence[str], *, area: str, since: date, bureau: str = "", source: str = "", by: Hand, at: datetime
) -> OfficeHours:
    """From a day on the area and all below, or the bureau, works at these hours; without any, at those of above.

    A line for each weekday, Monday first, and one for make-up days. Refuses a day that is past.
    """
    by.must(Permission.CALENDAR_KEEP, within=area)
    if since < localdate(at):
        raise HoursOfThePast(since=since)
    for text in week:
        _must_be_read(text)
    assert len(week) in (0, 8), week
    OfficeHours.objects.filter(area_code=area, bureau=bureau, since=since).delete()
    made = OfficeHours.objects.create(
        area_code=area, bureau=bureau, week=list(week), since=since, source=source, entered_at=at
    )
    renew()
    verb = "calendar.hours-set" if week else "calendar.hours-given-up"
    writing.write(verb, thing=bureau or area, by=by, at=at, area=area, since=str(since))
    return made


def _must_be_read(text: str) -> None:
    try:
        windows(text)
    except ValueError as unreadable:
        raise HoursUnreadable(text=text) from unreadable


@transaction.atomic
def take_shipped(*, by: Hand, at: datetime) -> bool:
    """What a new version of the program brought is noted, so that due times follow it; whether it brought anything."""
    standing, _made = CalendarEdition.objects.select_for_update().get_or_create(pk=1)
    if standing.shipped == shipped.digest():
        return False
    first, standing.shipped = not standing.shipped, shipped.digest()
    standing.save(update_fields=["shipped"])
    renew()
    last = shipped.notices()[-1]
    if not first:
        writing.write("calendar.shipped", thing=last.number, by=by, at=at, year=last.year)
    return not first


def renew() -> None:
    """The calendars are another edition."""
    CalendarEdition.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(8)})
