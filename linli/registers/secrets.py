"""Secret facts (health, disability, income): sealed apart, read by permission with a reason that is journalled."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from .book import Fact, Type
from .models import SecretValue
from .queries import register_of
from .sealed import blind

AT_ONCE = 900


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
    for first in range(0, len(things), AT_ONCE):
        for kept in SecretValue.objects.filter(thing__in=things[first : first + AT_ONCE]):
            found.setdefault(kept.thing, {})[kept.fact] = kept.value
    return found


def lay(said: Iterable[tuple[Any, Fact, Any]], *, true_on: date, batch: Any) -> None:
    """The secret facts of records that were made just now; what says nothing is left out."""
    SecretValue.objects.bulk_create(
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
        for record, fact, value in said
        if value not in ("", None)
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


def known_as(fact: Fact, value: Any) -> Q:
    """The records of whom a coded secret fact is this, by its keyed index."""
    things = SecretValue.objects.filter(fact=fact.name, index=index_of(fact, value)).values("thing")
    return Q(ref__in=things)
