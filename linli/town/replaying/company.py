"""Who plays in a replay: a clerk who writes down, a dispatcher, a handler for each desk, one who verifies.

They are accounts with posts like any other, so that every move is asked for its permission.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from linli.access import actors, appointing, bureaus, opening
from linli.access.actors import Actor
from linli.access.appointing import Appointment
from linli.access.models import Account, Bureau
from linli.areas import codes
from linli.areas.codes import Level
from linli.cases.holding import Target
from linli.cases.models import Case, Category
from linli.ground.hands import Program

BY = Program("replay")
SOURCE = "replay"


@dataclass
class Company:
    """The players, and the bureau behind each desk of the city."""

    clerk: Actor
    dispatcher: Actor
    verifier: Actor
    bureaus: dict[str, Bureau]
    handlers: dict[str, Actor]
    kinds: Mapping[str, str]

    @property
    def desks(self) -> Sequence[str]:
        """The desks there are."""
        return list(self.bureaus)

    def target(self, desk: str, _case: Case) -> Target:
        """The bureau behind the desk."""
        return Target(bureau=self.bureaus[desk])

    def handler(self, desk: str, _case: Case) -> Actor:
        """The handler of that bureau."""
        return self.handlers[desk]


@transaction.atomic
def gather(desks: Sequence[str], kinds: Sequence[str], *, township: str, at: datetime) -> Company:
    """Everyone has an account and a post; each desk is a bureau of the district, with a handler of its own.

    Each kind of matter is an event type by itself, on no list: the city's table says who handled what.
    """
    district = codes.cut(township, Level.DISTRICT)
    bureaus.add_all([(named(desk), SOURCE) for desk in desks], area=district, by=BY, at=at)
    known = {bureau.name: bureau for bureau in Bureau.objects.filter(area_code=district, until=None)}
    held = {desk: known[named(desk)] for desk in desks}
    hands = _account("hands", at)
    return Company(
        clerk=_player("clerk", "dispatcher", township, at),
        dispatcher=_player("dispatcher", "dispatcher", township, at),
        verifier=_player("verifier", "dispatcher", township, at),
        bureaus=held,
        kinds=_known(kinds, at),
        handlers={desk: _as(hands, "bureau-handler", district, at, bureau) for desk, bureau in held.items()},
    )


def _known(kinds: Sequence[str], at: datetime) -> dict[str, str]:
    """The event types, by the city's word for each."""
    codes = {kind: f"{SOURCE}-{number:04d}" for number, kind in enumerate(kinds, start=1)}
    Category.objects.bulk_create(
        Category(code=code, name=kind[:60], board="livelihood", since=localdate(at)) for kind, code in codes.items()
    )
    return codes


def named(desk: str) -> str:
    """What the bureau behind a desk is called.

    >>> named("?")
    'desk ?'
    """
    return f"desk {desk}"[:60]


def _account(name: str, at: datetime) -> Account:
    return opening.open_account(sign_in_name=name, name=name, password=secrets.token_urlsafe(24), by=BY, at=at)


def _player(name: str, role: str, area: str, at: datetime) -> Actor:
    return _as(_account(name, at), role, area, at)


def _as(account: Account, role: str, area: str, at: datetime, bureau: Bureau | None = None) -> Actor:
    asked = Appointment(role=role, area=area, bureau=bureau, since=localdate(at))
    return actors.acting_as(account, appointing.give(account, asked, by=BY, at=at))
