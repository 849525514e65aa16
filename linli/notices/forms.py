"""How one wishes to be told."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

WAY_NAMES = {"file": _("a file for another system"), "webhook": _("the message service of the township")}


class WishForm(forms.Form):
    """Ways out of the house, and quiet hours: both ends of them or none."""

    ways = forms.MultipleChoiceField(label=_("Tell me also by"), required=False, widget=forms.CheckboxSelectMultiple)
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ways"].choices = [(way, WAY_NAMES[way]) for way in settings.NOTICE_WAYS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuses one end of the quiet hours without the other."""
        given: dict[str, Any] = super().clean() or {}
        if (given.get("quiet_from") is None) != (given.get("quiet_until") is None):
            self.add_error("quiet_until", _("Give both ends of the quiet hours, or neither."))
        return given
