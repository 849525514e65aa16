"""Editions of the areas: what a cache is made from, and the lock under which areas are changed."""

import secrets
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Subquery

from .models import Area, Boundary, Edition

NONE = ""


def current() -> str:
    """A short word that is another one whenever an area or a boundary is; empty while there are none."""
    sql, values = _asked(connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchone()
    if found is None:  # areas that came without a verb, as in a test
        found = (
            NONE,
            *(model.objects.order_by("-id").values_list("id", flat=True).first() for model in (Area, Boundary)),
        )
    return ".".join(str(part or "") for part in found) if any(found) else NONE


@lru_cache(maxsize=4)
def _asked(_alias: str) -> tuple[str, tuple[Any, ...]]:
    """The question of `current` as the database reads it, put together once: every page asks it several times."""
    last_area, last_boundary = (model.objects.order_by("-id").values("id")[:1] for model in (Area, Boundary))
    with_last = Edition.objects.annotate(area=Subquery(last_area), boundary=Subquery(last_boundary))
    return with_last.values_list("token", "area", "boundary").query.sql_with_params()


def renew() -> None:
    """The areas are being changed, by this transaction alone. Every verb that changes them calls this first."""
    assert transaction.get_connection().in_atomic_block, "areas are changed in a transaction"
    Edition.objects.select_for_update().get_or_create(pk=1, defaults={"token": NONE})
    Edition.objects.filter(pk=1).update(token=secrets.token_hex(8))
