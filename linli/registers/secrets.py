"""Secret facts (health, disability, income): sealed apart, read by permission with a reason that is journalled."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import many
from .book import Fact, Type
from .models import SecretValue
from .queries import register_of
from .sealed import blind, blinds

TAKEN = f"DELETE FROM {SecretValue._meta.db_table} WHERE thing = %s AND fact = %s"  # noqa: S608 - our own name


class ReasonNeeded(Refusal):
    """Something masked or secret was asked for without saying why."""

    code, status = "registers.reason-needed", 422
    words = _("What is masked is shown for a reason, and the reason is written down.")
    next_step = _("Say in a few words what you need it for, then ask again.")


def put(record: Any, fact: Fact, value: Any, *, true_on: date, batch: Any = None) -> None:
    """The secret fact of the record is this from now on; None takes it away. The caller's verb writes the entry."""
    assert fact.is_secret, fact.name
    if value in ("", None):
        SecretValue.objects.filter(thing=record.ref, fact=fact.name).delete()
        return
    SecretValue.objects.update_or_create(
        thing=record.ref,
        fact=fact.name,
        defaults={
            "register": register_of(record),
            "area_code": record.area_code,
            "value": str(value),
            "index": index_of(fact, value),
            "true_on": true_on,
            "batch": batch,
        },
    )


def known(things: Sequence[str]) -> dict[str, dict[str, str]]:
    """The secret facts of these records as they are written, for verbs alone: nothing of it is shown."""
    found: dict[str, dict[str, str]] = {}
    for kept in many.read(SecretValue, "thing", things):
        found.setdefault(kept.thing, {})[kept.fact] = kept.value
    return found


def kept(things: Sequence[str]) -> dict[str, list[SecretValue]]:
    """The same with the day each was true and the batch it came with: what undoing needs."""
    found: dict[str, list[SecretValue]] = {}
    for each in many.read(SecretValue, "thing", things):
        found.setdefault(each.thing, []).append(each)
    return found


def lay(said: Iterable[tuple[Any, Fact, Any]], *, true_on: date, batch: Any, fresh: bool = True) -> None:
    """The secret facts of these records, in place of what they said before unless the records were made just now;
    what says nothing is left out."""
    told = list(said)
    if not fresh:
        with connection.cursor() as cursor:
            cursor.executemany(TAKEN, [(record.ref, fact.name) for record, fact, _value in told])
    many.lay(
        [
            SecretValue(
                thing=record.ref,
                fact=fact.name,
                register=register_of(record),
                area_code=record.area_code,
                value=str(value),
                index=index_of(fact, value),
                true_on=true_on,
                batch=batch,
            )
            for record, fact, value in told
            if value not in ("", None)
        ]
    )


def index_of(fact: Fact, value: Any) -> bytes:
    """What a coded secret is found by; amounts have none, so nobody can look for who earns how much."""
    return blind(str(value), column=fact.name) if fact.type is Type.CODE else b""


@transaction.atomic
def read(record: Any, fact: Fact, *, reason: str, by: Hand, at: datetime) -> str:
    """The secret fact, and an entry that says who read it and why; empty where it is unknown."""
    by.must(Permission.REGISTER_SECRET, within=record.area_code)
    must_say_why(reason)
    found = SecretValue.objects.filter(thing=record.ref, fact=fact.name).first()
    writing.write(
        "secret.read", thing=record.ref, by=by, at=at, area=record.area_code, fact=fact.name, reason=reason.strip()
    )
    return found.value if found else ""


def must_say_why(reason: str) -> None:
    """Refuses a reason of fewer than two signs."""
    if len(reason.strip()) < 2:
        raise ReasonNeeded()


def known_as(fact: Fact, value: Any, *, within: Q | None = None) -> Q:
    """The records of whom a coded secret fact is this, by its keyed index, in an area."""
    assert fact.type is Type.CODE, f"nobody looks for {fact.name}"
    things = SecretValue.objects.filter(fact=fact.name, index__in=blinds(str(value), column=fact.name))
    return Q(ref__in=things.filter(within or Q()).values("thing"))
