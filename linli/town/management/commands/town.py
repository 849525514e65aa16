"""`linli town`: draws the made-up town and founds it, or writes it to files."""

import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from linli.ground.hands import Program
from linli.town import drawing, founding
from linli.web.progress import Progress

BY = Program("town")


class Command(BaseCommand):
    """Draws the made-up town of a seed."""

    help = _("Draw the made-up town: streets, buildings, communities and grids. The same seed is the same town.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help=_("which town"))
        parser.add_argument("--scale", choices=("township", "district"), default="township", help=_("how much of it"))
        parser.add_argument("--export", type=Path, metavar="FOLDER", help=_("write GeoJSON and CSV files, and no more"))
        parser.add_argument("--yes", action="store_true", help=_("do not ask"))

    def handle(self, *_args: Any, **asked: Any) -> None:
        self.began = time.monotonic()
        seed, scale = asked["seed"], asked["scale"]
        if not asked["export"] and founding.stands(seed, scale):
            self.stdout.write(_("The town of seed %(seed)s stands already.") % {"seed": seed})
            return
        with Progress() as tell:
            drawn = drawing.draw(seed, scale=scale, progress=tell)
            done = None if asked["export"] else founding.found(drawn, by=BY, at=datetime.now(UTC), tell=tell)
        if done:
            self.say(drawn.counts, done)
        else:
            self.stdout.write("\n".join(str(file) for file in drawing.export(drawn, asked["export"])))

    def say(self, counts: dict[str, int], done: founding.Founded) -> None:
        """What stands now."""
        facts = {"seconds": f"{time.monotonic() - self.began:.1f}", "areas": done.areas, "plan": done.background}
        self.stdout.write(_("The town stands after %(seconds)s s: %(areas)s areas, plan %(plan)s.") % facts)
        self.stdout.write(" · ".join(f"{name} {count:,}" for name, count in counts.items()))
