"""What ties a person to a place, a business or another person besides living there: registered residence, ownership,
work, care. A tie begins and ends on a day, and stays to be read."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import keeping
from .models import Person, Register, Tie, TieKind

ASKED = (TieKind.REGISTERED, TieKind.OWNS, TieKind.RENTS, TieKind.WORKS, TieKind.CARES, TieKind.GUARDS)


class Leads(NamedTuple):
    """What a kind of tie leads to: the register, and the column that keeps it."""

    to: Register
    column: str


LEADS = {
    TieKind.REGISTERED: Leads(Register.DWELLING, "dwelling"),
    TieKind.OWNS: Leads(Register.DWELLING, "dwelling"),
    TieKind.RENTS: Leads(Register.DWELLING, "dwelling"),
    TieKind.WORKS: Leads(Register.BUSINESS, "business"),
    TieKind.CARES: Leads(Register.PERSON, "other"),
    TieKind.GUARDS: Leads(Register.PERSON, "other"),
}


class TiedToNothing(Refusal):
    """A tie that leads nowhere."""

    code, status = "tie.to-nothing", 422
    words = _("A tie leads to a record of the registers, or to a place that is named.")
    next_step = _("Name what it leads to. Nothing was written.")


class TiedAlready(Refusal):
    """A tie that stands."""

    code, status = "tie.stands-already", 409
    words = _("This tie stands already.")
    next_step = _("End it first if it has changed. Nothing was written.")


class TieEnded(Refusal):
    """A tie that ended, or would end before it began."""

    code, status = "tie.cannot-end", 409
    words = _("This tie cannot end on %(on)s: it has ended, or begins later.")
    next_step = _("Choose another day. Nothing was written.")


@transaction.atomic
def tie(
    person: Person, kind: TieKind, *, to: Any = None, place: str = "", since: date | None = None, by: Hand, at: datetime
) -> Tie:
    """The person is tied to a dwelling, a business, another person, or to a place that is only named, from that day.

    Refuses a tie to nothing, to oneself, and one that stands already.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    by.must(Permission.REGISTER_KEEP, within=person.area_code)
    keeping.must_stand(person)
    if (to is None and not place.strip()) or (isinstance(to, Person) and to.pk == person.pk):
        raise TiedToNothing()
    made = Tie(kind=kind, person=person, place=place.strip()[:160], since=since)
    made.area_code = to.area_code if to is not None else person.area_code
    if to is not None:
        assert isinstance(to, Tie._meta.get_field(LEADS[kind].column).related_model), (kind, to)  # type: ignore[arg-type]
        setattr(made, LEADS[kind].column, to)
    if _standing(made).exists():
        raise TiedAlready()
    made.save()
    area = person.area_code
    leads = to.ref if to is not None else ""
    writing.write("person.tied", thing=person.ref, by=by, at=at, area=area, kind=str(kind), to=leads)
    return made


@transaction.atomic
def untie(tied: Tie, *, on: date, by: Hand, at: datetime) -> Tie:
    """The tie holds no longer from that day on. Refuses one that has ended, or that begins later."""
    tied = Tie.objects.select_for_update().select_related("person").get(pk=tied.pk)
    by.must(Permission.REGISTER_KEEP, within=tied.person.area_code)
    if tied.until is not None or (tied.since and tied.since > on):
        raise TieEnded(on=str(on))
    tied.until = on
    tied.save(update_fields=["until"])
    writing.write(
        "person.untied", thing=tied.person.ref, by=by, at=at, area=tied.person.area_code, kind=tied.kind, on=str(on)
    )
    return tied


def _standing(made: Tie) -> Any:
    """The ties of this person that say the same and have not ended."""
    same = Tie.objects.filter(person=made.person, kind=made.kind, until=None)
    return same.filter(
        Q(dwelling=made.dwelling, business=made.business, other=made.other, place=made.place)
        if made.dwelling_id or made.business_id or made.other_id
        else Q(dwelling=None, business=None, other=None, place=made.place)
    )
