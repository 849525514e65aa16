"""The lists of the registers, narrowed and laid out by facts. What names nobody stands in a link; the rest is sent."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.access.actors import Actor
from linli.access.gates import gate
from linli.areas import queries as areas
from linli.areas.codes import Level, level_of
from linli.areas.models import Area
from linli.ground.permissions import Permission
from linli.ground.words import gettext_noop as _
from linli.registers import asking, book, listing, narrowing, showing, taking
from linli.registers.book import Fact, Type
from linli.registers.codesets import codeset
from linli.registers.listing import Asked
from linli.registers.models import Register
from linli.registers.tags import TAGS
from linli.web.lists import listed
from linli.web.pages import page, went_well

from . import exports, wording

COUNTED = 10_000
CHOICES = 300  # areas to choose from
# What is masked may be asked for without a reason as far as its mask shows it.
COARSELY = {
    Type.TEXT: _("By its first sign; more of it for a reason only."),
    Type.PLACE: _("As far as its first number; more of it for a reason only."),
    Type.DATE: _("By 1 January of a year; by another day for a reason only."),
    Type.PHONE: _("For a reason only. One person is found by the search."),
    Type.IDENTITY: _("For a reason only. One person is found by the search."),
}


@never_cache
@require_GET
@gate(Permission.REGISTER_READ)
def records(request: Any, register: Register) -> HttpResponse:
    """The records of a register within my scope, as they were asked for."""
    today = localdate(request.at)
    asked = asked_in(request, register)
    rows, many = (ask(asked, viewer=request.actor, as_of=today) for ask in (listing.rows, listing.in_order))
    cursor = request.GET.get("cursor", "")
    shown = listed(rows, order=asked.order, cursor=cursor, counted=COUNTED, mark="ref", if_many=many)
    facts = asked.facts
    book.foresee(facts, shown.rows, as_of=today)
    cells = [[showing.cell(fact, each, as_of=today) for fact in facts] for each in shown.rows]
    return page(
        request,
        "site/registers/records.html",
        register=register,
        name=wording.NAMES[register],
        facts=facts,
        ordered=listing.ORDERED[register],
        listing=shown,
        rows=list(zip(wording.lines(shown.rows, today=today), cells, strict=True)),
        asked=asked,
        said=[(name, value) for name, some in asked.said().items() for value in some],
        days=exports.days_on(today),
        numbers=exports.numbers_for(request.actor),
        layouts=list(taking.layouts(register, viewer=request.actor)) if exports.may(request.actor) else [],
        layout=exports.layout_in(request, register),
        where=[(listing.written(each), each.in_words()) for each in asked.where],
        **choices(request, register, asked),
    )


def choices(request: Any, register: Register, asked: Asked) -> dict[str, Any]:
    """What the list may be narrowed and laid out by."""
    chosen = {fact.name for fact in asked.facts}
    return {
        "tags": [tag for tag in TAGS.values() if tag.register is register],
        "areas": areas_for(request),
        "others": [
            fact for fact in listing.facts_for(register, area=request.actor.area_code) if fact.name not in chosen
        ],
        "conditions": listing.conditions_for(register, viewer=request.actor),
        "adding": adding(request, register),
    }


def areas_for(request: Any) -> list[Area]:
    """The areas a list may be narrowed to: the grids of one's own community, else townships and communities."""
    code = request.actor.area_code
    grids = bool(code) and level_of(code) >= Level.COMMUNITY
    levels = [Level.COMMUNITY, Level.GRID] if grids else [Level.TOWNSHIP, Level.COMMUNITY]
    standing = areas.within(code).filter(level__in=levels)
    return list(standing.order_by("level", "code")[:CHOICES])


def adding(request: Any, register: Register) -> dict[str, Any] | None:
    """The fact a condition is being made of: its signs, and what it can be."""
    name = request.GET.get("add", "")
    facts = {fact.name: fact for fact in listing.conditions_for(register, viewer=request.actor)}
    return made_of(facts[name], request.actor) if name in facts else None


def made_of(fact: Fact, actor: Actor) -> dict[str, Any]:
    """What a condition on a fact is filled in with; and what may be asked without a reason, where not everything."""
    chinese = (get_language() or "zh").startswith("zh")
    codes = codeset(fact.codes) if fact.codes else None
    named = (codes.chinese if chinese else codes.english) if codes else {}
    if fact.type is Type.YES_NO:
        named = {"yes": gettext("yes"), "no": gettext("no")}
    return {
        "fact": fact,
        "signs": [(sign, listing.SIGNED[sign]) for sign in listing.signs_for(fact, viewer=actor)],
        "values": list(named.items()),
        "coarsely": COARSELY.get(fact.type, "") if narrowing.can_go_beyond(fact) else "",
        "closer": narrowing.can_go_beyond(fact) and narrowing.needed(fact) in actor.permissions,
        "kind": {Type.DATE: "date", Type.NUMBER: "number"}.get(fact.type, "text"),
    }


def asked_in(request: Any, register: Register) -> Asked:
    """How the address asks for the list: by what is kept under its token, or by what stands in it."""
    said: QueryDict = request.GET
    if token := said.get("kept", ""):
        return kept(request, register, token)
    return listing.linked(register, dict(said.lists()))


def kept(request: Any, register: Register, token: str) -> Asked:
    """What is kept under a token; refuses what was kept for another list."""
    told = asking.kept(token, viewer=request.actor, at=request.at)
    if told.get("register") != register:
        raise asking.AskingGone()
    return listing.read(register, told["list"])


def address(request: Any, asked: Asked, **beside: str) -> str:
    """Where this list stands: a link, or a token where it must not be one."""
    words = QueryDict(mutable=True)
    if asked.may_be_linked:
        for name, some in asked.said().items():
            if name != "reason":
                words.setlist(name, some)
    else:
        said = {"register": asked.register, "list": asked.said()}
        words["kept"] = asking.keep(said, by=request.actor, at=request.at)
    for name, word in beside.items():
        words[name] = word
    base = reverse("register", args=[asked.register])
    return f"{base}?{words.urlencode()}" if words else base


@never_cache
@require_POST
@gate(Permission.REGISTER_READ, looking_on=True)
def ask(request: Any, register: Register) -> HttpResponse:
    """The list stands as the form says, at a link or under a token; secrets are used for a reason that is kept."""
    doing, _space, name = request.POST.get("do", "").partition(" ")
    before = listing.read(register, dict(request.POST.lists()))
    asked = changed(before, request, doing, name)
    listing.use_hidden(asked, by=request.actor, at=request.at)
    if doing == "add" and (add := request.POST.get("fact", "")):
        return went_well(address(request, asked, add=book.fact(add).name) + "#add")
    if doing == "use" and (layout := exports.layout_of(said_layout(request), register, viewer=request.actor)):
        asked = replace(asked, columns=listing.columns(register, layout.columns))
        return went_well(address(request, asked, layout=str(layout.pk)))
    return went_well(address(request, asked))


def said_layout(request: Any) -> str:
    """The number of the layout that was chosen."""
    return str(request.POST.get("layout", ""))


def changed(asked: Asked, request: Any, doing: str, name: str) -> Asked:
    """The list after a press of a button: a condition more or fewer, a column further to the front."""
    said = request.POST
    if doing == "drop":
        asked = replace(asked, where=tuple(each for each in asked.where if listing.written(each) != name))
    elif doing == "up" and name in asked.columns[1:]:
        at = asked.columns.index(name)
        some = list(asked.columns)
        some[at - 1 : at + 1] = [some[at], some[at - 1]]
        asked = replace(asked, columns=tuple(some))
    elif (name := said.get("fact-added", "")) and (doing == "where" or (doing == "show" and by_hand(name, said))):
        sign, value, today = said.get("sign", ""), said.get("value", ""), localdate(request.at)
        made = listing.typed(asked.register, name, sign, value, today=today)
        asked = replace(asked, where=tuple(dict.fromkeys([*asked.where, made])))
    return replace(asked, columns=()) if asked.columns == listing.SHOWN_FIRST[asked.register] else asked


def by_hand(name: str, said: Any) -> bool:
    """Whether a value was written into the form: then its Enter key means that value."""
    return book.fact(name).type not in (Type.CODE, Type.YES_NO) and bool(said.get("value", "").strip())
