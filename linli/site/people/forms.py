"""Forms of posts: offering one, a sheet of them, a leave, a departure, a watch, taking up an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.access import boards
from linli.access.appointing import Appointment, read_area
from linli.access.models import Account, Post
from linli.access.reach import Reach
from linli.access.roles import ROLES


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _moment(label: Any) -> forms.DateTimeField:
    shown = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=shown)


def role_choices() -> list[tuple[str, str]]:
    """Every role by its name in the reader's language."""
    return [(role.slug, gettext(role.name)) for role in ROLES.values()]


class PostForm(forms.Form):
    """A post as it is asked for."""

    name = forms.CharField(label=_("Name of the one who is to hold it"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=role_choices)
    title = forms.CharField(label=_("Title, as you call the post"), max_length=60, required=False)
    area = forms.CharField(
        label=_("Area codes"),
        max_length=400,
        required=False,
        help_text=_("One code, or several parted by spaces for chosen areas. Empty is everywhere."),
    )
    reach = forms.ChoiceField(
        label=_("Reach"),
        initial=Reach.BELOW,
        choices=lambda: [(reach.value, gettext(reach.label)) for reach in Reach if reach is not Reach.CHOSEN],
    )
    board = forms.ChoiceField(
        label=_("Board"),
        required=False,
        choices=lambda: [("", "–"), *((board.slug, board.name) for board in boards.boards().values())],
    )
    holder = forms.ChoiceField(label=_("A-post or B-post"), required=False, choices=[("", "–"), ("A", "A"), ("B", "B")])
    since = _day(_("From"))
    until = _day(_("Until, not including"), required=False)

    def asked(self) -> Appointment:
        """The appointment this form asks for."""
        given = self.cleaned_data
        area, *also = [read_area(code) for code in given["area"].replace("，", " ").replace(",", " ").split()] or [""]
        return Appointment(
            role=given["role"],
            area=area,
            also=tuple(also),
            reach=Reach(given["reach"]),
            board=given["board"],
            holder=given["holder"],
            title=given["title"],
            since=given["since"],
            until=given["until"],
        )


class SheetForm(forms.Form):
    """A sheet of posts."""

    file = forms.FileField(label=_("Sheet of posts (XLSX, XLS or CSV)"))


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
    """Someone within one's scope, by name and reference."""

    def label_from_instance(self, obj: Any) -> str:
        """The name with the reference, since names repeat."""
        return f"{obj.name} · {obj.ref}"


class LeaveForm(forms.Form):
    """Who is away when, and who stands in."""

    post = forms.ChoiceField(label=_("Post"))
    stand_in = Colleague(label=_("Stands in"), queryset=Account.objects.none(), to_field_name="ref")
    since = _day(_("First day away"))
    until = _day(_("First day back"))

    def __init__(self, *args: Any, posts: list[Post], people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [(post.ref, words_of(post)) for post in posts]  # type: ignore[attr-defined]
        self.fields["stand_in"].queryset = people  # type: ignore[attr-defined]


class DepartureForm(forms.Form):
    """Who takes over from the one who leaves."""

    successor = Colleague(
        label=_("Who takes over what stands open"), queryset=Account.objects.none(), to_field_name="ref", required=False
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]


class WatchForm(forms.Form):
    """A turn on the roster."""

    post = forms.ChoiceField(label=_("Post"))
    begins_at = _moment(_("Begins"))
    ends_at = _moment(_("Ends"))

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [(post.ref, words_of(post)) for post in posts]  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """What the next watch must know."""

    to = forms.ChoiceField(label=_("Hand over to"))
    note = forms.CharField(label=_("What the next one must know"), widget=forms.Textarea({"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(post.ref, words_of(post)) for post in posts]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why one looks on as another's post."""

    reason = forms.CharField(label=_("Why"), max_length=200)


def words_of(post: Post) -> str:
    """A post in one line: who, what, where."""
    role = gettext(ROLES[post.role].name) if post.role in ROLES else post.role
    who = post.account.name if post.account else gettext("nobody yet")
    return " · ".join(part for part in (who, post.title or role, post.area_code or gettext("everywhere")) if part)
