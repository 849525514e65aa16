"""Forms of posts: offering one, a sheet of them, a leave, a departure, a watch, taking up an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.access import boards
from linli.access.appointing import Appointment, read_area
from linli.access.models import Account, Bureau, Post, TeamPlace, TeamShape
from linli.access.reach import Reach
from linli.access.roles import ROLES
from linli.access.shapes import PlaceAsked

from .wording import lines

LIST_MOST = 100


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _moment(label: Any) -> forms.DateTimeField:
    shown = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=shown)


def role_choices() -> list[tuple[str, str]]:
    """Every role by its name in the reader's language."""
    return [(role.slug, gettext(role.name)) for role in ROLES.values()]


def role_to_choose() -> list[tuple[str, str]]:
    """The same behind an empty line: which role it is to be is said, never left as it happened to stand."""
    return [("", gettext("choose one")), *role_choices()]


def reach_choices() -> list[tuple[str, str]]:
    """The reaches a form may ask for; chosen areas follow from naming several."""
    usual = [("", gettext("as usual for the role"))]
    return usual + [(reach.value, gettext(reach.label)) for reach in Reach if reach is not Reach.CHOSEN]


def board_choices() -> list[tuple[str, Any]]:
    """The boards of a township, then those of a district."""
    levels = ((gettext("Township"), "township"), (gettext("District"), "district"))
    return [("", "–"), *((name, [(b.slug, b.called) for b in boards.of_level(level)]) for name, level in levels)]


class PostForm(forms.Form):
    """A post as it is asked for, for a newcomer by name or for someone who has an account."""

    name = forms.CharField(label=_("Name of the one who is to hold it"), max_length=60, required=False)
    account = forms.CharField(
        label=_("Or someone who has an account"),
        max_length=80,
        required=False,
        help_text=_("Their reference (A-…) or the name they sign in with. They hold the post at once."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=role_to_choose)
    title = forms.CharField(label=_("Title, as you call the post"), max_length=60, required=False)
    area = forms.CharField(
        label=_("Area codes"),
        max_length=400,
        required=False,
        help_text=_("One code, or several parted by spaces for chosen areas. Empty is everywhere."),
    )
    reach = forms.ChoiceField(
        label=_("Reach"),
        required=False,
        choices=reach_choices,
        help_text=_("How far the post sees from its area. Several areas above are chosen areas in any case."),
    )
    board = forms.ChoiceField(
        label=_("Board"),
        required=False,
        choices=board_choices,
        help_text=_("A township and what lies in it has four boards, a district eight."),
    )
    bureau = forms.ModelChoiceField(label=_("Bureau"), queryset=Bureau.objects.none(), required=False, empty_label="–")
    holder = forms.ChoiceField(label=_("A-post or B-post"), required=False, choices=[("", "–"), ("A", "A"), ("B", "B")])
    since = _day(_("From"))
    until = _day(_("Until, not including"), required=False)
    team = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)
    place = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bureaus: list[Bureau], shapes: list[TeamShape], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [bureau.pk for bureau in bureaus]
        self.fields["bureau"].queryset = Bureau.objects.filter(pk__in=keys).order_by("area_code", "id")  # type: ignore[attr-defined]
        self.shapes = {shape.ref: shape for shape in shapes}

    def clean(self) -> dict[str, Any]:
        """Refuses nobody, and both a newcomer and someone who is here."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("name")) == bool(given.get("account")):
            self.add_error("name", _("Give the name of a newcomer, or someone who has an account: one of the two."))
        return given

    def filling(self) -> TeamPlace | None:
        """The place of a team that the post is to fill, when it was opened from one."""
        told = self.data or self.initial
        shape = self.shapes.get(str(told.get("team", "")))
        return shape.places.filter(slug=told.get("place", "")).first() if shape else None

    def asked(self) -> Appointment:
        """The appointment this form asks for."""
        given = self.cleaned_data
        area, *also = [read_area(code) for code in given["area"].replace("，", " ").replace(",", " ").split()] or [""]
        place = self.filling()
        return Appointment(
            role=given["role"],
            area=area,
            also=tuple(also),
            reach=Reach(given["reach"]) if given["reach"] else None,
            bureau=given["bureau"],
            team=place.shape if place else None,
            place=place.slug if place else "",
            board=given["board"],
            holder=given["holder"],
            title=given["title"],
            since=given["since"],
            until=given["until"],
        )


class SheetForm(forms.Form):
    """A sheet of posts."""

    file = forms.FileField(label=_("Sheet of posts (XLSX, XLS or CSV)"))

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = label or self.fields["file"].label


class JoinForm(forms.Form):
    """How one who was invited will sign in."""

    sign_in_name = forms.SlugField(label=_("Name to sign in with"), max_length=40)
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("The same password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuses two passwords that differ."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("password") != given.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return given


class Colleague(forms.ModelChoiceField):
    """Someone within one's scope, by name and reference: chosen from a list, or typed where the list would be long."""

    def label_from_instance(self, obj: Any) -> str:
        """The name with the reference, since names repeat."""
        return f"{obj.name} · {obj.ref}"

    def among(self, people: Any) -> None:
        """Those who may be chosen."""
        self.queryset = people
        if people[LIST_MOST:].exists():
            self.widget = forms.TextInput(
                {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
            )
            self.help_text = _("Their reference, as it stands on their page (A-…).")

    def to_python(self, value: Any) -> Any:
        """The account of a reference, however it was written."""
        return super().to_python(str(value).rpartition("·")[2].strip().upper() if value else value)


class LeaveForm(forms.Form):
    """Who is away when, and who stands in."""

    post = forms.ChoiceField(label=_("Post"))
    stand_in = Colleague(label=_("Stands in"), queryset=Account.objects.none(), to_field_name="ref")
    since = _day(_("First day away"))
    until = _day(_("First day back"))

    def __init__(self, *args: Any, posts: list[Post], people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = posts_to_choose(posts)  # type: ignore[attr-defined]
        self.fields["stand_in"].among(people)  # type: ignore[attr-defined]


class DepartureForm(forms.Form):
    """Who takes over from the one who leaves."""

    successor = Colleague(
        label=_("Who takes over what stands open"), queryset=Account.objects.none(), to_field_name="ref", required=False
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].among(people)  # type: ignore[attr-defined]


class WatchForm(forms.Form):
    """A turn on the roster."""

    post = forms.ChoiceField(label=_("Post"))
    begins_at = _moment(_("Begins"))
    ends_at = _moment(_("Ends"))

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = posts_to_choose(posts)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """What the next watch must know."""

    to = forms.ChoiceField(label=_("Hand over to"))
    note = forms.CharField(label=_("What the next one must know"), widget=forms.Textarea({"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = posts_to_choose(posts)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why one looks on as another's post."""

    reason = forms.CharField(label=_("Why"), max_length=200)


def posts_to_choose(posts: list[Post]) -> list[tuple[str, str]]:
    """Posts in words. Of several none is chosen beforehand: who is meant is said, not left as it stood."""
    named = [(line.post.ref, line.in_one) for line in lines(posts)]
    return named if len(named) == 1 else [("", gettext("choose one")), *named]


class ShapeForm(forms.Form):
    """A shape of a team, without its places."""

    name = forms.CharField(label=_("Name of the shape"), max_length=60)
    special = forms.BooleanField(label=_("For special grids (care homes, campuses, markets)"), required=False)
    source = forms.CharField(label=_("Source: the document that says so"), max_length=200, required=False)


class PlaceForm(forms.Form):
    """One place of a shape, as a row of a table; an empty one is none."""

    slug = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Place"), max_length=40, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=role_choices, initial="grid-worker")
    most = forms.IntegerField(label=_("How many (0: any number)"), min_value=0, max_value=999, initial=1)
    in_pairs = forms.BooleanField(label=_("A-post and B-post"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label  # the heading of the column is read with the row
        for name in ("name", "role", "most"):
            self.fields[name].widget.attrs["class"] = "input"

    def asked(self) -> PlaceAsked | None:
        """The place, unless the row was left or made empty."""
        told = self.cleaned_data
        return PlaceAsked(**told) if told.get("name") else None


class UseForm(forms.Form):
    """Which shape the teams of an area have."""

    shape = forms.ChoiceField(label=_("Shape"), required=False)
    what_for = forms.CharField(label=_("What the special grid is for"), max_length=60, required=False)

    def __init__(self, *args: Any, shapes: list[TeamShape], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(shape.ref, shape.name) for shape in shapes]
        self.fields["shape"].choices = [("", gettext("as in the area above")), *named]  # type: ignore[attr-defined]


class BureauForm(forms.Form):
    """A bureau by its name, with where it is said that there is one."""

    name = forms.CharField(label=_("Name of the bureau"), max_length=60)
    source = forms.CharField(label=_("Source: the document that says so"), max_length=200, required=False)


class FactorRuleForm(forms.Form):
    """Whether a role must have a second factor, from a day on."""

    role = forms.ChoiceField(label=_("Role"), choices=role_to_choose)
    asked = forms.ChoiceField(
        label=_("Second factor"), choices=lambda: [("yes", gettext("must have one")), ("no", gettext("may go without"))]
    )
    since = _day(_("From"))
    grace_days = forms.IntegerField(label=_("Days of grace"), min_value=0, max_value=90, initial=7)
    source = forms.CharField(label=_("Source: the document that says so"), max_length=200, required=False)


class SupervisedForm(forms.Form):
    """A supervised act: how one made sure who asks, and one's own password."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("How you made sure who is asking. It is written in the journal."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class NewPasswordForm(forms.Form):
    """A password chosen anew."""

    new = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuses two that differ."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("new") != given.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return given
