"""What became of areas: those that stand no longer, redrawings they were in, what was done to them."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.ground.refusals import NotFound
from linli.journal.models import Entry

from .models import Area, Redrawing, Succession


class Step(NamedTuple):
    """What became of one code; no new code where the area ended. `leads` where an area bears the new code, or bore it.

    An undoing takes areas that were made back as if they had never been: then nothing is under their codes.
    """

    old_code: str
    old_name: str
    new_code: str
    new_name: str
    leads: bool


def last(code: str) -> Area:
    """The area that bore a code last; refuses (404) a code that none ever bore."""
    found = Area.objects.filter(code=code).order_by("-until", "-id").first()
    if found is None:
        raise NotFound(what=code)
    return found


def redrawings_of(code: str) -> QuerySet[Redrawing]:
    """Every redrawing in which a code was given up or taken, newest first."""
    steps = Succession.objects.filter(Q(old_code=code) | Q(new_code=code), redrawing=OuterRef("pk"))
    return _told().filter(Exists(steps) | Q(area_code=code)).order_by("-id")


def entries_of(code: str) -> QuerySet[Entry]:
    """Entries about an area itself, and about what was drawn in it by hand, newest first."""
    about = Q(thing=code) | Q(area_code=code, verb__startswith="area.")
    return Entry.objects.filter(about).order_by("-id")


def redrawings(most: int) -> QuerySet[Redrawing]:
    """The latest redrawings."""
    return _told().order_by("-id")[:most]


def _told() -> QuerySet[Redrawing]:
    """Redrawings without what only their inverse needs, which may be many megabytes."""
    return Redrawing.objects.defer("before", "changes")


def redrawing(ref: str) -> Redrawing:
    """One redrawing; refuses (404) a reference that none bears."""
    found = _told().filter(ref=ref).first()
    if found is None:
        raise NotFound(what=ref)
    return found


def steps_of(done: Redrawing) -> list[Step]:
    """What became of each code, with what both areas are called or were last called."""
    pairs = list(done.successions.order_by("old_code", "new_code").values_list("old_code", "new_code"))
    wanted = {code for pair in pairs for code in pair if code}
    names = dict(Area.objects.filter(code__in=wanted).order_by("until", "id").values_list("code", "name"))
    names |= dict(Area.objects.standing().filter(code__in=wanted).values_list("code", "name"))
    return [Step(old, names.get(old, ""), new, _called(old, new, names), new in names) for old, new in pairs]


def _called(old: str, new: str, names: dict[str, str]) -> str:
    """What lies under a new code; an area that was made and taken back bore the name it has under its old one."""
    return (names.get(new) or names.get(old, "")) if new else ""
