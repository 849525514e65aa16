"""linli restore"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.site.running import bringing, schema
from linli.web.progress import Progress


class Command(BaseCommand):
    """Brings a copy back."""

    help = "Bring a copy back, on a stopped server. 停机后恢复备份。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--keys", type=Path, help="the file of keys that was made beside it")
        parser.add_argument("--into", type=Path, help="a new folder instead of this installation's (SQLite)")
        parser.add_argument("--older-is-meant", action="store_true", help="lose what came after the copy")

    def handle(self, *_args: Any, **said: Any) -> None:
        file, keys, older = said["file"], said["keys"], said["older_is_meant"]
        with Progress() as tell:
            if said["into"]:
                brought = bringing.restore_into(said["into"], file, keys=keys, tell=tell)
            else:
                brought = bringing.restore(file, keys=keys, older_is_meant=older, at=timezone.now(), tell=tell)
        told = {"at": brought.manifest["at"], "entry": brought.manifest["entry"]}
        self.stdout.write(_("Restored as of %(at)s; journal up to entry %(entry)s.") % told)
        if not brought.keys:
            self.stdout.write(_("Keys were left as they are here; give --keys FILE for those of the copy."))
        if not said["into"] and schema.pending():
            self.stdout.write(_("The copy is of an earlier version: run `linli upgrade` before you serve it."))
