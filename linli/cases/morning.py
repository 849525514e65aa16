"""The sheet for the morning meeting: what came in the night, what falls due today, what is overdue, what is stuck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case as Ranked
from django.db.models import F, IntegerField, QuerySet, Value, When

from linli.access.actors import Actor
from linli.areas import codes
from linli.clocks import queries as calendars
from linli.clocks.working import Calendar
from linli.ground.words import gettext_noop as _

from . import queries
from .models import Case, Urgency
from .queries import Asked
from .stages import Stage

FARTHEST = 31  # days back, where a calendar has no working day
PRESSING = (Urgency.EMERGENCY, Urgency.URGENT)  # stand first, in this order


@dataclass(frozen=True)
class Part:
    """A part of the sheet: its word and name, the first of its cases, how many there are in all, when none."""

    slug: str
    name: str
    cases: Sequence[Case]
    count: int
    none: str


@dataclass(frozen=True)
class Sheet:
    """The parts in their order; the night is from when work ended last until it began today, or until now."""

    since: datetime
    until: datetime
    parts: tuple[Part, ...]

    def part(self, slug: str) -> Part:
        """The part of this word."""
        return next(part for part in self.parts if part.slug == slug)


def sheet(viewer: Actor, *, area: str = "", at: datetime, most: int) -> Sheet:
    """What the meeting is about, of what the viewer may see; of each part at most so many, urgent ones first."""
    calendar = calendars.calendar_of(area or viewer.area_code)
    since, until = night(calendar, at=at)
    running = queries.queue(viewer, Asked(area=area), at=at).exclude(stage=Stage.SUSPENDED)
    every = queries.queue(viewer, Asked(area=area, ended_too=True), at=at)
    stuck = queries.stuck(viewer, at=at).filter(**codes.inside(area))
    end = _midnight(calendar, at.astimezone(calendar.zone).date() + timedelta(days=1))
    told = (
        ("night", _("Came in the night"), every.filter(raised_at__gte=since, raised_at__lt=until),
         _("Nothing came in.")),
        ("today", _("Falls due today"), running.filter(act_by__gte=at, act_by__lt=end), _("Nothing falls due today.")),
        ("overdue", _("Overdue"), running.filter(act_by__lt=at), _("Nothing is overdue.")),
        ("stuck", _("Stuck between two desks"), stuck, _("Nothing is stuck.")),
    )  # fmt: skip
    return Sheet(since, until, tuple(_part(*each, most=most) for each in told))


def _part(slug: str, name: str, rows: "QuerySet[Any]", none: str, *, most: int) -> Part:
    found = list(rows.order_by(_rank(), F("act_by").asc(nulls_last=True), "id")[: most + 1])
    count = rows.count() if len(found) > most else len(found)
    return Part(slug, name, found[:most], count, none)


def _rank() -> Ranked:
    """Emergencies first, then what is urgent, then the rest."""
    ranked = [When(urgency=urgency, then=Value(number)) for number, urgency in enumerate(PRESSING)]
    return Ranked(*ranked, default=Value(len(PRESSING)), output_field=IntegerField())


def night(calendar: Calendar, *, at: datetime) -> tuple[datetime, datetime]:
    """From when work ended on the last working day before today until it began today, or until now: weekends too."""
    today = at.astimezone(calendar.zone).date()
    before = (today - timedelta(days=back) for back in range(1, FARTHEST + 1))
    last = next((day for day in before if calendar.windows(day)), today - timedelta(days=1))
    closed = calendar.windows(last)
    since = _midnight(calendar, last) + timedelta(minutes=closed[-1][1] if closed else 0)
    opened = calendar.windows(today)
    begins = _midnight(calendar, today) + timedelta(minutes=opened[0][0] if opened else 0)
    return since, min(at, begins) if opened else at


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time.min, calendar.zone)
