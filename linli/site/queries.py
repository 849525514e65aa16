"""What pages say of the whole house: which town it serves, where one's post lies, what was done lately."""

from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Max, Min

from linli.access.models import Post
from linli.areas import codes
from linli.areas import queries as areas
from linli.areas.models import Area, Background
from linli.journal.models import Seal


def town() -> Area | None:
    """The least area that holds every township; before any is known, the highest area there is."""
    return _town(areas.version())


@lru_cache(maxsize=8)
def _town(_edition: str) -> Area | None:
    ends = Area.objects.standing().filter(level=codes.Level.TOWNSHIP).aggregate(Min("code"), Max("code"))
    first, last = ends["code__min"], ends["code__max"]
    if first is None:
        return Area.objects.standing().order_by("level", "code").first()
    around = [code for code in [*codes.ancestors(first), first] if codes.contains(code, last)]
    return Area.objects.standing().filter(code__in=around).order_by("-level").first()


def area_name(code: str) -> str:
    """The name of an area, or its last; its code where nobody has named it; nothing for everywhere."""
    if not code:
        return ""
    return areas.names([code]).get(code, code)


def holder_name(post: int) -> str:
    """Who holds the post of this key, by name."""
    return Post.objects.filter(pk=post).values_list("account__name", flat=True).first() or "–"


def sealed_at() -> datetime | None:
    """When the journal was last sealed; None before the first seal."""
    return Seal.objects.order_by("-last").values_list("at", flat=True).first()


def counts(code: str) -> dict[codes.Level, int]:
    """How many standing areas of each level lie in an area, from the top; of all for the empty code."""
    return _counts(areas.version(), code)


@lru_cache(maxsize=512)
def _counts(_edition: str, code: str) -> dict[codes.Level, int]:
    found = Area.objects.standing().within(code).exclude(code=code).order_by("level").values_list("level")
    return {codes.Level(level): count for level, count in found.annotate(count=Count("id"))}


def alone() -> bool:
    """Whether no second person has an account or an invitation yet."""
    return Post.objects.count() < 2


def has_background() -> bool:
    """Whether anything is laid under the map."""
    return Background.objects.filter(lifted_at=None).exists()
