"""Records as lines of a list: masked, in words, with the names of their areas looked up for all of them together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from linli.areas.models import Area
from linli.ground.privacy import mask_name
from linli.ground.words import gettext_noop as _
from linli.registers.codesets import codeset
from linli.registers.facts import years_between
from linli.registers.models import Register
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
COLUMNS = {
    Register.PERSON: (_("Sex"), _("Age"), _("Standard address")),
    Register.HOUSEHOLD: (_("Kind of household"), _("Standard address")),
    Register.DWELLING: (_("Use"), _("Lived in, let or empty")),
    Register.BUSINESS: (_("Kind of business"), _("Trade"), _("Address of the business")),
}
