"""What may be asked of cases: within the asker's scope or in one's hand; queues, histories, what is possible.

A post that reads cases sees those of its area; one that only handles, those in which it, its bureau or team has a part.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact
from django.utils.timezone import localdate

from linli.access.actors import Actor
from linli.access.reach import Reach
from linli.access.scoping import scope, seen_by
from linli.areas import codes
from linli.ground import refs
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.journal.models import Above
from linli.web.once import asked

from . import closing, holding, lifecycle, routing, stages, timing
from .models import Assignment, Case, Category, Line, Part, Photo, Raiser, StandsOpen, Step
from .stages import Bar, Move, Stage

ABOVE_ALL = "z"  # above every code, which is digits
NEAR_DEGREES = 0.0015  # some 150 metres
DIGITS = (9, 12)  # of a township and a community: what the open cases are indexed by
ALIKE_FOR = timedelta(days=14)


def cases(viewer: Actor) -> QuerySet[Any]:
    """The cases the viewer may see: none without a permission to read or to handle them."""
    rows = Case.objects.all()
    if Permission.CASE_READ in viewer.permissions:
        return seen_by(rows, viewer, owner="raised_by")
    if Permission.CASE_HANDLE in viewer.permissions:
        parts = Assignment.objects.filter(holding.mine(viewer), case=OuterRef("pk"))
        return rows.filter(Exists(parts) | _own(viewer))
    if Permission.CASE_RAISE in viewer.permissions:
        return rows.filter(_own(viewer))
    return rows.none()


def _own(viewer: Actor) -> Q:
    """What the viewer wrote down within the area of the post: not what they did elsewhere before."""
    within = scope(viewer, owner="raised_by")
    return within & Q(raised_by=viewer.ref) if within is not None and viewer.ref else Q(pk__in=[])


def _nothing() -> QuerySet[Any]:
    return Case.objects.none()


def case(ref: str, viewer: Actor) -> Case:
    """The case of a reference; refuses (404) what is nowhere or not for the viewer to see."""
    found = cases(viewer).select_related("line__category", "merged_into").filter(ref=refs.read(ref, "C")).first()
    if found is None:
        raise NotFound(what=ref)
    return found


# -- queues -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What a list of cases is narrowed to; empty is everything that is open."""

    stage: str = ""
    stages: tuple[str, ...] = ()
    area: str = ""
    category: str = ""
    board: str = ""
    urgency: str = ""
    source: str = ""
    words: str = ""
    overdue: bool = False
    ended_too: bool = False


def queue(viewer: Actor, asked: Asked = Asked(), *, at: datetime) -> QuerySet[Any]:
    """The cases within the viewer's scope by clock: what must be acted on first comes first."""
    wanted = (asked.stage,) if asked.stage else asked.stages
    rows = (
        cases(viewer)
        if asked.ended_too
        else _by_clock(cases(viewer).filter(StandsOpen("stage")), asked.area or _place(viewer))
    )
    rows = rows.filter(stage__in=sorted(wanted)) if wanted else rows
    rows = rows.filter(**codes.inside(asked.area)) if asked.area else rows
    exact = {name: getattr(asked, name) for name in ("category", "board", "urgency", "source") if getattr(asked, name)}
    rows = rows.filter(**exact)
    if asked.words:
        rows = rows.filter(Q(summary__contains=asked.words) | Q(place__contains=asked.words))
    if asked.overdue:
        rows = rows.filter(act_by__lt=at)
    return rows.select_related("line").order_by("act_by", "id")


def _place(viewer: Actor) -> str:
    """The one area that holds all a viewer may see; empty where there is none."""
    alone = Permission.CASE_READ in viewer.permissions and viewer.reach is not Reach.ALL and len(viewer.places) == 1
    return viewer.places[0] if alone else ""


def _by_clock(rows: QuerySet[Any], area: str) -> QuerySet[Any]:
    """Open cases of an area, asked for so that the index of their clocks is read, and not all that ever was there."""
    digits = max((each for each in DIGITS if each <= len(area)), default=0)
    return rows.filter(Exact(Above("area_code", digits=digits), area[:digits])) if digits else rows


def to_judge(viewer: Actor, *, at: datetime) -> QuerySet[Any]:
    """What waits to be accepted, judged or given to someone at the viewer's level or below it."""
    deepest = min((codes.level_of(place) for place in viewer.places if place), default=0)
    return queue(viewer, Asked(stages=tuple(stages.TO_JUDGE)), at=at).filter(level__gte=deepest)


def to_verify(viewer: Actor, *, at: datetime) -> QuerySet[Any]:
    """What waits to be verified by someone else than who handled it."""
    rows = queue(viewer, Asked(stages=(Stage.RESOLVED, Stage.SELF_HANDLED)), at=at)
    own = Step.objects.filter(case=OuterRef("pk"), by=viewer.ref, move__in=sorted(lifecycle.OWN_HANDLING))
    return rows.exclude(Exists(own))


def to_call(viewer: Actor, *, at: datetime) -> QuerySet[Any]:
    """What was closed and whose raisers, or those of what was merged into it, want to be called back."""
    wanting = Raiser.objects.filter(wants_call=True)
    own, merged = wanting.filter(case=OuterRef("pk")), wanting.filter(case__merged_into=OuterRef("pk"))
    rows = cases(viewer).filter(Exists(own) | Exists(merged), stage=Stage.CLOSED, closed_at__gt=at - timedelta(days=30))
    return rows.order_by("closed_at", "id")


def in_hand(viewer: Actor, *, parts: tuple[str, ...] = holding.EVERY_PART) -> QuerySet[Any]:
    """My obligations: open cases in which the viewer, their bureau or their team has a part, by clock."""
    held = Assignment.objects.filter(holding.mine(viewer), ended_at=None, part__in=parts).values("case")
    rows = Case.objects.filter(pk__in=held, stage__in=sorted(stages.SENT_OUT | {Stage.SELF_HANDLED}))
    return rows.select_related("line").order_by("act_by", "id")


def raised(viewer: Actor) -> QuerySet[Any]:
    """What the viewer raised or wrote down and still may see, latest first; whoever works elsewhere now sees none."""
    return cases(viewer).filter(raised_by=viewer.ref).order_by("-raised_at", "-id") if viewer.ref else _nothing()


def stuck(viewer: Actor, *, at: datetime) -> QuerySet[Any]:
    """What is stuck between desks: returned, or given to someone who has not signed for it in time."""
    return queue(viewer, Asked(stages=(Stage.RETURNED, Stage.DISPATCHED)), at=at).filter(
        Q(stage=Stage.RETURNED) | Q(act_by__lt=at)
    )


# -- one case -----------------------------------------------------------------------------------------


def steps(found: Case) -> list[Step]:
    """Its history, the first step first, with the photos of each."""
    return list(found.steps.select_related("line__category").prefetch_related("photos").order_by("number"))


def photos(found: Case) -> list[Photo]:
    """Its photos, in the order they came."""
    return list(found.photos.order_by("id"))


def photo(ref: str, viewer: Actor) -> Photo:
    """A photo of a case the viewer may see; refuses (404) any other."""
    found = Photo.objects.select_related("case").filter(ref=refs.read(ref, "F"), case__in=cases(viewer)).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def merged_with(found: Case, viewer: Actor | None = None) -> list[Case]:
    """The cases merged into this one, and into those; for a viewer those they may see."""
    all_of_them: list[Case] = []
    waiting = [found.pk]
    while waiting:
        more = list(Case.objects.filter(merged_into__in=waiting, stage=Stage.MERGED).order_by("id"))
        all_of_them += more
        waiting = [each.pk for each in more]
    if viewer is None or not all_of_them:
        return all_of_them
    seen = set(cases(viewer).filter(pk__in=[each.pk for each in all_of_them]).values_list("pk", flat=True))
    return [each for each in all_of_them if each.pk in seen]


def raisers(found: Case, viewer: Actor | None = None) -> list[Raiser]:
    """Everyone who raised this matter: of the case and of those merged into it that a viewer may see. To be masked
    when shown."""
    every = [found.pk, *(each.pk for each in merged_with(found, viewer))]
    return list(Raiser.objects.filter(case__in=every).select_related("case").order_by("id"))


def possible(found: Case, viewer: Actor, *, at: datetime) -> list[Move]:
    """What the viewer may do with the case now, in the order of the table: its buttons.

    The verb has the last word: what another does meanwhile is refused there.
    """
    if viewer.looking_on:
        return []
    has = {part: holding.has_part(found, viewer, part) for part in Part.values}
    handled = found.steps.filter(by=viewer.ref, move__in=sorted(lifecycle.OWN_HANDLING)).exists()
    return [
        how
        for how in stages.moves_from(Stage(found.stage))
        if _may(found, viewer, how, has=has, handled=handled) and _makes_sense(found, how, at)
    ]


def _may(found: Case, viewer: Actor, how: Move, *, has: dict[str, bool], handled: bool) -> bool:
    line = stages.MOVES[how]
    if not any(viewer.may(permission, within=found.area_code) for permission in line.may):
        return False
    if (line.in_hand and not has[Part.LEAD]) or (line.beside and not (has[Part.CO_HANDLER] or has[Part.WHISTLE])):
        return False
    if how in stages.JUDGING and not lifecycle.judges(viewer, found):
        return False
    if how is Move.ESCALATE:
        return has[Part.LEAD] if found.stage in stages.IN_HAND else lifecycle.judges(viewer, found)
    if line.barred is Bar.HANDLER:
        return not handled
    return line.barred is not Bar.ASKER or lifecycle.asker_of(found, how) not in ("", viewer.ref)


def _makes_sense(found: Case, how: Move, at: datetime) -> bool:
    """What the table allows at this stage and the case itself does not: asked twice, too late, drawn."""
    if how is Move.REOPEN:
        return closing.may_be_reopened(found, at=at)
    if how is Move.CLOSE_UNSAMPLED:
        return not found.sampled
    if how is Move.APPEAL:
        return not found.appealed
    if how is Move.ASK_VOID:
        return not found.void_asked_by
    if how is Move.ASK_EXTENSION:
        return not found.extension_by and found.due_at is not None and at <= found.due_at
    return not (how is Move.SUSPEND and found.due_at is not None and at > found.due_at)


class Near(NamedTuple):
    """What makes another case look like one: raised in this time, in this part of a community, of its type or of none.

    A case without a type or a spot says None for them.
    """

    since: datetime
    until: datetime
    key: int
    low: str
    high: str
    area: str
    category: str | None
    west: float | None
    east: float | None
    south: float | None
    north: float | None


def _near(found: Case) -> Near:
    part = codes.inside(codes.parent(found.area_code))
    low, high = part.get("area_code__gte", ""), part.get("area_code__lt", ABOVE_ALL)
    time = (found.raised_at - ALIKE_FOR, found.raised_at + ALIKE_FOR)
    lon, lat, by = found.lon, found.lat, NEAR_DEGREES
    box = (None,) * 4 if lon is None or lat is None else (lon - by, lon + by, lat - by, lat + by)
    return Near(*time, found.pk, low, high, found.area_code, found.category or None, *box)


def _like(rows: QuerySet[Any], near: Near) -> QuerySet[Any]:
    rows = rows.filter(raised_at__gt=near.since, raised_at__lt=near.until).exclude(pk=near.key)
    rows = rows.exclude(stage__in=[Stage.MERGED, Stage.VOIDED, Stage.ARCHIVED])
    rows = rows.filter(Q(category=near.category) | Q(category="")) if near.category is not None else rows
    where = Q(area_code=near.area)
    if near.west is not None:
        where = Q(lon__range=(near.west, near.east), lat__range=(near.south, near.north)) | (where & Q(lon=None))
    return rows.filter(where, area_code__gte=near.low, area_code__lt=near.high)


def alike(found: Case, viewer: Actor, *, at: datetime, limit: int = 10) -> list[Case]:
    """Cases that may be the same matter: raised within two weeks, of its type or of none, near it or in its grid.

    For a person to look at: nothing is merged by likeness.
    """
    return list(_like(cases(viewer), _near(found)).order_by("-raised_at")[:limit])


def asking_alike(viewer: Actor) -> Callable[[Case], bool]:
    """Whether a case has any, for a viewer who asks it of a great many: put into words once."""

    @asked
    def some(*near: Any) -> QuerySet[Any]:
        return _like(cases(viewer), Near(*near)).values_list("pk")[:1]

    def has_some(found: Case) -> bool:
        near = _near(found)
        return bool(some(*near)) if None not in near else _like(cases(viewer), near).exists()

    return has_some


def citable(found: Case, viewer: Actor, *, at: datetime) -> list[Line]:
    """The lines of the list the viewer may cite to send the case up or back: what belongs above where it lies."""
    held = holding.lead(found)
    level = holding.Target(held.post, held.bureau, held.area_code).level if held else found.level
    return routing.lines_over(found.area_code, today=localdate(at), above=level)


def categories(*, at: datetime) -> list[Category]:
    """The tree of event types in force, in order of code."""
    today = localdate(at)
    return list(Category.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today).order_by("code"))


def colour(found: Case, *, at: datetime) -> str:
    """The colour of its clock."""
    return str(timing.colour(found, at=at))
