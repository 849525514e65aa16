"""A case is raised: by a grid worker, by phone, from a 12345 sheet, by a walk-in, an enterprise, another room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from linli.access.actors import Actor
from linli.access.models import Post
from linli.access.reach import Reach
from linli.areas import codes, editions
from linli.areas.codes import Level
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.registers.sealed import blind
from linli.web.once import asked, insert

from . import holding, lifecycle, routing, terms, timing
from .holding import Target
from .lifecycle import Why
from .models import Case, Part, Raiser, Source, Subscription, Urgency
from .photos import Taken
from .stages import Move

PHONE = "cases.raiser.phone"


class RaisedAlready(Refusal):
    """The sheet of this number was written down before."""

    code = "case.raised-already"
    words = _("The sheet %(number)s was written down already: %(ref)s.")
    next_step = _("Open that case and add what is new. Nothing was written.")


class NothingSaid(Refusal):
    """A case of which nothing is said."""

    code, status = "case.nothing-said", 422
    words = _("A case needs a few words on what is the matter.")
    next_step = _("Say in a line what it is, then send it again. Nothing was written.")


class NotSmall(Refusal):
    """More than may be closed on the spot."""

    code, status = "case.not-small", 422
    words = _("This may not be closed on the spot: the published list does not leave it to grid or community.")
    next_step = _("Report it, and the command centre finds who handles it. Nothing was written.")


@dataclass(frozen=True)
class RaisedBy:
    """Who raised it, as far as they said: nothing need be known of them."""

    name: str = ""
    phone: str = ""
    kind: str = "resident"
    register_ref: str = ""
    wants_call: bool = True


@dataclass(frozen=True)
class Report:
    """What is reported, as it is asked to be written down. `promised_at` is a time that was promised elsewhere.

    `raised_at` is when it was raised elsewhere, of a matter that is taken over; of all others it is now.
    """

    summary: str
    area: str
    source: Source = Source.PATROL
    source_ref: str = ""
    details: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    category: str = ""
    urgency: Urgency = Urgency.GENERAL
    raiser: RaisedBy | None = None
    photos: Sequence[Taken] = ()
    happened_at: datetime | None = None
    promised_at: datetime | None = None
    raised_at: datetime | None = None


def raise_case(report: Report, *, by: Hand, at: datetime) -> Case:
    """The case stands as reported, with who raised it; whoever wrote it down hears how it goes on.

    Refuses a sheet that was written down before, be it in the same moment, and one on which nothing is said.
    """
    try:
        return _written_down(report, by, at)
    except IntegrityError:
        if report.source_ref:
            _must_not_be_known(report, by)
        raise


@transaction.atomic
def _written_down(report: Report, by: Hand, at: datetime) -> Case:
    editions.hold(report.area)
    by.must(Permission.CASE_RAISE, within=report.area)
    report = _as_themselves(report, by)
    _must_be_new(report, by)
    category = routing.category(report.category, today=localdate(at)) if report.category else None
    line = routing.line_for(report.category, report.area, today=localdate(at)) if category else None
    case = Case(
        area_code=report.area,
        lon=report.lon,
        lat=report.lat,
        place=report.place[:160],
        summary=report.summary.strip()[:120],
        details=report.details.strip(),
        source=report.source,
        source_ref=report.source_ref,
        category=report.category,
        line=line,
        board=category.board if category else "",
        level=routing.judging_level(line, report.area),
        urgency=report.urgency,
        raised_by=by.ref if isinstance(by, Actor) else "",
        raised_at=report.raised_at or at,
        happened_at=report.happened_at,
        stage_since=at,
        steps_made=1,
    )
    if report.promised_at:
        timing.promise(case, report.promised_at, since=report.raised_at or at)
    timing.schedule(case, at=at)
    insert(case)
    _tell_of(case, report.raiser, by, at)
    said = {"source": report.source, "urgency": report.urgency}
    why = Why(photos=report.photos, said=said)
    lifecycle.write(case, lifecycle.RAISED, "", why, by=by, at=at)
    return case


def _as_themselves(report: Report, by: Hand) -> Report:
    """A resident or an enterprise raises for itself alone, whatever was sent."""
    if isinstance(by, Actor) and by.reach is Reach.OWN:
        enterprise = by.role == "enterprise-contact"
        return replace(report, source=Source.ENTERPRISE if enterprise else Source.RESIDENT, source_ref="")
    return report


def _must_be_new(report: Report, by: Hand) -> None:
    if not report.summary.strip():
        raise NothingSaid()
    if report.source_ref:
        _must_not_be_known(report, by)


def _must_not_be_known(report: Report, by: Hand) -> None:
    for ref, area in _known(report.source, report.source_ref):
        may_know = by.may(Permission.CASE_READ, within=area)
        raise RaisedAlready(number=report.source_ref, ref=ref if may_know else _("in another area"))


@asked
def _known(source: str, source_ref: str) -> "QuerySet[Case, tuple[str, str]]":
    return Case.objects.filter(source=source, source_ref=source_ref).values_list("ref", "area_code")


def _tell_of(case: Case, raiser: RaisedBy | None, by: Hand, at: datetime) -> None:
    """Who raised it and whoever wrote it down are kept with the case."""
    if raiser:
        Raiser.objects.create(
            case=case,
            kind=raiser.kind,
            name=raiser.name[:60],
            phone=raiser.phone,
            phone_index=blind(raiser.phone, column=PHONE),
            account=by.ref if isinstance(by, Actor) and by.reach is Reach.OWN else "",
            register_ref=raiser.register_ref,
            wants_call=raiser.wants_call,
        )
    if isinstance(by, Actor):
        insert(Subscription(case=case, account=by.ref, since=at))


@transaction.atomic
def settle(report: Report, *, done: str, photos: Sequence[Taken], by: Hand, at: datetime) -> Case:
    """A small matter was seen and closed on the spot, with a photo; one in so many is drawn to be verified by another.

    Refuses what the list does not leave to grid or community, what is urgent, and a report without a photo.
    """
    line = routing.line_for(report.category, report.area, today=localdate(at))
    if line is None or line.level < Level.COMMUNITY or report.urgency != Urgency.GENERAL:
        raise NotSmall()
    case = raise_case(report, by=by, at=at)
    sampled = terms.is_sampled(case.ref, on=localdate(at))

    def change(fresh: Case) -> None:
        fresh.on_the_spot, fresh.sampled = True, sampled
        start_clock(fresh, at=at)
        holding.give(fresh, _oneself(by, report.area), Part.LEAD, by=by, at=at)

    why = Why(reason=done, photos=photos, said={"sampled": sampled})
    case, _step = lifecycle.move(case, Move.SETTLE, by=by, at=at, why=why, change=change)
    if not sampled:
        case, _step = lifecycle.move(case, Move.CLOSE_UNSAMPLED, by=by, at=at)
    return case


def _oneself(by: Hand, area: str) -> Target:
    post = Post.objects.filter(ref=by.post).first() if by.post else None
    return Target(post=post) if post else Target(area=area)


def _term_of(case: Case, at: datetime) -> terms.Term:
    """How long the case may take by its line, else as what is on no list."""
    written = terms.read(case.line.term(case.urgency)) if case.line else None
    return written or terms.term("unlisted", case.urgency, on=localdate(at))


def start_clock(case: Case, *, at: datetime) -> None:
    """The clock runs by the line since the case was accepted; what was promised or missed stays. Not saved."""
    since, why = case.accepted_at or at, "line" if case.line else "unlisted"
    timing.judged_anew(case, _term_of(case, at), since=since, why=why, at=at)


def level_above(level: int) -> int:
    """The level above one: grid, community, township, district; the district has none above it here.

    >>> level_above(Level.GRID), level_above(Level.DISTRICT)
    (5, 3)
    """
    return max(int(Level.DISTRICT), level - 1)


def area_of(code: str) -> str:
    """The area of a code that was sent, as it is kept."""
    return codes.read(code)
