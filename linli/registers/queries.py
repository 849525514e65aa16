"""What may be asked of the registers: records within the asker's scope, and by reference."""

from typing import Any

from django.db.models import QuerySet

from linli.access.actors import Actor
from linli.access.scoping import seen_by
from linli.ground import refs
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound

from .models import Business, Dwelling, Household, Person, Register

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
