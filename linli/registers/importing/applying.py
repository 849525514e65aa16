"""The good rows of a batch are written, a few hundred in a transaction, each portion whole with one entry.

Whoever is interrupted goes on behind the last portion; nothing is written twice, nothing by half. Portions of
different imports wait for each other, and a row that was new when it was checked is looked at again once anything was
added since: two clerks who bring the same people bring them once.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
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
from linli.journal import writing
from linli.registers import addresses, book, finding, keeping, secrets, values
from linli.registers.book import Fact
from linli.registers.models import (
    Batch,
    Dwelling,
    Household,
    Likeness,
    PastValue,
    Person,
    Register,
    StagedRow,
    Tie,
    TieKind,
)
from linli.registers.queries import MODELS
from linli.registers.referencing import give_refs

from . import checking
from .before import before_of, with_before
from .checking import CHANGED, ELSEWHERE, NEW, PERHAPS, differing
from .staging import CHECKED, WRITING, WRITTEN, content_of, mark

AT_ONCE = 200  # rows in a transaction: less than a second of the write lock
GOOD = (NEW, CHANGED, PERHAPS, ELSEWHERE)
IMPORTS = 7_215_401  # PostgreSQL's lock that portions of imports take one after the other
KINDS = {Register.PERSON: "P", Register.HOUSEHOLD: "H", Register.DWELLING: "W", Register.BUSINESS: "E"}


class NotChecked(Refusal):
    """A batch that is not ready to be written."""

    code, status = "import.not-checked", 409
    words = _("The import %(ref)s is not ready to be written: it is %(stage)s.")
    next_step = _("Read and check the file first. Nothing was written.")


@dataclass
class _Portion:
    """What some rows bring: records to make, records that change, and what hangs on them."""

    made: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    before: list[StagedRow] = field(default_factory=list)
    past: list[PastValue] = field(default_factory=list)
    likenesses: list[tuple[Person, StagedRow]] = field(default_factory=list)
    secret: list[tuple[Any, str, Any]] = field(default_factory=list)
    fresh_secret: list[tuple[Any, Fact, Any]] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)


def write(batch: Batch, *, by: Hand, at: datetime, tell: Tell = silent) -> Batch:
    """Every good row is in the registers. Goes on where it was interrupted; refuses a batch that was not checked."""
    by.must(Permission.REGISTER_IMPORT, within=batch.area_code)
    if batch.stage not in (CHECKED, WRITING):
        raise NotChecked(ref=batch.ref, stage=batch.stage)
    good = batch.rows.filter(verdict__in=GOOD, number__gt=batch.reached)
    numbers = sorted(good.values_list("number", flat=True))
    for first in range(0, len(numbers), AT_ONCE):
        some = numbers[first : first + AT_ONCE]
        batch = _write_some(batch, some, by, at)
        tell("written", first + len(some), len(numbers))
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
    rows = batch.rows.filter(number__in=[each for each in numbers if each > batch.reached], verdict__in=GOOD)
    writer = (_People if batch.register == Register.PERSON else _Things)(batch, by, at)
    if some := list(rows.order_by("number")):
        writer.write(some)
        batch.stage, batch.reached = WRITING, some[-1].number
        batch.save(update_fields=["stage", "reached", "layout"])
    return batch


class _Writer:
    """Writes one portion of rows, with the dwellings they name."""

    def __init__(self, batch: Batch, by: Hand, at: datetime) -> None:
        self._batch, self._by, self._at = batch, by, at
        self._today = localdate(at)
        self._register = Register(batch.register)
        self._portion = _Portion()

    def write(self, rows: Sequence[StagedRow]) -> None:
        """The rows are in the registers, with one entry."""
        others_came = self._look_again(rows)
        said = [(row, content_of(row)[1]) for row in rows if row.verdict in GOOD]
        known = self._known([row for row, _told in said])
        self._sealed = secrets.known(list(known))
        self._take(said, known)
        self._keep()
        if not others_came:
            self._batch.layout["known_to"] = checking.judge_of(self._batch, self._today).last_key()

    def _take(self, said: Sequence[tuple[StagedRow, dict[str, Any]]], known: dict[str, Any]) -> None:
        raise NotImplementedError

    def _look_again(self, rows: Sequence[StagedRow]) -> bool:
        """Rows that were new are judged again once records came that were not known then; whether any did."""
        newer = MODELS[self._register].objects.filter(pk__gt=self._batch.layout.get("known_to", 0))
        fresh = [row for row in rows if row.verdict in (NEW, PERHAPS)]
        if not newer.exclude(Q(batch=self._batch) & Q(batch__isnull=False)).exists():
            return False
        judge = checking.judge_of(self._batch, self._today)
        judge.judge([checking.Read(row, content_of(row)[1]) for row in fresh])
        mark(fresh)
        return True

    def _known(self, rows: Sequence[StagedRow]) -> dict[str, Any]:
        """The standing records the rows speak of, locked."""
        refs_ = [row.thing for row in rows if row.thing]
        found = MODELS[self._register].objects.select_for_update().filter(ref__in=refs_, ended_on=None)
        return {record.ref: record for record in found}

    def _new(self, register: Register, told: dict[str, Any]) -> Any:
        """A record of what the row says of this register; its secret facts wait for it to be saved."""
        record = MODELS[register](
            ref=refs.new(KINDS[register]),
            area_code=self._batch.area_code,
            batch=self._batch,
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
        standing = Dwelling.objects.within(self._batch.area_code).standing().filter(address_key__in=list(named))
        found = {dwelling.address_key: dwelling for dwelling in standing.order_by("-pk")}
        fresh = [self._dwelling(told) for key, told in named.items() if key and key not in found]
        give_refs(fresh)
        Dwelling.objects.bulk_create(fresh)
        finding.lay(Register.DWELLING, fresh, fresh=True)
        return found | {dwelling.address_key: dwelling for dwelling in fresh}

    def _dwelling(self, told: dict[str, Any]) -> Dwelling:
        dwelling: Dwelling = self._new(Register.DWELLING, told)
        keeping.put(dwelling, book.fact("dwelling.address"), addresses.composed(told)[:160])
        return dwelling

    def _home(self, told: dict[str, Any], dwellings: dict[str, Dwelling]) -> Dwelling | None:
        return dwellings.get(addresses.key_of(addresses.composed(told))[:160])

    def _correct(self, row: StagedRow, record: Any, told: dict[str, Any]) -> None:
        """The record says what the row says; what it said before is kept, for the history and for the way back."""
        sealed = self._sealed.get(record.ref, {})
        differs = differing(record, told, self._today, sealed)
        row.why = with_before(row, before_of(record, differs))
        self._portion.before.append(row)
        for name, (stands, value) in differs.items():
            fact = book.fact(name)
            self._portion.past.append(self._past(record, name, values.written(fact, stands)))
            if fact.is_secret:
                self._portion.secret.append((record, name, value))
            else:
                keeping.put(record, fact, value)
                record.sources[fact.short] = {"on": str(self._batch.true_on), "b": self._batch.ref}
        self._portion.changed.append(record)

    def _past(self, record: Any, name: str, text: str) -> PastValue:
        return PastValue(
            thing=record.ref,
            area_code=record.area_code,
            fact=name,
            value=text,
            batch=record.batch,
            replaced_by=self._batch,
            true_on=record.true_on,
            until=self._today,
            by=self._by.ref,
            at=self._at,
        )

    def _keep(self) -> None:
        portion, model = self._portion, MODELS[self._register]
        give_refs(portion.made)
        model.objects.bulk_create(portion.made)
        for record in portion.changed:
            record.save()
        mark(portion.before)
        PastValue.objects.bulk_create(portion.past)
        Tie.objects.bulk_create(portion.ties)
        secrets.lay(portion.fresh_secret, true_on=self._batch.true_on, batch=self._batch)
        for record, name, value in portion.secret:
            secrets.put(record, book.fact(name), value, true_on=self._batch.true_on, batch=self._batch)
        finding.lay(self._register, portion.made, fresh=True)
        finding.lay(self._register, portion.changed)
        for record in portion.changed:
            finding.lay_around(self._register, record)
        self._propose_likenesses()
        touched = [*portion.made, *portion.changed]
        digest = hashlib.sha256("\n".join(record.ref for record in touched).encode()).hexdigest()
        writing.write(
            "import.written",
            thing=self._batch.ref,
            by=self._by,
            at=self._at,
            area=self._batch.area_code,
            rows=len(touched),
            digest=digest,
            made=len(portion.made),
            changed=len(portion.changed),
        )

    def _propose_likenesses(self) -> None:
        """Who is perhaps someone known stands beside the likeliest, for a person to say."""
        found = [
            Likeness(
                register=Register.PERSON, area_code=person.area_code, one=person.ref, other=row.thing, batch=self._batch
            )
            for person, row in self._portion.likenesses
        ]
        Likeness.objects.bulk_create(found, ignore_conflicts=True)


class _Things(_Writer):
    """Households, dwellings and businesses, with the dwellings they lie in."""

    def _take(self, said: Sequence[tuple[StagedRow, dict[str, Any]]], known: dict[str, Any]) -> None:
        homes = {} if self._register is Register.DWELLING else self._dwellings([told for _row, told in said])
        for row, told in said:
            if row.verdict == CHANGED and row.thing in known:
                self._correct(row, known[row.thing], told)
            elif row.verdict == NEW:
                is_dwelling = self._register is Register.DWELLING
                record: Any = self._dwelling(told) if is_dwelling else self._new(self._register, told)
                if home := self._home(told, homes):
                    record.dwelling = home
                    record.area_code, record.lon, record.lat = home.area_code, home.lon, home.lat
                self._portion.made.append(record)


class _People(_Writer):
    """People, with the dwellings and households they name."""

    def _take(self, said: Sequence[tuple[StagedRow, dict[str, Any]]], known: dict[str, Any]) -> None:
        dwellings = self._dwellings([told for _row, told in said])
        households = self._households([told for _row, told in said], dwellings)
        for row, told in said:
            dwelling = self._home(told, dwellings)
            household = households.get(str(told.get("household.number") or "")[:40])
            if row.verdict in (NEW, PERHAPS):
                self._make(row, told, dwelling, household)
            elif row.thing in known and row.verdict == ELSEWHERE:
                self._tie(known[row.thing], told, dwelling)
            elif row.thing in known:
                self._change(row, known[row.thing], told, dwelling, household)

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
        standing = Household.objects.within(self._batch.area_code).filter(number__in=list(homes), ended_on=None)
        found = {household.number: household for household in standing}
        fresh = [
            self._household(first[number], homes[number], heads.get(number, ""))
            for number in homes
            if number not in found
        ]
        give_refs(fresh)
        Household.objects.bulk_create(fresh)
        headless = [each for each in found.values() if not each.head and heads.get(each.number)]
        for each in headless:
            each.head = heads[each.number][:60]
            each.sources["head"] = {"on": str(self._batch.true_on), "b": self._batch.ref}
        Household.objects.bulk_update(headless, ["head", "sources"])
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

    def _make(
        self, row: StagedRow, told: dict[str, Any], dwelling: Dwelling | None, household: Household | None
    ) -> None:
        person: Person = self._new(Register.PERSON, told)
        _from_number(person)
        self._settle(person, dwelling, household)
        self._portion.made.append(person)
        if row.verdict == PERHAPS:
            self._portion.likenesses.append((person, row))

    def _change(
        self,
        row: StagedRow,
        person: Person,
        told: dict[str, Any],
        dwelling: Dwelling | None,
        household: Household | None,
    ) -> None:
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
