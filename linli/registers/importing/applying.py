"""The good rows of a batch are written, a few hundred in a transaction, each portion whole with one entry.

Whoever is interrupted goes on behind the last portion; nothing is written twice, nothing by half.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from linli.ground import identity, refs
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.registers import addresses, book, indexing, keeping, knowing, secrets, values
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

from .checking import CHANGED, ELSEWHERE, NEW, PERHAPS, differing
from .staging import CHECKED, WRITING, WRITTEN, content_of

AT_ONCE = 400  # rows in a transaction: less than a second of the write lock


class NotChecked(Refusal):
    """A batch that is not ready to be written."""

    code, status = "import.not-checked", 409
    words = _("The import %(ref)s is not ready to be written: it is %(stage)s.")
    next_step = _("Read and check the file first. Nothing was written.")


@dataclass
class _Portion:
    """What some rows bring: records to make, records that change, and what hangs on them."""

    made: list[Person] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    past: list[PastValue] = field(default_factory=list)
    likenesses: list[tuple[Person, StagedRow]] = field(default_factory=list)
    secret: list[tuple[Person, str, Any]] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)


def write(batch: Batch, *, by: Hand, at: datetime, tell: Tell = silent) -> Batch:
    """Every good row is in the registers. Goes on where it was interrupted; refuses a batch that was not checked."""
    by.must(Permission.REGISTER_IMPORT, within=batch.area_code)
    if batch.stage not in (CHECKED, WRITING):
        raise NotChecked(ref=batch.ref, stage=batch.stage)
    total = batch.rows.filter(verdict__in=(NEW, CHANGED, PERHAPS, ELSEWHERE)).count()
    while some := list(_next(batch)):
        with transaction.atomic():
            batch = Batch.objects.select_for_update().get(pk=batch.pk)
            _Writer(batch, by, at).write(some)
            batch.stage, batch.reached = WRITING, some[-1].number
            batch.save(update_fields=["stage", "reached"])
        tell("written", batch.rows.filter(number__lte=batch.reached).count(), total)
    batch.stage, batch.written_at = WRITTEN, at
    batch.save(update_fields=["stage", "written_at"])
    return batch


def _next(batch: Batch) -> Sequence[StagedRow]:
    rows = batch.rows.filter(verdict__in=(NEW, CHANGED, PERHAPS, ELSEWHERE), number__gt=batch.reached)
    return list(rows.order_by("number")[:AT_ONCE])


class _Writer:
    """Writes one portion of people with the dwellings and households they name."""

    def __init__(self, batch: Batch, by: Hand, at: datetime) -> None:
        self._batch, self._by, self._at = batch, by, at
        self._today = localdate(at)
        self._portion = _Portion()

    def write(self, rows: Sequence[StagedRow]) -> None:
        """The rows are in the registers, with one entry."""
        said = [(row, content_of(row)[1]) for row in rows]
        dwellings = self._dwellings([values for _row, values in said])
        households = self._households([values for _row, values in said], dwellings)
        known = {person.ref: person for person in self._known(rows)}
        for row, told in said:
            dwelling = dwellings.get(addresses.key_of(addresses.composed(told)))
            household = households.get(str(told.get("household.number") or ""))
            if row.verdict == ELSEWHERE:
                self._tie(known[row.thing], told, dwelling)
            elif row.verdict == CHANGED:
                self._change(known[row.thing], told, dwelling, household)
            else:
                self._make(row, told, dwelling, household)
        self._keep()

    def _known(self, rows: Sequence[StagedRow]) -> Sequence[Person]:
        refs_ = [row.thing for row in rows if row.thing]
        return list(Person.objects.select_for_update().filter(ref__in=refs_))

    def _dwellings(self, said: Sequence[dict[str, Any]]) -> dict[str, Dwelling]:
        """The dwellings these rows name, by the key of their address: those that stand, and new ones."""
        named = {addresses.key_of(text): text for told in said if (text := addresses.composed(told))}
        standing = Dwelling.objects.within(self._batch.area_code).filter(address_key__in=list(named))
        found = {dwelling.address_key: dwelling for dwelling in standing.order_by("-pk")}
        parts = {addresses.key_of(addresses.composed(told)): told for told in said}
        fresh = [
            Dwelling(
                ref=refs.new("W"),
                area_code=self._batch.area_code,
                address=text[:160],
                address_key=key[:160],
                compound=str(parts[key].get("dwelling.compound") or "")[:60],
                building=str(parts[key].get("dwelling.building") or "")[:20],
                unit=str(parts[key].get("dwelling.unit") or "")[:10],
                room=str(parts[key].get("dwelling.room") or "")[:20],
                batch=self._batch,
                true_on=self._batch.true_on,
            )
            for key, text in named.items()
            if key and key not in found
        ]
        Dwelling.objects.bulk_create(fresh)
        indexing.lay(Register.DWELLING, fresh, fresh=True)
        return found | {dwelling.address_key: dwelling for dwelling in fresh}

    def _households(self, said: Sequence[dict[str, Any]], dwellings: dict[str, Dwelling]) -> dict[str, Household]:
        """The households these rows name by number, rebuilt with their heads."""
        heads: dict[str, str] = {}
        homes: dict[str, Dwelling | None] = {}
        for told in said:
            if number := str(told.get("household.number") or ""):
                homes.setdefault(number, dwellings.get(addresses.key_of(addresses.composed(told))))
                if told.get("person.relation") == "01":
                    heads[number] = str(told["person.name"])
                elif told.get("household.head"):
                    heads.setdefault(number, str(told["household.head"]))
        standing = Household.objects.within(self._batch.area_code).filter(number__in=list(homes), ended_on=None)
        found = {household.number: household for household in standing}
        fresh = [
            self._household(number, homes[number], heads.get(number, "")) for number in homes if number not in found
        ]
        Household.objects.bulk_create(fresh)
        headless = [each for each in found.values() if not each.head and heads.get(each.number)]
        for each in headless:
            each.head = heads[each.number]
        Household.objects.bulk_update(headless, ["head"])
        indexing.lay(Register.HOUSEHOLD, fresh, fresh=True)
        indexing.lay(Register.HOUSEHOLD, headless)
        return found | {household.number: household for household in fresh}

    def _household(self, number: str, dwelling: Dwelling | None, head: str) -> Household:
        return Household(
            ref=refs.new("H"),
            area_code=dwelling.area_code if dwelling else self._batch.area_code,
            lon=dwelling.lon if dwelling else None,
            lat=dwelling.lat if dwelling else None,
            number=number[:40],
            head=head[:60],
            dwelling=dwelling,
            batch=self._batch,
            true_on=self._batch.true_on,
        )

    def _make(
        self, row: StagedRow, told: dict[str, Any], dwelling: Dwelling | None, household: Household | None
    ) -> None:
        person = Person(
            ref=refs.new("P"), area_code=self._batch.area_code, batch=self._batch, true_on=self._batch.true_on
        )
        for name, value in told.items():
            fact = book.fact(name)
            if fact.is_secret:
                self._portion.secret.append((person, name, value))
            elif name.startswith("person."):
                keeping.put(person, fact, value)
        _from_number(person)
        self._settle(person, dwelling, household)
        self._portion.made.append(person)
        if row.verdict == PERHAPS:
            self._portion.likenesses.append((person, row))

    def _change(
        self, person: Person, told: dict[str, Any], dwelling: Dwelling | None, household: Household | None
    ) -> None:
        for name, (stands, value) in differing(person, told, self._today).items():
            fact = book.fact(name)
            if stands is not None:
                self._portion.past.append(self._past(person, name, values.written(fact, stands)))
            else:
                self._portion.past.append(self._past(person, name, ""))
            keeping.put(person, fact, value)
            person.sources[fact.short] = {"on": str(self._batch.true_on), "b": self._batch.ref}
        for name, value in told.items():
            if book.fact(name).is_secret:
                self._portion.secret.append((person, name, value))
        if person.dwelling_id is None or person.household_id is None:
            self._settle(
                person,
                dwelling if person.dwelling_id is None else None,
                household if person.household_id is None else None,
            )
        self._portion.changed.append(person)

    def _past(self, person: Person, name: str, text: str) -> PastValue:
        return PastValue(
            thing=person.ref,
            area_code=person.area_code,
            fact=name,
            value=text,
            batch=person.batch,
            replaced_by=self._batch,
            true_on=person.true_on,
            until=self._today,
            by=self._by.ref,
            at=self._at,
        )

    def _settle(self, person: Person, dwelling: Dwelling | None, household: Household | None) -> None:
        if dwelling:
            person.dwelling, person.area_code, person.lon, person.lat = (
                dwelling,
                dwelling.area_code,
                dwelling.lon,
                dwelling.lat,
            )
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

    def _keep(self) -> None:
        portion = self._portion
        Person.objects.bulk_create(portion.made)
        for person in portion.changed:
            person.save()
        PastValue.objects.bulk_create(portion.past)
        Tie.objects.bulk_create(portion.ties)
        for person, name, value in portion.secret:
            secrets.put(person, book.fact(name), value, true_on=self._batch.true_on, batch=self._batch)
        indexing.lay(Register.PERSON, portion.made, fresh=True)
        indexing.lay(Register.PERSON, portion.changed)
        self._propose_likenesses()
        knowing.lay_keys(portion.made, fresh=True)
        knowing.lay_keys(portion.changed)
        touched = [*portion.made, *portion.changed]
        digest = hashlib.sha256("\n".join(person.ref for person in touched).encode()).hexdigest()
        area, batch = self._batch.area_code, self._batch.ref
        writing.write(
            "import.written",
            thing=batch,
            by=self._by,
            at=self._at,
            area=area,
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
