"""Sealing: entries that are committed get the next numbers of the chain and their hashes, a batch at a time.

The order is the order of sealing. PostgreSQL gives ids before it commits, so an entry with a lower id may come to
light later; it simply gets a higher number. Every number is given in one transaction with the seal of its batch.
"""

from datetime import datetime
from itertools import count

from django.db import IntegrityError, connection, transaction

from . import witness
from .chain import BEGINNING, CONTENT, chained
from .models import Entry, Seal
from .witness import Head

BATCH = 1000
GIVE = f"UPDATE {Entry._meta.db_table} SET seal_number = %s, seal_hash = %s WHERE id = %s"  # noqa: S608 - the table names itself


def head() -> Head:
    """The end of the chain; number 0 before anything is sealed."""
    last = Seal.objects.order_by("-last").first()
    return Head(last.last, last.hash) if last else Head(0, BEGINNING)


def seal_batch(*, at: datetime, limit: int = BATCH) -> int:
    """The oldest unsealed entries are sealed; how many. None are, when another sealer came first.

    Two sealers read the same head; both then insert a seal that begins after it, and the database lets one do so.
    """
    if not Entry.objects.filter(seal_number=None).exists():
        return 0
    before = head()
    try:
        with transaction.atomic():
            return _seal(at=at, limit=limit)
    except IntegrityError:
        if head() == before:
            raise
        return 0


def _seal(*, at: datetime, limit: int) -> int:
    before = head()
    waiting = Entry.objects.filter(seal_number=None).order_by("id").values_list(*CONTENT)[:limit]
    links = list(chained(before.hash, before.number + 1, waiting))
    if not links:
        return 0
    Seal.objects.create(first=links[0].number, last=links[-1].number, hash=links[-1].hash, at=at)
    with connection.cursor() as cursor:
        cursor.executemany(GIVE, [(link.number, link.hash, link.content[0]) for link in links])
    return len(links)


def seal_all(*, at: datetime, batches: int | None = None) -> int:
    """What is committed so far is sealed, or so many batches of it, and the head noted; how many entries."""
    total = 0
    for _batch in count() if batches is None else range(batches):
        if not (sealed := seal_batch(at=at)):
            break
        total += sealed
    if total:
        bear_witness(at=at)
    return total


def bear_witness(*, at: datetime) -> bool:
    """The witness has the head; also after a kill between a sealing and its note."""
    now = head()
    return bool(now.number) and witness.note(now, at=at)
