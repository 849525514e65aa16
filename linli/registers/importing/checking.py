"""What would become of each row, the whole file at once: nothing is written but the verdicts."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

from linli.areas import codes
from linli.bulk.matching.linking import Linked
from linli.bulk.matching.records import Record
from linli.bulk.sheets.cells import Complaint
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.registers import addresses, book, knowing
from linli.registers.models import Batch, Person, StagedRow
from linli.registers.sealed import seal

from .staging import AT_ONCE, CHECKED, REFUSED, WHY, complaints_of, content_of, told

NEW, CHANGED, SAME, PERHAPS, ELSEWHERE, MISSING = "new", "changed", "same", "perhaps", "elsewhere", "missing"
BEYOND = 10_000_000  # numbers of lines that stand for people who are not in the file
TWICE = _("the same person stands in row %(row)s")


@dataclass
class Read:
    """A staged row with what it says."""

    row: StagedRow
    values: dict[str, Any]
    record: Record


def check(batch: Batch, *, today: date, tell: Tell = silent) -> Batch:
    """Every row that was not refused has its verdict, and those of the area whom a complete file lacks are proposed to
    have left. What was checked before is checked again."""
    batch.rows.filter(number__gte=BEYOND).delete()
    seen: dict[int, int] = {}
    counts: Counter[str] = Counter()
    reader = _good_rows(batch)
    while some := list(islice(reader, 20 * AT_ONCE)):
        linked = knowing.look_up([read.record for read in some])
        _judge(batch, some, linked, seen, today)
        with transaction.atomic():
            rows = [read.row for read in some]
            StagedRow.objects.bulk_update(rows, ["verdict", "thing", "why"], batch_size=200)
        tell("checked", len(seen), 0)
    if batch.complete:
        _propose_departures(batch, set(seen))
    counts.update(batch.rows.values_list("verdict", flat=True))
    batch.counts, batch.stage = dict(counts), CHECKED
    batch.save(update_fields=["counts", "stage"])
    return batch


def _good_rows(batch: Batch) -> Iterator[Read]:
    for row in batch.rows.exclude(verdict=REFUSED).order_by("number").iterator(AT_ONCE):
        _cells, said = content_of(row)
        home = addresses.key_of(addresses.composed(said))
        yield Read(row, said, knowing.record_of_values(said, row.pk, area=batch.area_code, home=home))


def _judge(batch: Batch, some: Sequence[Read], linked: Linked, seen: dict[int, int], today: date) -> None:
    """The verdict of each row; two rows of one person are one, the second is refused."""
    same = {match.one: match.other for match in linked.same}
    perhaps: dict[object, list[Any]] = {}
    for match in linked.perhaps:
        perhaps.setdefault(match.one, []).append(match.other)
    keys = [*same.values(), *(key for some_keys in perhaps.values() for key in some_keys)]
    people = Person.objects.select_related("dwelling", "household").in_bulk(keys)
    for read in some:
        for key in perhaps.get(read.row.pk, ()):
            if read.row.pk not in same and key not in same.values() and _says_nothing_new(people[key], read, today):
                same[read.row.pk] = key
    for read in some:
        row = read.row
        key = same.get(row.pk)
        if isinstance(key, int) and key in seen:
            row.verdict, row.thing = REFUSED, ""
            wrong, doubts = complaints_of(row)
            said = {"wrong": [*wrong, told(None, Complaint(TWICE, {"row": seen[key]}))], "doubts": doubts}
            row.why = seal(json.dumps(said, ensure_ascii=False), column=WHY)
        elif isinstance(key, int):
            seen[key] = row.number
            person = people[key]
            row.thing = person.ref
            row.verdict = _beside(person, read, batch, today)
        else:
            likely = perhaps.get(row.pk)
            row.verdict, row.thing = (PERHAPS, people[likely[0]].ref) if likely else (NEW, "")


def _says_nothing_new(person: Person, read: Read, today: date) -> bool:
    """Whether a row only repeats what is known of someone: the same file again, though it names no number."""
    said = read.values
    home = addresses.key_of(addresses.composed(said))
    known_home = person.dwelling.address_key if person.dwelling else ""
    number = str(said.get("household.number") or "")
    known_number = person.household.number if person.household else ""
    return (home, number) == (known_home, known_number) and not differing(person, said, today)


def _beside(person: Person, read: Read, batch: Batch, today: date) -> str:
    """Whether a known person would be changed, stays the same, or is known elsewhere."""
    if not codes.contains(batch.area_code, person.area_code):
        return ELSEWHERE
    return CHANGED if differing(person, read.values, today) else SAME


def differing(person: Person, said: dict[str, Any], today: date) -> dict[str, tuple[Any, Any]]:
    """The facts of the person that the row says otherwise: what stands, and what the row says."""
    found = {}
    for name, value in said.items():
        fact = book.fact(name)
        if name.startswith("person.") and not fact.is_secret and (stands := fact.of(person, as_of=today)) != value:
            found[name] = (stands, value)
    return found


def _propose_departures(batch: Batch, seen: set[int]) -> None:
    """Whoever lives in the area and is not in a file that claims to hold everyone: a line each, and nothing more."""
    people = Person.objects.standing().filter(**codes.inside(batch.area_code)).order_by("pk")
    missing = [ref for pk, ref in people.values_list("pk", "ref") if pk not in seen]
    lines = (
        StagedRow(batch=batch, number=BEYOND + at, area_code=batch.area_code, verdict=MISSING, thing=ref)
        for at, ref in enumerate(missing)
    )
    StagedRow.objects.bulk_create(lines, batch_size=AT_ONCE)
