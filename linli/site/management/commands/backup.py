"""linli backup"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.site.running import copies, packing
from linli.web.progress import Progress


class Command(BaseCommand):
    """Copies everything while everyone works."""

    help = "Copy database and media into one file, while in use; keys apart. 使用中备份全部数据，密钥另存。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", nargs="?", choices=["make", "verify"], default="make")
        parser.add_argument("file", nargs="?", type=Path, help="verify: the copy to prove")
        parser.add_argument("--to", type=Path, help="folder for the copy (default: backups in the data folder)")
        parser.add_argument("--keys-to", type=Path, help="folder for the keys: another disk, or a safe")

    def handle(self, *_args: Any, **said: Any) -> None:
        if said["verb"] == "verify":
            self.verify(said["file"] or Path())
            return
        folder = said["to"] or copies.default_folder()
        with Progress() as tell:
            made = copies.make(to=folder, keys_to=said["keys_to"], at=timezone.now(), tell=tell)
        self.stdout.write(_("Copied and proven: %(path)s") % {"path": made.path})
        self.describe(made.manifest)
        if made.keys:
            self.stdout.write(_("Keys, apart: %(path)s (keep it elsewhere, and closed)") % {"path": made.keys})
        else:
            self.stdout.write(_("Keys were not copied: give --keys-to a place of their own, once and after changes."))

    def verify(self, file: Path) -> None:
        """Reads every byte of a copy."""
        manifest = packing.unpack(file)
        self.stdout.write(_("Whole: %(path)s") % {"path": file})
        self.describe(manifest)

    def describe(self, manifest: dict[str, Any]) -> None:
        """What a copy holds."""
        told = {"at": manifest["at"], "version": manifest["linli"], "files": len(manifest["files"])}
        self.stdout.write("  " + _("of %(at)s, version %(version)s, %(files)s files") % told)
        for name in manifest.get("lifted", ()):
            self.stdout.write("  " + _("lifted while the copy was made, and not in it: %(name)s") % {"name": name})
        if tables := manifest.get("tables"):
            told = {"rows": sum(tables.values()), "tables": len(tables), "entry": manifest["entry"]}
            self.stdout.write("  " + _("%(rows)s rows in %(tables)s tables; journal up to entry %(entry)s") % told)
