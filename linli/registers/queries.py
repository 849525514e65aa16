"""What may be asked of the registers: records within the asker's scope, and by reference."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact

from linli.access.actors import Actor
from linli.access.reach import Reach
from linli.access.scoping import seen_by
from linli.areas import codes
from linli.ground import refs
from linli.ground.permissions import Permission
from linli.ground.refusals import Malformed, NotFound
from linli.ground.words import gettext_noop as _
from linli.journal.models import Above

from . import addresses
from .models import (
    Batch,
    Business,
    Dispute,
    Dwelling,
    Household,
    Item,
    Likeness,
    Merging,
    PastValue,
    Person,
    Register,
    StagedRow,
    Tie,
)
from .models.records import TOWNSHIP
from .sealed import blinds
from .tags import TAGS

MODELS: dict[Register, Any] = {
    Register.PERSON: Person,
    Register.HOUSEHOLD: Household,
    Register.DWELLING: Dwelling,
    Register.BUSINESS: Business,
}
KINDS = {"P": Register.PERSON, "H": Register.HOUSEHOLD, "W": Register.DWELLING, "E": Register.BUSINESS}
# What a record is shown with: the dwelling and the household it belongs to.
WITH = {
    Register.PERSON: (Register.DWELLING, Register.HOUSEHOLD),
    Register.HOUSEHOLD: (Register.DWELLING,),
}


def records(register: Register, *, viewer: Actor) -> QuerySet[Any]:
    """The records of a register that the viewer may see, those that ended among them; none without the permission."""
    return _seen(MODELS[register].objects.all(), viewer, "area_code")


def records_in_order(register: Register, *, viewer: Actor, area: str = "", above: bool = False) -> QuerySet[Any]:
    """The same in a form in which no index finds them by their area, narrowed to one: for a sorted list of very many,
    which is read along the index of its order, where those of a wide area would all be sorted first. `above` asks
    for the township besides, by the index of people that leads with it."""
    rows = MODELS[register].objects.alias(area_there=Concat("area_code", Value("")))
    code = township_of(viewer, area) if above else ""
    if code:
        rows = rows.filter(Exact(Above("area_code", digits=TOWNSHIP), code))
    return _seen(rows, viewer, "area_there").filter(**codes.inside(area, field="area_there"))


def _seen(rows: QuerySet[Any], viewer: Actor, field: str) -> QuerySet[Any]:
    if Permission.REGISTER_READ not in viewer.permissions:
        return rows.none()
    return seen_by(rows, viewer, field=field)


def township_of(viewer: Actor, area: str = "") -> str:
    """The one township in which everything lies that the viewer sees of an area; empty where it is more than one."""
    over = {area} if area else {""} if viewer.reach is Reach.ALL else set(viewer.places)
    towns = {code[:TOWNSHIP] for code in over}
    return towns.pop() if len(towns) == 1 and len(min(over, key=len)) >= TOWNSHIP else ""


def record(ref: str, *, viewer: Actor) -> Any:
    """The record of this reference; refuses (404) what is nowhere or outside the viewer's scope."""
    kept = refs.read(ref, ref.strip()[:1].upper())
    register = KINDS.get(kept[:1])
    found = records(register, viewer=viewer).filter(ref=kept).first() if register else None
    if found is None:
        raise NotFound(what=kept)
    return found


def called(register: Register, text: str, *, viewer: Actor) -> list[Any]:
    """The standing records within the viewer's scope that are called so: by reference, else by what names them; two at
    most, since several are as good as none."""
    typed = text.strip()
    rows = records(register, viewer=viewer).filter(ended_on=None)
    try:
        return list(rows.filter(ref=refs.read(typed, typed[:1].upper())))
    except Malformed:
        pass
    for way in CALLED[register](typed):
        if found := list(rows.filter(**way).order_by("id")[:2]):
            return found
    return []


def _person_called(typed: str) -> Iterable[dict[str, Any]]:
    yield {"identity_index__in": blinds(typed.upper(), column="registers.person.identity_number")}
    yield {"name": typed}


CALLED: dict[Register, Callable[[str], Iterable[dict[str, Any]]]] = {
    Register.PERSON: _person_called,
    Register.HOUSEHOLD: lambda typed: [{"number": typed}],
    Register.DWELLING: lambda typed: [{"address_key": addresses.key_of(typed)[:160]}],
    Register.BUSINESS: lambda typed: [{"credit_code": typed}, {"name": typed}],
}


def members(household: Household, *, viewer: Actor) -> list[Person]:
    """Who belongs to a household, its head first; those within the viewer's scope."""
    people = records(Register.PERSON, viewer=viewer).filter(household=household, ended_on=None)
    return list(people.order_by("relation", "id"))


def tie(number: int, record: Any) -> Tie:
    """The tie of this number of a person; refuses (404) one of somebody else."""
    found = Tie.objects.filter(pk=number, person__ref=record.ref).first()
    if found is None:
        raise NotFound(what=str(number))
    return found


def items(*, viewer: Actor) -> QuerySet[Item]:
    """The extra items within the viewer's scope, those kept now first; none without the permission."""
    rows = Item.objects.order_by(F("retired_on").asc(nulls_first=True), "register", "id")
    return seen_by(rows, viewer) if Permission.CATALOGUE_KEEP in viewer.permissions else rows.none()


def item(number: int, *, viewer: Actor) -> Item:
    """The extra item of this number; refuses (404) what is nowhere or outside the viewer's scope."""
    found = items(viewer=viewer).filter(pk=number).first()
    if found is None:
        raise NotFound(what=str(number))
    return found


def register_of(record: Any) -> Register:
    """The register a record belongs to."""
    return KINDS[record.ref[:1]]


COUNTED = 1000


def tagged(slug: str, *, viewer: Actor, as_of: date) -> tuple[int, bool]:
    """How many standing records within the viewer's scope a tag finds, counted no further than a thousand; and whether
    there are more."""
    standing = records(TAGS[slug].register, viewer=viewer).filter(ended_on=None)
    count = standing.filter(TAGS[slug].where(as_of=as_of)).values("pk")[: COUNTED + 1].count()
    return min(count, COUNTED), count > COUNTED


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


TIED = ("dwelling", "household", "business", "other")


def ties(record: Any, *, viewer: Actor) -> list[Tie]:
    """What a person is tied to besides; what lies outside the viewer's scope is only told to be elsewhere."""
    return ties_of(record) if register_of(record) is Register.PERSON else []


def ties_of(person: Person) -> list[Tie]:
    """What a person is tied to, the latest first: for verbs, and for what narrows it itself."""
    return list(Tie.objects.filter(person=person).select_related(*TIED).order_by("-id"))


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


def rows_of(batch: Batch, verdict: str) -> QuerySet[StagedRow]:
    """The staged rows of an import of which this was said."""
    return StagedRow.objects.filter(batch=batch, verdict=verdict)


def things_of(register: Register, rows: Iterable[StagedRow]) -> dict[str, Any]:
    """The records that staged rows speak of, by reference; whoever may see the import may see them, masked."""
    asked = [row.thing for row in rows if row.thing]
    found: dict[str, Any] = (
        MODELS[register].objects.select_related(*WITH.get(register, ())).in_bulk(asked, field_name="ref")
    )
    return found


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
