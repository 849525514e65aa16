"""`linli posts import FILE --area CODE`: a sheet of posts is looked through, then every post of it stands, or none."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from linli.access import rostering
from linli.access.sheets import MOST_BYTES
from linli.areas import codes, queries
from linli.ground.permissions import Permission
from linli.ground.refusals import OutsideScope
from linli.site.people import handing_out
from linli.site.people.wording import rostering_lines


@dataclass(frozen=True)
class Console:
    """The console, over one area and all that lies in it: a sheet of a township gives no post in another."""

    area: str
    ref: str = "console"
    post: str = ""

    def may(self, permission: Permission, *, within: str) -> bool:
        """Everything there."""
        return codes.contains(self.area, within)

    def must(self, permission: Permission, *, within: str) -> None:
        """Refuses what lies elsewhere."""
        if not self.may(permission, within=within):
            raise OutsideScope(what=within)


class Command(BaseCommand):
    """Brings posts in."""

    help = _("Bring a sheet of posts in, after showing what each row was understood as.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        one = steps.add_parser("import", help=_("a sheet of posts: who is to hold which, where"))
        one.add_argument("file", type=Path, help=_("XLSX, XLS, ODS or CSV"))
        one.add_argument("--area", required=True, metavar="CODE", help=_("the area the sheet is of; no post beyond it"))
        one.add_argument(
            "--address", metavar="URL", help=_("what people type to come here, for the links and QR codes")
        )
        one.add_argument("--yes", action="store_true", help=_("write without asking"))

    def handle(self, *_args: Any, file: Path, area: str, address: str | None, yes: bool, **_more: Any) -> None:
        at = datetime.now(UTC)
        if not file.is_file():
            raise CommandError(_("there is no file %(path)s") % {"path": file})
        by = Console(queries.area(area).code)
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        rows = rostering.looked_through(file.name, content, by=by, today=localdate(at))
        self.show(rows)
        rostering.must_be_right([(row.number, row.wrong) for row in rows])
        if not (yes or self.is_wanted()):
            self.stdout.write(_("Nothing was written."))
            return
        self.give(rows, file, address or handing_out.usual_address(), by, at)

    def show(self, rows: Sequence[rostering.Row]) -> None:
        """Each row as it was understood, or with what is wrong with it."""
        for line in rostering_lines(rows):
            row = line.row
            told = [_(words) for words in row.wrong] or [line.role, line.where, line.reach, line.board, line.place]
            mark = "✗" if row.wrong else "·"
            self.stdout.write(f"{mark} {row.number:>4}  {row.name}  {'  '.join(word for word in told if word)}")

    def give(self, rows: Sequence[rostering.Row], file: Path, address: str, by: Console, at: datetime) -> None:
        """The posts stand; the invitations lie beside the sheet."""
        offers = rostering.offer(rows, by=by, at=at)
        told = {"given": len(rows) - len(offers), "offered": len(offers)}
        self.stdout.write(_("%(given)s posts given to people who have accounts, %(offered)s offered.") % told)
        if offers:
            aside = file.with_name(f"{file.stem}-{at:%Y%m%d-%H%M%S}-invitations.html")
            handing_out.write(aside, offers, address=address)
            self.stdout.write(
                _("The invitations, with QR codes to %(address)s: %(path)s") % {"address": address, "path": aside}
            )
            self.stdout.write(_("Whoever holds a code takes up the post: hand them out, then destroy the file."))

    def is_wanted(self) -> bool:
        """Asks on a terminal; elsewhere nothing is written without --yes."""
        if not sys.stdin.isatty():
            return False
        return input(_("Write them? [y/N] ")).strip().lower() in ("y", "yes", "是")
