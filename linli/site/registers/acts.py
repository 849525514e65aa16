"""What can happen to a record, as a table: to what, what is asked, which verb is called, what is said afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linli.ground.words import gettext_noop as _
from linli.registers import arriving, keeping, living, queries, tying
from linli.registers.models import Register, TieKind

from . import forms


@dataclass(frozen=True)
class Act:
    """Something that can happen to a record: its words, what is asked, and what is done."""

    words: str
    told: str
    to: tuple[Register, ...]
    form: type[forms.ActForm]
    do: Callable[[Any, dict[str, Any], dict[str, Any]], Any]
    done: str
    ended: bool = False
    grave: bool = False


def _split(household: Any, given: dict[str, Any], hand: dict[str, Any]) -> Any:
    people = {each.ref: each for each in queries.members(household, viewer=hand["by"])}
    leaving = [people[ref] for ref in given["leaving"]]
    return living.split(household, leaving, head=people[given["head"]], number=given["number"], on=given["on"], **hand)


def _bear(parent: Any, given: dict[str, Any], hand: dict[str, Any]) -> Any:
    return living.bear(given["name"], sex=given["sex"], to=parent, on=given["on"], **hand)


def _tie(person: Any, given: dict[str, Any], hand: dict[str, Any]) -> Any:
    """A tie to a record; a residence or flat that is not in the registers is kept by its name."""
    kind = TieKind(given["kind"])
    found = queries.called(tying.LEADS[kind].to, given["to"], viewer=hand["by"])
    to = found[0] if len(found) == 1 else None
    if to is None and kind in (TieKind.CARES, TieKind.GUARDS):
        raise tying.TiedToNothing()
    tying.tie(person, kind, to=to, place="" if to else given["to"], since=given["on"], **hand)
    return person


P, H, W, E = Register.PERSON, Register.HOUSEHOLD, Register.DWELLING, Register.BUSINESS
ACTS = {
    "move": Act(
        _("Moved to another dwelling"),
        _("The dwelling before stays in the history. The household stays as it is."),
        (P,),
        forms.MoveForm,
        lambda person, said, hand: living.move(person, to=said["to"], on=said["on"], **hand),
        _("Moved."),
    ),
    "move-away": Act(
        _("Moved away"),
        _("The record is closed and stays to be read."),
        (P,),
        forms.AwayForm,
        lambda person, said, hand: living.move_away(person, to=said["to"], on=said["on"], **hand),
        _("Noted as moved away."),
        grave=True,
    ),
    "die": Act(
        _("Died"),
        _(
            "The record is closed and stays to be read. Ties of care end; "
            "a household without its head asks for another."
        ),
        (P,),
        forms.DayForm,
        lambda person, said, hand: living.die(person, on=said["on"], **hand),
        _("The death was noted."),
        grave=True,
    ),
    "birth": Act(
        _("A child was born"),
        _("The child lives where this parent lives and belongs to the same household."),
        (P,),
        forms.BirthForm,
        _bear,
        _("The birth was noted."),
    ),
    "tie": Act(
        _("Tied to something else"),
        _("Registered residence, a flat owned or rented, work, care: from a day, until a day."),
        (P,),
        forms.TieForm,
        _tie,
        _("The tie stands."),
    ),
    "come-back": Act(
        _("Came back"),
        _("Their record goes on from that day."),
        (P,),
        forms.MoveForm,
        lambda person, said, hand: arriving.come_back(person, to=said["to"], on=said["on"], **hand),
        _("The record goes on."),
        ended=True,
    ),
    "split": Act(
        _("Some of them leave"),
        _("Those who leave make a household of their own."),
        (H,),
        forms.SplitForm,
        _split,
        _("A new household stands."),
    ),
    "join": Act(
        _("Another household joins"),
        _("All its members belong here from that day; the other household ends. Relations to the head are asked anew."),
        (H,),
        forms.JoinForm,
        lambda household, said, hand: living.join(household, said["other"], on=said["on"], **hand),
        _("They are one household."),
    ),
    "end": Act(
        _("Stands no longer"),
        _("The record is closed and stays to be read."),
        (P, H, W, E),
        forms.EndForm,
        lambda record, said, hand: keeping.end(record, why=said["why"], on=said["on"], **hand),
        _("The record is closed."),
        grave=True,
    ),
}


def open_to(record: Any) -> list[tuple[str, str]]:
    """What can happen to a record as it stands: short word and words."""
    register, ended = queries.register_of(record), record.ended_on is not None
    may_return = record.ended_why == "moved"
    return [
        (slug, act.words)
        for slug, act in ACTS.items()
        if register in act.to and (act.ended and may_return if ended else not act.ended)
    ]
