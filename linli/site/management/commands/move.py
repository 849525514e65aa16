"""linli move"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.site.running import moving
from linli.site.running.refusals import Missing
from linli.web.progress import Progress


class Command(BaseCommand):
    """Moves everything into another database."""

    help = "Move everything into another database: SQLite to PostgreSQL, or back. 把全部数据搬到另一个数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--to", default="", help="postgresql://user:password@host:port/name, or sqlite")
        where.add_argument("--to-file", type=Path, help="a file that holds the address, with its password")

    def handle(self, *_args: Any, **said: Any) -> None:
        to = said["to_file"].read_text("utf-8").strip() if said["to_file"] else said["to"]
        if not to:
            raise Missing(what="--to")
        with Progress() as tell:
            moved = moving.move(to, at=timezone.now(), tell=tell)
        told = {"rows": moved.rows, "tables": moved.tables, "to": moved.to}
        self.stdout.write(_("Moved to %(to)s: %(rows)s rows in %(tables)s tables, each compared.") % told)
        told = {"sealed": moved.verdict.sealed, "unsealed": moved.verdict.unsealed, "bent": moved.verdict.bent}
        self.stdout.write(
            _("The journal proves there what it proves here: %(sealed)s entries sealed, %(bent)s bent.") % told
        )
        self.say_next(moved.to)

    def say_next(self, to: str) -> None:
        """What to set, and that the old one stays."""
        if to == moving.SQLITE:
            setting = _("take LINLI_DATABASE_URL out of linli.env, or out of the environment")
        else:
            setting = _("set LINLI_DATABASE_URL to the address you gave, in linli.env or in the environment")
        for line in (
            _("Next:"),
            "  1. " + setting,
            "  2. linli serve, linli worker   " + _("they refuse the database that was left"),
            "  3. linli backup                " + _("copies made before cannot be restored there"),
            _("What was here is untouched; keep it until all is well, then delete it. Media and keys stay in place."),
        ):
            self.stdout.write(line)
