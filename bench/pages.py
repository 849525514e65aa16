"""Every page of the house over a district: `linli serve` as a program of its own, four clients that wait for nothing.

Each client sends its next request as soon as it has the answer to the last, so the server always has four to answer.
Two times are told. *Server*: what the application took, waiting for the other requests of its process included (see
`_timing`). *Client*: from sending the request to holding the last byte, on loopback, with the server's queue, the wire
and the clients' own program; they work on the same cores as the server.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from bench import _clients, journal
from bench.__main__ import Report
from linli.access import appointing, opening
from linli.access.models import Account
from linli.areas import backgrounds, queries
from linli.areas.codes import Level
from linli.areas.models import Area, Background
from linli.geo.tiles import Tile, tile_at
from linli.ground.hands import Program
from linli.journal.models import Entry

BY = Program("bench")
SCALE = os.environ.get("LINLI_BENCH_SCALE", "district")
ENTRIES = 100_000
PAGE, TILE, WEIGHT = "target p95 ≤ 60 ms", "target p95 ≤ 25 ms", "target ≤ 300 KB"
SOUNDS = ["binjiang", "xz", "hu", "zhangshu", "qiao", "yunx", "shiq", "dyw", "nanshan", "he"]
SIGNS = ["香樟", "滨江", "网格", "石桥", "社区", "第一", "云溪", "街道", "青山", "柳林"]


class Asked(NamedTuple):
    """A page, by the addresses that are asked for in turn, as someone signed in or as nobody."""

    name: str
    addresses: Sequence[str]
    signed_in: bool = False
    target: str = PAGE


def run(report: Report) -> None:
    """On the database of the settings; then on LINLI_BENCH_POSTGRES where it is named."""
    engine = connection.vendor
    furnish(report)
    session = signed_in()
    pages = [*plain_pages(), *tiles()]
    connections.close_all()
    with served() as port:
        for asked in pages:
            size = f"4 clients, warm, {len(asked.addresses)} addresses, {engine}"
            took = _clients.measured(port, asked.addresses, session if asked.signed_in else "")
            beside = f"client p50 {took['client p50']:.1f}, p95 {took['client p95']:.1f}"
            report(f"{asked.name}, server p50", took["server p50"], "ms", size=size, compared_with=beside)
            report(f"{asked.name}, server p95", took["server p95"], "ms", size=size, compared_with=asked.target)
        for name, value in _clients.weight(port, "/").items():
            report(f"home page, {name}", value / 1000, "KB", size="without the map library", compared_with=WEIGHT)
    elsewhere = os.environ.get("LINLI_BENCH_POSTGRES")
    if elsewhere and engine == "sqlite":
        again = os.environ | {"LINLI_DATABASE_URL": elsewhere}
        subprocess.run([sys.executable, "-m", "bench", "pages"], env=again, check=True)


def furnish(report: Report) -> None:
    """The town stands, an administrator may look at all of it, and a hundred thousand things were done."""
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("town", scale=SCALE, stdout=sys.stderr)
    if Entry.objects.count() < ENTRIES:
        journal._fill(ENTRIES)
    for level in (Level.TOWNSHIP, Level.COMMUNITY, Level.GRID):
        report(f"areas: {level.label}", Area.objects.standing().filter(level=level).count(), "")
    report("entries of the journal", Entry.objects.count(), "")


def signed_in() -> str:
    """The cookie of a browser in which an administrator is signed in."""
    who = Account.objects.filter(sign_in_name="bench").first()
    if who is None:
        at = datetime.now(UTC)
        who = opening.open_account(sign_in_name="bench", name="测量", password="camphor-by-the-river", by=BY, at=at)
        asked = appointing.Appointment(role="administrator", area="", since=date(2026, 1, 1))
        appointing.give(who, asked, by=BY, at=at)
    client = Client()
    client.force_login(who)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def plain_pages() -> list[Asked]:
    """The pages of this house at the places that hold most."""
    townships = [area.code for area in Area.objects.standing().filter(level=Level.TOWNSHIP).order_by("code")]
    communities = [area.code for area in Area.objects.standing().filter(level=Level.COMMUNITY).order_by("code")[:40]]
    return [
        Asked("home, before the door", ["/"]),
        Asked("home, signed in", ["/"], signed_in=True),
        Asked("sign-in page", ["/sign-in"]),
        Asked("areas, the tree", ["/areas/"]),
        Asked("areas, the tree, signed in", ["/areas/"], signed_in=True),
        Asked("page of the district", [f"/areas/{townships[0][:6]}/"], signed_in=True),
        Asked("page of a township", [f"/areas/{code}/" for code in townships], signed_in=True),
        Asked("page of a community", [f"/areas/{code}/" for code in communities], signed_in=True),
        Asked("search by pinyin", [f"/areas/?q={word}" for word in SOUNDS]),
        Asked("search by two characters", [f"/areas/?q={word}" for word in map(_clients.quoted, SIGNS)]),
        Asked("map page", ["/map"]),
        Asked("people", ["/people/"], signed_in=True),
        Asked("inbox", ["/inbox/"], signed_in=True),
        Asked("security", ["/security/"], signed_in=True),
        Asked("timeline, everywhere", ["/journal/"], signed_in=True),
        Asked("timeline of a township", [f"/journal/?area={code}" for code in townships], signed_in=True),
    ]


def tiles() -> list[Asked]:
    """Tiles of the plan and of the areas around the middle, a screen's worth and more at each zoom."""
    plan = Background.objects.latest("id")
    version, standing = backgrounds.version(plan), queries.version()
    west, south, east, north = backgrounds.box(plan)
    asked = []
    for zoom in (10, 12, 14, 15):
        around = [_path(tile) for tile in _around(tile_at((west + east) / 2, (south + north) / 2, zoom))]
        addresses = [f"/tiles/plan/{plan.ref}/{version}/{each}.mvt" for each in around]
        asked.append(Asked(f"plan tile, zoom {zoom}", addresses, target=TILE))
    for zoom in (10, 12, 14, 16):
        around = [_path(tile) for tile in _around(tile_at((west + east) / 2, (south + north) / 2, zoom))]
        addresses = [f"/tiles/areas/{standing}/{each}.mvt" for each in around]
        asked.append(Asked(f"area tile, zoom {zoom}", addresses, target=TILE))
    return asked


def _around(middle: Tile) -> list[Tile]:
    return [Tile(middle.z, middle.x + right, middle.y + down) for right in range(-3, 4) for down in range(-3, 4)]


def _path(tile: Tile) -> str:
    return f"{tile.z}/{tile.x}/{tile.y}"


@contextmanager
def served() -> Iterator[int]:
    """The port at which `linli serve` answers, as a program of its own, which is ended afterwards."""
    port = _clients.free_port()
    words = [sys.executable, "-m", "linli.site.command", "serve", "--port", str(port), "--quiet"]
    timed = os.environ | {"DJANGO_SETTINGS_MODULE": "bench._timing"}
    server = subprocess.Popen(words, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL, env=timed)
    try:
        _clients.wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)
