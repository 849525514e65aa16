"""Writing a case down: found on the spot, told by phone, from a sheet of the hotline, by someone who came."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.gates import gate
from linli.access.reach import Reach
from linli.areas import queries as areas
from linli.cases import intake, photos, queries
from linli.cases.intake import RaisedBy, Report
from linli.cases.models import Source, Urgency
from linli.ground.permissions import Permission
from linli.web.pages import page, went_well

from .wording import SOURCES, URGENCIES

MOST_AREAS = 400
WRITTEN_DOWN = (Source.PATROL, Source.PHONE, Source.HOTLINE, Source.WALK_IN, Source.ENTERPRISE, Source.ABOVE)


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
        rows = areas.within(actor.area_code).order_by("-level", "code").values_list("code", "name")[:MOST_AREAS]
        tree = queries.categories(at=at)
        leaves = [each for each in tree if each.code not in {other.parent for other in tree}]
        self.choose("area", list(rows))
        self.choose("category", [("", gettext("to be judged")), *((each.code, each.name) for each in leaves)])
        self.choose("urgency", [(key, gettext(words)) for key, words in URGENCIES.items()])
        self.choose("source", [(each.value, gettext(SOURCES[each.value])) for each in WRITTEN_DOWN])
        if own:
            for name in ("source", "source_ref", "raiser_name"):
                del self.fields[name]

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
    if form.is_valid():
        taken = [photos.take(file, at=request.at) for file in request.FILES.getlist("photos")]
        done = request.POST.get("done", "").strip()
        if done and Permission.CASE_HANDLE in request.actor.permissions:
            found = intake.settle(form.report([]), done=done, photos=taken, by=request.actor, at=request.at)
        else:
            found = intake.raise_case(form.report(taken), by=request.actor, at=request.at)
        messages.success(request, gettext("Written down: %(ref)s.") % {"ref": found.ref})
        return went_well(reverse("case", args=[found.ref]))
    may_settle = Permission.CASE_HANDLE in request.actor.permissions
    status = 400 if form.errors else 200
    # Whoever sits at a desk writes down who called, and is asked for it at once; on the stairs it stays folded.
    at_a_desk = Permission.CASE_TRIAGE in request.actor.permissions or bool(form.errors)
    return page(request, "site/cases/report.html", status=status, form=form, may_settle=may_settle, more_open=at_a_desk)
