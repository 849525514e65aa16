"""Forms of the registers: facts as fields of their type, a record named by its reference or address, a day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from linli.access.actors import Actor
from linli.ground.refusals import Refusal
from linli.registers import queries, shapes, tying
from linli.registers.book import Fact, Type
from linli.registers.codesets import codeset
from linli.registers.models import Person, Register
from linli.web.middleware import sentence

from . import wording

UNKNOWN = "?"
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def day_field(label: Any, *, today: date, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day that is not to come."""
    widget = forms.DateInput({"type": "date", "max": today.isoformat()}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text, validators=[Past(today)])


class Past:
    """Refuses a day to come."""

    def __init__(self, today: date) -> None:
        self.today = today

    def __call__(self, day: date) -> None:
        if day > self.today:
            raise forms.ValidationError(gettext("This day is yet to come."))


class RecordField(forms.CharField):
    """A record, named by its reference or by what it goes by: an address, a number, a name."""

    def __init__(self, *args: Any, register: Register, viewer: Actor, **kwargs: Any) -> None:
        super().__init__(*args, max_length=160, widget=forms.TextInput(PLAIN), **kwargs)
        self.register, self.viewer = register, viewer

    def clean(self, value: Any) -> Any:
        """The one record that is meant."""
        typed = super().clean(value)
        return one_called(self.register, typed, viewer=self.viewer) if typed else None


def one_called(register: Register, typed: str, *, viewer: Actor) -> Any:
    """The one record of this name within scope; says so beside the field where there is none, or more than one."""
    found = queries.called(register, typed, viewer=viewer)
    if not found:
        raise forms.ValidationError(gettext("Nothing in your area is called so. Add it first, or give its reference."))
    if len(found) > 1:
        refs = "、".join(record.ref for record in found)
        raise forms.ValidationError(
            gettext("More than one is called so: %(refs)s. Give the reference.") % {"refs": refs}
        )
    return found[0]


class FactsForm(forms.Form):
    """Facts of a record as fields; what is left empty is not said. `stands` shows, masked, what each says now."""

    def __init__(
        self,
        *args: Any,
        facts: Iterable[Fact],
        today: date,
        needed: str = "",
        stands: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.facts, self.today = list(facts), today
        self.values: dict[str, Any] = {}
        for fact in self.facts:
            made = field_of(fact, correcting=stands is not None, now=(stands or {}).get(fact.name, ""))
            made.required = fact.name == needed
            self.fields[fact.name] = made

    def clean(self) -> dict[str, Any]:
        """Every value as the book of facts has it; what is no value of its fact is told beside its field."""
        given: dict[str, Any] = super().clean() or {}
        for fact in self.facts:
            text = given.get(fact.name) or ""
            if text == UNKNOWN:
                self.values[fact.name] = None
            elif text:
                self._read(fact, str(text))
        return given

    def _read(self, fact: Fact, text: str) -> None:
        try:
            value = shapes.must_be(fact, text, today=self.today)
        except Refusal as refused:
            self.add_error(fact.name, str(refused.facts.get("why", "")) or sentence(refused.words, refused.facts))
            return
        if isinstance(value, date) and value > self.today and not fact.extra:  # what the house declares has happened
            self.add_error(fact.name, gettext("This day is yet to come."))
        else:
            self.values[fact.name] = value

    def some(self, names: Iterable[str]) -> list[forms.BoundField]:
        """The fields of these names that the form has."""
        return [self[name] for name in names if name in self.fields]


def field_of(fact: Fact, *, correcting: bool, now: str) -> forms.Field:
    """A field for a fact by its type."""
    label = gettext(fact.label)
    told = (gettext("now: %(value)s") % {"value": now or gettext("unknown")}) if correcting else ""
    if fact.type in (Type.CODE, Type.YES_NO):
        nothing = gettext("leave as it is") if correcting else "–"
        unknown = [(UNKNOWN, gettext("unknown"))] if correcting else []
        return forms.ChoiceField(
            label=label, required=False, help_text=told, choices=[("", nothing), *unknown, *choices_of(fact)]
        )
    kind = {Type.DATE: "date", Type.PHONE: "tel"}.get(fact.type, "text")
    more = {"inputmode": "decimal"} if fact.type in (Type.NUMBER, Type.MONEY) else {}
    widget = forms.TextInput({**PLAIN, **more, "type": kind})
    unit = f" ({gettext(fact.unit)})" if fact.unit else ""
    return forms.CharField(label=label + unit, required=False, max_length=160, help_text=told, widget=widget)


def choices_of(fact: Fact) -> list[tuple[str, str]]:
    """The values of a coded fact by name, in the reader's language."""
    if fact.type is Type.YES_NO:
        return [("yes", gettext("yes")), ("no", gettext("no"))]
    known, language = codeset(fact.codes), get_language() or "zh-hans"
    return [(code, known.label(code, language)) for code in known.chinese]


class ActForm(forms.Form):
    """What happened, from which day, with whatever else is needed."""

    def __init__(self, *args: Any, record: Any, viewer: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record, self.viewer, self.today = record, viewer, today
        self.lay()
        self.fields["on"] = day_field(_("From which day"), today=today)
        self.fields["on"].initial = today.isoformat()

    def lay(self) -> None:
        """The fields besides the day."""

    def called(self, name: str, register: Register, label: Any, help_text: Any = "") -> None:
        """A field for a record."""
        self.fields[name] = RecordField(register=register, viewer=self.viewer, label=label, help_text=help_text)


class DayForm(ActForm):
    """Nothing but a day."""


class MoveForm(ActForm):
    """Where to."""

    def lay(self) -> None:
        """The dwelling."""
        self.called("to", Register.DWELLING, _("To which dwelling"), _("Its address or reference (W-…)."))


class AwayForm(ActForm):
    """Where to, as far as it is known."""

    def lay(self) -> None:
        """A place by its name."""
        self.fields["to"] = forms.CharField(
            label=_("Where to, if known"), max_length=160, required=False, widget=forms.TextInput(PLAIN)
        )


class BirthForm(ActForm):
    """The child."""

    def lay(self) -> None:
        """Its name and sex."""
        self.fields["name"] = forms.CharField(
            label=_("Name of the child"), max_length=60, widget=forms.TextInput(PLAIN)
        )
        language = get_language() or "zh-hans"
        sexes = [(code, codeset("sex").label(code, language)) for code in ("1", "2")]
        self.fields["sex"] = forms.ChoiceField(label=_("Sex"), choices=sexes, widget=forms.RadioSelect)


class SplitForm(ActForm):
    """Who leaves, and under whom."""

    def lay(self) -> None:
        """The members."""
        members = queries.members(self.record, viewer=self.viewer)
        named = [(each.ref, f"{wording.name_of(each)} · {each.ref}") for each in members]
        self.known: dict[str, Person] = {each.ref: each for each in members}
        self.fields["leaving"] = forms.MultipleChoiceField(
            label=_("Who leaves"), choices=named, widget=forms.CheckboxSelectMultiple
        )
        self.fields["head"] = forms.ChoiceField(label=_("Head of the new household"), choices=named)
        self.fields["number"] = forms.CharField(
            label=_("Household number"), max_length=40, required=False, widget=forms.TextInput(PLAIN)
        )

    def clean(self) -> dict[str, Any]:
        """Refuses a head who stays behind, and to leave nobody."""
        given: dict[str, Any] = super().clean() or {}
        leaving = given.get("leaving", [])
        if given.get("head") and leaving and given["head"] not in leaving:
            self.add_error("head", _("The head must be one of those who leave."))
        if len(leaving) == len(self.known):
            self.add_error("leaving", _("Someone must stay; correct the household if all of them moved."))
        return given


class JoinForm(ActForm):
    """Which household comes in."""

    def lay(self) -> None:
        """The other household."""
        self.called(
            "other", Register.HOUSEHOLD, _("Which household joins this one"), _("Its number or reference (H-…).")
        )


class EndForm(ActForm):
    """Why it stands no longer."""

    def lay(self) -> None:
        """The reason."""
        register = queries.register_of(self.record)
        told = [(why, gettext(wording.ENDED[why])) for why in wording.ENDINGS[register]]
        self.fields["why"] = forms.ChoiceField(label=_("Why"), choices=told)


class TieForm(ActForm):
    """What the person is tied to, and how."""

    def lay(self) -> None:
        """The kind, and what it leads to."""
        kinds = [(kind.value, gettext(wording.TIES[kind])) for kind in tying.ASKED]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind of tie"), choices=kinds)
        self.fields["to"] = forms.CharField(
            label=_("To what"),
            max_length=160,
            widget=forms.TextInput(PLAIN),
            help_text=_(
                "A dwelling, a business or a person by reference, address or name; "
                "for a residence elsewhere its address."
            ),
        )
