"""Editions of the areas: what a cache is made from, and the lock under which areas are changed, or held as they are."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet, Subquery

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.web.once import asked

from . import codes as area_codes
from .models import Area, Boundary, Edition

NONE = ""
SHARED = f"SELECT 1 FROM {Edition._meta.db_table} WHERE id = 1 FOR SHARE"  # noqa: S608 - the table names itself


_LOOKED_UP: ContextVar[list[str] | None] = ContextVar("looked_up", default=None)


class StandsNoLonger(Refusal):
    """Something was meant for an area that was redrawn meanwhile."""

    code = "area.stands-no-longer"
    words = _("No area stands under %(code)s now.")
    next_step = _("Divisions were redrawn meanwhile: choose the area anew and send it again. Nothing was written.")


@contextmanager
def steady() -> Iterator[None]:
    """Inside, as while one page is answered, the edition is looked up once, until something here changes the areas."""
    before = _LOOKED_UP.set([])
    try:
        yield
    finally:
        _LOOKED_UP.reset(before)


def current() -> str:
    """A short word that is another one whenever an area or a boundary is; empty while there are none."""
    known = _LOOKED_UP.get()
    if known is None:
        return _look_up()
    if not known:
        known.append(_look_up())
    return known[0]


def _look_up() -> str:
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
    """The question of `current` as the database reads it, put together once: every page asks it."""
    last_area, last_boundary = (model.objects.order_by("-id").values("id")[:1] for model in (Area, Boundary))
    with_last = Edition.objects.annotate(area=Subquery(last_area), boundary=Subquery(last_boundary))
    return with_last.values_list("token", "area", "boundary").query.sql_with_params()


def renew() -> None:
    """The areas are being changed, by this transaction alone. Every verb that changes them calls this first."""
    assert transaction.get_connection().in_atomic_block, "areas are changed in a transaction"
    _LOOKED_UP.set(None)
    Edition.objects.select_for_update().get_or_create(pk=1, defaults={"token": NONE})
    Edition.objects.filter(pk=1).update(token=secrets.token_hex(8))


def hold(*codes: str) -> None:
    """Until this transaction ends nobody changes the areas, and at or below each of these codes one stands.

    Every verb that stamps rows with a code from elsewhere calls this first, and reads rows it takes codes from only
    then. Those who hold do not wait for each other. Refuses a code under which nothing stands any more; in a district
    of which no area was ever known, as before the first import, any code may be.
    """
    assert transaction.get_connection().in_atomic_block, "areas are held by a transaction"
    if connection.vendor == "postgresql":  # on SQLite whoever writes is alone
        Edition.objects.get_or_create(pk=1, defaults={"token": NONE})
        with connection.cursor() as cursor:
            cursor.execute(SHARED)
    for code in filter(None, codes):
        above = (each for each in area_codes.ancestors(code) if area_codes.level_of(each) == area_codes.Level.DISTRICT)
        district = next(above, code)
        if not _some_stand(code) and Area.objects.within(district).exists():
            raise StandsNoLonger(code=code)


def _some_stand(code: str) -> bool:
    """Whether an area stands at or below a code."""
    low, *high = area_codes.inside(code).values()
    return bool(_standing(low, *high))


@asked
def _standing(low: str, *high: str) -> "QuerySet[Area, tuple[str]]":
    rows = Area.objects.standing().filter(code__gte=low)
    return (rows.filter(code__lt=high[0]) if high else rows).values_list("code")[:1]
