"""`linli town`: draws the made-up town and founds it, or writes it to files; lets people live in it."""

import os
import time
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from linli.ground.hands import Program
from linli.ground.progress import silent
from linli.town import drawing, founding
from linli.town.drawing import Drawing
from linli.town.drawing.drawing import Scale
from linli.town.peopling import houses, settling
from linli.town.peopling.settling import Manner
from linli.town.replaying import living
from linli.web.progress import Progress

BY = Program("town")
A_TOWNSHIP = 60_000  # people; more of them fill the district


def scale_of(people: int) -> Scale:
    """How much is drawn for so many people, unless it was said.

    >>> scale_of(0), scale_of(30_000), scale_of(1_000_000)
    ('township', 'township', 'district')
    """
    return "township" if people <= A_TOWNSHIP else "district"


class Command(BaseCommand):
    """Draws the made-up town of a seed."""

    help = _("Draw the made-up town: streets, buildings, communities and grids. The same seed is the same town.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help=_("which town"))
        parser.add_argument("--scale", choices=("township", "district"), help=_("how much of it"))
        parser.add_argument("--export", type=Path, metavar="FOLDER", help=_("write GeoJSON and CSV files, and no more"))
        parser.add_argument(
            "--people", type=int, default=0, metavar="N", help=_("how many people live there; none at first")
        )
        parser.add_argument("--cases", action="store_true", help=_("what they raised in the last weeks, too"))
        parser.add_argument("--gently", action="store_true", help=_("let others write in between, and say little"))
        parser.add_argument("--yes", action="store_true", help=_("do not ask"))

    def handle(self, *_args: Any, **asked: Any) -> None:
        self.began = time.monotonic()
        seed, people = asked["seed"], asked["people"]
        scale = asked["scale"] or scale_of(people)
        if asked["export"]:
            self.export(seed, scale, asked["export"])
            return
        if people < 0:
            raise CommandError(_("A town cannot have fewer than no people."))
        drawn = self.found(seed, scale)
        if people:
            self.settle(seed, scale, people, drawn, gently=asked["gently"])
        if asked["cases"]:
            self.live(seed, gently=asked["gently"])

    def export(self, seed: int, scale: Scale, folder: Path) -> None:
        """The town in files, and no more."""
        with Progress() as tell:
            drawn = drawing.draw(seed, scale=scale, progress=tell)
        self.stdout.write("\n".join(str(file) for file in drawing.export(drawn, folder)))

    def found(self, seed: int, scale: Scale) -> Drawing | None:
        """The town stands; its drawing, when it was drawn just now."""
        if founding.stands(seed, scale):
            self.stdout.write(_("The town of seed %(seed)s stands already.") % {"seed": seed})
            return None
        with Progress() as tell:
            drawn = drawing.draw(seed, scale=scale, progress=tell)
            houses.keep(houses.of(drawn))
            done = founding.found(drawn, by=BY, at=datetime.now(UTC), tell=tell)
        self.say(drawn.counts, done)
        return drawn

    def settle(self, seed: int, scale: Scale, people: int, drawn: Drawing | None, *, gently: bool) -> None:
        """So many people live in the town; what was begun before is gone on with."""
        began = time.monotonic()
        if settling.lived_in(seed, scale):
            self.stdout.write(_("People live here already; nobody moved in."))
            return
        if gently and hasattr(os, "nice"):
            os.nice(10)
        with nullcontext(silent) if gently else Progress() as tell:
            town = houses.of(drawn) if drawn else houses.kept(seed, scale)
            town = town or houses.of(drawing.draw(seed, scale=scale, progress=tell))
            del drawn
            manner = Manner(gently=gently)
            done = settling.settle(town, people, by=BY, at=datetime.now(UTC), tell=tell, manner=manner)
        facts = {"people": f"{done:,}", "seconds": f"{time.monotonic() - began:.1f}"}
        self.stdout.write(_("%(people)s made-up people have moved in after %(seconds)s s.") % facts)

    def live(self, seed: int, *, gently: bool) -> None:
        """The town has its last weeks behind it."""
        with nullcontext(silent) if gently else Progress() as tell:
            done = living.live(seed, now=datetime.now(UTC), tell=tell, gently=gently)
        self.stdout.write(_("%(count)s made-up matters were raised.") % {"count": f"{done:,}"})

    def say(self, counts: dict[str, int], done: founding.Founded) -> None:
        """What stands now."""
        facts = {"seconds": f"{time.monotonic() - self.began:.1f}", "areas": done.areas, "plan": done.background}
        self.stdout.write(_("The town stands after %(seconds)s s: %(areas)s areas, plan %(plan)s.") % facts)
        self.stdout.write(" · ".join(f"{name} {count:,}" for name, count in counts.items()))
