"""Two records of one person become one, and can be parted again as long as nothing newer rests on it."""

import json
from datetime import date, datetime
from typing import Any

from django.core import serializers
from django.db import transaction
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import finding, keeping
from .book import declared
from .models import Likeness, Merging, PastValue, Person, Register, SecretValue, Tie
from .sealed import BlindField


class SamePerson(Refusal):
    """A record was to be merged with itself."""

    code, status = "registers.same-record", 422
    words = _("A record cannot be merged with itself.")
    next_step = _("Choose the other record. Nothing was written.")


class ChangedSince(Refusal):
    """A merge that cannot be undone, since the record that was kept has changed."""

    code, status = "registers.changed-since", 409
    words = _("%(what)s has been changed since the two records were merged.")
    next_step = _("Add the other person anew, and correct this record. Nothing was written.")


@transaction.atomic
def merge(kept: Person, gone: Person, *, by: Hand, at: datetime) -> Person:
    """One record says all that is known of the person: what it does not know is taken from the other, whose differing
    values go to the history. The other record ends and points to it; its ties are its own now."""
    kept, gone = _both(kept, gone)
    for person in (kept, gone):
        by.must(Permission.REGISTER_SETTLE, within=person.area_code)
        keeping.must_stand(person)
    before = _written(kept, gone)
    for fact in declared(Register.PERSON):
        if fact.derived or fact.is_secret:
            continue
        ours, theirs = (fact.of(person, as_of=localdate(at)) for person in (kept, gone))
        if ours is None and theirs is not None:
            keeping.put(kept, fact, theirs)
        elif theirs is not None and theirs != ours:
            _to_history(kept, gone, fact.name, str(theirs), by=by, at=at)
    for field in ("dwelling", "household", "lives_since"):
        if getattr(kept, field) is None:
            setattr(kept, field, getattr(gone, field))
    kept.save()
    gone.merged_into, gone.ended_on, gone.ended_why = kept, localdate(at), "merged"
    gone.dwelling = gone.household = None
    gone.save()
    finding.lay(Register.PERSON, [kept, gone])
    Tie.objects.filter(person=gone).exclude(other=kept).update(person=kept)
    Tie.objects.filter(other=gone).exclude(person=kept).update(other=kept)
    _take_secrets(kept, gone)
    digest = _state(kept)
    Merging.objects.create(
        kept=kept.ref,
        gone=gone.ref,
        area_code=kept.area_code,
        before=json.dumps({"before": before, "after": digest}, ensure_ascii=False),
        by=by.ref,
        at=at,
    )
    Likeness.objects.filter(one__in=[kept.ref, gone.ref], other__in=[kept.ref, gone.ref]).update(
        outcome="same", decided_by=by.ref, decided_at=at
    )
    writing.write("person.merged", thing=kept.ref, by=by, at=at, area=kept.area_code, gone=gone.ref)
    return kept


@transaction.atomic
def part(merging: Merging, *, by: Hand, at: datetime) -> tuple[Person, Person]:
    """The two records are again what they were. Refuses once the record that was kept has changed since."""
    merging = Merging.objects.select_for_update().get(pk=merging.pk, undone_at=None)
    by.must(Permission.REGISTER_SETTLE, within=merging.area_code)
    told = json.loads(merging.before)
    kept = Person.objects.select_for_update().get(ref=merging.kept)
    if any(told["after"].get(name) != text for name, text in _state(kept).items()):
        raise ChangedSince(what=kept.ref)
    for each in serializers.deserialize("json", told["before"]["people"]):
        each.object.save()
    pair = [merging.kept, merging.gone]
    kept, gone = Person.objects.get(ref=merging.kept), Person.objects.get(ref=merging.gone)
    finding.lay(Register.PERSON, [kept, gone])
    Tie.objects.filter(pk__in=told["before"]["ties"]).update(person=gone)
    Tie.objects.filter(pk__in=told["before"]["ties_to"]).update(other=gone)
    SecretValue.objects.filter(pk__in=told["before"]["secrets"]).update(thing=gone.ref, area_code=gone.area_code)
    PastValue.objects.filter(thing=merging.kept, at=merging.at, fact__startswith="person.").delete()
    merging.undone_at = at
    merging.save(update_fields=["undone_at"])
    Likeness.objects.filter(one__in=pair, other__in=pair).update(outcome="other", decided_by=by.ref, decided_at=at)
    writing.write("person.parted", thing=merging.kept, by=by, at=at, area=merging.area_code, gone=merging.gone)
    return kept, gone


@transaction.atomic
def two(likeness: Likeness, *, by: Hand, at: datetime) -> Likeness:
    """The two records are of two people, and are not proposed again."""
    likeness = Likeness.objects.select_for_update().get(pk=likeness.pk)
    by.must(Permission.REGISTER_SETTLE, within=likeness.area_code)
    likeness.outcome, likeness.decided_by, likeness.decided_at = "other", by.ref, at
    likeness.save(update_fields=["outcome", "decided_by", "decided_at"])
    writing.write("person.told-apart", thing=likeness.one, by=by, at=at, area=likeness.area_code, other=likeness.other)
    return likeness


def _both(kept: Person, gone: Person) -> tuple[Person, Person]:
    if kept.pk == gone.pk:
        raise SamePerson()
    held = {
        person.pk: person
        for person in Person.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    }
    return held[kept.pk], held[gone.pk]


def _written(kept: Person, gone: Person) -> dict[str, Any]:
    """Both records as they are, and what hangs on the one that goes, for the inverse."""
    return {
        "people": serializers.serialize("json", [kept, gone]),
        "ties": list(Tie.objects.filter(person=gone).exclude(other=kept).values_list("pk", flat=True)),
        "ties_to": list(Tie.objects.filter(other=gone).exclude(person=kept).values_list("pk", flat=True)),
        "secrets": list(_moving_secrets(kept, gone).values_list("pk", flat=True)),
    }


def _moving_secrets(kept: Person, gone: Person) -> Any:
    known = SecretValue.objects.filter(thing=kept.ref).values("fact")
    return SecretValue.objects.filter(thing=gone.ref).exclude(fact__in=known)


def _take_secrets(kept: Person, gone: Person) -> None:
    moving = list(_moving_secrets(kept, gone).values_list("pk", flat=True))
    SecretValue.objects.filter(pk__in=moving).update(thing=kept.ref, area_code=kept.area_code)


def _to_history(kept: Person, gone: Person, fact: str, value: str, *, by: Hand, at: datetime) -> None:
    PastValue.objects.create(
        thing=kept.ref,
        area_code=kept.area_code,
        fact=fact,
        value=value,
        batch=gone.batch,
        true_on=gone.true_on,
        until=localdate(at),
        by=by.ref,
        at=at,
    )


def _state(person: Person) -> dict[str, str]:
    """The record as comparable text; sealed values by what they say, which their indexes only repeat."""
    fields = (field for field in Person._meta.concrete_fields if not isinstance(field, BlindField))
    return {field.attname: _text(getattr(person, field.attname)) for field in fields}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
