"""The one way an entry comes to be: inside the transaction of the verb that did the thing.

A bulk verb writes one entry: `write(…, rows=count, digest=digest(rows))`.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from linli.ground.hands import Hand

from .chain import digest
from .following import followers_of
from .models import Delivery, Entry

__all__ = ["digest", "write"]

# Written with every move of every case, so not through the ORM, which takes five times as long to say the same.
ENTRY = ("at", "verb", "thing", "by", "post", "area_code", "area_then", "facts", "rows", "digest", "seal_hash")
DELIVERY = ("entry_id", "follower", "tries", "complaint")


def _insert(model: type[models.Model], columns: Sequence[str], after: str = "") -> str:
    named = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {model._meta.db_table} ({named}) VALUES ({', '.join(['%s'] * len(columns))}){after}"  # noqa: S608


INSERT_ENTRY, INSERT_DELIVERY = _insert(Entry, ENTRY, " RETURNING id"), _insert(Delivery, DELIVERY)

_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode


def write(
    verb: str,
    *,
    thing: str,
    by: Hand,
    at: datetime,
    area: str = "",
    rows: int = 0,
    digest: str = "",
    **facts: Any,
) -> Entry:
    """An entry stands, with a delivery for each follower, if and only if the verb's transaction commits.

    `facts` are references, codes and counts, never a person's particulars. A bulk verb writes one entry with
    the number of `rows` and their `digest` (SHA-256, hexadecimal).
    """
    assert transaction.get_connection().in_atomic_block, f"{verb} was written outside its verb's transaction"
    entry = Entry(
        at=at,
        verb=verb,
        thing=thing,
        by=by.ref,
        post=by.post,
        area_code=area,
        area_then=area,
        facts=_json(facts),
        rows=rows,
        digest=digest,
    )
    values = [getattr(entry, name) for name in ENTRY[1:]]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ENTRY, [connection.ops.adapt_datetimefield_value(at), *values])
        entry.pk = cursor.fetchone()[0]
        for name in followers_of(verb):
            cursor.execute(INSERT_DELIVERY, [entry.pk, name, 0, ""])
    entry._state.adding = False
    return entry
