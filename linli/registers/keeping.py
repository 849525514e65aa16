"""Records are added, corrected, confirmed and ended; what a value was before stays in the history."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from linli.areas import editions
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.language import sounds

from . import addresses, book, finding, secrets
from . import values as values_
from .book import Fact, Type
from .models import Batch, PastValue, Register, SecretValue
from .queries import MODELS, register_of
from .referencing import give_refs
from .sealed import blind

FOUND_BY = {"identity_number": "identity_index", "phone": "phone_index"}


class NothingKnown(Refusal):
    """A record of whom or what nothing is said that tells it from another."""

    code, status = "registers.nothing-known", 422
    words = _("A record needs at least %(needed)s.")
    next_step = _("Give it and save again. Nothing was written.")


class NotKept(Refusal):
    """A fact that is worked out of others and cannot be written."""

    code, status = "registers.not-kept", 422
    words = _("“%(fact)s” is worked out of other facts (%(how)s) and cannot be written.")
    next_step = _("Correct the facts it is worked out of. Nothing was written.")


class HasEnded(Refusal):
    """A record that ended already."""

    code, status = "registers.has-ended", 409
    words = _("%(what)s ended on %(on)s.")
    next_step = _("Open the record to see why; what ended is not changed. Nothing was written.")


NEEDED = {
    Register.PERSON: ("name", _("a name")),
    Register.HOUSEHOLD: ("", ""),
    Register.DWELLING: ("address", _("an address")),
    Register.BUSINESS: ("name", _("a name")),
}


@transaction.atomic
def add(
    register: Register, values: Mapping[str, Any], *, area: str, true_on: date | None = None, by: Hand, at: datetime
) -> Any:
    """A record stands in an area with these facts, by name (`person.name`); what is not given is unknown.

    Refuses a record that nothing tells from another, a fact that is worked out, an area that stands no longer, and a
    hand that may not keep the registers there.
    """
    by.must(Permission.REGISTER_KEEP, within=area)
    editions.hold(area)
    needed, words = NEEDED[register]
    if needed and not values.get(f"{register}.{needed}"):
        raise NothingKnown(needed=words)
    record = MODELS[register](area_code=area, true_on=true_on or localdate(at))
    kept, secret = _sorted(register, values)
    for fact, value in kept.items():
        put(record, fact, value)
    record.confirmed_on, record.confirmed_by = localdate(at), by.ref
    give_refs([record])
    record.save()
    finding.lay(register, [record], fresh=True)
    for fact, value in secret.items():
        secrets.put(record, fact, value, true_on=record.true_on)
    writing.write(f"{register}.added", thing=record.ref, by=by, at=at, area=area, facts=_names(values))
    return record


@transaction.atomic
def correct(
    record: Any, values: Mapping[str, Any], *, true_on: date | None = None, why: str = "", by: Hand, at: datetime
) -> Any:
    """The facts of the record are these from now on; what each said before, and whence, stays in the history. Why they
    are corrected stands in the journal, where it is said.

    Refuses a record that has ended, and a fact that is worked out.
    """
    register = register_of(record)
    record = MODELS[register].objects.select_for_update().get(pk=record.pk)
    by.must(Permission.REGISTER_KEEP, within=record.area_code)
    must_stand(record)
    kept, secret = _sorted(register, values)
    changed = {fact: value for fact, value in kept.items() if fact.of(record, as_of=localdate(at)) != value}
    for fact, value in changed.items():
        remember(record, fact, by=by, at=at)
        put(record, fact, value)
        record.sources[fact.short] = {"on": str(true_on or localdate(at)), "by": by.ref}
    record.confirmed_on, record.confirmed_by = localdate(at), by.ref
    record.save()
    finding.lay(register, [record])
    finding.lay_around(register, record)
    for fact, value in secret.items():
        remember(record, fact, by=by, at=at)
        secrets.put(record, fact, value, true_on=true_on or localdate(at))
    named = _names({fact.name: 1 for fact in changed} | {fact.name: 1 for fact in secret})
    said: dict[str, Any] = {"facts": named} | ({"why": why.strip()[:200]} if why.strip() else {})
    writing.write(f"{register}.corrected", thing=record.ref, by=by, at=at, area=record.area_code, **said)
    return record


@transaction.atomic
def confirm(record: Any, *, by: Hand, at: datetime) -> Any:
    """Everything the record says was found to be so today."""
    register = register_of(record)
    record = MODELS[register].objects.select_for_update().get(pk=record.pk)
    by.must(Permission.REGISTER_KEEP, within=record.area_code)
    must_stand(record)
    record.confirmed_on, record.confirmed_by, record.true_on = localdate(at), by.ref, localdate(at)
    record.save(update_fields=["confirmed_on", "confirmed_by", "true_on"])
    writing.write(f"{register}.confirmed", thing=record.ref, by=by, at=at, area=record.area_code)
    return record


@transaction.atomic
def end(record: Any, *, why: str, on: date, by: Hand, at: datetime) -> Any:
    """The record stands no longer from that day on, for a reason; it stays to be read."""
    register = register_of(record)
    record = MODELS[register].objects.select_for_update().get(pk=record.pk)
    by.must(Permission.REGISTER_KEEP, within=record.area_code)
    must_stand(record)
    record.ended_on, record.ended_why = on, why
    record.save(update_fields=["ended_on", "ended_why"])
    writing.write(f"{register}.ended", thing=record.ref, by=by, at=at, area=record.area_code, why=why, on=str(on))
    return record


def must_stand(record: Any) -> None:
    """Refuses a record that has ended."""
    if record.ended_on is not None:
        raise HasEnded(what=record.ref, on=str(record.ended_on))


def put(record: Any, fact: Fact, value: Any) -> None:
    """The record says so, with the indexes it is found by. Nothing is saved."""
    if fact.extra:
        if value in ("", None):
            record.extras.pop(fact.extra, None)
        else:
            record.extras[fact.extra] = value.isoformat() if isinstance(value, date) else value
        return
    field = record._meta.get_field(fact.column)
    setattr(record, fact.column, value if value is not None or field.null else "")
    if index := FOUND_BY.get(fact.column):
        setattr(record, index, blind(value or "", column=f"{record._meta.label_lower}.{fact.column}"))
    if fact.column == "identity_number":
        record.identity_tail = blind((value or "")[-4:], column="registers.person.identity_tail")
    if fact.name == "person.name":
        record.sounds = sounds.of_person(value or "")
    if fact.type is Type.PLACE and fact.column == "address":
        record.address_key = addresses.key_of(value or "")[:160]
    if fact.name == "business.name":
        record.sounds = sounds.pinyin(value or "")


def must_be_kept(fact: Fact) -> None:
    """Refuses a fact that is worked out of others."""
    if fact.derived:
        raise NotKept(fact=fact.label, how=fact.how)


def value_of(record: Any, fact: Fact) -> Any:
    """What a kept fact says now, secret ones among them: for verbs, never for pages."""
    if not fact.is_secret:
        return fact.of(record, as_of=record.true_on)
    kept = SecretValue.objects.filter(thing=record.ref, fact=fact.name).first()
    return values_.read(fact, kept.value) if kept else None


def remember(record: Any, fact: Fact, *, by: Hand, at: datetime, replaced_by: Batch | None = None) -> None:
    """What a fact says now is kept in the history before it is replaced; nothing where nothing was known."""
    if text := values_.written(fact, value_of(record, fact)):
        to_history(record, fact, text, by=by, at=at, replaced_by=replaced_by)


def to_history(record: Any, fact: Fact, text: str, *, by: Hand, at: datetime, replaced_by: Batch | None = None) -> None:
    """A value that does not stand, or stands no longer, is kept in the history of the record."""
    PastValue.objects.create(
        thing=record.ref,
        area_code=record.area_code,
        fact=fact.name,
        value=text,
        batch=record.batch,
        replaced_by=replaced_by,
        true_on=record.true_on,
        until=localdate(at),
        by=by.ref,
        at=at,
    )


def _sorted(register: Register, values: Mapping[str, Any]) -> tuple[dict[Fact, Any], dict[Fact, Any]]:
    """The facts kept on the record, and those sealed beside it."""
    facts = {book.fact(name): value for name, value in values.items()}
    for fact in facts:
        assert fact.register is register, f"{fact.name} is no fact of a {register}"
        must_be_kept(fact)
    kept = {fact: value for fact, value in facts.items() if not fact.is_secret}
    return kept, {fact: value for fact, value in facts.items() if fact.is_secret}


def _names(values: Mapping[str, Any]) -> str:
    return " ".join(sorted(name.partition(".")[2] for name in values))
