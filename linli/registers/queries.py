"""What may be asked of the registers: records within the asker's scope, and by reference."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from linli.access.actors import Actor
from linli.access.scoping import seen_by
from linli.areas import codes
from linli.ground import refs
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound
from linli.ground.words import gettext_noop as _

from .models import (
    Batch,
    Business,
    Dispute,
    Dwelling,
    Household,
    Likeness,
    Merging,
    PastValue,
    Person,
    Register,
    StagedRow,
    Tie,
)
from .tags import TAGS

MODELS: dict[Register, Any] = {
    Register.PERSON: Person,
    Register.HOUSEHOLD: Household,
    Register.DWELLING: Dwelling,
    Register.BUSINESS: Business,
}
KINDS = {"P": Register.PERSON, "H": Register.HOUSEHOLD, "W": Register.DWELLING, "E": Register.BUSINESS}


def records(register: Register, *, viewer: Actor) -> QuerySet[Any]:
    """The records of a register that the viewer may see, those that ended among them; none without the permission."""
    rows = MODELS[register].objects.all()
    if Permission.REGISTER_READ not in viewer.permissions:
        return rows.none()
    return seen_by(rows, viewer)


def record(ref: str, *, viewer: Actor) -> Any:
    """The record of this reference; refuses (404) what is nowhere or outside the viewer's scope."""
    kept = refs.read(ref, ref.strip()[:1].upper())
    register = KINDS.get(kept[:1])
    found = records(register, viewer=viewer).filter(ref=kept).first() if register else None
    if found is None:
        raise NotFound(what=kept)
    return found


def register_of(record: Any) -> Register:
    """The register a record belongs to."""
    return KINDS[record.ref[:1]]


ORDERS = {
    "fresh": ("true_on", "id"),
    Register.PERSON: ("sounds", "id"),
    Register.HOUSEHOLD: ("number", "id"),
    Register.DWELLING: ("address_key", "id"),
    Register.BUSINESS: ("sounds", "id"),
}
WITH = {Register.PERSON: ("dwelling",), Register.HOUSEHOLD: ("dwelling",)}


def order(register: Register, by: str) -> tuple[str, ...]:
    """What a list is sorted by: the stalest first, or by name."""
    return ORDERS["fresh"] if by == "fresh" else ORDERS[register]


def narrowed(
    register: Register, tag: str, area: str, *, viewer: Actor, ended: bool = False, as_of: date
) -> QuerySet[Any]:
    """The records of a list: of a tag, of an area, and those that ended only when asked."""
    rows = records(register, viewer=viewer).select_related(*WITH.get(register, ()))
    if area:
        rows = rows.filter(**codes.inside(codes.read(area)))
    if tag:
        rows = rows.filter(TAGS[tag].where(as_of=as_of))
    return rows if ended else rows.filter(ended_on=None)


def around(record: Any, *, viewer: Actor) -> list[tuple[str, list[Any]]]:
    """What stands around a record: who lives with whom, where, which shops are there. Within the viewer's scope."""
    register = register_of(record)
    people = records(Register.PERSON, viewer=viewer).filter(ended_on=None).select_related("dwelling").order_by("id")
    if register is Register.PERSON:
        homes = [records(kind, viewer=viewer).filter(pk=key) for kind, key in _homes(record)]
        same = people.filter(household=record.household_id).exclude(pk=record.pk) if record.household_id else []
        return [(_("Dwelling"), list(homes[0])), (_("Household"), list(homes[1])), (_("Same household"), list(same))]
    if register is Register.HOUSEHOLD:
        return [(_("Members"), list(people.filter(household=record)))]
    if register is Register.DWELLING:
        businesses = records(Register.BUSINESS, viewer=viewer).filter(dwelling=record, ended_on=None)
        return [(_("Who lives here"), list(people.filter(dwelling=record))), (_("Businesses"), list(businesses))]
    working = people.filter(ties__business=record, ties__kind="works").distinct()
    return [(_("Who works here"), list(working[:50]))]


def _homes(person: Person) -> list[tuple[Register, int | None]]:
    return [(Register.DWELLING, person.dwelling_id), (Register.HOUSEHOLD, person.household_id)]


def ties(record: Any, *, viewer: Actor) -> list[Tie]:
    """What a person is tied to besides; what lies outside the viewer's scope is only told to be elsewhere."""
    if register_of(record) is not Register.PERSON:
        return []
    return list(Tie.objects.filter(person=record).select_related("dwelling", "household", "business").order_by("-id"))


def past_values(record: Any) -> list[PastValue]:
    """What the record said before, the latest first; the values stay sealed until someone has said why."""
    return list(PastValue.objects.filter(thing=record.ref).order_by("-at", "-id")[:50])


def open_disputes(record: Any) -> list[Dispute]:
    """The disputes about the record that are not settled."""
    return list(Dispute.objects.filter(thing=record.ref).exclude(stage="settled").order_by("due_on"))


def disputes(*, viewer: Actor, settled: bool = False) -> QuerySet[Dispute]:
    """The disputes within the viewer's scope: those that are open, or those that were settled."""
    rows = Dispute.objects.filter(stage="settled") if settled else Dispute.objects.exclude(stage="settled")
    return seen_by(rows, viewer) if Permission.REGISTER_READ in viewer.permissions else rows.none()


def dispute(ref: str, *, viewer: Actor) -> Dispute:
    """The dispute of this reference; refuses (404) what is nowhere or outside the viewer's scope."""
    rows = seen_by(Dispute.objects.all(), viewer) if Permission.REGISTER_READ in viewer.permissions else None
    found = rows.filter(ref=ref).first() if rows is not None else None
    if found is None:
        raise NotFound(what=ref)
    return found


def batches(*, viewer: Actor) -> QuerySet[Batch]:
    """The files that were imported into the viewer's scope; none without the permission."""
    rows = Batch.objects.exclude(file_name="")
    return seen_by(rows, viewer) if Permission.REGISTER_IMPORT in viewer.permissions else rows.none()


def batch(ref: str, *, viewer: Actor) -> Batch:
    """The import of this reference; refuses (404) what is nowhere or outside the viewer's scope."""
    found = batches(viewer=viewer).filter(ref=ref).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def batch_called(ref: str) -> Batch:
    """The import of this reference, whoever asks: for the work a person has started."""
    return Batch.objects.get(ref=ref)


def people_of(rows: Iterable[StagedRow]) -> dict[str, Person]:
    """The people that staged rows speak of, by reference; whoever may see the import may see them, masked."""
    asked = [row.thing for row in rows if row.thing]
    return Person.objects.select_related("dwelling").in_bulk(asked, field_name="ref")


def likenesses(*, viewer: Actor, decided: bool = False) -> QuerySet[Likeness]:
    """The pairs within the viewer's scope that are perhaps one person: for someone to say, or those that were said."""
    rows = Likeness.objects.exclude(outcome="") if decided else Likeness.objects.filter(outcome="")
    return seen_by(rows, viewer) if Permission.REGISTER_SETTLE in viewer.permissions else rows.none()


def likeness(number: int, *, viewer: Actor) -> Likeness:
    """The pair of this number; refuses (404) what is nowhere or outside the viewer's scope."""
    rows = likenesses(viewer=viewer) | likenesses(viewer=viewer, decided=True)
    found = rows.filter(pk=number).first()
    if found is None:
        raise NotFound(what=str(number))
    return found


def merging_of(pair: Likeness) -> Merging | None:
    """How the two became one, while that stands."""
    both = [pair.one, pair.other]
    return Merging.objects.filter(kept__in=both, gone__in=both, undone_at=None).order_by("-pk").first()
