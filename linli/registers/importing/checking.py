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
from linli.bulk.matching.records import Record
from linli.bulk.sheets.cells import Complaint
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.registers import addresses, book, knowing, secrets, values
from linli.registers.models import Batch, Person, Register, StagedRow, Tie, TieKind
from linli.registers.queries import MODELS, register_of

from . import naming
from .staging import AT_ONCE, CHECKED, REFUSED, complaints_of, content_of, mark, told

NEW, CHANGED, SAME, PERHAPS, ELSEWHERE, MISSING = "new", "changed", "same", "perhaps", "elsewhere", "missing"
ENDED = "ended"
BEYOND = 10_000_000  # numbers of lines that stand for people who are not in the file
TWICE = _("the same stands in row %(row)s already")
NAMELESS = _("nothing in this row names it: a number, an address or a name is needed")
DIED = _("by the register this person (%(ref)s) died on %(on)s; nothing of this row is written: see which is right")
HAS_LEFT = _(
    "the record of this person (%(ref)s) ended on %(on)s; nothing of this row is written: see whether they are back"
)
KNOWN_ELSEWHERE = _("known elsewhere; what is known there is not changed")
LIVES_OTHERWISE = _("the register has another address for %(ref)s; if they moved, say so in their record")


@dataclass
class Read:
    """A staged row with what it says."""

    row: StagedRow
    values: dict[str, Any]


def check(batch: Batch, *, today: date, tell: Tell = silent) -> Batch:
    """Every row that was not refused has its verdict, and those of the area whom a complete file lacks are proposed to
    have left. What was checked before is checked again."""
    batch.rows.filter(number__gte=BEYOND).delete()
    judge = judge_of(batch, today)
    batch.layout["known_to"] = judge.last_key()
    done, reader = 0, _good_rows(batch)
    while some := list(islice(reader, 20 * AT_ONCE)):
        judge.judge(some)
        for first in range(0, len(some), 5 * AT_ONCE):
            with transaction.atomic():
                mark([read.row for read in some[first : first + 5 * AT_ONCE]])
        done += len(some)
        tell("checked", done, 0)
    if batch.complete:
        _propose_departures(batch, set(judge.seen))
    batch.counts, batch.stage = dict(Counter(batch.rows.values_list("verdict", flat=True))), CHECKED
    batch.save(update_fields=["counts", "stage", "layout"])
    return batch


def _good_rows(batch: Batch) -> Iterator[Read]:
    for row in batch.rows.exclude(verdict=REFUSED).order_by("number").iterator(AT_ONCE):
        yield Read(row, content_of(row)[1])


def judge_of(batch: Batch, today: date) -> "Judge":
    """Who says what becomes of the rows of this batch."""
    return (People if batch.register == Register.PERSON else Things)(batch, today)


class Judge:
    """Says what would become of rows; remembers in which row each record was seen."""

    def __init__(self, batch: Batch, today: date) -> None:
        self.batch, self.today = batch, today
        self.seen: dict[Any, int] = {}

    def last_key(self) -> int:
        """The newest record there is; whatever comes later was not known when rows were judged."""
        newest = MODELS[Register(self.batch.register)].objects.order_by("-pk").values_list("pk", flat=True).first()
        return newest or 0

    def judge(self, some: Sequence[Read]) -> None:
        """Each row has its verdict and the record it speaks of. Nothing is saved."""
        raise NotImplementedError

    def settle(self, read: Read, key: Any, record: Any, verdict: str) -> None:
        """The row speaks of this record; two rows of one record are one, and the second is refused."""
        row = read.row
        if key in self.seen:
            row.verdict, row.thing = REFUSED, ""
            say(row, TWICE, {"row": self.seen[key]}, wrong=True)
            return
        self.seen[key] = row.number
        row.verdict, row.thing = verdict, record.ref if record else ""


class Things(Judge):
    """Households, dwellings and businesses: known by what names them, within the area of the file."""

    def judge(self, some: Sequence[Read]) -> None:
        """As `Judge.judge` says."""
        register, area = Register(self.batch.register), self.batch.area_code
        named = {read.row.pk: naming.name_of(register, read.values) for read in some}
        known = naming.known(register, named.values(), area=area)
        elsewhere = naming.elsewhere(register, named.values(), area=area)
        for read in some:
            name = named[read.row.pk]
            record = known.get(name)
            if not any(name):
                read.row.verdict, read.row.thing = REFUSED, ""
                say(read.row, NAMELESS, {}, wrong=True)
            elif record is None and name in elsewhere:
                say(read.row, KNOWN_ELSEWHERE, {})
                self.settle(read, name, elsewhere[name], ELSEWHERE)
            elif record is None:
                self.settle(read, name, None, NEW)
            else:
                self.settle(read, name, record, CHANGED if differing(record, read.values, self.today) else SAME)


class People(Judge):
    """People: known by the keys under which records of one person are found."""

    def judge(self, some: Sequence[Read]) -> None:
        """As `Judge.judge` says."""
        linked = knowing.look_up([self._record(read) for read in some])
        same: dict[object, Any] = {match.one: match.other for match in linked.same}
        perhaps: dict[object, list[Any]] = {}
        for match in linked.perhaps:
            perhaps.setdefault(match.one, []).append(match.other)
        likely_ones = [key for keys in perhaps.values() for key in keys]
        people = _standing_for([*same.values(), *likely_ones])
        sealed = secrets.known([person.ref for person in people.values()])
        for read in some:
            for key in perhaps.get(read.row.pk, ()):
                if read.row.pk not in same and key not in same.values() and self._repeats(people[key], read, sealed):
                    same[read.row.pk] = key
        tied = self._tied_here(people)
        for read in some:
            key = same.get(read.row.pk)
            if key is None:
                likely = perhaps.get(read.row.pk)
                read.row.verdict, read.row.thing = (PERHAPS, people[likely[0]].ref) if likely else (NEW, "")
            else:
                person = people[key]
                self.settle(read, person.pk, person, self._beside(person, read, sealed, tied))

    def _record(self, read: Read) -> Record:
        home = addresses.key_of(addresses.composed(read.values))
        return knowing.record_of_values(read.values, read.row.pk, area=self.batch.area_code, home=home)

    def _repeats(self, person: Person, read: Read, sealed: dict[str, dict[str, str]]) -> bool:
        """Whether a row only repeats what is known of someone: the same file again, though it names no number."""
        said = read.values
        home = addresses.key_of(addresses.composed(said))
        known_home = person.dwelling.address_key if person.dwelling else ""
        number = str(said.get("household.number") or "")
        known_number = person.household.number if person.household else ""
        same_place = (home, number) == (known_home, known_number)
        return same_place and not differing(person, said, self.today, sealed.get(person.ref))

    def _beside(self, person: Person, read: Read, sealed: dict[str, dict[str, str]], tied: set[int]) -> str:
        """Whether a known person would be changed, stays the same, is known elsewhere, or has a record that ended."""
        if person.ended_on is not None:
            why = DIED if person.ended_why == "died" else HAS_LEFT
            say(read.row, why, {"ref": person.ref, "on": str(person.ended_on)})
            return ENDED
        if not codes.contains(self.batch.area_code, person.area_code):
            say(read.row, KNOWN_ELSEWHERE, {})
            return SAME if person.pk in tied else ELSEWHERE
        home = addresses.key_of(addresses.composed(read.values))
        if home and person.dwelling and home != person.dwelling.address_key:
            say(read.row, LIVES_OTHERWISE, {"ref": person.ref})
        differs = differing(person, read.values, self.today, sealed.get(person.ref)) or _would_settle(person, read)
        return CHANGED if differs else SAME

    def _tied_here(self, people: dict[int, Person]) -> set[int]:
        keys = [person.pk for person in people.values()]
        ties = Tie.objects.filter(person__in=keys, kind=TieKind.REGISTERED, until=None, area_code=self.batch.area_code)
        return set(ties.values_list("person_id", flat=True))


def _standing_for(keys: Sequence[int]) -> dict[int, Person]:
    """The people of these keys; for a record that was merged into another, that other."""
    found: dict[int, Person] = {}
    for first in range(0, len(keys), 900):
        rows = Person.objects.select_related("dwelling", "household")
        found |= rows.in_bulk(keys[first : first + 900])
    for key, person in found.items():
        while person.merged_into_id is not None:
            person = Person.objects.select_related("dwelling", "household").get(pk=person.merged_into_id)
        found[key] = person
    return found


def _would_settle(person: Person, read: Read) -> bool:
    """Whether the row says where someone lives, or with whom, of whom that was not known."""
    without_home = person.dwelling_id is None and bool(addresses.composed(read.values))
    return without_home or (person.household_id is None and bool(read.values.get("household.number")))


def say(row: StagedRow, words: str, facts: dict[str, Any], *, wrong: bool = False) -> None:
    """The row carries one complaint more, or one doubt, which blocks nothing; once, however often it is checked."""
    complaints, doubts = complaints_of(row)
    more = told(None, Complaint(words, facts))
    into = complaints if wrong else doubts
    if more not in into:
        into.append(more)
    row.why = json.dumps({"wrong": complaints, "doubts": doubts}, ensure_ascii=False)


def differing(
    record: Any, said: dict[str, Any], today: date, sealed: dict[str, str] | None = None
) -> dict[str, tuple[Any, Any]]:
    """The facts of the record that the row says otherwise: what stands, and what the row says. `sealed` are its secret
    facts as they are written."""
    found, register = {}, register_of(record)
    for name, value in said.items():
        fact = book.fact(name)
        if fact.register is not register:
            continue
        if fact.is_secret:
            text = (sealed or {}).get(name, "")
            if text != values.written(fact, value):
                found[name] = (values.read(fact, text), value)
        elif (stands := fact.of(record, as_of=today)) != value:
            found[name] = (stands, value)
    return found


def _propose_departures(batch: Batch, seen: set[int]) -> None:
    """Whoever lives in the area and is not in a file that claims to hold everyone: a line each, and nothing more."""
    if batch.register != Register.PERSON:
        return
    people = Person.objects.standing().filter(**codes.inside(batch.area_code)).order_by("pk")
    missing = [ref for pk, ref in people.values_list("pk", "ref") if pk not in seen]
    lines = (
        StagedRow(batch=batch, number=BEYOND + at, area_code=batch.area_code, verdict=MISSING, thing=ref)
        for at, ref in enumerate(missing)
    )
    StagedRow.objects.bulk_create(lines, batch_size=AT_ONCE)
