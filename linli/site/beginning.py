"""What an empty installation still wants, in the order one does it: each step says why, and how."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from linli.access.actors import Actor
from linli.areas.codes import Level
from linli.areas.models import Area
from linli.ground.permissions import Permission

from . import queries


@dataclass(frozen=True)
class Step:
    """Something to do next: on a page of ours, by a command, or either."""

    words: str
    why: str
    url: str = ""
    command: str = ""


def next_steps(actor: Actor, *, town: Area | None, counts: Mapping[Level, int]) -> list[Step]:
    """What this actor could do next so that the house is furnished; nothing once it is, or for who may not."""
    manages = Permission.ACCOUNT_MANAGE in actor.permissions
    wanted = [
        (Permission.AREA_REDRAW, town is None, _import_areas),
        (Permission.AREA_EDIT, town is not None and Level.GRID not in counts, lambda: _draw_grids(actor, town)),
        (Permission.PLAN_LAY, town is not None and not queries.has_background(), _lay_background),
        (Permission.ACCOUNT_MANAGE, town is not None and manages and queries.alone(), _offer_posts),
    ]
    return [step() for permission, missing, step in wanted if missing and permission in actor.permissions]


def _import_areas() -> Step:
    return Step(
        words=gettext("Import the division codes"),
        why=gettext("Posts, scopes and everything later stand on areas, and there are none yet."),
        url=reverse("areas"),
        command="linli areas import --codes FILE.csv --boundaries FILE.geojson",
    )


def _draw_grids(actor: Actor, town: Area | None) -> Step:
    assert town is not None
    return Step(
        words=gettext("Draw the grids"),
        why=gettext("Communities are cut into grids by hand on the map, along streets."),
        url=reverse("area-edit", args=[actor.area_code or town.code]),
    )


def _offer_posts() -> Step:
    return Step(
        words=gettext("Offer the first posts"),
        why=gettext("You are the only one here. Offer posts one by one with a QR code, or all at once from a sheet."),
        url=reverse("people-sheet"),
    )


def _lay_background() -> Step:
    return Step(
        words=gettext("Lay a background under the map"),
        why=gettext("Streets and houses to draw along: a GeoJSON or OpenStreetMap extract, tiles, or a scanned plan."),
        url=reverse("plan"),
    )
