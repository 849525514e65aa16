"""The good rows of a batch are written, so many in a transaction that it takes less than a second, each portion whole
with one entry.

Whoever is interrupted goes on behind the last portion; nothing is written twice, nothing by half. Portions of
different imports wait for each other, and a row that was new when it was checked is looked at again once anything was
added since: two clerks who bring the same people bring them once.
"""

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.areas import editions
from linli.ground import identity, refs
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.registers import addresses, book, finding, keeping, knowing, laying, many, placing, secrets, values
from linli.registers.models import Batch, Dwelling, Household, Person, Register, Tie, TieKind
from linli.registers.queries import MODELS
from linli.registers.referencing import give_refs
from linli.registers.sealed import keys_held

from . import checking, pacing, portions, reviewing
from .before import before_of, with_before
from .checking import CHANGED, ELSEWHERE, ENDED, NEW, PERHAPS
from .comparing import differing
from .portions import Portion
from .staging import CHECKED, WRITING, WRITTEN, Waiting, content_of, mark, waiting

GOOD = (NEW, CHANGED, PERHAPS, ELSEWHERE)
TAKEN = (*GOOD, ENDED)  # of those that ended it is asked whether they are back; nothing of them is written
IMPORTS = 7_215_401  # PostgreSQL's lock that portions of imports take one after the other
KINDS = {Register.PERSON: "P", Register.HOUSEHOLD: "H", Register.DWELLING: "W", Register.BUSINESS: "E"}


class NotChecked(Refusal):
    """A batch that is not ready to be written."""

    code, status = "import.not-checked", 409
    words = _("The import %(ref)s is not ready to be written: it is %(stage)s.")
    next_step = _("Read and check the file first. Nothing was written.")


def write(batch: Batch, *, by: Hand, at: datetime, tell: Tell = silent) -> Batch:
    """Every good row is in the registers. Goes on where it was interrupted; refuses a batch that was not checked."""
    by.must(Permission.REGISTER_IMPORT, within=batch.area_code)
    if batch.stage not in (CHECKED, WRITING):
        raise NotChecked(ref=batch.ref, stage=batch.stage)
    numbers = sorted(batch.rows.filter(verdict__in=TAKEN, number__gt=batch.reached).values_list("number", flat=True))
    done, size = 0, min(pacing.FIRST, pacing.MOST)
    with keys_held(), laying.much_at_once():
        while some := numbers[done : done + size]:
            began = time.monotonic()
            batch = _write_some(batch, some, by, at)
            done, size = done + len(some), pacing.next_size(size, time.monotonic() - began)
            tell("written", done, len(numbers))
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        batch.counts = dict(Counter(batch.rows.values_list("verdict", flat=True)))
        batch.stage, batch.written_at = WRITTEN, at
        batch.save(update_fields=["counts", "stage", "written_at"])
    return batch


@transaction.atomic
def _write_some(batch: Batch, numbers: Sequence[int], by: Hand, at: datetime) -> Batch:
    """Those of the rows that nobody wrote meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORTS])
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.stage not in (CHECKED, WRITING):
        raise NotChecked(ref=batch.ref, stage=batch.stage)
    editions.hold(batch.area_code)
    writer = (_People if batch.register == Register.PERSON else _Things)(batch, by, at)
    first = max(batch.reached + 1, numbers[0])
    condition = f"number >= %s AND number <= %s AND verdict IN ({', '.join(['%s'] * len(TAKEN))})"
    if some := waiting(batch, condition, first, numbers[-1], *TAKEN, most=len(numbers)):
        writer.write(some)
        batch.stage, batch.reached = WRITING, some[-1].number
        batch.save(update_fields=["stage", "reached", "layout"])
    return batch


class _Writer(ABC):
    """Writes one portion of rows, with the dwellings they name."""

    def __init__(self, batch: Batch, by: Hand, at: datetime) -> None:
        self._batch, self._by, self._at = batch, by, at
        self._today = localdate(at)
        self._register = Register(batch.register)
        self._portion = Portion()

    def write(self, rows: Sequence[Waiting]) -> None:
        """The rows are in the registers, with one entry."""
        others_came = self._look_again(rows)
        said = [(row, content_of(row)[1]) for row in rows if row.verdict in GOOD]
        known = self._known([row for row, _told in said])
        self._sealed = secrets.kept(list(known))
        self._take(said, known)
        if gone := [row for row in rows if row.verdict == ENDED]:
            portions.ask_of_gone(self._portion, gone)
        portions.keep(self._portion, self._batch, by=self._by, at=self._at)
        if not others_came:
            self._batch.layout["known_to"] = checking.judge_of(self._batch, self._today).last_key()

    @abstractmethod
    def _take(self, said: Sequence[tuple[Waiting, dict[str, Any]]], known: dict[str, Any]) -> None:
        """What the rows say is in the portion."""

    def _look_again(self, rows: Sequence[Waiting]) -> bool:
        """Rows that were new are judged again once records came that were not known then; whether any did."""
        newer = MODELS[self._register].objects.filter(pk__gt=self._batch.layout.get("known_to", 0))
        fresh = [row for row in rows if row.verdict in (NEW, PERHAPS)]
        if not newer.exclude(Q(batch=self._batch) & Q(batch__isnull=False)).exists():
            return False
        judge = checking.judge_of(self._batch, self._today)
        judge.judge([checking.Read(row, content_of(row)[1]) for row in fresh])
        mark(fresh)
        return True

    def _known(self, rows: Sequence[Waiting]) -> dict[str, Any]:
        """The standing records the rows speak of, locked."""
        named = [row.thing for row in rows if row.thing]
        model = MODELS[self._register]
        return {record.ref: record for record in many.read(model, "ref", named, standing=True, locked=True)}

    def _new(self, register: Register, told: dict[str, Any]) -> Any:
        """A record of what the row says of this register; its secret facts wait for it to be saved."""
        record = many.blank(
            MODELS[register],
            ref=refs.new(KINDS[register]),
            area_code=self._batch.area_code,
            batch_id=self._batch.pk,
            true_on=self._batch.true_on,
        )
        for name, value in told.items():
            fact = book.fact(name)
            if fact.register is register and fact.is_secret:
                self._portion.fresh_secret.append((record, fact, value))
            elif fact.register is register:
                keeping.put(record, fact, value)
        return record

    def _dwellings(self, said: Sequence[dict[str, Any]]) -> dict[str, Dwelling]:
        """The dwellings these rows name, by the key of their address: those that stand, and new ones."""
        named = {addresses.key_of(text)[:160]: told for told in said if (text := addresses.composed(told))}
        found = self._standing(Dwelling, "address_key", [key for key in named if key])
        fresh = [self._dwelling(told) for key, told in named.items() if key and key not in found]
        placing.lie_with_mates(fresh, area=self._batch.area_code)
        give_refs(fresh)
        many.lay(fresh)
        finding.lay(Register.DWELLING, fresh, fresh=True)
        return found | {dwelling.address_key: dwelling for dwelling in fresh}

    def _standing(self, model: Any, name: str, values: Sequence[str]) -> dict[str, Any]:
        """The standing records of the area by what names them; of several the first."""
        rows = many.read(model, name, values, area=self._batch.area_code, standing=True)
        return {getattr(row, name): row for row in sorted(rows, key=lambda row: -row.pk)}

    def _dwelling(self, told: dict[str, Any]) -> Dwelling:
        dwelling: Dwelling = self._new(Register.DWELLING, told)
        keeping.put(dwelling, book.fact("dwelling.address"), addresses.composed(told)[:160])
        return dwelling

    def _home(self, told: dict[str, Any], dwellings: dict[str, Dwelling]) -> Dwelling | None:
        return dwellings.get(addresses.key_of(addresses.composed(told))[:160])

    def _correct(self, row: Waiting, record: Any, told: dict[str, Any]) -> None:
        """The record says what the row says; what it said before is kept, for the history and for the way back.

        Of a record of which nothing was known before, one line says so, by which it is known to be changed."""
        kept = self._sealed.get(record.ref, [])
        differs = differing(record, told, self._today, {each.fact: each.value for each in kept})
        row.why = with_before(row, before_of(record, differs, kept))
        self._portion.before.append(row)
        was = {name: values.written(book.fact(name), stands) for name, (stands, _value) in differs.items()}
        known = {name: text for name, text in was.items() if text} or dict(list(was.items())[:1])
        whence = record.batch_id, record.true_on
        self._portion.past += [(record.ref, record.area_code, name, text, *whence) for name, text in known.items()]
        for name, (_stands, value) in differs.items():
            fact = book.fact(name)
            if fact.is_secret:
                self._portion.secret.append((record, name, value))
            else:
                keeping.put(record, fact, value)
                record.sources[fact.short] = {"on": str(self._batch.true_on), "b": self._batch.ref}


class _Things(_Writer):
    """Households, dwellings and businesses, with the dwellings they lie in."""

    def _take(self, said: Sequence[tuple[Waiting, dict[str, Any]]], known: dict[str, Any]) -> None:
        homes = {} if self._register is Register.DWELLING else self._dwellings([told for _row, told in said])
        for row, told in said:
            if row.verdict == CHANGED and row.thing in known:
                with self._portion.changing(known[row.thing]):
                    self._correct(row, known[row.thing], told)
            elif row.verdict == NEW:
                is_dwelling = self._register is Register.DWELLING
                record: Any = self._dwelling(told) if is_dwelling else self._new(self._register, told)
                if home := self._home(told, homes):
                    record.dwelling = home
                    record.area_code, record.lon, record.lat = home.area_code, home.lon, home.lat
                self._portion.made.append(record)
        if self._register is Register.DWELLING:
            placing.lie_with_mates(self._portion.made, area=self._batch.area_code)


class _People(_Writer):
    """People, with the dwellings and households they name."""

    def _take(self, said: Sequence[tuple[Waiting, dict[str, Any]]], known: dict[str, Any]) -> None:
        knowing.with_homes(list(known.values()))
        elsewhere = [known[row.thing].pk for row, _told in said if row.verdict == ELSEWHERE and row.thing in known]
        self._tied = checking.tied_to(self._batch.area_code, elsewhere)
        dwellings = self._dwellings([told for row, told in said if not self._lives_there(known.get(row.thing), told)])
        households = self._households(
            [told for row, told in said if not _belongs_otherwise(known.get(row.thing), told)], dwellings
        )
        for row, told in said:
            dwelling = self._home(told, dwellings)
            household = households.get(str(told.get("household.number") or "")[:40])
            if row.verdict in (NEW, PERHAPS):
                self._make(row, told, dwelling, household)
            elif row.thing in known and row.verdict == ELSEWHERE:
                self._tie(known[row.thing], told, dwelling)
                self._portion.reviews += reviewing.of_elsewhere(known[row.thing], told, self._today)
            elif row.thing in known:
                self._change(row, known[row.thing], told, dwelling, household)

    def _lives_there(self, person: Person | None, told: dict[str, Any]) -> bool:
        """Whether the row says where someone lives, and they do."""
        home = person.dwelling if person else None
        return home is not None and home.address_key == addresses.key_of(addresses.composed(told))[:160]

    def _households(self, said: Sequence[dict[str, Any]], dwellings: dict[str, Dwelling]) -> dict[str, Household]:
        """The households these rows name by number, rebuilt with their heads."""
        heads: dict[str, str] = {}
        homes: dict[str, Dwelling | None] = {}
        first: dict[str, dict[str, Any]] = {}
        for told in said:
            if number := str(told.get("household.number") or "")[:40]:
                first.setdefault(number, told)
                homes.setdefault(number, self._home(told, dwellings))
                if told.get("person.relation") == "01":
                    heads[number] = str(told["person.name"])
                elif told.get("household.head"):
                    heads.setdefault(number, str(told["household.head"]))
        found = self._standing(Household, "number", list(homes))
        fresh = [
            self._household(first[number], homes[number], heads.get(number, ""))
            for number in homes
            if number not in found
        ]
        give_refs(fresh)
        many.lay(fresh)
        headless = [each for each in found.values() if not each.head and heads.get(each.number)]
        for each in headless:
            each.head = heads[each.number][:60]
            each.sources["head"] = {"on": str(self._batch.true_on), "b": self._batch.ref}
        many.change(headless, ("head", "sources"))
        finding.lay(Register.HOUSEHOLD, fresh, fresh=True)
        finding.lay(Register.HOUSEHOLD, headless)
        return found | {household.number: household for household in fresh}

    def _household(self, told: dict[str, Any], dwelling: Dwelling | None, head: str) -> Household:
        household: Household = self._new(Register.HOUSEHOLD, told)
        household.head = head[:60]
        if dwelling:
            household.dwelling = dwelling
            household.area_code, household.lon, household.lat = dwelling.area_code, dwelling.lon, dwelling.lat
        return household

    def _make(self, row: Waiting, told: dict[str, Any], dwelling: Dwelling | None, household: Household | None) -> None:
        person: Person = self._new(Register.PERSON, told)
        _from_number(person)
        self._settle(person, dwelling, household)
        self._portion.made.append(person)
        if row.verdict == PERHAPS:
            self._portion.likenesses.append((person, row))

    def _change(
        self,
        row: Waiting,
        person: Person,
        told: dict[str, Any],
        dwelling: Dwelling | None,
        household: Household | None,
    ) -> None:
        if person.dwelling_id is not None:
            self._portion.reviews += reviewing.of_home(person, told)
        self._portion.reviews += reviewing.of_household(person, told)
        with self._portion.changing(person):
            self._correct(row, person, told)
            self._settle(
                person,
                dwelling if person.dwelling_id is None else None,
                household if person.household_id is None else None,
            )

    def _settle(self, person: Person, dwelling: Dwelling | None, household: Household | None) -> None:
        if dwelling:
            person.dwelling = dwelling
            person.area_code, person.lon, person.lat = dwelling.area_code, dwelling.lon, dwelling.lat
        if household:
            person.household = household

    def _tie(self, person: Person, told: dict[str, Any], dwelling: Dwelling | None) -> None:
        """Someone who lives elsewhere is registered, or has a dwelling, here; that is all this area says of them."""
        if person.pk in self._tied:
            return
        self._tied.add(person.pk)
        self._portion.ties.append(
            Tie(
                kind=TieKind.REGISTERED,
                person=person,
                area_code=self._batch.area_code,
                dwelling=dwelling,
                place=addresses.composed(told)[:160],
                batch=self._batch,
                since=None,
            )
        )


def _belongs_otherwise(person: Any, told: dict[str, Any]) -> bool:
    """Whether someone known belongs to another household than the row says: then none is made for them."""
    return person is not None and bool(reviewing.of_household(person, told))


def _from_number(person: Person) -> None:
    """Date of birth and sex as the identity number says them, where the file is silent and the number adds up."""
    if not person.identity_number:
        return
    said = identity.citizen(person.identity_number)
    if said.doubts:
        return
    person.born_on = person.born_on or said.born_on
    person.sex = person.sex or said.sex
    person.identity_kind = person.identity_kind or "111"
