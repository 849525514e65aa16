"""A value is called wrong (校核): raised, argued, settled by someone else, with a day by which it is due."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from linli.areas import codes
from linli.clocks import counting
from linli.clocks import queries as clocks
from linli.clocks.counting import Unit
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import addresses, arriving, book, keeping, living, terms, values
from .models import Dispute, Dwelling, Household, Register
from .queries import register_of

HOME = "dwelling.address"  # of a person: that they live elsewhere than the register says

TOWNSHIP_DEEP = 4  # province, prefecture, district, township: household numbers are of one township
HOUSEHOLD = "household.number"  # of a person: that they belong to another household


class DisputedAlready(Refusal):
    """The fact of this record is in dispute."""

    code, status = "dispute.open-already", 409
    words = _("This value is in dispute already (%(ref)s).")
    next_step = _("Open that dispute and add what you know. Nothing was written.")


class Settled(Refusal):
    """A dispute that was settled."""

    code, status = "dispute.settled", 409
    words = _("The dispute %(ref)s was settled.")
    next_step = _("Raise a new one if the value is wrong still. Nothing was written.")


class OwnDispute(Refusal):
    """Whoever raised a dispute does not settle it."""

    code, status = "dispute.own", 403
    words = _("Someone else settles a dispute than the one who raised it.")
    next_step = _("Ask your community's secretary or another who may settle. Nothing was written.")


class ReasonMissing(Refusal):
    """A value was called wrong without saying why."""

    code, status = "dispute.reason", 422
    words = _("A dispute needs a reason.")
    next_step = _("Say how you know, then send it again. Nothing was written.")


@transaction.atomic
def dispute(
    record: Any, fact: str, proposed: Any, *, reason: str, asked: bool = False, by: Hand, at: datetime
) -> Dispute:
    """The value of a fact is in dispute until someone else settles it; it stands meanwhile. `asked` says that
    the person concerned asks for it.

    Refuses a fact that is worked out, one in dispute already, and a dispute without a reason.
    """
    said = book.fact(fact)
    by.must(Permission.REGISTER_KEEP, within=record.area_code)
    keeping.must_be_kept(said)
    keeping.must_stand(record)
    if not reason.strip():
        raise ReasonMissing()
    if standing := Dispute.objects.filter(thing=record.ref, fact=fact).exclude(stage="settled").first():
        raise DisputedAlready(ref=standing.ref)
    made = Dispute.objects.create(
        register=register_of(record),
        thing=record.ref,
        area_code=record.area_code,
        fact=fact,
        stands=values.written(said, keeping.value_of(record, said)),
        proposed=values.written(said, proposed),
        reason=reason.strip(),
        raised_by=by.ref,
        raised_at=at,
        due_on=due_on(record.area_code, at),
    )
    area = record.area_code
    verb = "dispute.asked" if asked else "dispute.raised"
    writing.write(verb, thing=made.ref, by=by, at=at, area=area, fact=fact, about=record.ref)
    return made


def due_on(area: str, at: datetime) -> date:
    """The last of the working days in which it is to be settled, by the calendar of the area."""
    days = terms.days("dispute_days", on=localdate(at))
    return localdate(counting.due(at, days, Unit.WORKING_DAYS, clocks.calendar_of(area)))


@transaction.atomic
def argue(raised: Dispute, argument: str, *, by: Hand, at: datetime) -> Dispute:
    """What speaks for or against is written down with the dispute."""
    raised = _open(raised)
    by.must(Permission.REGISTER_KEEP, within=raised.area_code)
    if not argument.strip():
        raise ReasonMissing()
    raised.argument = "\n".join(filter(None, [raised.argument, argument.strip()]))
    raised.stage, raised.argued_by = "argued", by.ref
    raised.save(update_fields=["argument", "stage", "argued_by"])
    writing.write("dispute.argued", thing=raised.ref, by=by, at=at, area=raised.area_code)
    return raised


@transaction.atomic
def settle(raised: Dispute, record: Any, *, right: bool, by: Hand, at: datetime) -> Dispute:
    """The proposed value stands, or the old one does; the one that lost stays in the history.

    Refuses whoever raised the dispute.
    """
    raised = _open(raised)
    assert record.ref == raised.thing, (record.ref, raised.thing)
    by.must(Permission.REGISTER_SETTLE, within=raised.area_code)
    if by.ref == raised.raised_by:
        raise OwnDispute()
    said = book.fact(raised.fact)
    if right and said.name == HOME and register_of(record) is Register.PERSON:
        _live_at(record, raised.proposed, by=by, at=at)
    elif right and said.name == HOUSEHOLD and register_of(record) is Register.PERSON:
        _belong_to(record, raised.proposed, by=by, at=at)
    elif right:
        keeping.correct(record, {said.name: values.read(said, raised.proposed)}, by=by, at=at)
    else:
        keeping.to_history(record, said, raised.proposed, by=by, at=at)
    raised.stage, raised.outcome = "settled", "changed" if right else "kept"
    raised.settled_by, raised.settled_at = by.ref, at
    raised.save(update_fields=["stage", "outcome", "settled_by", "settled_at"])
    area, outcome = raised.area_code, raised.outcome
    writing.write("dispute.settled", thing=raised.ref, by=by, at=at, area=area, outcome=outcome, about=raised.thing)
    return raised


def _live_at(person: Any, address: str, *, by: Hand, at: datetime) -> None:
    """The person lives at the address from today on, and is back if they had moved away. Of several dwellings of that
    address it is the nearest; where there is none, one stands from now on."""
    key = addresses.key_of(address)[:160]
    known = sorted(
        Dwelling.objects.standing().filter(address_key=key).order_by("pk"),
        key=lambda home: -_near(home.area_code, person.area_code),
    )
    told = {HOME: address}
    home = known[0] if known else keeping.add(Register.DWELLING, told, area=person.area_code, by=by, at=at)
    if person.ended_on is None:
        living.move(person, to=home, on=localdate(at), by=by, at=at)
    else:
        arriving.come_back(person, to=home, on=localdate(at), by=by, at=at)


def _belong_to(person: Any, number: str, *, by: Hand, at: datetime) -> None:
    """The person belongs to the household of that number from today on; of several it is the nearest, and where there
    is none, one stands from now on."""
    known = sorted(
        Household.objects.standing().filter(number=number[:40]).order_by("pk"),
        key=lambda household: -_near(household.area_code, person.area_code),
    )
    near = [each for each in known if _near(each.area_code, person.area_code) >= TOWNSHIP_DEEP]
    told = {HOUSEHOLD: number}
    household = near[0] if near else keeping.add(Register.HOUSEHOLD, told, area=person.area_code, by=by, at=at)
    living.belong(person, household, on=localdate(at), by=by, at=at)


def _near(code: str, other: str) -> int:
    """How many areas hold both."""
    return len({code, *codes.ancestors(code)} & {other, *codes.ancestors(other)})


def _open(raised: Dispute) -> Dispute:
    held = Dispute.objects.select_for_update().get(pk=raised.pk)
    if held.stage == "settled":
        raise Settled(ref=held.ref)
    return held
