"""Questions of calendars: the one that holds in an area or at a bureau, from memory while nothing changes."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Prefetch, QuerySet

from linli.areas import codes
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.web.once import asked

from . import shipped
from .models import CalendarEdition, Notice, NoticeDay, OfficeHours
from .running import Clock, Colour
from .running import colour as _colour
from .shipped import Line, Told
from .working import Calendar, Hours, windows

NONE = ""  # the edition before anything was entered


@dataclass(frozen=True, eq=False)
class Book:
    """Everything that was entered, in one edition, and the calendars made of it so far."""

    edition: str
    notices: list[tuple[str, Told]]
    hours: dict[tuple[str, str], list[Hours | None]] = field(default_factory=dict)  # by area and bureau
    since: dict[tuple[str, str], list[date]] = field(default_factory=dict)
    made: dict[tuple[tuple[str, str], ...], Calendar] = field(default_factory=dict)
    asked: dict[tuple[str, str], Calendar] = field(default_factory=dict)

    def calendar(self, area: str, bureau: str = "") -> Calendar:
        """The calendar of an area, or of a bureau there. Areas without anything of their own share one."""
        if (area, bureau) not in self.asked:
            self.asked[area, bureau] = self._shared(area, bureau)
        return self.asked[area, bureau]

    def _shared(self, area: str, bureau: str) -> Calendar:
        above = ("", *codes.ancestors(area), area) if area else ("",)
        said = {code for code, _told in self.notices} | {code for code, _bureau in self.hours}
        places = [(code, "") for code in dict.fromkeys(above) if code in said]
        key = (*places, *([("", bureau)] if ("", bureau) in self.hours and bureau else []))
        if key not in self.made:
            self.made[key] = self._calendar(key)
        return self.made[key]

    def _calendar(self, places: tuple[tuple[str, str], ...]) -> Calendar:
        areas = {code for code, bureau in places if not bureau}
        told = sorted((each for code, each in self.notices if code in areas | {""}), key=lambda each: each.issued)
        every = [*shipped.notices(), *told]
        announced = frozenset(each.year for each in every)
        return Calendar(
            self._hours(places), shipped.special(every), announced, edition=self.edition or shipped.digest()
        )

    def _hours(self, places: tuple[tuple[str, str], ...]) -> tuple[Hours, ...]:
        """The hours as they change: on each day those of the deepest place that has any then."""
        days = {day for place in places for day in self.since.get(place, [])}
        found = [*shipped.hours()]
        for day in sorted(days):
            deepest = next((each for place in reversed(places) if (each := self._on(place, day))), None)
            usual = next(each for each in reversed(shipped.hours()) if each.since <= day or each is shipped.hours()[0])
            found.append(Hours(day, (deepest or usual).windows))
        return tuple(sorted(found, key=lambda each: each.since))

    def _on(self, place: tuple[str, str], day: date) -> Hours | None:
        known = zip(self.since.get(place, []), self.hours.get(place, []), strict=True)
        return next((hours for since, hours in reversed(list(known)) if since <= day), None)


def edition() -> str:
    """A short word that is another one whenever a calendar is."""
    found = _token()
    return found[0][0] if found else NONE


@asked
def _token() -> "QuerySet[CalendarEdition, tuple[str]]":
    return CalendarEdition.objects.filter(pk=1).values_list("token")


def calendar_of(area: str, bureau: str = "") -> Calendar:
    """The working calendar of an area, or of a bureau (by its code) that works at hours of its own."""
    return book(edition()).calendar(area, bureau)


@lru_cache(maxsize=1)
def _nothing_entered() -> Book:
    return Book(NONE, [])


@lru_cache(maxsize=4)
def _kept(token: str) -> Book:
    return read(token)


def book(token: str) -> Book:
    """Everything entered, as of an edition; nothing was before the first."""
    return _kept(token) if token else _nothing_entered()


def read(token: str) -> Book:
    """Everything entered, as it stands in the database now."""
    made = Book(token, [(each.area_code, told(each)) for each in notices()])
    for row in OfficeHours.objects.order_by("since", "id"):
        place = ("", row.bureau) if row.bureau else (row.area_code, "")
        made.since.setdefault(place, []).append(row.since)
        made.hours.setdefault(place, []).append(hours_of(row))
    return made


def notices() -> "QuerySet[Notice]":
    """Every notice that was entered, in the order they were issued, with its days."""
    days = Prefetch("days", NoticeDay.objects.order_by("day"))
    return Notice.objects.order_by("issued_on", "id").prefetch_related(days)


def told(notice: Notice) -> Told:
    """A notice as the reckoning reads it."""
    lines = tuple(Line(each.day, each.works, each.name) for each in notice.days.all())
    return Told(notice.number, notice.year, notice.issued_on, lines)


def hours_of(row: OfficeHours) -> Hours | None:
    """The hours of a row; None where it goes back to those of above."""
    return Hours(row.since, tuple(windows(day) for day in row.week)) if row.week else None


def hours_within(area: str) -> "QuerySet[OfficeHours]":
    """Hours that hold in an area: its own, those above it, and those of bureaus and areas in it, the newest last."""
    above = ["", *codes.ancestors(area), area] if area else [""]
    rows = OfficeHours.objects.filter(area_code__in=above) | OfficeHours.objects.filter(**codes.inside(area))
    return rows.order_by("area_code", "bureau", "since", "id")


def colour(clock: Clock, at: datetime, calendar: Calendar) -> Colour:
    """The colour of a clock by the shares in force."""
    return _colour(clock, at, calendar, shipped.shares(on=at.astimezone(calendar.zone).date()))


def notice(number: int, by: Hand) -> Notice:
    """A notice that was entered, by its key, for whoever may change it; refuses any other."""
    found = Notice.objects.filter(pk=number).first()
    if found is None or not by.may(Permission.CALENDAR_KEEP, within=found.area_code):
        raise NotFound(what=number)
    return found


@dataclass(frozen=True)
class NoticeLine:
    """A notice of a year as it is listed; `entered` is None for one that came with the program."""

    told: Told
    entered: Notice | None = None


def notices_of(year: int, area: str) -> list[NoticeLine]:
    """The notices that arrange a year in an area, in the order they were issued."""
    above = {"", *codes.ancestors(area), area} if area else {""}
    entered = [NoticeLine(told(each), each) for each in notices() if each.area_code in above]
    numbers = {each.told.number for each in entered}
    came = [NoticeLine(each) for each in shipped.notices() if each.number not in numbers]
    lines = [each for each in [*came, *entered] if each.told.year == year]
    return sorted(lines, key=lambda each: each.told.issued)
