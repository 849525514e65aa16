"""What some rows of a file bring: records to make, records that change, and all that hangs on them, written at once."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.journal import writing
from linli.registers import book, finding, laying, many, secrets
from linli.registers.book import Fact
from linli.registers.models import Batch, Likeness, PastValue, Person, Register, Tie
from linli.registers.referencing import give_refs
from linli.registers.sealed import sealer

from . import reviewing
from .reviewing import Review
from .staging import Waiting, content_of, mark

PAST = laying.Columns(PastValue, "thing area_code fact value batch_id true_on replaced_by_id until by at")
SAID: Any = PastValue._meta.get_field("value")
WHEN: Any = PastValue._meta.get_field("at")


@dataclass
class Portion:
    """What goes into one transaction."""

    made: list[Any] = field(default_factory=list)
    changed: list[tuple[Any, set[str]]] = field(default_factory=list)  # with the names of the fields that changed
    before: list[Waiting] = field(default_factory=list)
    past: list[tuple[Any, ...]] = field(default_factory=list)  # reference, area, fact, what it said, batch, day
    likenesses: list[tuple[Person, Waiting]] = field(default_factory=list)
    secret: list[tuple[Any, str, Any]] = field(default_factory=list)
    fresh_secret: list[tuple[Any, Fact, Any]] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)

    @contextmanager
    def changing(self, record: Any) -> Iterator[None]:
        """What changes in the record inside the block is written with the portion."""
        before = _state(record)
        yield
        now = _state(record)
        self.changed.append((record, {name for name, said in now.items() if said != before.get(name)}))


def _state(record: Any) -> dict[str, Any]:
    said = {name: value for name, value in record.__dict__.items() if name != "_state"}
    return said | {"sources": dict(record.sources), "extras": dict(record.extras)}


def keep(portion: Portion, batch: Batch, *, by: Hand, at: datetime) -> None:
    """All of it stands, with its one entry."""
    register = Register(batch.register)
    give_refs(portion.made)
    many.lay(portion.made)
    many.change([record for record, _names in portion.changed], set().union(*(names for _r, names in portion.changed)))
    mark(portion.before)
    _lay_past(portion, batch, by=by, at=at)
    many.lay(portion.ties)
    secrets.lay(portion.fresh_secret, true_on=batch.true_on, batch=batch)
    told = [(record, book.fact(name), value) for record, name, value in portion.secret]
    secrets.lay(told, true_on=batch.true_on, batch=batch, fresh=False)
    finding.lay(register, portion.made, fresh=True)
    finding.lay_changed(register, portion.changed)
    _propose_likenesses(portion, batch)
    asked = reviewing.ask(portion.reviews, batch, by=by, at=at)
    touched = [*portion.made, *(record for record, _names in portion.changed)]
    digest = hashlib.sha256("\n".join(record.ref for record in touched).encode()).hexdigest()
    writing.write(
        "import.written",
        thing=batch.ref,
        by=by,
        at=at,
        area=batch.area_code,
        rows=len(touched),
        digest=digest,
        made=len(portion.made),
        changed=len(portion.changed),
        disputed=asked,
    )


def ask_of_gone(portion: Portion, rows: Sequence[Waiting]) -> None:
    """Of those who moved away, and of whom the file says where they live, it is asked whether they are back."""
    people = {person.ref: person for person in many.read(Person, "ref", [row.thing for row in rows])}
    away = [row for row in rows if row.thing in people and people[row.thing].ended_why == reviewing.MOVED]
    for row in away:
        portion.reviews += reviewing.of_home(people[row.thing], content_of(row)[1])


def _lay_past(portion: Portion, batch: Batch, *, by: Hand, at: datetime) -> None:
    """What the records said before is in the history."""
    seal = sealer(SAID.column_name)
    until, hour = localdate(at), WHEN.get_db_prep_save(at, connection)
    laying.lay(
        PAST,
        [
            (ref, area, name, seal(text), came, true_on, batch.pk, until, by.ref, hour)
            for ref, area, name, text, came, true_on in portion.past
        ],
    )


def _propose_likenesses(portion: Portion, batch: Batch) -> None:
    """Who is perhaps someone known stands beside the likeliest, for a person to say."""
    found = [
        Likeness(register=Register.PERSON, area_code=person.area_code, one=person.ref, other=row.thing, batch=batch)
        for person, row in portion.likenesses
    ]
    Likeness.objects.bulk_create(found, ignore_conflicts=True)
