"""What the script of a map is told: which library, which tiles, which box, which words. One place for all maps."""

from dataclasses import dataclass
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext

from linli.areas import backgrounds, queries
from linli.areas.codes import Level, level_of
from linli.areas.models import Background
from linli.geo.tiles import Tile

from . import area_tiles

LIBRARY = "vendor/maplibre-gl-6.17.0/maplibre-gl.mjs"
WORKER = "vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs"
CHINA = (97.0, 22.0, 124.0, 43.0)
ABOUT = 0.02  # degrees shown around a middle that is all that is known
FAR = "0/0/0"
EDGE = 0.04  # of a drawn town's width, which the style papers over


@dataclass(frozen=True)
class Spot:
    """Something that lies at a point of the map: what it is called, the page it has, whether all is about it."""

    lon: float
    lat: float
    name: str
    href: str = ""
    here: bool = False


@dataclass(frozen=True)
class Map:
    """A map on a page: what its script is told, and what its template needs."""

    config: dict[str, Any]
    levels: list[dict[str, Any]]
    credits: list[str]
    size: str = ""
    name: str = "map"
    card: bool = True
    drawn: bool = False

    @property
    def config_id(self) -> str:
        """Where the page keeps what the script is told."""
        return f"{self.name}-config"


def describe(code: str = "", *, size: str = "", card: bool = True, **more: Any) -> Map:
    """The map of an area with what lies under it; of everything for the empty code."""
    laid = backgrounds.under(code)
    edition = queries.version()
    levels = [{"level": int(level), "label": gettext(level.label)} for level in levels_below(code, edition)]
    config: dict[str, Any] = {
        "library": static(LIBRARY),
        "worker": static(WORKER),
        "plans": [plan for each in laid if (plan := _plan(each))],
        "areas": _areas(levels) if levels else None,
        "bounds": bounds(code, laid, edition),
        "here": [code] if code else [],
        "cooperative": size != "whole",
        "words": words(),
    }
    credited = sorted({each.attribution for each in laid if each.attribution})
    drawn = any(each.kind != backgrounds.SCAN for each in laid)
    return Map(config | more, levels, credited, size=size, card=card, drawn=drawn)


AROUND = 0.0022  # degrees shown around one place: the houses next to it and their streets


def at_place(code: str, lon: float | None, lat: float | None) -> Map:
    """The map of where something lies: a dot among its neighbours; without a point, the area it lies in."""
    if lon is None or lat is None:
        return describe(code, card=False)
    box = [lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND]
    return describe(code, card=False, bounds=box, spot=[lon, lat])


def levels_below(code: str, edition: str) -> list[Level]:
    """The levels that a map of an area shows: its own, and every one below it that is there.

    Where nobody knows yet where it lies, also that of the area above it whose outline is known.
    """
    found = {level_of(code), level_of(backgrounds.outlined(edition, code) or code)} if code else set()
    for branch in queries.tree(code):
        found |= {branch.level, *branch.below}
    return sorted(found)


def bounds(code: str, laid: list[Background], edition: str) -> list[float]:
    """The box a map begins with: the area's; else what lies under it; else its middle; else the area it lies in, as
    far up as is needed; else the country."""
    found = backgrounds.extent_of(edition, code) or backgrounds.extent([backgrounds.box(b) for b in laid])
    if found is None and code:
        place = queries.area(code)
        if place.lon is not None and place.lat is not None:
            found = place.lon - ABOUT, place.lat - ABOUT, place.lon + ABOUT, place.lat + ABOUT
        elif above := backgrounds.outlined(edition, code):
            found = backgrounds.extent_of(edition, above)
    return list(found or CHINA)


def _plan(laid: Background) -> dict[str, Any] | None:
    """A background as the style needs it; None for a scan that nobody has pinned yet."""
    common = {"ref": laid.ref, "kind": laid.kind, "bounds": list(backgrounds.box(laid))}
    if laid.kind == backgrounds.SCAN:
        corners = backgrounds.corners(laid)
        return common | {"image": reverse("plan-picture", args=[laid.ref]), "corners": corners} if corners else None
    tiles = _template("plan-tile", laid.ref, backgrounds.version(laid))
    return common | {"tiles": tiles, "minzoom": laid.min_zoom, "maxzoom": laid.max_zoom, "ragged": _ragged(laid)}


def _ragged(laid: Background) -> bool:
    """Whether a drawn town goes on all round beyond its areas, so that its edge may be papered over."""
    areas = backgrounds.extent_of(queries.version(), laid.area_code) if laid.kind == "drawn" else None
    if areas is None:
        return False
    west, south, east, north = backgrounds.box(laid)
    wide, high = (east - west) * EDGE, (north - south) * EDGE
    return areas[0] - west > wide and areas[1] - south > high and east - areas[2] > wide and north - areas[3] > high


def _areas(levels: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "tiles": _template("area-tile", queries.version()),
        "minzoom": area_tiles.SHALLOWEST,
        "maxzoom": area_tiles.DEEPEST,
        "levels": levels,
    }


def _template(name: str, *parts: str) -> str:
    """An address with {z}/{x}/{y} where the tile's numbers go."""
    return reverse(name, args=[*parts, Tile(0, 0, 0)]).replace(f"{FAR}.mvt", "{z}/{x}/{y}.mvt")


def words() -> dict[str, Any]:
    """What the script says, in the language of the page."""
    return {
        "map": gettext("Map"),
        "wheel": gettext("Hold Ctrl and turn the wheel to zoom the map"),
        "wheelMac": gettext("Hold ⌘ and scroll to zoom the map"),
        "fingers": gettext("Move the map with two fingers"),
        "levels": {int(level): gettext(level.label) for level in Level},
    }
