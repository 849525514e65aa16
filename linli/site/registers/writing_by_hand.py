"""Writing in the registers by hand: a record added or corrected, and what happened to it (`acts` says what can)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.gates import gate
from linli.areas import queries as area_queries
from linli.areas.codes import Level
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.registers import arriving, book, keeping, queries, showing, tying
from linli.registers.book import Fact
from linli.registers.models import Register
from linli.web.middleware import in_full
from linli.web.pages import page, went_well

from . import acts, forms, wording

GRIDS = 300  # areas to choose from
# Asked first when something is added; what else may be known stands behind "More".
FIRST = {
    Register.PERSON: ("name", "sex", "born_on", "identity_number", "phone", "relation"),
    Register.HOUSEHOLD: ("number", "kind", "head"),
    Register.DWELLING: ("address", "compound", "building", "unit", "room", "use", "tenure"),
    Register.BUSINESS: ("name", "credit_code", "kind", "trade", "address", "head", "phone"),
}
NEEDED = {
    Register.PERSON: "person.name",
    Register.HOUSEHOLD: "household.number",
    Register.DWELLING: "dwelling.address",
    Register.BUSINESS: "business.name",
}
# Beside which field a refusal is told; of others above the form.
BESIDE = {
    "registers.before-birth": "on",
    "registers.lives-there": "to",
    "registers.still-here": "on",
    "registers.has-ended": "to",
    "tie.to-nothing": "to",
    "tie.stands-already": "to",
    "registers.same-household": "other",
}


def _facts(request: Any, register: Register, area: str) -> list[Fact]:
    """The facts that may be written here: those sealed apart only by whoever may use them."""
    may = Permission.REGISTER_SECRET in request.actor.permissions
    return [fact for fact in book.declared(register, area=area) if not fact.derived and (may or not fact.is_secret)]


def _tell(form: Any, refusal: Refusal) -> None:
    """What was refused stands beside its field; nothing that was typed is lost."""
    field = BESIDE.get(refusal.code)
    form.add_error(field if field in form.fields else None, in_full(refusal))


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_KEEP)
def new(request: Any, register: Register) -> HttpResponse:
    """A form for a record that is not here yet; where it stands comes first."""
    today = localdate(request.at)
    form = forms.FactsForm(
        request.POST or None,
        facts=_facts(request, register, request.actor.area_code),
        today=today,
        needed=NEEDED[register],
    )
    _place_fields(form, request, register)
    if request.method == "POST" and form.is_valid():
        try:
            made = _added(request, register, form)
        except Refusal as refused:
            _tell(form, refused)
        else:
            messages.success(request, gettext("Added."))
            return went_well(reverse("record", args=[made.ref]))
    first = [f"{register}.{name}" for name in FIRST[register]]
    return page(
        request,
        "site/registers/new.html",
        status=422 if form.errors else 200,
        register=register,
        name=wording.NAMES[register],
        form=form,
        place=form.some(["dwelling", "household", "area"]),
        first=form.some(first),
        more=form.some(fact.name for fact in form.facts if fact.name not in first),
    )


def _place_fields(form: forms.FactsForm, request: Any, register: Register) -> None:
    """Where it stands: in a dwelling, or in a grid."""
    viewer = request.actor
    if register is not Register.DWELLING:
        form.fields["dwelling"] = forms.RecordField(
            register=Register.DWELLING,
            viewer=viewer,
            required=False,
            label=gettext("Dwelling"),
            help_text=gettext("Its address or reference (W-…)."),
        )
    if register is Register.PERSON:
        form.fields["household"] = forms.RecordField(
            register=Register.HOUSEHOLD,
            viewer=viewer,
            required=False,
            label=gettext("Household"),
            help_text=gettext("Its number or reference (H-…)."),
        )
    areas = area_queries.within(viewer.area_code).filter(level__gte=Level.COMMUNITY, level__lte=Level.GRID)
    named = [(area.code, area.name) for area in areas.order_by("-level", "code")[:GRIDS]]
    several = [("", gettext("where the dwelling lies"))] if register is not Register.DWELLING and len(named) > 1 else []
    form.fields["area"] = forms.forms.ChoiceField(
        label=gettext("Grid"), choices=[*several, *named], required=register is Register.DWELLING
    )
    form.fields["true_on"] = forms.day_field(
        gettext("Since which day this is so"),
        today=form.today,
        required=False,
        help_text=gettext("Empty is today."),
    )


def _added(request: Any, register: Register, form: forms.FactsForm) -> Any:
    given = form.cleaned_data
    dwelling: Any = given.get("dwelling")
    area = given.get("area") or (dwelling.area_code if dwelling else "")
    if not area:
        raise keeping.NothingKnown(needed=_("a dwelling or a grid"))
    place = arriving.Place(area, dwelling, given.get("household"))
    hand = {"by": request.actor, "at": request.at}
    return arriving.add(register, form.values, place=place, true_on=given.get("true_on"), **hand)


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_KEEP)
def correct(request: Any, ref: str) -> HttpResponse:
    """What a record says, beside what it should say; with why, and since when it is so."""
    found = queries.record(ref, viewer=request.actor)
    keeping.must_stand(found)
    today, register = localdate(request.at), queries.register_of(found)
    stands = {said.fact.name: said.value for said in showing.facts_of(found, as_of=today)}
    form = forms.FactsForm(
        request.POST or None, facts=_facts(request, register, found.area_code), today=today, stands=stands
    )
    form.fields["why"] = forms.forms.CharField(
        label=gettext("How do you know"), max_length=200, widget=forms.forms.TextInput(forms.PLAIN)
    )
    form.fields["true_on"] = forms.day_field(
        gettext("Since which day this is so"), today=today, required=False, help_text=gettext("Empty is today.")
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if not form.values:
                raise keeping.NothingKnown(needed=_("a value that is corrected"))
            keeping.correct(
                found, form.values, true_on=given["true_on"], why=given["why"], by=request.actor, at=request.at
            )
        except Refusal as refused:
            _tell(form, refused)
        else:
            messages.success(request, gettext("Corrected; what it said before stays in the history."))
            return went_well(reverse("record", args=[ref]))
    return page(
        request,
        "site/registers/correct.html",
        status=422 if form.errors else 200,
        record=found,
        register=register,
        register_name=wording.NAMES[register],
        name=wording.name_of(found),
        form=form,
        fields=form.some(fact.name for fact in form.facts),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.REGISTER_KEEP)
def act(request: Any, ref: str, what: str) -> HttpResponse:
    """Something happened: what is asked about it, and once it is said, the record as it is then."""
    found = queries.record(ref, viewer=request.actor)
    if what not in dict(acts.open_to(found)):
        raise NotFound(what=what)
    asked, register = acts.ACTS[what], queries.register_of(found)
    form = asked.form(request.POST or None, record=found, viewer=request.actor, today=localdate(request.at))
    if request.method == "POST" and form.is_valid():
        try:
            became = asked.do(found, form.cleaned_data, {"by": request.actor, "at": request.at})
        except Refusal as refused:
            _tell(form, refused)
        else:
            messages.success(request, gettext(asked.done))
            return went_well(reverse("record", args=[became.ref]))
    return page(
        request,
        "site/registers/act.html",
        status=422 if form.errors else 200,
        record=found,
        register=register,
        register_name=wording.NAMES[register],
        name=wording.name_of(found),
        act=asked,
        form=form,
    )


@require_POST
@gate(Permission.REGISTER_KEEP)
def untie(request: Any, ref: str, number: int) -> HttpResponse:
    """A tie ends today."""
    found = queries.record(ref, viewer=request.actor)
    tying.untie(queries.tie(number, found), on=localdate(request.at), by=request.actor, at=request.at)
    messages.success(request, gettext("The tie has ended."))
    return went_well(reverse("record", args=[ref]))
