"""New keys for all that lies sealed: they stand, every value and index is made again under them, the old are set aside.

How far it is stands in the values themselves, each of which bears the version of its key: so whoever is killed and
called again goes on with what is left. Meanwhile both keys open, and whoever looks something up asks under both.
A portion is one transaction; a row that someone else is writing is left for the next time round.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import BinaryField, F, Func, IntegerField, Q

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.journal import writing
from linli.journal.models import Entry

from . import keyring, knowing
from .models import Person
from .sealed import INDEX_BYTES, BlindField, SealedField, seal

AT_ONCE = 200
SETTLE_S = 5.0  # whoever holds the keys looks at them again each second, and has written by then
REST_S = 0.02  # between portions, so that others come to write


@dataclass(frozen=True)
class Renewed:
    """What a call did: the version in use now, those it took the place of, and the rows it made again."""

    version: int
    before: list[int]
    rows: int


def renew(*, by: Hand, at: datetime, tell: Tell = silent) -> Renewed:
    """Everything sealed lies under a new key, its indexes likewise, and the keys before are set aside.

    What was begun and cut off is gone on with. Where values lie under a key that was set aside, since a copy of
    before was put back, that is done first, under the newest key there is. Refuses whoever does not manage the
    accounts of the whole installation.
    """
    by.must(Permission.ACCOUNT_MANAGE, within="")
    version = _begun(by=by, at=at)
    time.sleep(SETTLE_S)
    done, total = 0, left()
    while waiting := left():
        for made in _round():
            done += made
            tell(_("sealed again"), min(done, total), total)
            time.sleep(REST_S)
        if left() >= waiting:
            time.sleep(SETTLE_S)  # all that is left is being written by others
    return Renewed(version, _end(version, by=by, at=at), done)


def left() -> int:
    """How many rows hold something that is not under the newest keys."""
    return sum(_stale(model).count() for model in sealed_models())


def sealed_models() -> list[type[models.Model]]:
    """Every table in which something lies sealed."""
    return [model for model in apps.get_models() if _fields(model, SealedField)]


def _fields(model: type[models.Model], kind: type[models.Field[Any, Any]]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, kind)]


def _begun(*, by: Hand, at: datetime) -> int:
    """The version everything is made again under. Cut off before its entry stands, the next call writes it."""
    if not keyring.keys().are_renewed:
        if left():
            keyring.bring_back()
        else:
            keyring.add(at=at)
    version = keyring.keys().newest
    _tell_once("keys.renewed", version, by=by, at=at)
    return version


def _end(version: int, *, by: Hand, at: datetime) -> list[int]:
    """The entry first: cut off behind it, the next call finds two versions in use still, and nothing left to do."""
    _tell_once("keys.set-aside", version, by=by, at=at)
    return keyring.set_aside(at=at)


@transaction.atomic
def _tell_once(verb: str, version: int, *, by: Hand, at: datetime) -> None:
    thing = f"key-{version}"
    if not Entry.objects.filter(verb=verb, thing=thing).exists():
        writing.write(verb, thing=thing, by=by, at=at, version=version)


def _round() -> Iterator[int]:
    """Once through all tables, a portion at a time; how many rows each made again."""
    for model in sealed_models():
        reached: Any = 0
        while some := _remake_some(model, reached):
            yield len(some)
            reached = some[-1].pk


class _First(Func):
    """The first byte of a column."""

    function, template, output_field = "substr", "%(function)s(%(expressions)s, 1, 1)", BinaryField()


class _Length(Func):
    """How many bytes stand in a column."""

    function, output_field = "length", IntegerField()


def _stale(model: type[models.Model]) -> models.QuerySet[Any]:
    """The rows in which something is not under the newest keys."""
    asked: dict[str, Func] = {}
    held, stale = keyring.keys(), Q()
    for field in _fields(model, SealedField):
        asked[f"first_{field.name}"] = _First(F(field.name))
        stale |= ~Q(**{f"first_{field.name}__in": [b"", bytes([held.newest])]})
    for field in _fields(model, BlindField):
        first, long = f"first_{field.name}", f"long_{field.name}"
        asked |= {first: _First(F(field.name)), long: _Length(F(field.name))}
        newest = Q(**{long: INDEX_BYTES + len(held.mark)} | ({first: held.mark} if held.mark else {}))
        stale |= Q(**{f"{long}__gt": 0}) & ~newest
    return model._base_manager.alias(**asked).filter(stale)


@transaction.atomic
def _remake_some(model: type[models.Model], reached: int) -> list[Any]:
    """The next rows are under the newest keys, and people among them found by their indexes as they are now."""
    rows = _stale(model).filter(pk__gt=reached).order_by("pk")
    beside = ("dwelling", "household") if model is Person else ()
    some = list(rows.select_related(*beside).select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for field in _fields(model, BlindField):
        for record in some:
            setattr(record, field.attname, field.remade(record))
    _write(model, some)
    if model is Person:
        knowing.lay_keys(some)
    return some


def _write(model: type[models.Model], some: list[Any]) -> None:
    """As bytes, so that whatever else the rows hold is not touched."""
    fields = [*_fields(model, SealedField), *_fields(model, BlindField)]
    quoted = connection.ops.quote_name
    named = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    said = [[*(_bytes(field, record) for field in fields), record.pk] for record in some]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quoted(model._meta.db_table)} SET {named} WHERE id = %s", said)  # noqa: S608


def _bytes(field: Any, record: Any) -> bytes:
    value = getattr(record, field.attname)
    return seal(value, column=field.column_name) if isinstance(field, SealedField) else value
