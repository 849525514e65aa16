"""A file's rows, sealed, beside the batch they came with: each with its cells as they were and the values they mean."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from linli.bulk.sheets import days
from linli.bulk.sheets.cells import Cell, Complaint
from linli.bulk.sheets.columns import Shifts
from linli.bulk.sheets.mending import id_column
from linli.bulk.sheets.tables import Row
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.registers import book, laying, many, placing, shapes, values
from linli.registers.book import Fact, Type
from linli.registers.models import Batch, Register, StagedRow
from linli.registers.sealed import keys_held, opener, sealer

from .proposing import NEEDED, Proposal, wanted

NOTHING_THERE = _("%(fact)s is needed and nothing stands there")
AT_ONCE = 1000
READ, CHECKED, WRITING, WRITTEN, UNDONE = "read", "checked", "writing", "written", "undone"
FRESH, REFUSED = "fresh", "refused"
STAGED = laying.Columns(StagedRow, "batch_id area_code number verdict thing cells why")
WAITING = "SELECT id, number, verdict, thing, cells, why FROM registers_stagedrow WHERE batch_id = %s"
MOST_REMEMBERED = 1 << 15
CELLS = StagedRow._meta.get_field("cells").column_name
WHY = StagedRow._meta.get_field("why").column_name


@dataclass
class Line:
    """One row being read: the values it gives, what is wrong and what is doubtful, each with its column."""

    values: dict[str, str] = field(default_factory=dict)
    wrong: list[list[Any]] = field(default_factory=list)
    doubts: list[list[Any]] = field(default_factory=list)

    @property
    def said(self) -> bool:
        """Whether anything is to be said about it."""
        return bool(self.wrong or self.doubts)


@dataclass(frozen=True)
class Asked:
    """A file as it is handed in: for which area, whether it claims to hold everyone there, of which day it tells."""

    area: str
    name: str
    complete: bool = False
    true_on: date | None = None


@transaction.atomic
def receive(register: Register, path: Path, asked: Asked, *, by: Hand, at: datetime) -> Batch:
    """A batch stands for the file, with nothing read yet. Refuses a hand that may not import into the area."""
    by.must(Permission.REGISTER_IMPORT, within=asked.area)
    batch = Batch.objects.create(
        register=register,
        area_code=asked.area,
        office=by.post,
        file_name=asked.name,
        file_digest=_digest(path),
        complete=asked.complete,
        stage=READ,
        true_on=asked.true_on or localdate(at),
        at=at,
    )
    writing.write("import.received", thing=batch.ref, by=by, at=at, area=asked.area, register=str(register))
    return batch


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stage(batch: Batch, proposal: Proposal, columns: Mapping[str, int], *, today: date, tell: Tell = silent) -> Batch:
    """Every row stands beside the batch, sealed, a thousand in a transaction; what stood there before is gone."""
    batch.rows.all().delete()
    facts = {column: book.fact(name) for name, column in columns.items()}
    batch.layout = {
        "sheet": proposal.table.sheet.name,
        "headings": [[heading.column, heading.name] for heading in proposal.table.columns],
        "facts": {str(column): fact.name for column, fact in facts.items()},
    }
    batch.stage, batch.counts, batch.reached = READ, {}, 0
    batch.save()
    reader = _Reader(batch, proposal, facts, columns, today)
    rows, done = proposal.table.rows(), 0
    with keys_held():
        while some := list(islice(rows, AT_ONCE)):
            staged = [reader.staged(row) for row in some]
            with transaction.atomic():
                laying.lay(STAGED, staged)
            done += len(some)
            tell("read", done, 0)
    return batch


class _Reader:
    """Reads rows into what they mean, and knows what is known of the whole file. Each different cell of a column is
    read once, as long as there are not too many of them."""

    def __init__(
        self, batch: Batch, proposal: Proposal, facts: Mapping[int, Fact], columns: Mapping[str, int], today: date
    ) -> None:
        self._start = (batch.pk, batch.area_code)
        register = Register(batch.register)
        self._shifts = Shifts(wanted(register, area=batch.area_code), proposal.matching, proposal.sample)
        dated = [column for column, fact in facts.items() if fact.type is Type.DATE]
        order = days.order_of(row.at(column) for row in proposal.sample for column in dated)
        asked = shapes.Asked(today, order)
        self._read = [(column, fact.name, _once(column, fact, asked)) for column, fact in facts.items()]
        self._names = placing.names_for(batch.area_code)
        self._needed = [(columns[name], name) for name in NEEDED[register]]
        self._ids = id_column(proposal.table.columns)
        self._cells, self._why = sealer(CELLS), sealer(WHY)

    def staged(self, row: Row) -> tuple[Any, ...]:
        """The row sealed, with the values it gives and the complaints about it, as `STAGED` has it."""
        line = self._line(row)
        said = placing.standard(line.values, self._names) if self._names else line.values
        content = {"cells": [_plain(cell) for cell in row.cells], "values": said}
        why = self._why(_json({"wrong": line.wrong, "doubts": line.doubts})) if line.said else b""
        thing = str(row.at(self._ids))[:12] if self._ids is not None else ""
        verdict = REFUSED if line.wrong else FRESH
        return (*self._start, row.number, verdict, thing, self._cells(_json(content)), why)

    def _line(self, row: Row) -> Line:
        line, cells = Line(), row.cells
        for column, name, read in self._read:
            cell = cells[column] if column < len(cells) else ""
            if cell == "":
                continue
            said, wrong, doubts = read(cell)
            if wrong:
                line.wrong.append(wrong)
            elif said is not None:
                line.values[name] = said
            line.doubts += doubts
        if slipped := self._shifts.complaint(row):
            line.wrong.append(told(None, slipped))
        for column, name in self._needed:
            if name not in line.values and not line.wrong:
                line.wrong.append(told(column, Complaint(NOTHING_THERE, {"fact": book.fact(name).label})))
        return line


Said = tuple[str | None, list[Any] | None, tuple[list[Any], ...]]


def _once(column: int, fact: Fact, asked: shapes.Asked) -> Callable[[Cell], Said]:
    """What a cell of the column says as it is kept, what is wrong with it, and what is doubtful."""

    def read(cell: Cell) -> Said:
        found = shapes.shaped(fact, cell, asked)
        doubts = tuple(told(column, doubt) for doubt in found.doubts)
        if found.wrong:
            return None, told(column, found.wrong), doubts
        return None if found.value is None else values.written(fact, found.value), None, doubts

    return lru_cache(maxsize=MOST_REMEMBERED, typed=True)(read)


@dataclass(slots=True)
class Waiting:
    """A staged row being worked on, without what a record of Django's costs."""

    pk: int
    number: int
    verdict: str
    thing: str
    cells: str
    why: str


def waiting(batch: Batch, condition: str, *facts: Any, most: int) -> list[Waiting]:
    """The first rows of a batch under a condition, in their order."""
    cells, why = opener(CELLS), opener(WHY)
    with connection.cursor() as cursor:
        cursor.execute(f"{WAITING} AND {condition} ORDER BY number LIMIT %s", [batch.pk, *facts, most])
        rows = cursor.fetchall()
    return [Waiting(key, at, verdict, thing, cells(held), why(said)) for key, at, verdict, thing, held, said in rows]


def mark(rows: Sequence[StagedRow | Waiting]) -> None:
    """What was found out about the rows is kept, in one prepared statement: `bulk_update` would cost more than all the
    rest of checking."""
    seal = sealer(WHY)
    said = [(row.verdict, row.thing, seal(row.why or ""), row.pk) for row in rows]
    many.update(StagedRow, ("verdict", "thing", "why"), said)


def told(column: int | None, complaint: Complaint) -> list[Any]:
    return [column, complaint.words, {name: str(said) for name, said in complaint.facts.items()}]


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)


def _plain(cell: Cell) -> Any:
    """A cell as it goes back into a workbook."""
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


def content_of(row: StagedRow | Waiting) -> tuple[list[Any], dict[str, Any]]:
    """The cells of a staged row as they were, and the values they mean, by fact."""
    told = json.loads(row.cells)
    return told["cells"], {name: values.read(book.fact(name), text) for name, text in told["values"].items()}


def complaints_of(row: StagedRow | Waiting) -> tuple[list[list[Any]], list[list[Any]]]:
    """What is wrong with a row and what is doubtful: the address of the cell, the sentence, its facts."""
    told = json.loads(row.why) if row.why else {"wrong": [], "doubts": []}
    return told["wrong"], told["doubts"]
