"""Which column means which fact: proposed by headings and values, remembered per office, settled by a person."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext

from linli.bulk.sheets.columns import Matching, Wanted, match, memory_keys, remembered
from linli.bulk.sheets.headings import plain
from linli.bulk.sheets.reading import Sheet, opened
from linli.bulk.sheets.tables import Row, Table, table_of
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.registers import book
from linli.registers.book import Fact, Type
from linli.registers.models import Layout, Register

SHEETS = 20  # of a book, looked through for the one that is meant
SAMPLE = 200
SHAPES = {
    Type.DATE: "day",
    Type.IDENTITY: "citizen",
    Type.PHONE: "mobile",
    Type.NUMBER: "number",
    Type.MONEY: "number",
    Type.PLACE: "address",
}
SHAPE_OF = {
    "person.name": "person",
    "person.sex": "sex",
    "person.nation": "nation",
    "person.relation": "kin",
    "person.marital": "married",
    "person.education": "schooling",
    "person.politics": "party",
    "dwelling.room": "room",
    "business.name": "firm",
    "business.credit_code": "credit",
}
# A file of people says where they live and in which household; one of dwellings or firms speaks of those alone.
SPEAKS_OF = {
    Register.PERSON: (Register.PERSON, Register.HOUSEHOLD, Register.DWELLING),
    Register.HOUSEHOLD: (Register.HOUSEHOLD, Register.DWELLING),
    Register.DWELLING: (Register.DWELLING,),
    Register.BUSINESS: (Register.BUSINESS,),
}
NEEDED = {
    Register.PERSON: ("person.name",),
    Register.HOUSEHOLD: ("household.number",),
    Register.DWELLING: (),
    Register.BUSINESS: ("business.name",),
}


class ColumnsMissing(Refusal):
    """No column of the file holds what a record cannot be without."""

    code, status = "import.columns-missing", 422
    words = _("No column was found for: %(facts)s.")
    next_step = _("Name the column in the file, or say which it is. Nothing was written.")


@dataclass(frozen=True)
class Proposal:
    """A file as it was understood: its table, a few rows of it, and what each column seems to mean."""

    table: Table
    sample: list[Row]
    matching: Matching

    @property
    def notes(self) -> list[str]:
        """What to know of the sheet before its rows are taken, in words: hidden ones, formulas without values."""
        return [gettext(each.words) % each.facts for each in self.table.sheet.notes]

    @property
    def digest(self) -> str:
        """By what the headings are remembered: the same headings in the same order."""
        text = "\n".join(memory_keys(self.table.columns))
        return hashlib.sha256(text.encode()).hexdigest()


def facts_for(register: Register, *, area: str) -> list[Fact]:
    """The facts a file of this register may speak of: with the extra items of its area, not those of others."""
    return [fact for each in SPEAKS_OF[register] for fact in book.declared(each, area=area) if not fact.derived]


def wanted(register: Register, *, area: str) -> list[Wanted]:
    """What is looked for in a file, by the headings it goes by and the shape of its values."""
    return [
        Wanted(
            fact.name, fact.headings, SHAPE_OF.get(fact.name, SHAPES.get(fact.type, "")), fact.name in NEEDED[register]
        )
        for fact in facts_for(register, area=area)
    ]


def propose(register: Register, path: Path, *, area: str, sheet: str = "") -> Proposal:
    """What the file seems to hold: in the sheet that was asked for, else in the first that has what a record needs.

    Refuses what is no spreadsheet, has no headings, or no rows under them.
    """
    workbook = opened(path)
    if sheet or len(workbook.names) < 2:
        return _of_sheet(register, workbook.sheet(sheet), area)
    first, refused = None, None
    for each in islice(workbook.sheets(), SHEETS):
        try:
            proposal = _of_sheet(register, each, area)
        except Refusal as refusal:
            refused = refused or refusal
            continue
        if not proposal.matching.missing:
            return proposal
        first = first or proposal
    if first is None:
        workbook.sheet("")  # refuses a book with nothing in it
        raise refused or ColumnsMissing(facts="")
    return first


def _of_sheet(register: Register, sheet: Sheet, area: str) -> Proposal:
    names = {plain(heading) for fact in facts_for(register, area=area) for heading in fact.headings}
    table = table_of(sheet, lambda name: plain(name) in names)
    sample = table.sample(SAMPLE)
    matching = match(wanted(register, area=area), table.columns, sample, _memory(register, table, area))
    return Proposal(table, sample, matching)


def _memory(register: Register, table: Table, area: str) -> dict[str, str]:
    digest = hashlib.sha256("\n".join(memory_keys(table.columns)).encode()).hexdigest()
    kept = Layout.objects.filter(register=register, area_code=area, headings_digest=digest).first()
    return dict(kept.columns) if kept else {}


def settled(proposal: Proposal, register: Register, corrected: Mapping[str, int] | None = None) -> dict[str, int]:
    """Which column each fact is read from: as corrected, else as proposed. Refuses what lacks a needed one."""
    columns = dict(proposal.matching.columns() if corrected is None else corrected)
    if missing := [gettext(book.fact(name).label) for name in NEEDED[register] if name not in columns]:
        raise ColumnsMissing(facts="、".join(missing))
    return columns


def remember(proposal: Proposal, register: Register, columns: Mapping[str, int], *, area: str, at: datetime) -> None:
    """The next file with these headings from this office is understood so at once."""
    Layout.objects.update_or_create(
        register=register,
        area_code=area,
        headings_digest=proposal.digest,
        defaults={"columns": remembered(proposal.table.columns, columns), "at": at},
    )
