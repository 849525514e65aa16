"""linli replay"""

import json
import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.models import Case
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop
from linli.journal import verifying
from linli.site.running import apart, demo, marks, schema
from linli.town.replaying import mapping, matters, playing
from linli.town.replaying.telling import Findings
from linli.web.progress import Progress

WHY = {
    "promise": gettext_noop("less was promised than the work took"),
    "dispatchers": gettext_noop("waited for a dispatcher"),
    "desk": gettext_noop("waited at the desk"),
    "work": gettext_noop("the work took long"),
    "rework": gettext_noop("came back for rework"),
}


class NotEmpty(Refusal):
    """A database with cases in it."""

    code = "replay.not-empty"
    words = gettext_noop("This database holds %(count)s cases already: a replay begins in an empty one.")
    next_step = gettext_noop("Name an empty database in LINLI_DATABASE_URL, or leave it out.")


class Command(BaseCommand):
    """Plays a city's table of cases through the whole loop."""

    help = "Play a real city's table of cases through the whole loop. 用真实城市的事件表演练整个闭环。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a table of cases: CSV, packed with gzip or not")
        parser.add_argument("--map", type=Path, dest="map", help="what its columns mean (TOML); chosen by the columns")
        parser.add_argument("--most", type=int, default=0, metavar="N", help="only so many matters")
        parser.add_argument("--json", type=Path, help="write the findings to a file, too")

    def handle(self, *_args: Any, **said: Any) -> None:
        demo.must_be_a_demo()
        path: Path = said["file"]
        city = mapping.read(said["map"]) if said["map"] else mapping.fitting(matters.columns(path))
        schema.bring_up()
        if count := Case.objects.count():
            raise NotEmpty(count=count)
        marks.begin(apart.REPLAY, at=timezone.now())
        with Progress() as tell:
            scene = playing.set_up(path, city, most=said["most"], tell=tell)
            began = time.monotonic()
            found = playing.play(scene, tell=tell)
        self.tell(city, found, time.monotonic() - began)
        if said["json"]:
            said["json"].write_text(json.dumps(found.told, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")

    def tell(self, city: mapping.CityMap, found: Findings, seconds: float) -> None:
        """What the replay showed, in lines."""
        say = self.stdout.write
        say(_("%(source)s, as %(map)s reads it") % {"source": city.source, "map": city.name})
        say(
            _("%(rows)s rows, %(untimed)s without a beginning, %(dropped)s cancelled; %(raised)s cases raised")
            % {each: f"{getattr(found, each):,}" for each in ("rows", "untimed", "dropped", "raised")}
        )
        speed = {"cases": f"{found.ended / seconds:,.0f}", "moves": f"{found.moves / seconds:,.0f}"}
        say(_("%(cases)s cases and %(moves)s moves a second") % speed)
        say(_("On time: %(share)s") % {"share": share(found.on_time, found.ended)})
        if found.city_timed:
            say(_("The city's own figure: %(share)s") % {"share": share(found.city_on_time, found.city_timed)})
        say(_("Agreement of the proposed desk with the city's: told once desks are proposed"))
        say(_("Look-alikes found: %(count)s") % {"count": f"{found.alike:,}"})
        self.tell_queues(found)
        self.tell_late(found)
        whole = verifying.verify()
        words = _("Journal: %(count)s entries, whole") if whole.whole else _("Journal: %(count)s entries, BENT")
        say(words % {"count": f"{whole.sealed:,}"})

    def tell_queues(self, found: Findings) -> None:
        """How long the queues were, over time."""
        self.stdout.write(_("Waiting for dispatchers / at desks / to be verified:"))
        for each in (*found.queues, found.longest):
            mark = "  ← " + _("the longest") if each is found.longest else ""
            self.stdout.write(
                f"  {moment(each.at)}  {each.dispatchers:>6,} {each.desks:>6,} {each.verifiers:>6,}{mark}"
            )

    def tell_late(self, found: Findings) -> None:
        """Which deadlines were missed, and what cost most of their time."""
        for why, count in found.why_late.items():
            self.stdout.write(f"  {_(WHY[why])}: {share(count, found.ended - found.on_time)}")
        for desk in found.desks:
            self.stdout.write(f"  {desk.desk[:44]:<44} {_('late')} {share(desk.late, desk.ended)}")


def share(part: int, whole: int) -> str:
    """A share with what it is a share of.

    >>> share(1, 4), share(0, 0)
    ('25.0 % (1 / 4)', '–')
    """
    return f"{part / whole:.1%} ({part:,} / {whole:,})".replace("%", " %") if whole else "–"


def moment(at: datetime) -> str:
    """A day and an hour of simulated time."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
