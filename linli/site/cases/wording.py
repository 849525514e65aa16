"""Cases as lines of a list and steps of a history: in words, names looked up for all of them together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext, ngettext

from linli.access.models import Account
from linli.areas import codes
from linli.areas.codes import Level
from linli.areas.models import Area
from linli.cases import lifecycle, queries, timing
from linli.cases.models import Assignment, Case, Part, Step
from linli.cases.stages import Stage
from linli.clocks.running import Colour
from linli.ground.words import gettext_noop as _
from linli.site.history.told import PROGRAMS

STATES = {Colour.GREEN: "ok", Colour.YELLOW: "soon", Colour.RED: "late"}
SOURCES = {
    "patrol": _("found by a grid worker"),
    "phone": _("by phone"),
    "hotline": _("hotline 12345"),
    "walk-in": _("came in person"),
    "resident": _("by a resident"),
    "enterprise": _("by an enterprise"),
    "above": _("from above"),
    "sensor": _("by a sensor"),
    "system": _("from another system"),
    "room": _("from another part of Linli"),
}
URGENCIES = {"general": _("general"), "urgent": _("urgent"), "emergency": _("emergency")}


@dataclass(frozen=True)
class Clock:
    """How a case stands by its clock: colour, shape and words."""

    state: str
    words: str


@dataclass(frozen=True)
class Line:
    """One case as a list shows it."""

    ref: str
    summary: str
    stage: str
    clock: Clock
    where: str
    hand: str
    urgency: str
    turn: int


@dataclass(frozen=True)
class Told:
    """One step of a history."""

    what: str
    who: str
    at: datetime
    reason: str
    to: str
    cited: str
    photos: Sequence[Any]


def lines(cases: Sequence[Case], *, at: datetime) -> list[Line]:
    """The cases in words; one question for all areas, one for all hands."""
    named = area_names(case.area_code for case in cases)
    held = hands([case.pk for case in cases])
    timing.bring_calendars(cases)
    return [
        Line(
            ref=case.ref,
            summary=case.summary,
            stage=gettext(Stage(case.stage).label),
            clock=clock(case, at=at),
            where=named.get(case.area_code, case.area_code),
            hand=held.get(case.pk, ""),
            urgency=case.urgency if case.urgency != "general" else "",
            turn=case.turn,
        )
        for case in cases
    ]


def clock(case: Case, *, at: datetime) -> Clock:
    """The clock of a case: how long is left, by how much it is over, that it stands still, or when it was closed."""
    if case.stage == Stage.SUSPENDED:
        return Clock("paused", gettext("paused until %(day)s") % {"day": moment(case.stands_until, at)})
    if case.closed_at is not None or case.act_by is None:
        return Clock("paused", moment(case.closed_at or case.stage_since, at))
    state = STATES[timing.colour(case, at=at)]
    due = case.act_by
    if due < at:
        return Clock("late", gettext("%(time)s over") % {"time": length((at - due).total_seconds())})
    return Clock(state, gettext("by %(moment)s") % {"moment": moment(due, at)})


def moment(when: datetime | None, at: datetime) -> str:
    """A moment as short as it can be said today: the hour today, the day and hour this year."""
    if when is None:
        return "–"
    local = localtime(when)
    if local.date() == localdate(at):
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == localdate(at).year else f"{local:%Y-%m-%d}"


def length(seconds: float) -> str:
    """A length of time in its largest unit."""
    minutes = int(seconds // 60)
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}


def area_names(asked: Iterable[str]) -> dict[str, str]:
    """The names of these areas; a grid with the community it lies in, as every community has a first grid."""
    wanted = {code for code in asked if code}
    above = {code: codes.cut(code, Level.COMMUNITY) for code in wanted if codes.level_of(code) > Level.COMMUNITY}
    rows = Area.objects.standing().filter(code__in=wanted | set(above.values()))
    named = dict(rows.values_list("code", "name"))
    return {
        code: " ".join(filter(None, (named.get(above.get(code, ""), ""), named[code])))
        for code in wanted
        if code in named
    }


def hands(keys: Sequence[int]) -> dict[int, str]:
    """Who has each of these cases in hand, by name."""
    rows = Assignment.objects.filter(case__in=keys, part=Part.LEAD, ended_at=None)
    held = list(rows.select_related("post__account", "bureau"))
    named = area_names(each.area_code for each in held)
    return {each.case_id: hand(each, named) for each in held}


def hand(held: Assignment, named: dict[str, str]) -> str:
    """A post by its holder, a bureau by its name, a team by its area."""
    if held.post:
        return held.post.account.name if held.post.account else held.post.title or held.post.ref
    return held.bureau.name if held.bureau else named.get(held.area_code, held.area_code)


def history(found: Case) -> list[Told]:
    """The steps of a case, the latest first."""
    steps = queries.steps(found)
    people = dict(Account.objects.filter(ref__in={step.by for step in steps}).values_list("ref", "name"))
    targets = {step.said.get("to", "") for step in steps}
    named = _targets(found, targets)
    return [_told(step, people, named) for step in reversed(steps)]


def _told(step: Step, people: dict[str, str], named: dict[str, str]) -> Told:
    return Told(
        what=gettext(lifecycle.label_of(step.move)),
        who=people.get(step.by) or gettext(PROGRAMS.get(step.by, step.by)),
        at=step.at,
        reason=step.reason,
        to=named.get(step.said.get("to", ""), ""),
        cited=str(step.line.category) if step.line else "",
        photos=list(step.photos.all()),
    )


def _targets(found: Case, keys: Iterable[str]) -> dict[str, str]:
    """What targets of steps are called: posts, bureaus and areas by the key the step holds."""
    asked = [key for key in keys if key]
    rows = Assignment.objects.filter(case=found).select_related("post__account", "bureau")
    posts = rows.filter(post__ref__in=asked)
    bureaus = rows.filter(bureau__code__in=asked)
    named = area_names(key for key in asked if key.isdigit())
    return named | {each.target: hand(each, named) for each in [*posts, *bureaus]}
