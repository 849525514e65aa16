"""Where people live and with whom: births, deaths, moves, households split and joined, each with its consequences."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import finding, keeping
from .models import Dwelling, Household, Person, Register, SecretValue, Tie, TieKind
from .referencing import give_refs

HEAD, SPOUSE, SON, DAUGHTER, OTHER = "01", "10", "20", "30", "80"


class BeforeBirth(Refusal):
    """Something that would have happened to a person before they were born."""

    code, status = "registers.before-birth", 422
    words = _("That day (%(on)s) lies before the birth of %(who)s.")
    next_step = _("Correct the day or the date of birth. Nothing was written.")


class NotTogether(Refusal):
    """People who were to leave a household together, but do not all belong to it."""

    code, status = "registers.not-together", 422
    words = _("%(who)s does not belong to the household %(household)s.")
    next_step = _("Choose members of one household. Nothing was written.")


class NobodyStays(Refusal):
    """A household that everybody would leave."""

    code, status = "registers.nobody-stays", 422
    words = _("Somebody must stay in the household %(household)s.")
    next_step = _("Leave somebody out, or correct the household itself. Nothing was written.")


class SameHousehold(Refusal):
    """A household was to be joined with itself."""

    code, status = "registers.same-household", 422
    words = _("A household cannot join itself.")
    next_step = _("Choose another household. Nothing was written.")


class LivesThere(Refusal):
    """A move to the dwelling where the person lives already."""

    code, status = "registers.lives-there", 409
    words = _("%(who)s lives there already.")
    next_step = _("Choose another dwelling. Nothing was written.")


@transaction.atomic
def move(person: Person, *, to: Dwelling, on: date, by: Hand, at: datetime) -> Person:
    """The person lives in another dwelling from that day on, in its area; where they lived before stays as a tie.

    They stay in their household; `split` parts it. Refuses a hand that may not keep the registers at both ends.
    """
    person, to = _held(person), Dwelling.objects.select_for_update().get(pk=to.pk)
    for area in (person.area_code, to.area_code):
        by.must(Permission.REGISTER_KEEP, within=area)
    keeping.must_stand(to)
    _must_be_born(person, on)
    if person.dwelling_id == to.pk:
        raise LivesThere(who=person.ref)
    came_from = person.area_code
    _leave_dwelling(person, on)
    person.dwelling, person.lives_since = to, on
    settle(person, to)
    person.save()
    finding.lay(Register.PERSON, [person])
    carry_secrets(person)
    writing.write("person.moved", thing=person.ref, by=by, at=at, area=to.area_code, to=to.ref, came_from=came_from)
    return person


@transaction.atomic
def move_away(person: Person, *, to: str = "", on: date, by: Hand, at: datetime) -> Person:
    """The person no longer lives here: the record is closed, with where they went as far as it is known."""
    person = _held(person)
    by.must(Permission.REGISTER_KEEP, within=person.area_code)
    _must_be_born(person, on)
    _leave_dwelling(person, on, place=to)
    _leave_household(person, on)
    _close(person, "moved", on)
    writing.write("person.moved-away", thing=person.ref, by=by, at=at, area=person.area_code, on=str(on))
    return person


@transaction.atomic
def die(person: Person, *, on: date, by: Hand, at: datetime) -> Person:
    """The person died on that day. Whoever they cared for or were the head of is left to be seen to: the household
    has no head until one is named, and their ties of care end."""
    person = _held(person)
    by.must(Permission.REGISTER_KEEP, within=person.area_code)
    _must_be_born(person, on)
    Tie.objects.filter(person=person, kind__in=[TieKind.CARES, TieKind.GUARDS], until=None).update(until=on)
    Tie.objects.filter(other=person, kind__in=[TieKind.CARES, TieKind.GUARDS], until=None).update(until=on)
    _leave_dwelling(person, on)
    _leave_household(person, on)
    _close(person, "died", on)
    writing.write("person.died", thing=person.ref, by=by, at=at, area=person.area_code, on=str(on))
    return person


@transaction.atomic
def bear(name: str, *, sex: str, to: Person, on: date, by: Hand, at: datetime) -> Person:
    """A child is born: a person in the household and dwelling of a parent, who is their guardian."""
    parent = _held(to)
    by.must(Permission.REGISTER_KEEP, within=parent.area_code)
    values = {"person.name": name, "person.sex": sex, "person.born_on": on}
    child = keeping.add(Register.PERSON, values, area=parent.area_code, true_on=on, by=by, at=at)
    child.dwelling, child.household, child.lives_since = parent.dwelling, parent.household, on
    child.lon, child.lat = parent.lon, parent.lat
    child.relation = _relation_of_child(parent, sex)
    child.save()
    finding.lay(Register.PERSON, [child])
    Tie.objects.create(kind=TieKind.GUARDS, person=parent, other=child, area_code=parent.area_code, since=on)
    writing.write("person.born", thing=child.ref, by=by, at=at, area=child.area_code, parent=parent.ref)
    return child


@transaction.atomic
def split(
    household: Household, leaving: Iterable[Person], *, head: Person, number: str = "", on: date, by: Hand, at: datetime
) -> Household:
    """Those who leave make a household of their own under a head; the others stay as they were.

    Refuses someone who does not belong to the household, and to leave nobody behind.
    """
    household = Household.objects.select_for_update().get(pk=household.pk)
    by.must(Permission.REGISTER_KEEP, within=household.area_code)
    keeping.must_stand(household)
    people = [_held(person) for person in leaving]
    for person in [*people, _held(head)]:
        if person.household_id != household.pk:
            raise NotTogether(who=person.ref, household=household.ref)
    if not Person.objects.filter(household=household, ended_on=None).exclude(pk__in=[p.pk for p in people]).exists():
        raise NobodyStays(household=household.ref)
    made = Household(
        area_code=head.area_code,
        lon=head.lon,
        lat=head.lat,
        number=number,
        kind=household.kind,
        dwelling=head.dwelling,
        head=head.name,
        true_on=on,
    )
    give_refs([made])
    made.save()
    for person in people:
        _leave_household(person, on, save=False)
        person.household = made
        person.relation = HEAD if person.pk == head.pk else OTHER
        person.save(update_fields=["household", "relation"])
    finding.lay(Register.HOUSEHOLD, [made], fresh=True)
    finding.lay(Register.PERSON, people)
    _end_if_empty(household, on)
    members = [person.ref for person in people]
    area = made.area_code
    writing.write("household.split", thing=household.ref, by=by, at=at, area=area, made=made.ref, rows=len(members))
    return made


@transaction.atomic
def join(household: Household, other: Household, *, on: date, by: Hand, at: datetime) -> Household:
    """All members of the other household belong to this one; the other ends. Relations are asked anew. Refuses to join
    a household with itself."""
    if household.pk == other.pk:
        raise SameHousehold()
    first, second = (
        Household.objects.select_for_update().get(pk=pk) for pk in sorted({household.pk, other.pk}, key=int)
    )
    into, gone = (first, second) if first.pk == household.pk else (second, first)
    for each in (into, gone):
        by.must(Permission.REGISTER_KEEP, within=each.area_code)
        keeping.must_stand(each)
    members = list(Person.objects.select_for_update().filter(household=gone, ended_on=None))
    for person in members:
        _leave_household(person, on, save=False)
        person.household, person.relation = into, OTHER
        person.save(update_fields=["household", "relation"])
    finding.lay(Register.PERSON, members)
    _end_if_empty(gone, on)
    writing.write(
        "household.joined", thing=into.ref, by=by, at=at, area=into.area_code, joined=gone.ref, rows=len(members)
    )
    return into


@transaction.atomic
def belong(person: Person, household: Household, *, on: date, by: Hand, at: datetime) -> Person:
    """The person belongs to this household from that day on; to which they belonged stays as a tie, and how they are
    related is asked anew. Refuses a hand that may not keep the registers at both ends."""
    person, household = _held(person), Household.objects.select_for_update().get(pk=household.pk)
    for area in (person.area_code, household.area_code):
        by.must(Permission.REGISTER_KEEP, within=area)
    keeping.must_stand(household)
    if person.household_id == household.pk:
        return person
    _leave_household(person, on)
    person.household, person.relation = household, OTHER
    person.save(update_fields=["household", "relation"])
    finding.lay(Register.PERSON, [person])
    writing.write(
        "person.entered-household", thing=person.ref, by=by, at=at, area=person.area_code, household=household.ref
    )
    return person


def settle(person: Any, dwelling: Dwelling) -> None:
    """The record lies where the dwelling lies. Nothing is saved."""
    person.area_code, person.lon, person.lat = dwelling.area_code, dwelling.lon, dwelling.lat


def _held(person: Person) -> Person:
    """The person as they stand now, locked; refuses one whose record has ended."""
    held = Person.objects.select_for_update().get(pk=person.pk)
    keeping.must_stand(held)
    return held


def _must_be_born(person: Person, on: date) -> None:
    if person.born_on and on < person.born_on:
        raise BeforeBirth(on=str(on), who=person.ref)


def _leave_dwelling(person: Person, on: date, *, place: str = "") -> None:
    """Where they lived stays as a tie, from when they came until now."""
    if person.dwelling_id is not None:
        Tie.objects.create(
            kind=TieKind.LIVED,
            person=person,
            dwelling=person.dwelling,
            area_code=person.area_code,
            place=place,
            since=_no_later(person.lives_since, on),
            until=on,
        )
    person.dwelling, person.lives_since = None, None


def _leave_household(person: Person, on: date, *, save: bool = True) -> None:
    """To which household they belonged stays as a tie; one that nobody belongs to any more ends."""
    household = person.household
    if household is None:
        return
    Tie.objects.create(
        kind=TieKind.BELONGED,
        person=person,
        household=household,
        relation=person.relation,
        area_code=household.area_code,
        until=on,
    )
    if person.relation == HEAD:
        household.head = ""
        household.save(update_fields=["head"])
        finding.lay(Register.HOUSEHOLD, [household])
    person.household, person.relation = None, ""
    if save:
        person.save(update_fields=["household", "relation"])
        _end_if_empty(household, on)


def _end_if_empty(household: Household, on: date) -> None:
    if not Person.objects.filter(household=household, ended_on=None).exists():
        Household.objects.filter(pk=household.pk, ended_on=None).update(ended_on=on, ended_why="empty")


def _close(person: Person, why: str, on: date) -> None:
    person.ended_on, person.ended_why = on, why
    person.save()
    finding.lay(Register.PERSON, [person])


def carry_secrets(person: Person) -> None:
    """The secret facts of the person lie in their area."""
    SecretValue.objects.filter(thing=person.ref).update(area_code=person.area_code)


def _no_later(since: date | None, on: date) -> date | None:
    return since if since is None or since <= on else on


def _relation_of_child(parent: Person, sex: str) -> str:
    """A child of the head or the head's spouse is a son or daughter; of another member, otherwise related."""
    if parent.relation not in (HEAD, SPOUSE, "11", "12"):
        return OTHER
    return {"1": SON, "2": DAUGHTER}.get(sex, OTHER)
