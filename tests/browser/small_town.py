"""A town small enough to be drawn by hand, for the browser: three communities of four square grids, three accounts.

Run as a program, in a process of its own: it fills the database that LINLI_DATA_DIR names.
"""

import json
import os
from datetime import UTC, date, datetime
from typing import Any

import django

TOWN = "500199001"
WEST, SOUTH, SIDE = 106.50, 29.50, 0.006
COMMUNITIES = ["滨江社区", "樟树湾社区", "青石桥东路与解放碑步行街片区联合社区"]
ACCOUNTS = [
    ("admin", "林晓", "administrator", ""),
    ("zhou", "周社", "community-clerk", "500199001001"),
    ("li", "李网", "grid-worker", "500199001001001"),
]
PASSWORD = "camphor-tree-by-the-river"


def box(column: int, row: int, wide: int = 1, high: int = 1) -> tuple[float, float, float, float]:
    """West, south, east, north of some squares of the town."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return west, south, west + wide * SIDE, south + high * SIDE


def squares() -> list[tuple[str, str, tuple[float, float, float, float]]]:
    """Code, name and box of each area, from the top."""
    rows = [
        ("50", "重庆市", box(0, 0, 6, 2)),
        ("500199", "青川区", box(0, 0, 6, 2)),
        (TOWN, "香樟街道", box(0, 0, 6, 2)),
    ]
    for number, name in enumerate(COMMUNITIES, 1):
        rows.append((f"{TOWN}{number:03d}", name, box(2 * number - 2, 0, 2, 2)))
        for grid in range(4):
            place = box(2 * number - 2 + grid % 2, grid // 2)
            rows.append((f"{TOWN}{number:03d}{grid + 1:03d}", f"第{'一二三四'[grid]}网格", place))
    return rows


def ring(west: float, south: float, east: float, north: float) -> str:
    """The box as a GeoJSON polygon."""
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [corners]})


def lay() -> None:
    """The areas stand with their boundaries, and three people hold posts."""
    from linli.access import appointing, opening  # noqa: PLC0415 - only after Django is set up
    from linli.access.appointing import Appointment  # noqa: PLC0415
    from linli.ground.hands import Program  # noqa: PLC0415

    lay_areas(squares())
    program, at = Program("test"), datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    for sign_in_name, name, role, area_code in ACCOUNTS:
        who = opening.open_account(sign_in_name=sign_in_name, name=name, password=PASSWORD, by=program, at=at)
        asked = Appointment(role=role, area=area_code, since=date(2026, 1, 1))
        appointing.give(who, asked, by=program, at=at)


def lay_areas(rows: list[tuple[str, str, tuple[float, float, float, float]]]) -> None:
    """These areas stand with their boundaries."""
    from linli.areas import codes  # noqa: PLC0415 - only after Django is set up
    from linli.areas.models import Area, Boundary, Edition  # noqa: PLC0415

    Edition.objects.get_or_create(pk=1, defaults={"token": "small-town"})
    for code, name, (west, south, east, north) in rows:
        middle = {"lon": (west + east) / 2, "lat": (south + north) / 2}
        area = Area.objects.create(code=code, level=codes.level_of(code), name=name, **middle)
        edges = {"west": west, "south": south, "east": east, "north": north}
        Boundary.objects.create(area=area, geometry=ring(west, south, east, north), **edges)


def account(sign_in_name: str) -> Any:
    """One of the three."""
    from linli.access.models import Account  # noqa: PLC0415 - only after Django is set up

    return Account.objects.get(sign_in_name=sign_in_name)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    django.setup()
    lay()
