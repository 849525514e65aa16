"""`linli import`: a file of people, households, dwellings or businesses becomes records, after a dry run.

The command itself stands in the room of cases, which takes over open matters by it as well.
"""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from linli.areas import queries
from linli.ground.hands import Program
from linli.ground.words import gettext_noop
from linli.registers import book
from linli.registers.importing import applying, checking, proposing, returning, staging, undoing
from linli.registers.models import Batch, Register
from linli.web.progress import Progress

BY = Program("console")
KINDS = {
    "people": (Register.PERSON, gettext_noop("a file of people, with their households and dwellings")),
    "households": (Register.HOUSEHOLD, gettext_noop("a file of households, with their dwellings")),
    "dwellings": (Register.DWELLING, gettext_noop("a file of dwellings")),
    "businesses": (Register.BUSINESS, gettext_noop("a file of businesses and organisations")),
}
WORDS = {
    checking.NEW: gettext_noop("new"),
    checking.CHANGED: gettext_noop("changed"),
    checking.SAME: gettext_noop("as they stand"),
    checking.PERHAPS: gettext_noop("perhaps someone known"),
    checking.ELSEWHERE: gettext_noop("known elsewhere"),
    staging.REFUSED: gettext_noop("refused"),
    checking.ENDED: gettext_noop("of someone whose record has ended"),
    checking.MISSING: gettext_noop("live here and are not in the file"),
}


def file(text: str) -> Path:
    """An existing file."""
    path = Path(text)
    if not path.is_file():
        raise ArgumentTypeError(_("there is no file %(path)s") % {"path": text})
    return path


class Command(BaseCommand):
    """Imports a file, or undoes an import."""

    help = _("Import a spreadsheet into the registers, after showing what would become of each row.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        for kind, (_register, words) in KINDS.items():
            one = steps.add_parser(kind, help=_(words))
            one.add_argument("file", type=file, help=_("XLSX, XLS, ODS or CSV"))
            one.add_argument("--area", required=True, metavar="CODE", help=_("the area the file is of"))
            one.add_argument("--sheet", default="", help=_("which sheet; without it the first that holds anything"))
            one.add_argument("--true-on", type=date.fromisoformat, metavar="DATE", help=_("the day the file tells of"))
            one.add_argument("--yes", action="store_true", help=_("write without asking"))
            one.set_defaults(complete=False)
            if kind == "people":
                claim = _("the file claims to hold everyone who lives there")
                one.add_argument("--complete", action="store_true", help=claim)
        self.add_others(steps)
        undo = steps.add_parser("undo", help=_("take an import back, while nothing newer rests on it"))
        undo.add_argument("ref", metavar="REF", help=_("the reference of the import"))

    def add_others(self, steps: Any) -> None:
        """What other rooms import by this command."""

    def handle(self, *_args: Any, step: str, **asked: Any) -> None:
        at = datetime.now(UTC)
        with Progress() as self.tell:
            self.take_back(asked["ref"], at) if step == "undo" else self.do(step, asked, at)

    def do(self, step: str, asked: dict[str, Any], at: datetime) -> None:
        """A file of one kind."""
        self.bring(KINDS[step][0], asked, at)

    def bring(self, register: Register, asked: dict[str, Any], at: datetime) -> None:
        """The file is read and checked; what is good is written when that is wanted."""
        area, path = queries.area(asked["area"]).code, asked["file"]
        proposal = proposing.propose(register, path, area=area, sheet=asked["sheet"])
        columns = proposing.settled(proposal, register)
        self.show_columns(proposal)
        told = staging.Asked(area, path.name, asked["complete"], asked["true_on"])
        batch = staging.receive(register, path, told, by=BY, at=at)
        staging.stage(batch, proposal, columns, today=localdate(at), tell=self.tell)
        checking.check(batch, today=localdate(at), tell=self.tell)
        self.show_counts(batch)
        self.give_back(batch, path)
        if not (asked["yes"] or self.is_wanted()):
            self.say(_("Nothing was written; the import %(ref)s waits."), ref=batch.ref)
            return
        applying.write(batch, by=BY, at=datetime.now(UTC), tell=self.tell)
        proposing.remember(proposal, register, columns, area=area, at=at)
        self.say(_("Written. To take it back: linli import undo %(ref)s"), ref=batch.ref)

    def take_back(self, ref: str, at: datetime) -> None:
        """`import undo`."""
        batch = Batch.objects.filter(ref=ref.upper()).first()
        if batch is None:
            self.say(_("There is no import %(ref)s."), ref=ref)
            return
        undoing.undo(batch, by=BY, at=at)
        self.say(_("The import %(ref)s was undone."), ref=batch.ref)

    def show_columns(self, proposal: proposing.Proposal) -> None:
        """Which column means which fact, how surely and why."""
        names = {heading.column: heading.name for heading in proposal.table.columns}
        for match in sorted(proposal.matching.found.values(), key=lambda each: each.column):
            facts = {"column": names[match.column], "fact": _(book.fact(match.wanted).label), "why": _(match.why)}
            self.say("%(column)s → %(fact)s (%(sure)d %%, %(why)s)", sure=round(match.confidence * 100), **facts)
        for note in proposal.notes:
            self.say("%(note)s", note=note)
        for heading in proposal.matching.left:
            self.say(_("%(column)s: not used"), column=heading.name)

    def show_counts(self, batch: Batch) -> None:
        """How many rows become what."""
        for verdict, words in WORDS.items():
            if count := batch.counts.get(verdict):
                self.say("%(kind)s: %(count)s", kind=_(words), count=f"{count:,}")

    def give_back(self, batch: Batch, path: Path) -> None:
        """The refused rows lie beside the file, to be mended."""
        if batch.counts.get(staging.REFUSED) or batch.counts.get(checking.ENDED):
            aside = path.with_name(f"{path.stem}-{batch.ref}.xlsx")
            returning.return_refused(batch, aside)
            self.say(_("The refused rows stand in %(path)s; mend them there and import that file."), path=aside)

    def is_wanted(self) -> bool:
        """Asks on a terminal; elsewhere nothing is written without --yes."""
        if not sys.stdin.isatty():
            return False
        return input(_("Write them? [y/N] ")).strip().lower() in ("y", "yes", "是")

    def say(self, words: str, **facts: Any) -> None:
        """One line of output."""
        self.stdout.write(words % facts)
