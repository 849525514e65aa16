"""Who is perhaps the same person: two records side by side, for someone to say that they are one, or two."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.access.gates import gate
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.registers import merging, queries, showing
from linli.registers.models import Register
from linli.web.lists import listed
from linli.web.pages import page, went_well

from . import wording


@never_cache
@require_GET
@gate(Permission.REGISTER_SETTLE)
def likenesses(request: Any) -> HttpResponse:
    """The pairs of my area that someone has to look at, or those that were looked at."""
    decided = "decided" in request.GET
    rows = queries.likenesses(viewer=request.actor, decided=decided)
    listing = listed(rows, order=["-id"], cursor=request.GET.get("cursor", ""))
    refs = {ref for each in listing.rows for ref in (each.one, each.other)}
    people = queries.records(Register.PERSON, viewer=request.actor).filter(ref__in=refs).select_related("dwelling")
    lines = {line.ref: line for line in wording.lines(list(people), today=localdate(request.at))}
    shown = [(each, [lines.get(each.one), lines.get(each.other)]) for each in listing.rows]
    return page(request, "site/registers/likenesses.html", listing=listing, shown=shown, decided=decided)


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_SETTLE)
def one(request: Any, number: int) -> HttpResponse:
    """Two records side by side, masked; to say that they are one person or two, and to part them again."""
    pair = queries.likeness(number, viewer=request.actor)
    # Whoever sees only one of the two records cannot compare them.
    new, known = (queries.record(ref, viewer=request.actor) for ref in (pair.one, pair.other))
    became = queries.merging_of(pair)
    if request.method == "POST":
        return _decide(request, pair, new, known, became)
    today = localdate(request.at)
    both = zip(
        showing.facts_of(known, as_of=today), showing.facts_of(new, as_of=today, area=known.area_code), strict=True
    )
    rows = [
        (a, b, not a.fact.is_secret and a.fact.of(known, as_of=today) != b.fact.of(new, as_of=today)) for a, b in both
    ]
    return page(
        request,
        "site/registers/likeness.html",
        pair=pair,
        names=[(each.ref, wording.name_of(each)) for each in (known, new)],
        rows=[row for row in rows if row[0].known or row[1].known],
        became=became,
        open=not pair.outcome,
    )


def _decide(request: Any, pair: Any, new: Any, known: Any, became: Any) -> HttpResponse:
    said, hand = request.POST.get("said", ""), {"by": request.actor, "at": request.at}
    if said == "one" and not pair.outcome:
        merging.merge(known, new, **hand)
        messages.success(request, gettext("The two records are one now."))
    elif said == "two" and not pair.outcome:
        merging.two(pair, **hand)
        messages.success(request, gettext("They are two people, and are not proposed again."))
    elif said == "part" and became is not None:
        merging.part(became, **hand)
        messages.success(request, gettext("The two records are as they were."))
    else:
        raise NotFound(what=said)
    return went_well(reverse("likeness", args=[pair.pk]))
