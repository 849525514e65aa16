"""Records as lines of a list: masked, in words, with the names of their areas looked up for all of them together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from linli.access.actors import Actor
from linli.access.scoping import sees
from linli.areas.models import Area
from linli.ground.privacy import mask_name
from linli.ground.words import gettext_noop as _
from linli.registers.codesets import codeset
from linli.registers.facts import years_between
from linli.registers.models import Register, Tie, TieKind
from linli.registers.queries import register_of
from linli.registers.showing import masked_address

NAMES = {
    Register.PERSON: _("Persons"),
    Register.HOUSEHOLD: _("Households"),
    Register.DWELLING: _("Dwellings"),
    Register.BUSINESS: _("Businesses"),
}
ENDED = {
    "died": _("died"),
    "moved": _("moved away"),
    "merged": _("merged"),
    "empty": _("nobody left"),
    "closed": _("closed down"),
    "gone": _("torn down"),
    "mistake": _("entered by mistake"),
}
ENDINGS = {
    Register.PERSON: ("mistake",),
    Register.HOUSEHOLD: ("empty", "mistake"),
    Register.DWELLING: ("gone", "mistake"),
    Register.BUSINESS: ("closed", "moved", "mistake"),
}


@dataclass(frozen=True)
class Line:
    """One record as a list shows it."""

    ref: str
    name: str
    details: tuple[str, ...]
    where: str
    true_on: date
    ended: str

    @property
    def told(self) -> str:
        """The details that are known, in one line."""
        return " · ".join(each for each in self.details if each)


def lines(records: Sequence[Any], *, today: date) -> list[Line]:
    """The records, masked; one question for the names of all their areas."""
    named = area_names(record.area_code for record in records)
    return [_line(record, named, today) for record in records]


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of these areas, with the area above for a grid."""
    asked = {code for code in codes if code}
    return dict(Area.objects.standing().filter(code__in=asked).values_list("code", "name"))


def _line(record: Any, named: dict[str, str], today: date) -> Line:
    register = register_of(record)
    return Line(
        ref=record.ref,
        name=name_of(record),
        details=tuple(DETAILS[register](record, today)),
        where=named.get(record.area_code, record.area_code),
        true_on=record.true_on,
        ended=gettext(ENDED[record.ended_why]) if record.ended_why in ENDED else record.ended_why,
    )


def name_of(record: Any) -> str:
    """What a record is called on a page, masked; its reference where it has no name."""
    register = register_of(record)
    if register is Register.PERSON:
        return mask_name(record.name)
    if register is Register.DWELLING:
        return masked_address(record.address)
    if register is Register.HOUSEHOLD:
        return gettext("%(head)s's household") % {"head": mask_name(record.head)} if record.head else record.ref
    return str(record.name)


def _person(person: Any, today: date) -> Iterable[str]:
    yield codeset("sex").label(person.sex, get_language() or "zh-hans") if person.sex else ""
    if person.born_on is None:
        yield ""
    else:
        years = years_between(person.born_on, today)
        yield ngettext("%(years)s year", "%(years)s years", years) % {"years": years}
    yield masked_address(person.dwelling.address) if person.dwelling_id else ""


def _household(household: Any, _today: date) -> Iterable[str]:
    yield codeset("household_kind").label(household.kind, get_language() or "zh-hans")
    yield masked_address(household.dwelling.address) if household.dwelling_id else ""


def _dwelling(dwelling: Any, _today: date) -> Iterable[str]:
    yield codeset("dwelling_use").label(dwelling.use, get_language() or "zh-hans") if dwelling.use else ""
    yield codeset("tenure").label(dwelling.tenure, get_language() or "zh-hans") if dwelling.tenure else ""


def _business(business: Any, _today: date) -> Iterable[str]:
    yield codeset("business_kind").label(business.kind, get_language() or "zh-hans") if business.kind else ""
    yield business.trade
    yield business.address


DETAILS = {
    Register.PERSON: _person,
    Register.HOUSEHOLD: _household,
    Register.DWELLING: _dwelling,
    Register.BUSINESS: _business,
}
TIES = {
    TieKind.LIVED: _("lived before at"),
    TieKind.BELONGED: _("belonged before to"),
    TieKind.REGISTERED: _("registered residence"),
    TieKind.OWNS: _("owns"),
    TieKind.RENTS: _("rents"),
    TieKind.WORKS: _("works at"),
    TieKind.CARES: _("cares for"),
    TieKind.GUARDS: _("is the guardian of"),
}


@dataclass(frozen=True)
class TieLine:
    """A tie as an archive shows it: `ref` leads on where the reader may see it; elsewhere it is only told."""

    number: int
    words: Any
    to: str
    ref: str
    since: date | None
    until: date | None
    may_end: bool


def ties(found: Iterable[Tie], *, viewer: Actor) -> list[TieLine]:
    """The ties of a person; what lies outside the reader's scope is known elsewhere, and nothing more of it."""
    shown = []
    for tie in found:
        to = tie.dwelling or tie.household or tie.business or tie.other
        seen = to is not None and sees(viewer, code=to.area_code)
        elsewhere = masked_address(tie.place) if tie.place else gettext("known elsewhere")
        shown.append(
            TieLine(
                tie.pk,
                gettext(TIES[TieKind(tie.kind)]),
                name_of(to) if seen else elsewhere,
                to.ref if seen and to is not None else "",
                tie.since,
                tie.until,
                may_end=tie.until is None,
            )
        )
    return shown


def ties_in_plain(found: Iterable[Tie]) -> list[TieLine]:
    """The ties of a person as they are told to that person."""
    return [
        TieLine(
            tie.pk, gettext(TIES[TieKind(tie.kind)]), tie.place or _plain(tie), "", tie.since, tie.until, may_end=False
        )
        for tie in found
    ]


def _plain(tie: Tie) -> str:
    """What a tie leads to; another person only by their name, masked, for they are someone else."""
    if tie.other:
        return mask_name(tie.other.name)
    if tie.dwelling:
        return tie.dwelling.address
    if tie.household:
        return tie.household.number or tie.household.ref
    return tie.business.name if tie.business else ""
