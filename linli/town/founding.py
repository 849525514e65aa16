"""The made-up town in the database: its plan under the map, its areas with their boundaries. No person is in it yet."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import shapely
from django.conf import settings
from django.utils.translation import gettext

from linli.areas import backgrounds, codes, importing, laying, queries
from linli.areas.importing import Land, Material
from linli.areas.models import Background
from linli.areas.tables import Line, Table
from linli.geo import polygons
from linli.ground.hands import Hand
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.town.drawing import Area, Drawing
from linli.town.drawing.drawing import Scale

CREDIT = _("Linli, made-up town")
MADE_UP = "made-up town"


class RealInstallation(Refusal):
    """A folder that someone began for their own township."""

    code = "town.real-installation"
    words = _("%(folder)s holds a real installation: no made-up town is put into it.")
    next_step = _("Name another folder for the town in LINLI_DATA_DIR.")


class OtherAreasStand(Refusal):
    """Areas that are not this town's."""

    code = "town.other-areas-stand"
    words = _("Other areas stand here already, such as %(code)s %(name)s.")
    next_step = _("Name an empty folder for the town in LINLI_DATA_DIR.")


@dataclass(frozen=True)
class Founded:
    """What stands now; `already` when nothing had to be written, and then without a plan that was lifted."""

    areas: int
    background: str
    already: bool


def must_not_be_real() -> None:
    """Refuses a data folder in which a real installation was begun."""
    mark = Path(settings.DATA_DIR) / "begun.json"
    if mark.exists() and json.loads(mark.read_text("utf-8")).get("kind") == "real":
        raise RealInstallation(folder=settings.DATA_DIR)


def source(seed: int, scale: str) -> str:
    """The word by which what belongs to a town is known again.

    >>> source(1, "township")
    'made-up town, seed 1, township'
    """
    return f"{MADE_UP}, seed {seed}, {scale}"


def standing() -> tuple[int, Scale] | None:
    """The seed and scale of the made-up town that stands here; None where there is none."""
    first = queries.within("").filter(source__startswith=MADE_UP).values_list("source", flat=True).first()
    told = re.fullmatch(rf"{MADE_UP}, seed (\d+), (township|district)", first or "")
    return (int(told[1]), "district" if told[2] == "district" else "township") if told else None


def stands(seed: int, scale: str) -> Founded | None:
    """The town of this seed, when it was founded here; refuses when only other areas stand.

    Its areas came in one import, so any of them tells of all: what people drew or lifted since is theirs.
    """
    must_not_be_real()
    own = queries.within("").filter(source=source(seed, scale)).count()
    if own:
        plan = _laid(seed, scale)
        return Founded(own, plan.ref if plan else "", already=True)
    if other := queries.within("").first():
        raise OtherAreasStand(code=other.code, name=other.name)
    return None


def found(drawing: Drawing, *, by: Hand, at: datetime, tell: Tell = silent) -> Founded:
    """The drawn town stands: first its plan lies, then its areas stand, each with one entry. Again changes nothing."""
    known = stands(drawing.seed, drawing.scale)
    if known:
        return known
    plan = _laid(drawing.seed, drawing.scale) or _lay(drawing, by=by, at=at, tell=tell)
    named = source(drawing.seed, drawing.scale)
    brought = importing.bring(material(drawing.areas), source=named, by=by, at=at, tell=tell)
    return Founded(brought.new, plan.ref, already=False)


def material(areas: list[Area]) -> Material:
    """The drawn areas as an import has them."""
    lines = {area.code: Line(number, area.code, area.name) for number, area in enumerate(areas, start=1)}
    lands = (_land(number, area) for number, area in enumerate(areas, start=1))
    return Material(Table(dict(sorted(lines.items()))), tuple(lands))


def _land(number: int, area: Area) -> Land:
    assert isinstance(area.polygon, shapely.Polygon | shapely.MultiPolygon), area.code
    return Land(number, area.code, area.name, codes.parent(area.code), polygons.on_grid(area.polygon), None)


def _laid(seed: int, scale: str) -> Background | None:
    return backgrounds.lying().filter(kind="drawn", name=_plan_name(seed, scale)).first()


def _lay(drawing: Drawing, *, by: Hand, at: datetime, tell: Tell) -> Background:
    wish = laying.Wish(_plan_name(drawing.seed, drawing.scale), "", gettext(CREDIT))
    return laying.lay_drawn(drawing.layers, wish=wish, by=by, at=at, tell=tell)


def _plan_name(seed: int, scale: str) -> str:
    return source(seed, scale)[: laying.LONGEST_NAME]
