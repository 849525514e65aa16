"""`linli routing`: the published list of who handles what is brought as a table, after showing what it would change."""

import csv
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from linli.cases import publishing
from linli.ground.hands import Program

BY = Program("console")


class Command(BaseCommand):
    """Imports a list, or writes out the one that stands."""

    help = _("Bring the published list of who handles what, or write it out as a table.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        bring = steps.add_parser("import", help=_("bring a table; without --yes only show what it would change"))
        bring.add_argument("file", type=Path, nargs="?", default=publishing.EXAMPLE, help=_("XLSX, XLS, ODS or CSV"))
        bring.add_argument("--area", default="", metavar="CODE", help=_("where it is published; else everywhere"))
        bring.add_argument("--since", type=date.fromisoformat, metavar="DATE", help=_("from which day it holds"))
        bring.add_argument("--complete", action="store_true", help=_("what the table does not name ends"))
        bring.add_argument("--yes", action="store_true", help=_("write without asking"))
        out = steps.add_parser("export", help=_("write the list as it stands as CSV"))
        out.add_argument("file", type=Path, help=_("where to write it"))
        out.add_argument("--area", default="", metavar="CODE", help=_("where it is published; else everywhere"))

    def handle(self, *_args: Any, step: str, **asked: Any) -> None:
        area = publishing.area_of(asked["area"])
        self.write_out(asked["file"], area) if step == "export" else self.bring(asked, area)

    def bring(self, asked: dict[str, Any], area: str) -> None:
        """The table is read and shown beside what stands; written where that is wanted."""
        at = datetime.now(UTC)
        rows = publishing.read(asked["file"].name, asked["file"].read_bytes())
        self.show(publishing.preview(rows, area=area))
        if not asked["yes"]:
            self.say(_("Nothing was written. To write it, add --yes."))
            return
        since, complete = asked["since"] or localdate(at), asked["complete"]
        publishing.publish(rows, area=area, since=since, complete=complete, by=BY, at=at)
        self.say(_("The list holds from %(since)s on."), since=since)

    def show(self, found: publishing.Preview) -> None:
        """How many lines become what, and the wrong rows."""
        counts = {
            _("new"): len(found.new),
            _("changed"): len(found.changed),
            _("as they stand"): found.same,
            _("not in the table"): len(found.missing),
            _("refused"): len(found.wrong),
        }
        for words, count in counts.items():
            self.say("%(what)s: %(count)s", what=words, count=count)
        for row in found.wrong:
            self.say("%(number)s: %(why)s", number=row.number, why="; ".join(_(why) for why in row.wrong))

    def write_out(self, path: Path, area: str) -> None:
        """The list as a table."""
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(publishing.table(area=area))
        self.say(_("Written: %(path)s"), path=path)

    def say(self, words: str, **facts: Any) -> None:
        """One line of output."""
        self.stdout.write(words % facts)
