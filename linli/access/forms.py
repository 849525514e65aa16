"""Forms of signing in and of one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ground.refusals import Refusal
from linli.web.middleware import sentence

from .passwords import LONGEST


def refuse_in(form: forms.Form, refusal: Refusal, field: str | None = None) -> int:
    """The refusal stands in the form, at a field where it belongs to one; its status, for the page."""
    told = (sentence(refusal.words, refusal.facts), sentence(refusal.next_step, refusal.facts))
    form.add_error(field, " ".join(words for words in told if words))
    return refusal.status


def password(label: Any, autocomplete: str = "current-password", hint: Any = "") -> forms.CharField:
    """A field for a password, which a manager of passwords may fill in."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST, strip=False, widget=widget)


def code(label: Any, hint: Any = "") -> forms.CharField:
    """A field for a code of figures."""
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(label=label, help_text=hint, max_length=20, widget=forms.TextInput(attrs=attributes))


class SignInForm(forms.Form):
    """A name and a password."""

    sign_in_name = forms.CharField(
        label=_("Name to sign in with"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = password(_("Password"))


class CodeForm(forms.Form):
    """A code of an app, or a recovery code; or what a passkey answered."""

    code = code(_("Code"), _("Six figures from your app, or one of your recovery codes."))
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["code"].required = not self.data.get("passkey")


class AppForm(forms.Form):
    """Proof that the app was set up, and that whoever set it up knows the password."""

    code = code(_("Code the app shows now"))
    password = password(_("Your password"))


class ConfirmForm(forms.Form):
    """The password again, before a grave act."""

    password = password(_("Your password"))


class PasskeyForm(forms.Form):
    """A passkey: what to call it, and what the browser made."""

    name = forms.CharField(
        label=_("What to call it"), max_length=40, help_text=_("For instance: phone, work computer.")
    )
    password = password(_("Your password"))
    passkey = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


class PasswordForm(forms.Form):
    """A password changed by its owner."""

    old = password(_("Password you sign in with now"))
    new = password(_("New password"), "new-password", _("At least 10 signs; a few words in a row are easy to keep."))
    again = password(_("New password once more"), "new-password")

    def clean_again(self) -> str:
        """Twice the same."""
        if self.cleaned_data["again"] != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("The two are not the same."))
        return str(self.cleaned_data["again"])


class ResetForm(forms.Form):
    """A supervised reset."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("How you made sure who is asking. It is written in the journal."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = password(_("Your password"))
