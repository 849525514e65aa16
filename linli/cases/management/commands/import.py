"""`linli import`: what the registers import, and open matters from an old system."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linli.areas import queries
from linli.cases.taking_over import bringing, sheet
from linli.registers.management import importing
from linli.registers.management.importing import BY, file


class Command(importing.Command):
    """Imports a file, or undoes an import."""

    def add_others(self, steps: Any) -> None:
        one = steps.add_parser(
            "cases", help=_("open matters from an old system, with their times, deadlines, handlers")
        )
        one.add_argument("file", type=file, help=_("XLSX, XLS, ODS or CSV"))
        one.add_argument("--area", required=True, metavar="CODE", help=_("the area the file is of"))
        one.add_argument("--yes", action="store_true", help=_("write without asking"))

    def do(self, step: str, asked: dict[str, Any], at: datetime) -> None:
        if step != "cases":
            super().do(step, asked, at)
            return
        area, path = queries.area(asked["area"]).code, asked["file"]
        found = sheet.opened(path)
        self.show_meant(found)
        tried = bringing.bring(found, area=area, by=BY, at=at, really=False, tell=self.tell)
        self.show(tried)
        self.give_rows_back(found, tried, path)
        if not tried.new:
            self.say(_("Nothing was written: there is nothing new."))
            return
        if not (asked["yes"] or self.is_wanted()):
            self.say(_("Nothing was written."))
            return
        done = bringing.bring(found, area=area, by=BY, at=at, really=True, tell=self.tell)
        self.say(_("Taken over: %(count)s cases. Whoever has them in hand is told."), count=f"{len(done.new):,}")

    def show_meant(self, found: sheet.Sheet) -> None:
        """Which column was taken for what."""
        for key, heading in found.columns.items():
            self.say("%(column)s → %(what)s", column=heading.name, what=sheet.COLUMNS[key][0])
        for name in found.unused:
            self.say(_("%(column)s: not used"), column=name)

    def show(self, tried: bringing.Outcome) -> None:
        """How many rows become what."""
        counts = ((_("new"), len(tried.new)), (_("as they stand"), tried.known), (_("refused"), len(tried.refused)))
        for words, count in counts:
            if count:
                self.say("%(kind)s: %(count)s", kind=words, count=f"{count:,}")

    def give_rows_back(self, found: sheet.Sheet, tried: bringing.Outcome, path: Path) -> None:
        """The refused rows lie beside the file, to be mended; those of a try before give way."""
        if tried.refused:
            aside = path.with_name(f"{path.stem}-refused.xlsx")
            bringing.give_back(found, tried, aside)
            self.say(_("The refused rows stand in %(path)s; mend them there and import that file."), path=aside)
