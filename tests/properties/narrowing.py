"""How every model of the house is narrowed to what a post may see, or why it need not be."""

from typing import Any

from django.apps import apps

SCOPED = "at or below an area of the post, by this path to a code"
OWN = "one's own alone, by this path to an account"
OPEN = "open to everyone"
INSIDE = "shown on no page"

RULES: dict[str, tuple[str, str]] = {
    "access.Account": (SCOPED, "posts__area_code"),
    "access.Attempts": (INSIDE, "counts of guesses under keyed hashes"),
    "access.Bureau": (SCOPED, "area_code"),
    "access.FactorRule": (SCOPED, "area_code"),
    "access.Invitation": (SCOPED, "post__area_code"),
    "access.Leave": (SCOPED, "post__area_code"),
    "access.PasswordReset": (INSIDE, "opened by its code alone"),
    "access.Post": (SCOPED, "area_code"),
    "access.PostArea": (SCOPED, "post__area_code"),
    "access.TeamPlace": (SCOPED, "shape__area_code"),
    "access.TeamShape": (SCOPED, "area_code"),
    "access.TeamUse": (SCOPED, "area_code"),
    "access.Watch": (SCOPED, "area_code"),
    "cases.Assignment": (SCOPED, "case__area_code"),
    "cases.Case": (SCOPED, "area_code"),
    "cases.Category": (OPEN, "the published list"),
    "cases.Line": (OPEN, "the published list"),
    "cases.Photo": (SCOPED, "case__area_code"),
    "cases.Raiser": (SCOPED, "case__area_code"),
    "cases.Rating": (SCOPED, "case__area_code"),
    "cases.Step": (SCOPED, "case__area_code"),
    "cases.Subscription": (SCOPED, "case__area_code"),
    "areas.Area": (OPEN, "decision 9: names, codes and borders"),
    "areas.Background": (OPEN, "decision 9: the plan"),
    "areas.Boundary": (OPEN, "decision 9: names, codes and borders"),
    "areas.Edition": (INSIDE, "one token"),
    "areas.Redrawing": (OPEN, "decision 9: what became of areas"),
    "areas.Restamp": (INSIDE, "what the inverse of a redrawing needs"),
    "areas.Succession": (OPEN, "decision 9: what became of areas"),
    "clocks.CalendarEdition": (INSIDE, "one token"),
    "clocks.Notice": (OPEN, "holidays are published, and due times are counted by those of above"),
    "clocks.NoticeDay": (OPEN, "holidays are published, and due times are counted by those of above"),
    "clocks.OfficeHours": (OPEN, "hours hang on the door"),
    "journal.Chore": (INSIDE, "when a chore is due"),
    "journal.Delivery": (INSIDE, "who has heard of an entry"),
    "journal.Entry": (SCOPED, "area_code"),
    "journal.Seal": (INSIDE, "numbers and hashes"),
    "notices.Notice": (OWN, "account"),
    "notices.Sending": (OWN, "notice__account"),
    "notices.Wish": (OWN, "account"),
    "registers.Asking": (INSIDE, "what one account looks for, opened by its token and by that account alone"),
    "registers.Export": (INSIDE, "a file for the account that asked for it, and for it alone"),
    "registers.Key": (SCOPED, "person__area_code"),
    "registers.Laid": (INSIDE, "how far the words of records are laid anew"),
}
# Rooms that narrow every table of theirs by the area its rows bear.
BY_AREA = {"registers"}


def rule_of(model: type[Any]) -> tuple[str, str]:
    """How a model is narrowed; of a room that does it by the area, each by its column."""
    label = model._meta.label
    if label in RULES or model._meta.app_label not in BY_AREA:
        return RULES[label]
    return SCOPED, "area_code"


OURS = [model for model in apps.get_models() if model.__module__.startswith("linli.")]


def end_of(model, path):
    """The field at the end of a path; narrowed by an area only where an index leads with it."""
    field = None
    for name in path.split("__"):
        field = model._meta.get_field(name)
        here, model = model, field.related_model or model
    if field.name == "area_code":
        leads = [index.fields or [getattr(index.expressions[0], "name", "")] for index in here._meta.indexes]
        first = {names[0].lstrip("-") for names in leads}
        firsts = first | {c.fields[0] for c in here._meta.constraints if getattr(c, "fields", ())}
        assert "area_code" in firsts or field.db_index or here._meta.label in SMALL, f"no index on {here._meta.label}"
    return field


# Tables of a few hundred rows, and one that is read a batch at a time: no index need narrow them.
SMALL = {"access.Bureau", "access.TeamShape", "access.TeamUse", "access.FactorRule"}
SMALL |= {"registers.Layout", "registers.Item", "registers.StagedRow"}
