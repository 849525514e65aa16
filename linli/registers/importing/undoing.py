"""An import is undone as a whole, as long as nothing newer rests on it."""

import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from linli.areas import editions
from linli.areas.models import Area
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.registers import book, finding, keeping, secrets, values
from linli.registers.models import (
    Batch,
    Dispute,
    Dwelling,
    Household,
    Likeness,
    PastValue,
    Person,
    Register,
    SecretValue,
    Tie,
)
from linli.registers.queries import MODELS

from .applying import NotChecked
from .checking import CHANGED
from .staging import UNDONE, WRITING, WRITTEN, mark

RESTORED = "restored"
AT_ONCE = 400


class NewerRests(Refusal):
    """Something newer rests on what the import brought."""

    code, status = "import.newer-rests", 409
    words = _("%(count)s records of the import %(ref)s were changed since, the first is %(first)s.")
    next_step = _("Correct the records one by one instead. Nothing was undone.")


def undo(batch: Batch, *, by: Hand, at: datetime) -> Batch:
    """What the import made is gone and what it changed is as before. Refuses while anything newer rests on it.

    Goes on where it was interrupted: each portion is whole, and takes away what is still there.
    """
    by.must(Permission.REGISTER_IMPORT, within=batch.area_code)
    if batch.stage not in (WRITING, WRITTEN):
        raise NotChecked(ref=batch.ref, stage=batch.stage)
    if newer := _newer(batch):
        raise NewerRests(count=len(newer), ref=batch.ref, first=newer[0])
    while _restore_some(batch) or _remove_some(batch):
        pass
    with transaction.atomic():
        _take_back_heads(batch)
        Tie.objects.filter(batch=batch).delete()
        Likeness.objects.filter(batch=batch).delete()
        Dispute.objects.filter(batch=batch).exclude(stage="settled").delete()
        Dispute.objects.filter(batch=batch).update(batch=None)
        _remove(Register.HOUSEHOLD, Household.objects.filter(batch=batch, members=None, ties=None))
        empty = {"people": None, "households": None, "ties": None, "businesses": None}
        _remove(Register.DWELLING, Dwelling.objects.filter(batch=batch, **empty))
        batch.stage, batch.undone_at = UNDONE, at
        batch.save(update_fields=["stage", "undone_at"])
        writing.write("import.undone", thing=batch.ref, by=by, at=at, area=batch.area_code)
    return batch


def _newer(batch: Batch) -> list[str]:
    """The records of the batch that someone touched after it."""
    model = MODELS[Register(batch.register)]
    mine = model.objects.filter(Q(batch=batch) | Q(ref__in=PastValue.objects.filter(replaced_by=batch).values("thing")))
    ours = set(mine.values_list("ref", flat=True))
    later = PastValue.objects.filter(thing__in=mine.values("ref")).exclude(replaced_by=batch)
    later = later.filter(at__gte=batch.at) | later.filter(batch=batch)
    touched = set(later.values_list("thing", flat=True))
    touched |= set(mine.exclude(ended_on=None).values_list("ref", flat=True))
    touched |= set(mine.filter(batch=batch).exclude(confirmed_on=None).values_list("ref", flat=True))
    disputes = Dispute.objects.filter(thing__in=mine.values("ref")).exclude(Q(batch=batch) & ~Q(stage="settled"))
    touched |= set(disputes.values_list("thing", flat=True))
    if model is Person:
        new_ties = Tie.objects.filter(Q(person__batch=batch) | Q(other__batch=batch))
        new_ties = new_ties.filter(~Q(batch=batch) | Q(batch=None))
        touched |= set(new_ties.values_list("person__ref", flat=True))
    return sorted(touched & ours)


@transaction.atomic
def _restore_some(batch: Batch) -> bool:
    """Some of the changed records say again what they said before."""
    editions.hold()
    rows = list(batch.rows.filter(verdict=CHANGED, number__lte=batch.reached).order_by("number")[:AT_ONCE])
    register = Register(batch.register)
    records = {each.ref: each for each in MODELS[register].objects.filter(ref__in=[row.thing for row in rows])}
    for row in rows:
        before = json.loads(row.why).get("before") if row.why else None
        if before and row.thing in records:
            _restore(records[row.thing], before)
        row.verdict = RESTORED
    mark(rows)
    finding.lay(register, list(records.values()))
    for record in records.values():
        finding.lay_around(register, record)
    PastValue.objects.filter(replaced_by=batch, thing__in=list(records)).delete()
    return bool(rows)


def _place(record: Any, now: str, before: dict[str, Any]) -> None:
    """The record lies where it lay, as divisions are now: in the area of its dwelling, or where it was if that area
    stands. An area that was redrawn meanwhile is never brought back."""
    was = str(before.get("area_code") or "")
    home = record.dwelling if getattr(record, "dwelling_id", None) else None
    if home is not None:
        record.area_code = home.area_code
    elif was != now and not (Area.objects.standing().filter(code=was).exists() or not Area.objects.exists()):
        record.area_code = now


def _restore(record: Any, before: dict[str, Any]) -> None:
    now = record.area_code
    for name, text in before["facts"].items():
        fact = book.fact(name)
        keeping.put(record, fact, values.read(fact, text))
    for name, was in before["secret"].items():
        true_on, kept_in = (
            (date.fromisoformat(was[1]), Batch.objects.filter(pk=was[2]).first()) if was else (None, None)
        )
        secrets.put(record, book.fact(name), was and was[0], true_on=true_on or record.true_on, batch=kept_in)
    for name, was in before["placed"].items():
        setattr(record, name, was)
    _place(record, now, before["placed"])
    record.sources = before["sources"]
    record.save()


@transaction.atomic
def _remove_some(batch: Batch) -> bool:
    """Some of the records the import made are gone, with all that hung on them."""
    register = Register(batch.register)
    if register is not Register.PERSON and register is not Register.BUSINESS:
        return False  # they go at the end, as far as nothing hangs on them
    return _remove(register, MODELS[register].objects.filter(batch=batch).order_by("pk")[:AT_ONCE])


def _remove(register: Register, rows: Any) -> bool:
    """The records are gone, with their words and their secret facts; whether there were any."""
    known = dict(rows.values_list("pk", "ref"))
    keys, refs = list(known), list(known.values())
    finding.lift(register, keys)
    for first in range(0, len(keys), AT_ONCE):
        SecretValue.objects.filter(thing__in=refs[first : first + AT_ONCE]).delete()
        MODELS[register].objects.filter(pk__in=keys[first : first + AT_ONCE]).delete()
    return bool(known)


def _take_back_heads(batch: Batch) -> None:
    """Households that stood before and had no head have none again."""
    for household in Household.objects.within(batch.area_code).filter(sources__head__b=batch.ref):
        household.head = ""
        del household.sources["head"]
        household.save(update_fields=["head", "sources"])
        finding.lay(Register.HOUSEHOLD, [household])
