"""A program that forks, lets the child work, and kills it at a moment nobody chose: `killing TASK ROUNDS SEED`.

Prints one JSON object. Forking a loaded process makes a round cost milliseconds instead of a start of Python.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import django
from django.conf import settings
from shapely import box, union_all

django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from linli.access import opening  # noqa: E402
from linli.access.models import Account  # noqa: E402
from linli.areas import backgrounds, laying  # noqa: E402
from linli.areas.models import Area, Background, Boundary  # noqa: E402
from linli.geo.pyramids import Pyramid  # noqa: E402
from linli.ground.hands import Program  # noqa: E402
from linli.ground.refusals import Refusal  # noqa: E402
from linli.journal import sealing, verifying  # noqa: E402
from linli.journal.models import Entry  # noqa: E402
from linli.site.running import beginning, bringing, copies, packing, schema  # noqa: E402
from linli.site.running.refusals import NotWhole  # noqa: E402
from linli.town import founding  # noqa: E402
from linli.town.drawing import Area as DrawnArea  # noqa: E402
from linli.town.drawing import Drawing, Feature  # noqa: E402

HAND = Program("killing")
PASSWORD = "camphor-tree-by-the-river"


def cut_off(work: Callable[[int], None], after: float) -> list[str]:
    """Lets a child do the work and kills it after so many seconds; what it had acknowledged by then."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with suppress(Refusal):
            work(writing)
        os._exit(0)
    os.close(writing)
    first = os.read(reading, 100)  # it has begun: a busy machine may take its time to let it
    time.sleep(after)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        return (first.decode() + told.read()).split()


def span(work: Callable[[int], None]) -> float:
    """How long the work takes when it is left alone; kills are spread over that."""
    began = time.monotonic()
    work(os.open(os.devnull, os.O_WRONLY))
    connections.close_all()
    return time.monotonic() - began


def open_accounts(told: int) -> None:
    """Writes without end, and says so after each commit."""
    while True:
        name = f"p{os.getpid()}-{time.monotonic_ns()}"
        account = opening.open_account(sign_in_name=name, name=name, password=PASSWORD, by=HAND, at=timezone.now())
        os.write(told, f"{account.ref}\n".encode())


def seal_on(told: int) -> None:
    """Seals without end."""
    os.write(told, b" ")
    while True:
        sealing.seal_all(at=timezone.now())


def writer(rounds: int, chance: random.Random) -> dict[str, object]:
    """Verbs and sealing, cut off in turn."""
    said: list[str] = []
    for number in range(rounds):
        work = seal_on if number % 3 == 2 else open_accounts
        said += cut_off(work, chance.uniform(0.02, 0.25))
    refs = set(Account.objects.values_list("ref", flat=True))
    opened = list(Entry.objects.filter(verb="account.opened").values_list("thing", flat=True))
    sealing.seal_all(at=timezone.now())
    verdict = verifying.verify()
    return {
        "acknowledged": len(said),
        "lost": sorted(set(said) - refs),
        "half": sorted(refs.symmetric_difference(opened)),
        "twice": len(opened) - len(set(opened)),
        "whole": verdict.whole,
        "unsealed": verdict.unsealed,
    }


def backup(rounds: int, chance: random.Random) -> dict[str, object]:
    """Copies, cut off: whatever bears a copy's name is whole."""
    folder = copies.default_folder()

    def work(told: int) -> None:
        os.write(told, b" ")
        call_command("backup", stdout=sys.stderr)

    longest = span(work)
    for _number in range(rounds):
        cut_off(work, chance.uniform(0, longest))
    found = sorted(folder.glob("linli-*"))
    copies.make(to=folder, at=timezone.now())
    return {"broken": [path.name for path in found if not is_whole(path)], "left": [p.name for p in folder.glob(".*")]}


def is_whole(path: Path) -> bool:
    try:
        packing.unpack(path)
    except NotWhole:
        return False
    return True


def state() -> dict[str, object]:
    """What a restore replaces: the journal's reach, and the media."""
    root = Path(settings.MEDIA_ROOT)
    files = {path.name: path.read_text() for path in sorted(root.iterdir())}
    told = {"entries": Entry.objects.count(), "media": files, "accounts": Account.objects.count()}
    connections.close_all()
    return told


def restore(rounds: int, chance: random.Random) -> dict[str, object]:
    """Restores, cut off: all of what was before, or all of what the copy holds."""
    copy = copies.make(to=copies.default_folder(), at=timezone.now()).path
    copied = state()
    (Path(settings.MEDIA_ROOT) / "later").write_text("later")
    opening.open_account(sign_in_name="later", name="later", password=PASSWORD, by=HAND, at=timezone.now())
    mixed, cut, done = [], 0, 0

    def work(told: int) -> None:
        os.write(told, b" ")
        bringing.restore(copy, keys=None, older_is_meant=True, at=timezone.now())

    longest = span(work)
    for _number in range(rounds):
        connections.close_all()
        before = state()
        cut_off(work, chance.uniform(0, longest))
        cut += bringing.recover()
        after = state()
        restored = copied["media"] == after["media"] and after["accounts"] == copied["accounts"]
        done += after != before and restored
        mixed += [] if after == before or restored else [after]
        if restored:
            (Path(settings.MEDIA_ROOT) / "later").write_text("later")
            name = f"later{done}-{_number}"
            opening.open_account(sign_in_name=name, name=name, password=PASSWORD, by=HAND, at=timezone.now())
    connections.close_all()
    bringing.restore(copy, keys=None, older_is_meant=True, at=timezone.now())
    return {"mixed": mixed, "cut": cut, "done": done, "whole": verifying.verify().whole}


def init(rounds: int, chance: random.Random) -> dict[str, object]:
    """Beginnings, cut off, until one is whole."""

    def work(told: int) -> None:
        os.write(told, b" ")
        beginning.begin(sign_in_name="wang", name="wang", password=PASSWORD, area="", at=timezone.now())

    half = []
    for _number in range(rounds):
        cut_off(work, chance.uniform(0, 0.6))
        steps = schema.applied()
        accounts = Account.objects.count() if steps else 0
        if bool(steps) != bool(accounts):
            half.append([len(steps), accounts])
        connections.close_all()
    with suppress(Refusal):
        span(work)
    return {"half": half, "accounts": Account.objects.count(), "pending": schema.pending()}


def small_town() -> Drawing:
    """A district, a township and sixty communities in a row, with a street each."""
    lands = [box(102.2 + n / 1000, 39.9, 102.2 + (n + 1) / 1000, 39.92) for n in range(60)]
    whole = union_all(lands)
    areas = [DrawnArea("500199", "district", "云岭区", whole), DrawnArea("500199001", "township", "香樟街道", whole)]
    areas += [DrawnArea(f"500199001{n:03}", "community", f"第{n}社区", land) for n, land in enumerate(lands, 1)]
    streets = [Feature(land.exterior, {"kind": "main", "name": f"第{n}路"}) for n, land in enumerate(lands)]
    return Drawing(1, "township", {"street": streets}, areas, [], {})


def found(rounds: int, chance: random.Random) -> dict[str, object]:
    """Foundings, cut off: the town stands whole or not at all, and after all of them it stands once."""
    drawing = small_town()
    schema.bring_up()
    connections.close_all()

    def work(told: int) -> None:
        os.write(told, b" ")
        founding.found(drawing, by=HAND, at=timezone.now())

    longest, half = 1.2, []
    for _number in range(rounds):
        cut_off(work, chance.uniform(0, longest))
        areas, plans = Area.objects.count(), list(backgrounds.lying())
        whole = [Pyramid(backgrounds.path(plan)).header["addressed_tiles_count"] > 0 for plan in plans]
        if areas not in (0, len(drawing.areas)) or len(plans) > 1 or not all(whole) or (areas and not plans):
            half.append([areas, len(plans), whole])
        if areas:  # it was done: from the start again
            for model in (Boundary, Area, Background):
                model.objects.all().delete()
        connections.close_all()
    founding.found(drawing, by=HAND, at=timezone.now())
    swept = laying.sweep(at=timezone.now() + timedelta(days=2))
    kept = sorted(path.name for path in (Path(settings.MEDIA_ROOT) / "plans").iterdir())
    laid = [backgrounds.path(plan).name for plan in backgrounds.lying()]
    return {
        "half": half,
        "areas": Area.objects.count() - len(drawing.areas),
        "plans": len(laid),
        "litter": sorted(set(kept) - set(laid)),
        "lost": sorted(set(laid) - set(kept)),
        "swept": len(swept),
        "again": founding.found(drawing, by=HAND, at=timezone.now()).already,
    }


if __name__ == "__main__":
    task, rounds, seed = sys.argv[1:]
    tasks = {"writer": writer, "backup": backup, "restore": restore, "init": init, "found": found}
    sys.stdout.write(json.dumps(tasks[task](int(rounds), random.Random(int(seed)))))
