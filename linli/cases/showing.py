"""Who raised a case is shown: masked, and in full to whoever says why."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.access.actors import Actor
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.privacy import mask_name, mask_phone
from linli.journal import writing
from linli.registers import secrets

from . import queries
from .models import Case, Raiser


@dataclass(frozen=True)
class Shown:
    """A raiser as a page shows them."""

    kind: str
    name: str
    phone: str
    case: str
    wants_call: bool


def masked(found: Case, viewer: Actor) -> list[Shown]:
    """Everyone who raised the matter in a case the viewer may see, as far as may be seen without a reason."""
    return [_masked(each) for each in queries.raisers(found, viewer)]


@transaction.atomic
def unmask(found: Case, *, reason: str, by: Hand, at: datetime) -> list[Shown]:
    """Everyone who raised the matter, in full where one may see who did. Journalled with the reason for each case whose
    raiser was shown; refuses a reason that says nothing."""
    by.must(Permission.CASE_UNMASK, within=found.area_code)
    secrets.must_say_why(reason)
    told = reason.strip()[:200]
    every = queries.raisers(found, by if isinstance(by, Actor) else None)
    may = {each.case.area_code: by.may(Permission.CASE_UNMASK, within=each.case.area_code) for each in every}
    opened = {each.case.ref: each.case.area_code for each in every if may[each.case.area_code]}
    for ref, area in ({found.ref: found.area_code} | opened).items():
        writing.write("case.unmasked", thing=ref, by=by, at=at, area=area, reason=told)
    return [_shown(each, each.name, each.phone) if may[each.case.area_code] else _masked(each) for each in every]


def _masked(raiser: Raiser) -> Shown:
    return _shown(raiser, mask_name(raiser.name), mask_phone(raiser.phone))


def _shown(raiser: Raiser, name: str, phone: str) -> Shown:
    return Shown(raiser.kind, name, phone, raiser.case.ref, raiser.wants_call)
