"""Questions about areas: one of them, the tree, search, what lies where, what became of a code."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar

from linli.geo import polygons
from linli.geo.finding import Finder
from linli.ground.refusals import NotFound

from . import codes, directory, editions
from .codes import Level
from .directory import Boxes, Branch, Directory, Found, Named
from .models import Area, AreaSet, Boundary, Succession

__all__ = [
    "Branch",
    "Found",
    "Named",
    "area",
    "at_point",
    "boundaries",
    "children",
    "finder",
    "names",
    "path",
    "search",
    "tree",
    "version",
    "where_it_went",
    "within",
]

T = TypeVar("T")
KEPT: list[Any] = []  # what is kept in memory, for whoever must forget it: tests


def version() -> str:
    """A short word that is another one whenever any area or boundary is: for caches and tiles."""
    return editions.current()


def _kept(make: Callable[..., T], answers: int = 1) -> Callable[..., T]:
    """The latest answers of `make` from the edition that stands; those from the one before go as new ones come."""
    keep = lru_cache(maxsize=answers)(lambda _edition, *asked: make(*asked))
    KEPT.append(keep)
    return lambda *asked: keep(version(), *asked)


_directory: Callable[[], Directory] = _kept(directory.read_directory)
_boxes: Callable[[], Boxes] = _kept(directory.read_boxes)


def area(code: str) -> Area:
    """The standing area under a code; refuses (404) when there is none."""
    found = Area.objects.standing().filter(code=code).first()
    if found is None:
        raise NotFound(what=code)
    return found


def within(code: str) -> AreaSet:
    """Every standing area at or below a code, in order of code."""
    return Area.objects.standing().within(code)


def children(code: str) -> AreaSet:
    """The standing areas directly below a code, levels that are not there skipped."""
    return Area.objects.standing().filter(code__in=[branch.code for branch in tree(code)])


def tree(code: str = "") -> list[Branch]:
    """What lies directly below an area, each with how many areas of each level lie in it; the roots for ""."""
    return _directory().children(code)


def path(code: str) -> list[Named]:
    """The standing areas above a code, from the top; levels that are not there are skipped."""
    book = _directory()
    return [Named(above, book.names[above], codes.level_of(above)) for above in book.above(code)]


def names(wanted: Iterable[str]) -> dict[str, str]:
    """What areas are called, by code; of one that stands no longer, what it was called last."""
    standing = _directory().names
    codes_wanted = set(wanted)
    found = {code: standing[code] for code in codes_wanted if code in standing}
    if gone := codes_wanted - found.keys():
        found |= dict(Area.objects.filter(code__in=gone).order_by("until", "id").values_list("code", "name"))
    return found


def search(words: str, within: str = "", limit: int = 20) -> list[Found]:
    """Standing areas by part of a name, pinyin, initials or code; best first, and from the top."""
    return _directory().search(words, within, limit)


def at_point(lon: float, lat: float) -> Area | None:
    """The deepest standing area whose boundary holds a point; None where no boundary does.

    On a common border it is the area with the lower code.
    """
    nearby = _boxes().around(lon, lat)
    known = Boundary.objects.select_related("area").in_bulk(nearby)
    for number in nearby:
        boundary = known[number]
        if Finder([boundary.area.code], [polygons.read(boundary.geometry)]).code_at(lon, lat):
            return boundary.area
    return None


def boundaries(level: Level, code: str = "") -> list[tuple[str, str]]:
    """Code and boundary (GeoJSON text) of every standing area of a level within a code that has one."""
    inside = codes.inside(code, field="area__code")
    rows = Boundary.objects.filter(until=None, area__until=None, area__level=level, **inside)
    return list(rows.order_by("area__code").values_list("area__code", "geometry"))


def _make_finder(level: Level) -> Finder:
    rows = boundaries(level)
    return Finder([code for code, _ in rows], [polygons.read(text) for _, text in rows])


finder: Callable[[Level], Finder] = _kept(_make_finder, answers=len(Level))
finder.__doc__ = "Looks up millions of points among the areas of one level; kept while the edition stands."


def where_it_went(code: str) -> list[str]:
    """The codes that stand today where this one stood: itself, its successors, or none once it was retired."""
    reached, latest = {code}, 0
    while following := _next_steps(reached, latest):
        latest = following[0].redrawing_id
        reached -= {step.old_code for step in following}
        reached |= {step.new_code for step in following if step.new_code}
    return sorted(Area.objects.standing().filter(code__in=reached).values_list("code", flat=True))


def _next_steps(reached: set[str], latest: int) -> list[Succession]:
    """What the next redrawing did to these codes."""
    steps = Succession.objects.filter(old_code__in=reached, redrawing_id__gt=latest, redrawing__undone_at=None)
    first = steps.order_by("redrawing_id").values("redrawing_id")[:1]
    return list(steps.filter(redrawing_id=first))
