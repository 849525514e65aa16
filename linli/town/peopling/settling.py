"""The made-up town is lived in: dwellings, households, people, shops and what ties them stand in the registers.

A portion is one transaction with one entry, so whoever is interrupted goes on with the next one; a batch says how
far it is and is what every value came from.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from linli.ground.hands import Hand
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.registers import laying
from linli.registers.models import Batch, Business, Dwelling, Household, Key, Person, SecretValue

from . import aside
from .blocks import Blocks
from .firms import firms
from .houses import Street, Town
from .portions import ORDER, Ground, Portion

SETTLING, WRITTEN, SETTLED = "settling", "filled", "settled"
STAGES = (SETTLING, WRITTEN, SETTLED)
WORTH_A_PROCESS = 20_000  # people
MANY = 100_000  # people from whom on it is quicker to make indexes at the end, while the town waits
SCATTERED = (Person, Key, SecretValue)  # tables with indexes by what follows no order


@dataclass(frozen=True)
class Manner:
    """How it is written: with a process that draws beside, and with rests in which others have their turn."""

    beside: bool | None = None  # None: where it is worth it
    gently: bool = False


def begun(seed: int, scale: str) -> Batch | None:
    """The settling of the town of this seed, when it was begun here."""
    return Batch.objects.filter(file_digest=_word(seed, scale), stage__in=STAGES).first()


def lived_in(seed: int, scale: str) -> bool:
    """Whether nobody is to come any more: all have moved in, or people live here whom we did not settle."""
    batch = begun(seed, scale)
    return batch.stage == SETTLED if batch else Person.objects.exists()


def settle(
    town: Town, people: int, *, by: Hand, at: datetime, tell: Tell = silent, manner: Manner | None = None
) -> int:
    """So many people live in the town; how many were settled just now.

    What was begun before is gone on with, as many as were asked for then. Where people live already and no settling
    was begun, and where nothing can be lived in, nothing is changed.
    """
    manner = manner or Manner()
    if lived_in(town.seed, town.scale):
        return 0
    batch = begun(town.seed, town.scale) or _begin(town, people, by=by, at=at)
    if batch is None:
        return 0
    ground = Ground(**{**batch.layout, "today": date.fromisoformat(batch.layout["today"])}, batch=batch.pk)
    done = before = batch.counts.get("people", 0)
    gc.freeze()  # what stands already need not be looked through again and again
    with laying.much_at_once(), _drawn(town, ground, batch, manner) as portions:
        if batch.reached == 0 and ground.people >= MANY and not manner.gently:
            laying.set_aside_indexes(*SCATTERED)
        for portion in portions:
            began = time.monotonic()
            done += _write(portion, batch, by=by, at=at)
            tell(_("people moved in"), done, ground.people)
            if manner.gently:
                time.sleep(time.monotonic() - began)
    tell(_("indexes being made"), 0, 0)
    laying.index_again(*SCATTERED)
    Batch.objects.filter(pk=batch.pk, stage=WRITTEN).update(stage=SETTLED, written_at=at)
    return done - before


@transaction.atomic
def _begin(town: Town, people: int, *, by: Hand, at: datetime) -> Batch | None:
    """A batch for everything that comes, with the keys of all its records; none where nothing can be lived in."""
    dwellings = len(Street(town.houses))
    if not dwellings or not people:
        return None
    today = localdate(at)
    businesses = len(firms(town, today))
    keys = {"dwelling": (Dwelling, dwellings), "household": (Household, people), "person": (Person, people)}
    first = {name: laying.reserve(*asked) for name, asked in (keys | {"business": (Business, businesses)}).items()}
    return Batch.objects.create(
        register="person",
        area_code=town.houses[0].area[:9] if town.scale == "township" else town.houses[0].area[:6],
        file_name="",
        file_digest=_word(town.seed, town.scale),
        layout={"people": people, "today": str(today), **first},
        stage=SETTLING,
        true_on=today,
        at=at,
    )


def _word(seed: int, scale: str) -> str:
    """What the batch of a town is known by."""
    return f"town:{seed}:{scale}"


@contextmanager
def _drawn(town: Town, ground: Ground, batch: Batch, manner: Manner) -> Iterator[Iterator[Portion]]:
    """The portions from one on, drawn here or in a process beside us."""
    asked = (town, ground, connection.vendor)
    if batch.stage == WRITTEN:
        yield iter(())
        return
    beside = ground.people >= WORTH_A_PROCESS if manner.beside is None else manner.beside
    if not beside:
        yield Blocks(*asked).portions(batch.reached)
        return
    with aside.portions(asked, batch.reached) as portions:
        yield portions


@transaction.atomic
def _write(portion: Portion, batch: Batch, *, by: Hand, at: datetime) -> int:
    """The portion stands, with its entry; how many people it brought. One that stands already is left alone."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.stage != SETTLING or held.reached != portion.step:
        return 0
    for columns, rows in zip(ORDER, portion.rows, strict=True):
        laying.lay(columns, rows)
    laying.lay_words(portion.words)
    held.reached += 1
    held.counts = {"people": held.counts.get("people", 0) + portion.people}
    if held.reached == portion.steps:
        held.stage = WRITTEN
    held.save(update_fields=["reached", "counts", "stage"])
    told: dict[str, Any] = {"rows": portion.records, "digest": portion.digest}
    writing.write("town.settled", thing=portion.area, by=by, at=at, area=portion.area, **told)
    return portion.people
