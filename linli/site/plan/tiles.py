"""Tiles of the plan and of the areas, and scanned plans. Each has an address of its own for as long as it is true."""

import gzip
from functools import lru_cache
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from linli.access.gates import PUBLIC, gate
from linli.areas import backgrounds, queries
from linli.geo.pyramids import Pyramid
from linli.geo.tiles import Tile

from . import area_tiles

VECTOR = "application/vnd.mapbox-vector-tile"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=60"


@require_safe
@gate(PUBLIC)
def plan(request: HttpRequest, ref: str, version: str, at: Tile) -> HttpResponse:
    """A tile of a laid background, as its file holds it; 204 where nothing lies."""
    file = backgrounds.tiles_of(ref)
    data = _pyramid(file).tile(*at)
    return _answer(request, data, f"{ref}/{at.z}/{at.x}/{at.y}", fresh=version == backgrounds.version_of(file))


@require_safe
@gate(PUBLIC)
def areas(request: HttpRequest, version: str, at: Tile) -> HttpResponse:
    """Borders and names of the areas in a tile, as they stand today. Refuses (404) zooms at which none are drawn."""
    standing = queries.version()
    data = area_tiles.tile(standing, at)
    return _answer(request, data, f"{standing}/{at.z}/{at.x}/{at.y}", fresh=version == standing)


@require_safe
@gate(PUBLIC)
def picture(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The scanned plan of a background."""
    file = backgrounds.path(backgrounds.scan(ref))
    answer = FileResponse(file.open("rb"), content_type=backgrounds.PICTURES[file.suffix])
    answer["Cache-Control"] = FOR_EVER
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@lru_cache(maxsize=32)
def _pyramid(path: Path) -> Pyramid:
    return Pyramid(path)


def _answer(request: HttpRequest, data: bytes | None, tag: str, *, fresh: bool) -> HttpResponse:
    """A packed tile on its way; what the browser has already is not sent again."""
    etag = f'"{tag}"'
    keep = FOR_EVER if fresh else FOR_NOW
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": keep})
    if not data:
        return HttpResponse(status=204, headers={"Cache-Control": keep})
    headers = {"ETag": etag, "Cache-Control": keep, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(data, content_type=VECTOR, headers=headers | {"Content-Encoding": "gzip"})
    return HttpResponse(gzip.decompress(data), content_type=VECTOR, headers=headers)
