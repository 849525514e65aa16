"""Where an address lies: in the building others of its building lie in, by its old name too; with a list of the rest.

What a building is stands before the first dash of an address's key: 福源庭院3-1-101 lies in 福源庭院3.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from linli.access.actors import Actor
from linli.access.scoping import seen_by
from linli.areas import codes
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import addresses, finding, keeping, living, many
from .models import Business, Dwelling, Household, OldName, Person, Register
from .models.records import Building
from .queries import records

AT_ONCE = 400  # buildings looked for in one question
Names = Sequence[tuple[str, str]]


class NameMissing(Refusal):
    """An old name without what it is called now, or one that names itself."""

    code, status = "place.name-missing", 422
    words = _("An old name needs another name that stands for it now.")
    next_step = _("Fill in both. Nothing was written.")


class NoSuchBuilding(Refusal):
    """No dwelling of this building is known to lie anywhere."""

    code, status = "place.no-such-building", 404
    words = _("Of the building “%(what)s” nobody knows where it lies.")
    next_step = _("Write its compound and number as the standard address has them. Nothing was written.")


def building_of(key: str) -> str:
    """The building of an address's key; empty for what names no number.

    >>> building_of("福源庭院3-1-101"), building_of("滨江路40"), building_of("柳树村")
    ('福源庭院3', '滨江路40', '')
    """
    building = key.partition("-")[0]
    return building if building[-1:].isdigit() else ""


def names_for(area: str) -> Names:
    """The old names that hold in an area, the longest first."""
    over = OldName.objects.filter(area_code__in=["", *codes.ancestors(area), area])
    return sorted(over.values_list("old", "new"), key=lambda pair: (-len(pair[0]), pair))


def standard(values: dict[str, Any], names: Names) -> dict[str, Any]:
    """What a row says of an address, in the names of now.

    >>> standard({"dwelling.address": "纺织厂家属院3栋501"}, [("纺织厂家属院", "福源庭院")])
    {'dwelling.address': '福源庭院3栋501'}
    """
    for name in WRITTEN:
        text = str(values.get(name) or "")
        if found := next(((old, new) for old, new in names if old in text), None):
            values[name] = text.replace(*found, 1)
    return values


WRITTEN = ("dwelling.address", "dwelling.compound", "business.address")


def mates(keys: Iterable[str], *, area: str) -> dict[str, Dwelling]:
    """A dwelling of each building that is known to lie somewhere in the area, by the building: the first of several."""
    wanted = sorted({building for key in keys if (building := building_of(key))})
    found: dict[str, Dwelling] = {}
    placed = Dwelling.objects.standing().alias(stands_in=Building("address_key"))
    placed = placed.filter(lon__isnull=False, **codes.inside(area)).order_by("-pk")
    for some in many.portions(wanted, AT_ONCE):
        found |= {building_of(row.address_key): row for row in placed.filter(stands_in__in=some)}
    return found


def lie_with_mates(dwellings: Sequence[Dwelling], *, area: str) -> None:
    """Dwellings whose place nobody said lie where others of their building lie. Nothing is saved."""
    lost = [each for each in dwellings if each.lon is None]
    known = mates((each.address_key for each in lost), area=area) if lost else {}
    for each in lost:
        if mate := known.get(building_of(each.address_key)):
            living.settle(each, mate)


def unplaced(*, viewer: Actor) -> QuerySet[Dwelling]:
    """The standing dwellings within the viewer's scope of which nobody knows where they lie."""
    return records(Register.DWELLING, viewer=viewer).filter(lon=None, ended_on=None)


def old_names(*, viewer: Actor) -> QuerySet[OldName]:
    """The old names within the viewer's scope; none without the permission."""
    rows = OldName.objects.order_by("area_code", "old")
    return seen_by(rows, viewer) if Permission.REGISTER_READ in viewer.permissions else rows.none()


@transaction.atomic
def keep_name(old: str, new: str, *, area: str, by: Hand, at: datetime) -> OldName:
    """Files of the area that write the old name mean the new one from now on. Refuses a name that is not one."""
    by.must(Permission.REGISTER_KEEP, within=area)
    old, new = "".join(old.split())[:60], "".join(new.split())[:60]
    if len(old) < 2 or not new or old in new:
        raise NameMissing()
    kept, _made = OldName.objects.update_or_create(area_code=area, old=old, defaults={"new": new, "at": at})
    writing.write("place.named", thing="registers", by=by, at=at, area=area, old=old, new=new)
    return kept


@transaction.atomic
def drop_name(number: int, *, by: Actor, at: datetime) -> None:
    """The old name means nothing any longer; what was written under it stays. Refuses (404) one outside the scope."""
    kept = old_names(viewer=by).select_for_update().filter(pk=number).first()
    if kept is None:
        raise NotFound(what=str(number))
    by.must(Permission.REGISTER_KEEP, within=kept.area_code)
    writing.write("place.name-dropped", thing="registers", by=by, at=at, area=kept.area_code, old=kept.old)
    kept.delete()


@transaction.atomic
def place(dwelling: Dwelling, building: str, *, by: Hand, at: datetime) -> Dwelling:
    """The dwelling lies in this building, and with it those who live, keep house and trade there. Refuses a building
    nobody knows, or that lies where the hand may not keep the registers."""
    dwelling = Dwelling.objects.select_for_update().get(pk=dwelling.pk)
    keeping.must_stand(dwelling)
    key = addresses.key_of(standard({"dwelling.address": building}, names_for(dwelling.area_code))["dwelling.address"])
    township = dwelling.area_code[: codes.WIDTHS[codes.Level.TOWNSHIP]]
    mate = mates([key], area=township).get(building_of(key))
    if mate is None:
        raise NoSuchBuilding(what=building.strip()[:60])
    for area in (dwelling.area_code, mate.area_code):
        by.must(Permission.REGISTER_KEEP, within=area)
    came_from = dwelling.area_code
    for register, rows in _inside(dwelling).items():
        for record in rows:
            living.settle(record, mate)
            record.save(update_fields=["area_code", "lon", "lat"])
            if register is Register.PERSON:
                living.carry_secrets(record)
        finding.lay(register, rows)
    writing.write(
        "dwelling.placed", thing=dwelling.ref, by=by, at=at, area=mate.area_code, beside=mate.ref, came_from=came_from
    )
    dwelling.refresh_from_db()
    return dwelling


def _inside(dwelling: Dwelling) -> Mapping[Register, list[Any]]:
    """The dwelling, and the standing records that lie in it."""
    return {
        Register.DWELLING: [dwelling],
        Register.HOUSEHOLD: list(Household.objects.standing().filter(dwelling=dwelling)),
        Register.BUSINESS: list(Business.objects.standing().filter(dwelling=dwelling)),
        Register.PERSON: list(
            Person.objects.standing().filter(dwelling=dwelling).select_related("dwelling", "household")
        ),
    }
