"""The one way an entry comes to be: inside the transaction of the verb that did the thing.

A bulk verb writes one entry: `write(…, rows=count, digest=digest(rows))`.
"""

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.ground.hands import Hand

from .chain import digest
from .following import followers_of
from .models import Delivery, Entry

__all__ = ["digest", "write"]

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
    entry = Entry.objects.create(
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
    if names := followers_of(verb):
        Delivery.objects.bulk_create([Delivery(entry=entry, follower=name) for name in names])
    return entry
