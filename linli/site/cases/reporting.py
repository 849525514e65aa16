"""Writing a case down: found on the spot, told by phone, from a sheet of the hotline, by someone who came."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.actors import Actor
from linli.access.gates import gate
from linli.access.reach import Reach
from linli.areas import codes
from linli.areas import queries as areas
from linli.areas.codes import Level
from linli.areas.directory import Found
from linli.cases import intake, photos, queries
from linli.cases.intake import RaisedBy, Report
from linli.cases.models import Case, Source, Urgency
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.web.middleware import in_full
from linli.web.pages import page, went_well

from .wording import SOURCES, URGENCIES, area_names

MOST_AREAS = 400  # as many are offered as a list; where there are more, one is named
MOST_NAMED = 8
WRITTEN_DOWN = (Source.PATROL, Source.PHONE, Source.HOTLINE, Source.WALK_IN, Source.ENTERPRISE, Source.ABOVE)


class NamedArea(forms.CharField):
    """An area by its name, its pinyin or its code: one of those of the post, or what is of that name is told."""

    def __init__(self, places: tuple[str, ...], count: int) -> None:
        hint = _("%(count)s areas: type a name, its pinyin or a code.") % {"count": count}
        box = forms.TextInput({"autocomplete": "off", "aria-describedby": "id_area_helptext"})
        super().__init__(label=_("Where"), max_length=60, help_text=hint, widget=box)
        self.places = places

    def clean(self, value: Any) -> str:
        """The code of the area that is named."""
        words = str(super().clean(value)).strip()
        found = self._called(words) or self._called(words.split()[-1])
        named = area_names(found)
        if words not in named.values():  # a grid is called by its community and its own name: both, or what was typed
            found = self._called(words)
        exact = [code for code in found if words in (code, found[code].name, named.get(code))]
        if len(exact or found) == 1:
            return next(iter(exact or found))
        if not found:
            raise ValidationError(gettext("No area of your post is called “%(words)s”.") % {"words": words})
        some = gettext(", ").join(f"{named.get(code, code)} {code}" for code in sorted(exact or found)[:MOST_NAMED])
        raise ValidationError(gettext("Several are called so; type the code of one: %(some)s.") % {"some": some})

    def _called(self, words: str) -> dict[str, Found]:
        return {each.code: each for place in self.places for each in areas.search(words, within=place, limit=50)}


class ReportForm(forms.Form):
    """What is the matter, where, and who said so."""

    summary = forms.CharField(label=_("What is the matter"), max_length=120)
    area = forms.ChoiceField(label=_("Where"))
    place = forms.CharField(label=_("Place, as one would find it"), max_length=160, required=False)
    category = forms.ChoiceField(label=_("Kind of matter"), required=False)
    urgency = forms.ChoiceField(label=_("How urgent"), initial=Urgency.GENERAL)
    source = forms.ChoiceField(label=_("How it came"))
    source_ref = forms.CharField(label=_("Number of the sheet"), max_length=60, required=False)
    details = forms.CharField(label=_("Details"), required=False, widget=forms.Textarea({"rows": 3}))
    raiser_name = forms.CharField(label=_("Who raised it"), max_length=60, required=False)
    raiser_phone = forms.CharField(
        label=_("Their phone"), max_length=30, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )

    def __init__(self, *given: Any, actor: Any, at: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        own = actor.reach is Reach.OWN
        tree = queries.categories(at=at)
        leaves = [each for each in tree if each.code not in {other.parent for other in tree}]
        self._ask_where(actor)
        self.choose("category", [("", gettext("to be judged")), *((each.code, each.name) for each in leaves)])
        self.choose("urgency", [(key, gettext(words)) for key, words in URGENCIES.items()])
        self.choose("source", [(each.value, gettext(SOURCES[each.value])) for each in WRITTEN_DOWN])
        if own:
            for name in ("source", "source_ref", "raiser_name"):
                del self.fields[name]

    def _ask_where(self, actor: Actor) -> None:
        """Every area of the post is offered; where there are too many for a list, all of them may be named."""
        rows = [areas.within(place) for place in actor.places]
        count = sum(each.count() for each in rows)
        if count > MOST_AREAS:
            self.fields["area"] = NamedArea(actor.places, count)
            return
        every = [code for each in rows for code in each.values_list("code", flat=True)]
        named = area_names(every)
        # The community with its grids beneath it, what lies above communities last: a matter lies in a place.
        every.sort(key=lambda code: (codes.level_of(code) < Level.COMMUNITY, code))
        offered = [(code, named[code]) for code in every if code in named]
        # Of several none is chosen beforehand: whoever forgets to choose would report a matter somewhere else.
        self.choose("area", offered if len(offered) == 1 else [("", "–"), *offered])

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """The choices of a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def report(self, taken: list[photos.Taken]) -> Report:
        """The report as it was filled in."""
        said = self.cleaned_data
        named = said.get("raiser_name", ""), said.get("raiser_phone", "")
        return Report(
            summary=said["summary"],
            area=said["area"],
            place=said["place"],
            category=said["category"],
            urgency=Urgency(said["urgency"]),
            source=Source(said.get("source", Source.RESIDENT)),
            source_ref=said.get("source_ref", ""),
            details=said["details"],
            raiser=RaisedBy(name=named[0], phone=named[1]) if any(named) else None,
            photos=taken,
        )


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.CASE_RAISE)
def report(request: Any) -> HttpResponse:
    """A case is written down; a small matter that was settled on the spot is closed with it."""
    form = ReportForm(request.POST or None, actor=request.actor, at=request.at)
    may_settle = Permission.CASE_HANDLE in request.actor.permissions
    done = request.POST.get("done", "").strip() if may_settle else ""
    status = 200
    if form.is_valid():
        try:
            found = _write_down(form, done, request)
        except Refusal as refused:
            form.add_error(None, in_full(refused))  # what was typed stays; the photos are chosen again
            status = refused.status
        else:
            messages.success(request, gettext("Written down: %(ref)s.") % {"ref": found.ref})
            return went_well(reverse("case", args=[found.ref]))
    elif form.errors:
        status = 400
    # Whoever sits at a desk writes down who called, and is asked for it at once; on the stairs it stays folded.
    at_a_desk = Permission.CASE_TRIAGE in request.actor.permissions or bool(form.errors)
    return page(
        request,
        "site/cases/report.html",
        status=status,
        form=form,
        may_settle=may_settle,
        more_open=at_a_desk,
        done=done,
        photos_again=bool(form.errors and request.FILES),
    )


def _write_down(form: ReportForm, done: str, request: Any) -> Case:
    taken = [photos.take(file, at=request.at) for file in request.FILES.getlist("photos")]
    if done:
        return intake.settle(form.report([]), done=done, photos=taken, by=request.actor, at=request.at)
    return intake.raise_case(form.report(taken), by=request.actor, at=request.at)
