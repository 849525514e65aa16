"""Shapes of teams are taken over, made, changed and given up; an area's teams take one on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from linli.areas import codes
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from .appointing import known_role
from .models import Post, PostSet, TeamPlace, TeamShape, TeamUse
from .shapes import KnownShape, PlaceAsked

PLACES_MOST = 30


class PlaceHeld(Refusal):
    """Someone holds a place that the changed shape would no longer have."""

    code = "team.place-held"
    words = _("%(count)s posts fill the place %(place)s, which the shape would no longer have.")
    next_step = _("Keep the place, or end those posts first.")


class NoPlaces(Refusal):
    """A shape without a place, or with more than a page can show."""

    code, status = "team.no-places", 400
    words = _("A shape has between one and %(most)s places, each with a name of its own.")
    next_step = _("Name at least one place, and no two alike.")


class NameUsed(Refusal):
    """Another shape of the same area bears the name."""

    code = "team.name-used"
    words = _("This area already has a shape called %(name)s.")
    next_step = _("Change that one, or choose another name.")


class ShapeUsed(Refusal):
    """Areas still use the shape that would be given up."""

    code = "team.shape-used"
    words = _("%(count)s areas still use the shape %(name)s.")
    next_step = _("Give them another shape first.")


class ShapeFromElsewhere(Refusal):
    """The shape belongs to an area that does not hold this one."""

    code = "team.shape-from-elsewhere"
    words = _("The shape %(name)s is not one of this area.")
    next_step = _("Take it over for this area first.")


@dataclass(frozen=True)
class ShapeAsked:
    """A shape as it is asked for."""

    name: str
    places: tuple[PlaceAsked, ...]
    special: bool = False
    source: str = ""


@transaction.atomic
def take_over(known: KnownShape, *, area: str, by: Hand, at: datetime) -> TeamShape:
    """The area has the known shape as its own, to be changed there; where it took it over before, it is that one."""
    by.must(Permission.ACCOUNT_MANAGE, within=area)
    mine = TeamShape.objects.filter(area_code=area, known=known.known, until=None).first()
    if mine:
        return mine
    source = f"{known.source}（未核实）" if known.status else known.source
    asked = ShapeAsked(known.name, known.places, known.special, source)
    return _made(asked, area, known=known.known, by=by, at=at)


@transaction.atomic
def shape(asked: ShapeAsked, *, area: str, by: Hand, at: datetime) -> TeamShape:
    """The area has a shape of its own. Refuses a name it uses already, no places, and a role nobody declared."""
    by.must(Permission.ACCOUNT_MANAGE, within=area)
    return _made(asked, area, known="", by=by, at=at)


def _made(asked: ShapeAsked, area: str, *, known: str, by: Hand, at: datetime) -> TeamShape:
    _name_free(asked.name, area)
    made = TeamShape.objects.create(
        known=known,
        name=asked.name,
        area_code=area,
        special=asked.special,
        source=asked.source,
        since=localdate(at),
    )
    _lay_places(made, asked.places)
    writing.write("team.shaped", thing=made.ref, by=by, at=at, area=area, name=asked.name, places=len(asked.places))
    return made


@transaction.atomic
def reshape(found: TeamShape, asked: ShapeAsked, *, by: Hand, at: datetime) -> TeamShape:
    """The shape has these places from now on. Refuses to take one away that someone fills."""
    by.must(Permission.ACCOUNT_MANAGE, within=found.area_code)
    found = TeamShape.objects.select_for_update().get(pk=found.pk)
    if asked.name != found.name:
        _name_free(asked.name, found.area_code)
    kept = {place.slug for place in asked.places}
    for place in found.places.exclude(slug__in=kept):
        if held := _in_force(localdate(at)).filter(team=found, place=place.slug).count():
            raise PlaceHeld(count=held, place=place.name)
    found.name, found.special, found.source = asked.name, asked.special, asked.source
    found.save(update_fields=["name", "special", "source"])
    found.places.exclude(slug__in=kept).delete()
    _lay_places(found, asked.places)
    told, area = len(asked.places), found.area_code
    writing.write("team.reshaped", thing=found.ref, by=by, at=at, area=area, name=asked.name, places=told)
    return found


@transaction.atomic
def give_up(found: TeamShape, *, by: Hand, at: datetime) -> TeamShape:
    """No area can take the shape on any more; posts that were given for its places keep them."""
    by.must(Permission.ACCOUNT_MANAGE, within=found.area_code)
    if used := TeamUse.objects.filter(shape=found, until=None).count():
        raise ShapeUsed(count=used, name=found.name)
    found.until = max(localdate(at), found.since)
    found.save(update_fields=["until"])
    writing.write("team.given-up", thing=found.ref, by=by, at=at, area=found.area_code, name=found.name)
    return found


@transaction.atomic
def use(found: TeamShape, *, area: str, what_for: str = "", by: Hand, at: datetime) -> TeamUse:
    """From today the teams of the area, and of all below it that says nothing else, have this shape."""
    by.must(Permission.ACCOUNT_MANAGE, within=area)
    if not codes.contains(found.area_code, area) or found.until:
        raise ShapeFromElsewhere(name=found.name)
    today = localdate(at)
    _end_uses(area, today)
    told = TeamUse.objects.create(area_code=area, shape=found, what_for=what_for, since=today)
    writing.write("team.used", thing=found.ref, by=by, at=at, area=area, name=found.name)
    return told


@transaction.atomic
def use_no_longer(area: str, *, by: Hand, at: datetime) -> None:
    """The area says nothing of its own any more: what is said above it holds there again."""
    by.must(Permission.ACCOUNT_MANAGE, within=area)
    if _end_uses(area, localdate(at)):
        writing.write("team.used-no-longer", thing=area, by=by, at=at, area=area)


def _end_uses(area: str, today: date) -> int:
    """What the area said before ends; two that a redrawing brought together end both."""
    return TeamUse.objects.filter(area_code=area, until=None).update(until=today)


def _in_force(today: date) -> PostSet:
    return Post.objects.filter(Q(until=None) | Q(until__gt=today))


def _name_free(name: str, area: str) -> None:
    if TeamShape.objects.filter(area_code=area, name=name, until=None).exists():
        raise NameUsed(name=name)


def _lay_places(found: TeamShape, asked: Sequence[PlaceAsked]) -> None:
    """The shape has these places, in this order; one that keeps its slug keeps its people."""
    names = [place.name for place in asked]
    if not 0 < len(asked) <= PLACES_MOST or len(set(names)) < len(names):
        raise NoPlaces(most=PLACES_MOST)
    taken = {place.slug for place in asked}
    for rank, place in enumerate(asked):
        slug = place.slug or _free_slug(place.role, taken)
        taken.add(slug)
        told = {"name": place.name, "role": known_role(place.role).slug, "most": place.most, "in_pairs": place.in_pairs}
        TeamPlace.objects.update_or_create(shape=found, slug=slug, defaults=told | {"rank": rank})


def _free_slug(role: str, taken: set[str]) -> str:
    """A slug for a place that has none yet: of its role, numbered.

    >>> _free_slug("grid-head", {"grid-head", "grid-head-2"})
    'grid-head-3'
    """
    stem = re.sub(r"[^a-z0-9-]", "", role) or "place"
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 99))) if slug not in taken)
