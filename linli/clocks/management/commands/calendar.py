"""`linli calendar`: the working days of a year; `import FILE` enters a notice, after showing what it says."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from linli.access import sheets
from linli.clocks import calendars, moving, queries, reading
from linli.clocks.queries import Book
from linli.clocks.shipped import Told
from linli.clocks.working import days_of
from linli.ground.hands import Program

BY = Program("console")


class Command(BaseCommand):
    """Shows a year, or enters a notice."""

    help = _("Show a year of the working calendar, or enter a notice of holidays from a file.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two steps: show and import."""
        steps = parser.add_subparsers(dest="step", required=True)
        show = steps.add_parser("show", help=_("the holidays and make-up days of a year"))
        show.add_argument("year", type=int, nargs="?")
        bring = steps.add_parser("import", help=_("a notice in its own words (TXT), or a sheet of its days"))
        bring.add_argument("file", type=Path)
        bring.add_argument("--year", type=int, required=True, help=_("the year it arranges"))
        bring.add_argument("--issued", type=date.fromisoformat, required=True, metavar="DATE")
        bring.add_argument("--number", default="", help=_("needed for a sheet; else taken from the words"))
        bring.add_argument("--write", action="store_true", help=_("enter it; without, only show"))
        for step in (show, bring):
            step.add_argument("--area", default="", metavar="CODE", help=_("where it holds; empty is everywhere"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints what there is, or what would be and whether it was written."""
        at = datetime.now(UTC)
        if options["step"] == "show":
            self._show(options["year"] or localdate(at).year, options["area"])
        else:
            self._bring(options, at)

    def _bring(self, options: dict[str, Any], at: datetime) -> None:
        told = _told(options)
        calendars.must_be_whole(told)
        for line in told.lines:
            self.stdout.write(f"{line.day} {_('work') if line.works else _('off'):<6} {line.name}")
        standing = queries.read(queries.edition())
        kept = [
            (code, each) for code, each in standing.notices if (code, each.number) != (options["area"], told.number)
        ]
        book = Book("preview", [*kept, (options["area"], told)], standing.hours, standing.since)
        moved = sum(1 for _each in moving.would_move(book, at=at, within=options["area"]))
        self.stdout.write(_("%(count)s due times move.") % {"count": moved})
        if options["write"]:
            calendars.enter(told, area=options["area"], source=str(options["file"].name), by=BY, at=at)
            self.stdout.write(_("The notice %(number)s is entered.") % {"number": told.number})
        else:
            self.stdout.write(_("Nothing was written: add --write to enter it."))

    def _show(self, year: int, area: str) -> None:
        calendar = queries.calendar_of(area)
        if calendar.provisional(year):
            self.stdout.write(_("%(year)s is provisional.") % {"year": year})
        for day in days_of(year):
            if said := calendar.special.get(day):
                self.stdout.write(f"{day} {_('work') if said.works else _('off'):<6} {said.name} {said.notice}")
        working = sum(calendar.kind(day).works for day in days_of(year))
        self.stdout.write(_("%(count)s working days") % {"count": working})


def _told(options: dict[str, Any]) -> Told:
    """The notice in the file: its words, or a sheet."""
    path, number, year, issued = (options[key] for key in ("file", "number", "year", "issued"))
    content = path.read_bytes()
    if path.suffix.lower() == ".txt":
        return reading.whole(content.decode("utf-8"), number=number, year=year, issued=issued)
    found = sheets.lines(path.name, content, reading.HEADINGS, reading.NEEDED)
    return Told(number, year, issued, reading.told_by_sheet((line.number, line.cells) for line in found))
