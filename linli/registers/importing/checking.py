"""What would become of each row, the whole file at once: nothing is written but the verdicts."""

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from linli.areas import codes
from linli.bulk.matching.linking import Linked
from linli.bulk.matching.records import Record
from linli.bulk.sheets.cells import Complaint
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.registers import addresses, knowing, many, secrets
from linli.registers.keyring import keys, keys_held
from linli.registers.models import Batch, Person, Register, StagedRow, Tie, TieKind
from linli.registers.queries import MODELS

from . import naming, reviewing
from .comparing import differing
from .staging import AT_ONCE, CHECKED, REFUSED, Waiting, complaints_of, content_of, mark, told, waiting

NEW, CHANGED, SAME, PERHAPS, ELSEWHERE, MISSING = "new", "changed", "same", "perhaps", "elsewhere", "missing"
ENDED = "ended"
BEYOND = 10_000_000  # numbers of lines that stand for people who are not in the file
TWICE = _("the same stands in row %(row)s already")
ONE_NUMBER = _("row %(row)s has the same ID number and another name: see whose it is")
NAMELESS = _("nothing in this row names it: a number, an address or a name is needed")
DIED = _("by the register this person (%(ref)s) died on %(on)s; nothing of this row is written: see which is right")
HAS_LEFT = _(
    "the record of this person (%(ref)s) ended on %(on)s; nothing of this row is written: with an address in it, a "
    "dispute asks whether they are back"
)
KNOWN_ELSEWHERE = _("known elsewhere; what is known there is not changed")
LIVES_OTHERWISE = _("the register has another address for %(ref)s; once written, a dispute asks whether they moved")

HOUSED_OTHERWISE = _(
    "the register has another household number for %(ref)s; once written, a dispute asks which is right"
)


@dataclass(slots=True)
class Read:
    """A staged row with what it says."""

    row: Waiting
    values: dict[str, Any]

    @property
    def home(self) -> str:
        """The key of the address it says."""
        return addresses.key_of(addresses.composed(self.values))


def check(batch: Batch, *, today: date, tell: Tell = silent) -> Batch:
    """Every row that was not refused has its verdict, and those of the area whom a complete file lacks are proposed to
    have left. What was checked before is checked again."""
    batch.rows.filter(number__gte=BEYOND).delete()
    judge = judge_of(batch, today)
    batch.layout["known_to"] = judge.last_key()
    done = reached = 0
    with keys_held():
        while some := _good_rows(batch, reached):
            judge.judge(some)
            for first in range(0, len(some), 2 * AT_ONCE):
                with transaction.atomic():
                    mark([read.row for read in some[first : first + 2 * AT_ONCE]])
            reached, done = some[-1].row.number, done + len(some)
            tell("checked", done, 0)
    if batch.complete:
        _propose_departures(batch, set(judge.seen))
    batch.counts, batch.stage = dict(Counter(batch.rows.values_list("verdict", flat=True))), CHECKED
    batch.save(update_fields=["counts", "stage", "layout"])
    return batch


def _good_rows(batch: Batch, reached: int) -> list[Read]:
    """The next rows that are not refused, behind the last that was looked at."""
    rows = waiting(batch, "verdict <> %s AND number > %s", REFUSED, reached, most=20 * AT_ONCE)
    return [Read(row, content_of(row)[1]) for row in rows]


def judge_of(batch: Batch, today: date) -> "Judge":
    """Who says what becomes of the rows of this batch."""
    return (People if batch.register == Register.PERSON else Things)(batch, today)


class Judge(ABC):
    """Says what would become of rows; remembers in which row each record was seen."""

    def __init__(self, batch: Batch, today: date) -> None:
        self.batch, self.today = batch, today
        self.seen: dict[Any, int] = {}
        self._asked: set[tuple[str, str, str]] = set()

    def last_key(self) -> int:
        """The newest record there is; whatever comes later was not known when rows were judged."""
        newest = MODELS[Register(self.batch.register)].objects.order_by("-pk").values_list("pk", flat=True).first()
        return newest or 0

    @abstractmethod
    def judge(self, some: Sequence[Read]) -> None:
        """Each row has its verdict and the record it speaks of. Nothing is saved."""

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


TELLING = ("person.born_on", "person.phone", "dwelling.address", "dwelling.room", "household.number")


class People(Judge):
    """People: known by the keys under which records of one person are found."""

    def __init__(self, batch: Batch, today: date) -> None:
        super().__init__(batch, today)
        self._numbers: dict[str, tuple[int, str]] = {}
        self._alike: dict[int, int] = {}

    def judge(self, some: Sequence[Read]) -> None:
        """As `Judge.judge` says."""
        linked = self._linked(some)
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
        self._asked = reviewing.asked_already(
            person
            for read in some
            if (key := same.get(read.row.pk)) is not None and self._is_otherwise(person := people[key], read)
        )
        for read in some:
            key = same.get(read.row.pk)
            if key is None and not self._stands_above(read):
                likely = perhaps.get(read.row.pk)
                read.row.verdict, read.row.thing = (PERHAPS, people[likely[0]].ref) if likely else (NEW, "")
            elif key is not None:
                person = people[key]
                self.settle(read, person.pk, person, self._beside(person, read, sealed, tied))

    def _stands_above(self, read: Read) -> bool:
        """Whether a row of somebody nobody knows says what a row above it says, or takes its number for another: then
        it is refused."""
        said, row = read.values, read.row
        number, name = str(said.get("person.identity_number") or ""), str(said.get("person.name") or "")
        told, above = "", 0
        if number:
            above, other = self._numbers.setdefault(number, (row.number, name))
            told = TWICE if name == other else ONE_NUMBER
        elif any(said.get(each) for each in TELLING):
            told, above = TWICE, self._alike.setdefault(hash(repr(sorted(said.items()))), row.number)
        if above in (0, row.number):
            return False
        row.verdict, row.thing = REFUSED, ""
        say(row, told, {"row": above}, wrong=True)
        return True

    def _linked(self, some: Sequence[Read]) -> Linked:
        """Whom the rows are of; asked again where keys were renewed meanwhile, and people stand under the new."""
        while True:
            under = keys().newest_index
            linked = knowing.look_up([self._record(read) for read in some])
            if keys().newest_index == under:
                return linked

    def _record(self, read: Read) -> Record:
        return knowing.record_of_values(read.values, read.row.pk, area=self.batch.area_code, home=read.home)

    def _repeats(self, person: Person, read: Read, sealed: dict[str, dict[str, str]]) -> bool:
        """Whether a row only repeats what is known of someone: the same file again, though it names no number."""
        said = read.values
        known_home = person.dwelling.address_key if person.dwelling else ""
        number = str(said.get("household.number") or "")
        known_number = person.household.number if person.household else ""
        same_place = (read.home, number) == (known_home, known_number)
        return same_place and not differing(person, said, self.today, sealed.get(person.ref))

    def _beside(self, person: Person, read: Read, sealed: dict[str, dict[str, str]], tied: set[int]) -> str:
        """Whether a known person would be changed, stays the same, is known elsewhere, or has a record that ended."""
        if person.ended_on is not None:
            why = DIED if person.ended_why == "died" else HAS_LEFT
            say(read.row, why, {"ref": person.ref, "on": str(person.ended_on)})
            return ENDED
        if not codes.contains(self.batch.area_code, person.area_code):
            say(read.row, KNOWN_ELSEWHERE, {})
            asks = self._asks(reviewing.of_elsewhere(person, read.values, self.today))
            return ELSEWHERE if asks or person.pk not in tied else SAME
        homes, households = reviewing.of_home(person, read.values), reviewing.of_household(person, read.values)
        for words, reviews in ((LIVES_OTHERWISE, homes), (HOUSED_OTHERWISE, households)):
            if reviews:
                say(read.row, words, {"ref": person.ref})
        asks = self._asks([*homes, *households])
        differs = differing(person, read.values, self.today, sealed.get(person.ref)) or _would_settle(person, read)
        return CHANGED if differs or asks else SAME

    def _is_otherwise(self, person: Person, read: Read) -> bool:
        """Whether someone is known elsewhere, or the row has another address or household for them."""
        if not codes.contains(self.batch.area_code, person.area_code):
            return True
        return bool(reviewing.of_home(person, read.values) or reviewing.of_household(person, read.values))

    def _asks(self, reviews: Sequence[reviewing.Review]) -> bool:
        """Whether anything of it was not asked yet."""
        return any(review.key not in self._asked for review in reviews)

    def _tied_here(self, people: dict[int, Person]) -> set[int]:
        elsewhere = [key for key, each in people.items() if not codes.contains(self.batch.area_code, each.area_code)]
        return tied_to(self.batch.area_code, elsewhere)


def tied_to(area: str, people: Sequence[int]) -> set[int]:
    """Those of the people who are registered in the area, though they live elsewhere."""
    tied: set[int] = set()
    for some in many.portions(people, 900):
        ties = Tie.objects.filter(person__in=some, kind=TieKind.REGISTERED, until=None, area_code=area)
        tied |= set(ties.values_list("person_id", flat=True))
    return tied


def _standing_for(keys: Sequence[int]) -> dict[int, Person]:
    """The people of these keys; for a record that was merged into another, that other."""
    found = {person.pk: person for person in many.read(Person, "id", keys)}
    for key, person in found.items():
        while person.merged_into_id is not None:
            person = Person.objects.get(pk=person.merged_into_id)
        found[key] = person
    knowing.with_homes(list(found.values()))
    return found


def _would_settle(person: Person, read: Read) -> bool:
    """Whether the row says where someone lives, or with whom, of whom that was not known."""
    without_home = person.dwelling_id is None and bool(addresses.composed(read.values))
    return without_home or (person.household_id is None and bool(read.values.get("household.number")))


def say(row: Waiting, words: str, facts: dict[str, Any], *, wrong: bool = False) -> None:
    """The row carries one complaint more, or one doubt, which blocks nothing; once, however often it is checked."""
    complaints, doubts = complaints_of(row)
    more = told(None, Complaint(words, facts))
    into = complaints if wrong else doubts
    if more not in into:
        into.append(more)
    row.why = json.dumps({"wrong": complaints, "doubts": doubts}, ensure_ascii=False)


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
