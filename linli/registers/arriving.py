"""Records written by hand: someone or something new, at its place; someone who comes back. Who is perhaps known already
is told, as an import tells it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import addresses, finding, keeping, knowing, living
from .models import Dwelling, Household, Likeness, Person, Register
from .sealed import blinds


class Place(NamedTuple):
    """Where a record stands: its area, its dwelling where it has one, and the household of a person."""

    area: str
    dwelling: Dwelling | None = None
    household: Household | None = None


class KnownAlready(Refusal):
    """A person who is in the register already."""

    code, status = "registers.known-already", 409
    words = _("This person is known already: %(ref)s.")
    next_step = _("Open that record and correct it, or move the person. Nothing was written.")


class KnownElsewhere(Refusal):
    """A person who is in the register of an area that the hand does not keep."""

    code, status = "registers.known-elsewhere", 409
    words = _("This person is known elsewhere.")
    next_step = _("Ask your township to move them here, so that they are not there twice. Nothing was written.")


class StillHere(Refusal):
    """Someone who did not leave cannot come back."""

    code, status = "registers.still-here", 409
    words = _("The record %(ref)s has not ended because someone moved away, so nobody can come back.")
    next_step = _("Open the record to see why it ended. Nothing was written.")


@transaction.atomic
def add(
    register: Register,
    values: Mapping[str, Any],
    *,
    place: Place,
    true_on: date | None = None,
    by: Hand,
    at: datetime,
) -> Any:
    """A record stands at its place with these facts. Who is perhaps someone known is put beside them, to be looked at.

    Refuses a person who is surely known, wherever they live.
    """
    area = place.dwelling.area_code if place.dwelling else place.area
    by.must(Permission.REGISTER_KEEP, within=area)
    perhaps = _perhaps(values, place, by) if register is Register.PERSON else []
    record = keeping.add(register, values, area=area, true_on=true_on, by=by, at=at)
    _put(register, record, place, true_on)
    Likeness.objects.bulk_create(
        [Likeness(register=register, area_code=area, one=record.ref, other=ref) for ref in perhaps],
        ignore_conflicts=True,
    )
    return record


@transaction.atomic
def come_back(person: Person, *, to: Dwelling, on: date, by: Hand, at: datetime) -> Person:
    """Someone who had moved away lives here again from that day: their record goes on. Refuses any other record."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    to = Dwelling.objects.select_for_update().get(pk=to.pk)
    for area in (person.area_code, to.area_code):
        by.must(Permission.REGISTER_KEEP, within=area)
    keeping.must_stand(to)
    if person.ended_why != "moved" or (person.ended_on and on < person.ended_on):
        raise StillHere(ref=person.ref)
    person.ended_on, person.ended_why = None, ""
    person.dwelling, person.lives_since = to, on
    living.settle(person, to)
    person.save()
    finding.lay(Register.PERSON, [person])
    living.carry_secrets(person)
    writing.write("person.came-back", thing=person.ref, by=by, at=at, area=to.area_code, to=to.ref, on=str(on))
    return person


def _perhaps(values: Mapping[str, Any], place: Place, by: Hand) -> list[str]:
    """Whom the values are perhaps of; refuses whom they are surely of."""
    home = place.dwelling.address_key if place.dwelling else addresses.key_of("")
    said = dict(values) | ({"household.number": place.household.number} if place.household else {})
    linked = knowing.look_up([knowing.record_of_values(said, 0, area=place.area, home=home)])
    numbers = blinds(str(said.get("person.identity_number") or ""), column="registers.person.identity_number")
    keys: list[Any] = [match.other for match in (*linked.same, *linked.perhaps)]
    asked = Q(pk__in=keys) | (Q(identity_index__in=numbers) if numbers else Q())
    known: dict[Any, Person] = {each.pk: each for each in Person.objects.filter(asked, merged_into=None)}
    sure = {match.other for match in linked.same}
    for person in known.values():
        if person.pk in sure or person.identity_index in numbers:
            if by.may(Permission.REGISTER_KEEP, within=person.area_code):
                raise KnownAlready(ref=person.ref)
            raise KnownElsewhere()
    return [person.ref for person in known.values() if person.ended_on is None]


def _put(register: Register, record: Any, place: Place, since: date | None) -> None:
    """The record lies where its dwelling lies, a person in their household."""
    if place.dwelling is not None and register is not Register.DWELLING:
        record.dwelling = place.dwelling
        living.settle(record, place.dwelling)
    if register is Register.PERSON:
        record.household = place.household
        record.lives_since = record.lives_since or (since if place.dwelling else None)
    record.save()
    finding.lay(register, [record])
