"""The field catalogue in a page: what a township keeps besides, added and retired by whoever keeps it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.gates import gate
from linli.areas import queries as area_queries
from linli.areas.codes import Level
from linli.ground.permissions import Permission
from linli.ground.privacy import Kind
from linli.ground.refusals import Refusal
from linli.registers import catalogue as keeping_items
from linli.registers import queries
from linli.registers.book import TYPES, Type
from linli.registers.models import Register
from linli.web.middleware import in_full
from linli.web.pages import page, went_well

from . import wording

BESIDE = {"item.named-already": "label"}
PLACES = 300


class ItemForm(forms.Form):
    """An item as it is described."""

    register = forms.ChoiceField(label=_("Of what"), widget=forms.RadioSelect)
    label = forms.CharField(label=_("Name in Chinese"), max_length=60)
    label_english = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    type = forms.ChoiceField(label=_("Kind of value"))
    choices = forms.CharField(
        label=_("Choices, where it is one of a list"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line, as “1 low”, or only the name. An English name stands behind a slash."),
    )
    unit = forms.CharField(label=_("Unit of measure"), max_length=20, required=False)
    privacy = forms.ChoiceField(label=_("Privacy"), initial=Kind.PERSONAL.value)
    basis = forms.CharField(
        label=_("By which law"), max_length=120, help_text=_("The law, rule or document that allows it to be kept.")
    )
    fresh_days = forms.IntegerField(label=_("Fresh for how many days"), required=False, min_value=1, max_value=36500)
    headings = forms.CharField(
        label=_("Headings in spreadsheets"),
        required=False,
        max_length=400,
        help_text=_("Besides its name, with commas between them."),
    )
    area = forms.ChoiceField(label=_("Kept in"), required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, list[tuple[str, str]]] = {
            "register": [(register.value, gettext(words)) for register, words in wording.NAMES.items()],
            "type": [(each.value, gettext(TYPES[each])) for each in keeping_items.TYPES],
            "privacy": [(kind.value, gettext(kind.label)) for kind in Kind],
            "area": areas,
        }
        for name, some in chosen.items():
            self.fields[name].choices = some  # type: ignore[attr-defined]

    def described(self) -> keeping_items.Described:
        """The item that is asked for."""
        given = self.cleaned_data
        headings = given["headings"].replace("，", ",").replace("、", ",").split(",")
        return keeping_items.Described(
            register=Register(given["register"]),
            label=given["label"],
            label_english=given["label_english"],
            type=Type(given["type"]),
            privacy=Kind(given["privacy"]),
            basis=given["basis"],
            headings=[each.strip() for each in headings if each.strip()],
            choices=choices_in(given["choices"]),
            unit=given["unit"],
            fresh_days=given["fresh_days"],
        )


def choices_in(text: str) -> list[tuple[str, str, str]]:
    """The choices that stand in a text, one a line; lines without a code are numbered.

    >>> choices_in("1 低 / low\\n2 高")
    [('1', '低', 'low'), ('2', '高', '')]
    >>> choices_in("低\\n\\n高 / high")
    [('1', '低', ''), ('2', '高', 'high')]
    """
    found = []
    for number, line in enumerate((line.strip() for line in text.splitlines() if line.strip()), 1):
        chinese, _slash, english = (part.strip() for part in line.replace("\uff0f", "/").partition("/"))
        code, _gap, name = chinese.partition(" ")
        if name.strip() and code.isascii() and code.isalnum() and len(code) <= 8:
            found.append((code, name.strip(), english))
        else:
            found.append((str(number), chinese, english))
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@gate(Permission.CATALOGUE_KEEP)
def catalogue(request: Any) -> HttpResponse:
    """The items that are kept besides and those that were; a form to add one."""
    form = ItemForm(request.POST or None, areas=_areas(request))
    if request.method == "POST" and form.is_valid():
        try:
            keeping_items.add(form.described(), area=form.cleaned_data["area"], by=request.actor, at=request.at)
        except Refusal as refused:
            field = BESIDE.get(refused.code)
            form.add_error(field, in_full(refused))
        else:
            messages.success(request, gettext("The item stands in the book of facts."))
            return went_well(reverse("catalogue"))
    items = list(queries.items(viewer=request.actor))
    places = wording.area_names(item.area_code for item in items)
    shown = [
        (
            item,
            wording.NAMES[Register(item.register)],
            TYPES[Type(item.type)],
            Kind(item.privacy).label,
            places.get(item.area_code, item.area_code) or gettext("everywhere"),
        )
        for item in items
    ]
    return page(request, "site/registers/catalogue.html", status=422 if form.errors else 200, form=form, shown=shown)


def _areas(request: Any) -> list[tuple[str, str]]:
    """Where an item may be kept: everywhere in one's scope, or in a township of it."""
    own = request.actor.area_code
    found = area_queries.within(own).filter(level__gte=Level.DISTRICT, level__lte=Level.COMMUNITY).exclude(code=own)
    whole = wording.area_names([own]).get(own) or gettext("everywhere")
    return [(own, whole), *((area.code, area.name) for area in found.order_by("level", "code")[:PLACES])]


@require_POST
@gate(Permission.CATALOGUE_KEEP)
def retire(request: Any, number: int) -> HttpResponse:
    """An item is kept no longer; what is known of it stays."""
    item = queries.item(number, viewer=request.actor)
    keeping_items.retire(item, by=request.actor, at=request.at)
    messages.success(request, gettext("The item is kept no longer; what was known stays."))
    return went_well(reverse("catalogue"))
