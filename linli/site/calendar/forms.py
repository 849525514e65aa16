"""Forms of the calendar: a notice by its words or a sheet, and the hours of an area or a bureau."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from linli.access.models import Bureau


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class NoticeForm(forms.Form):
    """A notice as it is entered: the words it was published in, or a sheet of its days."""

    year = forms.IntegerField(label=_("Year it arranges"), min_value=2000, max_value=2100)
    issued = _day(_("Issued on"))
    number = forms.CharField(
        label=_("Number"), max_length=60, required=False, help_text=_("Left empty, it is taken from the words below.")
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
    words = forms.CharField(
        label=_("The notice in its own words"),
        required=False,
        max_length=8000,
        widget=forms.Textarea({"rows": 10}),
        help_text=_("Copy the whole text; each holiday stands in a paragraph of its own (一、元旦：…)."),
    )
    sheet = forms.FileField(
        label=_("Or a sheet of its days (日期, 安排, 名称)"), required=False, help_text=_("XLSX, XLS, ODS or CSV")
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is there."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("words") and not given.get("sheet"):
            self.add_error("words", _("Give the words of the notice, or a sheet of its days."))
        return given


class HoursForm(forms.Form):
    """The hours of a week, and of make-up days."""

    since = _day(_("From"))
    bureau = forms.ChoiceField(label=_("For"), required=False)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
    as_above = forms.BooleanField(label=_("No hours of our own: those of above hold"), required=False)

    def __init__(self, *args: Any, bureaus: list[Bureau], usual: list[str], where: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", where), *((each.code, each.name) for each in bureaus)]
        self.fields["bureau"].choices = choices  # type: ignore[attr-defined]
        labels: list[Any] = [*WEEKDAYS.values(), _("Make-up days")]
        for n, label in enumerate(labels):
            self.fields[f"day{n}"] = forms.CharField(label=label, max_length=80, required=False, initial=usual[n])

    @property
    def days(self) -> list[Any]:
        """The fields of the eight kinds of day."""
        return [self[f"day{n}"] for n in range(8)]

    def week(self) -> list[str]:
        """The hours as they are kept; none where those of above hold."""
        if self.cleaned_data["as_above"]:
            return []
        return [" ".join(self.cleaned_data[f"day{n}"].split()) for n in range(8)]
