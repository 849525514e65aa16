"""An import is undone as a whole, as long as nothing newer rests on it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.registers import book, indexing, keeping, knowing, values
from linli.registers.models import Batch, Dispute, Dwelling, Household, PastValue, Person, Register, SecretValue, Tie

from .applying import NotChecked
from .staging import UNDONE, WRITING, WRITTEN

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
    while _restore_some(batch, by, at) or _remove_some(batch, by, at):
        pass
    with transaction.atomic():
        Household.objects.filter(batch=batch, members=None).delete()
        Dwelling.objects.filter(batch=batch, people=None, households=None, ties=None, businesses=None).delete()
        Tie.objects.filter(batch=batch).delete()
        batch.stage, batch.undone_at = UNDONE, at
        batch.save(update_fields=["stage", "undone_at"])
        writing.write("import.undone", thing=batch.ref, by=by, at=at, area=batch.area_code)
    return batch


def _newer(batch: Batch) -> list[str]:
    """The records of the batch that someone touched after it."""
    mine = Person.objects.filter(
        Q(batch=batch) | Q(ref__in=PastValue.objects.filter(replaced_by=batch).values("thing"))
    )
    ours = set(mine.values_list("ref", flat=True))
    later = PastValue.objects.filter(thing__in=mine.values("ref")).exclude(replaced_by=batch)
    later = later.filter(at__gte=batch.at) | later.filter(batch=batch)
    touched = set(later.values_list("thing", flat=True))
    touched |= set(mine.exclude(ended_on=None).values_list("ref", flat=True))
    touched |= set(mine.filter(batch=batch).exclude(confirmed_on=None).values_list("ref", flat=True))
    touched |= set(Dispute.objects.filter(thing__in=mine.values("ref")).values_list("thing", flat=True))
    new_ties = Tie.objects.filter(Q(person__batch=batch) | Q(other__batch=batch)).exclude(batch=batch)
    touched |= set(new_ties.values_list("person__ref", flat=True))
    return sorted(touched & ours)


@transaction.atomic
def _restore_some(batch: Batch, by: Hand, at: datetime) -> bool:
    """Some of the changed records say again what they said before."""
    past = list(PastValue.objects.filter(replaced_by=batch).order_by("thing", "pk")[:AT_ONCE])
    people = {person.ref: person for person in Person.objects.filter(ref__in={each.thing for each in past})}
    for each in past:
        person, fact = people[each.thing], book.fact(each.fact)
        keeping.put(person, fact, values.read(fact, each.value))
        person.sources.pop(fact.short, None)
    for person in people.values():
        person.save()
    indexing.lay(Register.PERSON, people.values())
    knowing.lay_keys(list(people.values()))
    PastValue.objects.filter(pk__in=[each.pk for each in past]).delete()
    return bool(past)


@transaction.atomic
def _remove_some(batch: Batch, by: Hand, at: datetime) -> bool:
    """Some of the records the import made are gone, with all that hung on them."""
    people = list(Person.objects.filter(batch=batch).order_by("pk")[:AT_ONCE])
    indexing.lift(Register.PERSON, [person.pk for person in people])
    SecretValue.objects.filter(thing__in=[person.ref for person in people]).delete()
    Person.objects.filter(pk__in=[person.pk for person in people]).delete()
    return bool(people)
