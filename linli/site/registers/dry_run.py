"""What would become of the rows of a file, as a page shows it: some of each verdict, or all of one, masked."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from linli.bulk.sheets.cells import Complaint
from linli.ground.privacy import mask_name
from linli.ground.words import gettext_noop as _
from linli.registers import addresses, book, queries, secrets, showing
from linli.registers.importing import checking, returning, staging
from linli.registers.models import Batch, Register, StagedRow

from . import wording

SHOWN = 8  # rows of each verdict
DIGITS = re.compile(r"\d{5,}[\dXx]*")
VERDICTS = {
    checking.NEW: _("new"),
    checking.CHANGED: _("changed"),
    checking.SAME: _("as they stand"),
    checking.PERHAPS: _("perhaps someone known"),
    checking.ELSEWHERE: _("known elsewhere"),
    "ended": _("of someone whose record has ended"),
    staging.REFUSED: _("refused"),
    checking.MISSING: _("live here and are not in the file"),
}
Said = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A row of the dry run, masked; `ref` is the record it speaks of, where there is one to look at."""

    row: int | None
    name: str
    details: list[str]
    ref: str = ""


@dataclass(frozen=True)
class Group:
    """Some rows of one verdict."""

    verdict: str
    words: str
    count: int
    samples: list[Sample]

    @property
    def more(self) -> bool:
        """Whether there are rows that are not shown."""
        return self.count > len(self.samples)


def groups(batch: Batch, today: date) -> list[Group]:
    """Some rows of each verdict but those that stay as they stand."""
    found = []
    for verdict, words in VERDICTS.items():
        if verdict != checking.SAME and (count := batch.counts.get(verdict)):
            rows = list(queries.rows_of(batch, verdict).order_by("number")[:SHOWN])
            found.append(Group(verdict, words, count, samples(batch, rows, today)))
    return found


def samples(batch: Batch, rows: Sequence[StagedRow], today: date) -> list[Sample]:
    """These rows, with the records they speak of looked up for all of them together."""
    register = Register(batch.register)
    known = queries.things_of(register, rows)
    sealed = secrets.known(list(known))
    return [_sample(register, row, known.get(row.thing), sealed.get(row.thing, {}), today) for row in rows]


def _sample(register: Register, row: StagedRow, record: Any, sealed: dict[str, str], today: date) -> Sample:
    if row.verdict == checking.MISSING:
        lives = record.dwelling.address if record and record.dwelling else ""
        name = wording.name_of(record) if record else row.thing
        return Sample(None, name, [showing.masked_address(lives)], row.thing)
    _cells, said = staging.content_of(row)
    here = record and row.verdict != checking.ELSEWHERE  # of one known elsewhere, not even by which reference
    name, ref = CALLED[register](said), record.ref if here else ""
    if row.verdict == staging.REFUSED:
        wrong = [Complaint(words, facts) for _column, words, facts in staging.complaints_of(row)[0]]
        return Sample(row.number, name, [DIGITS.sub("●●●●", returning.in_words(each)) for each in wrong])
    if row.verdict == checking.CHANGED and record:
        changes = checking.differing(record, said, today, sealed)
        return Sample(row.number, name, [_change(*each) for each in changes.items()], ref)
    if row.verdict == checking.PERHAPS and record:
        [line] = wording.lines([record], today=today)
        like = gettext("perhaps %(ref)s") % {"ref": record.ref}
        return Sample(row.number, name, [f"{like} · {line.name} · {line.told}"], ref)
    return Sample(row.number, name, [_place(said)], ref)


def _change(name: str, both: tuple[Any, Any]) -> str:
    fact = book.fact(name)
    old, new = (showing.masked(fact, value) if value not in (None, "") else gettext("unknown") for value in both)
    return f"{gettext(fact.label)}: {old} → {new}"


def _place(said: Said) -> str:
    return showing.masked_address(str(said.get("business.address") or "") or addresses.composed(said))


def _household(said: Said) -> str:
    head, number = str(said.get("household.head") or ""), str(said.get("household.number") or "")
    return mask_name(head) if head else f"{number[:1]}**"


CALLED: dict[Register, Callable[[Said], str]] = {
    Register.PERSON: lambda said: mask_name(str(said.get("person.name") or "")),
    Register.HOUSEHOLD: _household,
    Register.DWELLING: lambda said: showing.masked_address(addresses.composed(said)),
    Register.BUSINESS: lambda said: str(said.get("business.name") or ""),
}
