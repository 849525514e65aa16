"""Cases: the desks, one case with its history and what may be done, moves, photos, many given at once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.access.gates import SIGNED_IN, gate
from linli.access.reach import Reach
from linli.cases import choosing, dispatching, photos, queries, showing
from linli.cases.models import Case
from linli.cases.stages import MOVES, Move, Need
from linli.ground.permissions import Permission
from linli.site.plan.mapping import Spot
from linli.web.lists import listed
from linli.web.middleware import sentence
from linli.web.pages import page, went_well

from . import desks, moving, wording
from .moving import Said

# What is shown open, the likeliest first; the rest is behind "More".
FIRST = (
    Move.SIGN, Move.START, Move.RESOLVE, Move.ACCEPT, Move.DISPATCH, Move.TRIAGE, Move.VERIFY, Move.REWORK, Move.RATE,
    Move.ANSWER, Move.RESUME, Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION, Move.RETURN, Move.VOID, Move.APPEAL,
)  # fmt: skip
PHOTOS = frozenset({Move.RESOLVE, Move.NOTE, Move.ANSWER, Move.VERIFY, Move.REWORK})
CITES = frozenset({Move.RETURN, Move.ESCALATE, Move.DECLINE})
STARS = range(5, 0, -1)
MOST_AT_ONCE = 200


@never_cache
@require_GET
@gate(SIGNED_IN)
def cases(request: Any) -> HttpResponse:
    """A desk of mine, by clock; which others I have."""
    desk = desks.chosen(request.actor, request.GET.get("desk", ""))
    if desk.slug == "board":
        return _board(request, desk)
    rows = desk.rows(request.actor, request.at)
    listing = listed(rows, order=desk.order, cursor=request.GET.get("cursor", ""))
    may_give = desk.slug == "judge" and Permission.CASE_DISPATCH in request.actor.permissions
    return page(
        request,
        "site/cases/cases.html",
        part="list",
        desk=desk,
        desks=desks.open_to(request.actor),
        listing=listing,
        lines=wording.lines(listing.rows, at=request.at),
        targets=choosing.choices(listing.rows[0], at=request.at) if may_give and listing.rows else [],
        may_raise=Permission.CASE_RAISE in request.actor.permissions,
        may_read=Permission.CASE_READ in request.actor.permissions and request.actor.reach is not Reach.OWN,
    )


def _board(request: Any, desk: desks.Desk) -> HttpResponse:
    """Everything open side by side, by what it waits for."""
    columns = desks.board(request.actor, at=request.at)
    lines = iter(wording.lines([case for column in columns for case in column.cases], at=request.at))
    return page(
        request,
        "site/cases/board.html",
        part="columns",
        desk=desk,
        desks=desks.open_to(request.actor),
        columns=[
            {"name": each.name, "count": each.count, "lines": [next(lines) for _case in each.cases]} for each in columns
        ],
        counted=desks.COUNTED,
    )


@never_cache
@require_GET
@gate(SIGNED_IN)
def case(request: Any, ref: str) -> HttpResponse:
    """One case: where it stands, what may be done, its history, what may be the same matter."""
    return _case(request, ref)


def _case(request: Any, ref: str, **more: Any) -> HttpResponse:
    found = queries.case(ref, viewer=request.actor)
    possible = queries.possible(found, request.actor, at=request.at)
    wants = {need for how in possible for need in MOVES[how].needs}
    choices = choosing.choices(found, at=request.at) if Need.TARGET in wants else []
    alike = queries.alike(found, request.actor, at=request.at)
    judging = Move.TRIAGE in possible
    merged = queries.merged_with(found, request.actor)
    waits = [each.due_at for each in merged if each.due_at and (found.due_at is None or each.due_at < found.due_at)]
    return page(
        request,
        "site/cases/case.html",
        case=found,
        clock=wording.clock(found, at=request.at),
        where=wording.area_names([found.area_code]).get(found.area_code, found.area_code),
        source=gettext(wording.SOURCES[found.source]),
        urgency=gettext(wording.URGENCIES[found.urgency]),
        hand=wording.hands([found.pk]).get(found.pk, ""),
        likely=[offer(how, possible) for how in FIRST if how in possible],
        # Assigned down or dispatched across, the form is one: whom it names decides.
        rest=[offer(how, possible) for how in possible if how not in FIRST and how is not Move.ASSIGN],
        bureaus=[each for each in choices if each.kind == choosing.BUREAU],
        choices=choices,
        categories=queries.categories(at=request.at) if judging else [],
        urgencies=[(key, gettext(words)) for key, words in wording.URGENCIES.items()],
        lines=queries.citable(found, request.actor, at=request.at) if CITES & set(possible) else [],
        stars=STARS,
        steps=wording.history(found),
        raisers=showing.masked(found, request.actor),
        alike=wording.lines(alike, at=request.at),
        spots=spots(found, alike),
        merged=wording.lines(merged, at=request.at),
        merged_due=min(waits, default=None),
        may_unmask=Permission.CASE_UNMASK in request.actor.permissions and not request.actor.looking_on,
        **more,
    )


def spots(found: Case, alike: Sequence[Case]) -> list[Spot]:
    """Where the case lies and where its look-alikes do, of those of which it is known; beneath the one it is about."""
    near = [
        Spot(each.lon, each.lat, each.summary, reverse("case", args=[each.ref]))
        for each in alike
        if each.lon is not None and each.lat is not None
    ]
    here = [] if found.lon is None or found.lat is None else [Spot(found.lon, found.lat, found.summary, here=True)]
    return [*near, *here]


def offer(how: Move, possible: list[Move]) -> dict[str, Any]:
    """A move as the page offers it: what its form asks for, and whether it stands open."""
    needs = MOVES[how].needs
    first = next((each for each in FIRST if each in possible), None)
    return {
        "move": how,
        "label": gettext(how.label),
        "open": how is first,
        "reason": Need.REASON in needs,
        "photo": how in PHOTOS,
        "photo_needed": Need.PHOTO in needs,
        "target": Need.TARGET in needs and how is not Move.MERGE,
        "into": how is Move.MERGE,
        "amount": Need.AMOUNT in needs,
        "stars": Need.RATING in needs,
        "bureaus": how in (Move.WHISTLE, Move.RATE_ANSWER),
        "judges": how is Move.TRIAGE,
        "cites": how in CITES,
        "words": how in (Move.RATE, Move.RATE_ANSWER, Move.VERIFY, Move.GRANT_EXTENSION, Move.DISPATCH, Move.ASSIGN,
                         Move.CO_HANDLE),
    }  # fmt: skip


@require_POST
@gate(SIGNED_IN)
def move(request: Any, ref: str, how: Move) -> HttpResponse:
    """The case took a step, or stands as it stood and the page says why not."""
    found = queries.case(ref, viewer=request.actor)
    turn = request.POST.get("turn", "")
    if turn.isascii() and turn.isdigit() and len(turn) <= moving.LONGEST:
        found.turn = int(turn)  # as it stood when the page was made: whoever came second is told
    said = Said(found, request.actor, request.at, request.POST, request.FILES.getlist("photos"))
    moving.make(how, said)
    messages.success(request, gettext("Done: %(move)s.") % {"move": gettext(how.label)})
    return went_well(reverse("case", args=[ref]))


@never_cache
@require_POST
@gate(Permission.CASE_UNMASK)
def unmasked(request: Any, ref: str) -> HttpResponse:
    """The case once, with who raised it in full, for a reason that is kept."""
    found = queries.case(ref, viewer=request.actor)
    full = showing.unmask(found, reason=request.POST.get("reason", ""), by=request.actor, at=request.at)
    return _case(request, ref, full=full)


@require_POST
@gate(Permission.CASE_DISPATCH)
def give(request: Any) -> HttpResponse:
    """Many cases are given to one in one go; each is given or refused by itself."""
    named = request.POST.getlist("case")
    chosen, left = named[:MOST_AT_ONCE], len(named[MOST_AT_ONCE:])
    target = choosing.read(request.POST.get("target", ""))
    reason = request.POST.get("reason", "").strip()
    some = [queries.case(ref, viewer=request.actor) for ref in chosen]
    outcomes = dispatching.give_all(some, to=target, reason=reason, by=request.actor, at=request.at)
    given = sum(each.refused is None for each in outcomes)
    if given:
        words = ngettext("%(n)s case given.", "%(n)s cases given.", given)
        messages.success(request, words % {"n": given})
    for each in outcomes:
        if each.refused:
            why = sentence(each.refused.words, each.refused.facts)
            messages.warning(request, f"{each.case.ref}: {why}")
    if left:
        words = ngettext(
            "%(n)s more was not given: at most 200 at once.", "%(n)s more were not given: at most 200 at once.", left
        )
        messages.warning(request, words % {"n": left})
    return went_well(f"{reverse('cases')}?desk=judge")


@never_cache
@require_GET
@gate(SIGNED_IN)
def photo(request: Any, ref: str) -> HttpResponseBase:
    """A photo of a case one may see; kept by no browser, which may be another's tomorrow."""
    found = queries.photo(ref, viewer=request.actor)
    return FileResponse(photos.path_of(found).open("rb"), content_type="image/webp")
