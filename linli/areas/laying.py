"""Laying a background (底图) under the map, and lifting it: plans, extracts, tiles, and scans held by three pins.

Files are made whole beside their place and moved there before the row that names them is written: a reader never
meets half a file, and a refusal leaves nothing behind.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from linli.geo import pinning, pyramids
from linli.geo.points import Crs
from linli.geo.polygons import DECIMALS
from linli.geo.pyramids import Layer, Pyramid
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Malformed, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import backgrounds, editions, plans, scans
from .models import Background, new_background_ref

FOLDER = "plans"
ABANDONED = timedelta(days=1)
LAYERS = tuple(pyramids.RULES)
MOST_MB = {"geojson": 256, "osm": 512, "pmtiles": 4096, "scan": 80}
LONGEST_NAME = 60


class NoLayerKnown(Refusal):
    """Tiles whose layers the map has no way to draw."""

    code, status = "plan.no-layer-known", 422
    words = _("None of the layers in this file is one the map can draw: %(found)s.")
    next_step = _("Name its layers as the handbook says: water, relief, green, compound, street, building, place.")


class NothingToLay(Malformed):
    """A file in which nothing lies."""

    code = "plan.nothing-to-lay"
    words = _("There is nothing in this file that a map could show.")
    next_step = _("Choose another file. Nothing was written.")


class NoSuchKind(Malformed):
    """A kind of background nobody declared."""

    code = "plan.no-such-kind"
    words = _("There is no background of the kind %(kind)s.")
    next_step = _("Choose one of: geojson, osm, pmtiles, scan.")


class NotAScan(Refusal):
    """Pins are for pictures."""

    code, status = "plan.not-a-scan", 409
    words = _("%(name)s is not a scanned plan; it lies where its own coordinates say.")


class Lifted(Refusal):
    """A background that lies under no map any more."""

    code, status = "plan.lifted", 409
    words = _("%(name)s has been lifted: it lies under no map any more.")
    next_step = _("Lay it again.")


@dataclass(frozen=True)
class Wish:
    """What a background shall be called, and under which area's map it shall lie (everywhere for the empty code)."""

    name: str
    area: str = ""
    attribution: str = ""


def lay(
    kind: str,
    files: Sequence[tuple[str, Path]],
    *,
    wish: Wish,
    by: Hand,
    at: datetime,
    crs: Crs = Crs.WGS84,
    tell: Tell = silent,
) -> Background:
    """The files lie under the map as one background; a scan does once it is pinned.

    Files come with the names they were sent under. Refuses a kind nobody declared, what cannot be read as that
    kind, what holds nothing to show, and an area that stands no longer; then nothing was written.
    """
    by.must(Permission.PLAN_LAY, within=wish.area)
    if kind not in MOST_MB:
        raise NoSuchKind(kind=kind)
    for _name, path in files:
        plans.must_not_be_larger(path, MOST_MB[kind])
    if kind == "scan":
        return _lay_scan(files[0][1], wish, by=by, at=at)
    if kind == "pmtiles":
        return _lay_tiles(files[0][1], wish, by=by, at=at)
    layers = plans.from_osm(files[0][1], tell) if kind == "osm" else plans.from_geojson(files, LAYERS, crs, tell)
    return _lay_layers(kind, layers, wish, by=by, at=at, tell=tell)


def lay_drawn(
    layers: Mapping[str, Iterable[Any]], *, wish: Wish, by: Hand, at: datetime, tell: Tell = silent
) -> Background:
    """A drawn town lies under the map. Each layer is things with a `shape` in WGS-84 and `properties`."""
    by.must(Permission.PLAN_LAY, within=wish.area)
    drawn = {
        name: pyramids.layer_of((each.shape, each.properties) for each in things) for name, things in layers.items()
    }
    return _lay_layers("drawn", drawn, wish, by=by, at=at, tell=tell)


@transaction.atomic
def pin(background: Background, *, pins: Sequence[pinning.Pin], by: Hand, at: datetime) -> Background:
    """The scan is stretched so that each pin lies where it was said to lie. Refuses pins that cannot hold it."""
    by.must(Permission.PLAN_LAY, within=background.area_code)
    if background.kind != backgrounds.SCAN:
        raise NotAScan(name=background.name)
    background = _again(background)
    if background.lifted_at:
        raise Lifted(name=background.name)
    corners = scans.corners(Path(settings.MEDIA_ROOT) / background.file, pins)
    lons, lats = zip(*corners, strict=True)
    background.pins = json.dumps([list(each) for each in pins])
    background.corners = json.dumps([[round(lon, DECIMALS), round(lat, DECIMALS)] for lon, lat in corners])
    background.west, background.south = min(lons), min(lats)
    background.east, background.north = max(lons), max(lats)
    background.save(update_fields=["pins", "corners", "west", "south", "east", "north"])
    writing.write("background.pinned", thing=background.ref, by=by, at=at, area=background.area_code, pins=len(pins))
    return background


@transaction.atomic
def lift(background: Background, *, by: Hand, at: datetime) -> Background:
    """The background lies under no map any more; its file goes once that is written for good."""
    by.must(Permission.PLAN_LAY, within=background.area_code)
    background = _again(background)
    if background.lifted_at:
        return background
    background.lifted_at = at
    background.save(update_fields=["lifted_at"])
    writing.write("background.lifted", thing=background.ref, by=by, at=at, area=background.area_code)
    file = Path(settings.MEDIA_ROOT) / background.file
    transaction.on_commit(lambda: file.unlink(missing_ok=True))
    return background


def sweep(*, at: datetime) -> list[str]:
    """What a laying that was killed left behind is gone: drafts, and files that no row names; the names of these.

    Only what nobody has touched for a day: a younger one may be somebody's who is still laying it.
    """
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    old = [each for each in sorted(folder.glob("*")) if each.stat().st_mtime < (at - ABANDONED).timestamp()]
    named = {Path(file).name for file in backgrounds.lying().values_list("file", flat=True)}
    left = [each for each in old if each.name not in named]
    for each in left:
        if each.is_dir():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink(missing_ok=True)
    return [each.name for each in left]


def _again(background: Background) -> Background:
    """The background as it stands, locked until it is written."""
    return Background.objects.select_for_update().get(pk=background.pk)


def _lay_layers(
    kind: str, layers: Mapping[str, Layer], wish: Wish, *, by: Hand, at: datetime, tell: Tell
) -> Background:
    full = {name: layer for name, layer in layers.items() if len(layer.geometries)}
    if not full:
        raise NothingToLay()
    with _beside() as folder:
        draft = folder / "plan.pmtiles"
        pyramids.write_pyramid(draft, full, name=wish.name, progress=tell)
        return _stand(kind, draft, wish, by=by, at=at, **_said(draft))


def _lay_tiles(path: Path, wish: Wish, *, by: Hand, at: datetime) -> Background:
    said = _said(path)
    found = plans.layers_in(path)
    if not set(found) & set(LAYERS):
        raise NoLayerKnown(found=", ".join(sorted(found)) or "–")
    with _beside() as folder:
        draft = folder / "plan.pmtiles"
        plans.copied(path, draft)
        return _stand("pmtiles", draft, wish, by=by, at=at, **said)


def _lay_scan(path: Path, wish: Wish, *, by: Hand, at: datetime) -> Background:
    with _beside() as folder:
        draft = scans.cleaned(path, folder)
        return _stand(backgrounds.SCAN, draft, wish, by=by, at=at, west=0, south=0, east=0, north=0)


def _said(path: Path) -> dict[str, Any]:
    """What a file of tiles says of itself: its box and its zooms."""
    pyramid = Pyramid(path)
    header = pyramid.header
    pyramid.close()
    sides = zip(("west", "south", "east", "north"), ("min_lon", "min_lat", "max_lon", "max_lat"), strict=True)
    zooms = {"min_zoom": header["min_zoom"], "max_zoom": header["max_zoom"]}
    told: dict[str, Any] = dict(header)
    return {side: told[f"{key}_e7"] / 1e7 for side, key in sides} | zooms


@contextmanager
def _beside() -> Iterator[Path]:
    """A folder next to where the file will lie; what is left in it when all is done, or nothing is, goes with it."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".laying-") as beside:
        yield Path(beside)


def _stand(kind: str, draft: Path, wish: Wish, *, by: Hand, at: datetime, **said: Any) -> Background:
    """The file at its place, then its row and its entry; no file without them."""
    ref, digest = new_background_ref(), _digest(draft)
    place = Path(FOLDER) / f"{ref}-{digest[:12]}{draft.suffix}"
    whole = Path(settings.MEDIA_ROOT) / place
    draft.replace(whole)
    try:
        return _written(
            Background(ref=ref, kind=kind, file=str(place), laid_at=at, **_asked(wish), **said), digest, by=by, at=at
        )
    except BaseException:
        whole.unlink(missing_ok=True)
        raise


@transaction.atomic
def _written(background: Background, digest: str, *, by: Hand, at: datetime) -> Background:
    editions.hold(background.area_code)
    background.save()
    writing.write(
        "background.laid",
        thing=background.ref,
        by=by,
        at=at,
        area=background.area_code,
        digest=digest,
        kind=background.kind,
    )
    return background


def _asked(wish: Wish) -> dict[str, str]:
    return {
        "name": wish.name.strip()[:LONGEST_NAME],
        "area_code": wish.area,
        "attribution": wish.attribution.strip()[:200],
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
