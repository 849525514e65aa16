"""linli upgrade"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.site.running import copies, schema, upgrading
from linli.web.progress import Progress


class Command(BaseCommand):
    """Brings the data up to this version."""

    help = "Bring the data up to this version, or go back if anything fails. 升级数据；如失败则恢复原状。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="folder for the copy made first")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *_args: Any, **said: Any) -> None:
        folder = said["to"] or copies.default_folder()
        if said["dry_run"]:
            upgrading.must_be_begun()
            self.plan(schema.pending(), folder)
            return
        with Progress() as tell:
            done = upgrading.upgrade(to=folder, at=timezone.now(), tell=tell)
        self.stdout.write(
            _("Upgraded: %(count)s steps. The copy made before: %(copy)s")
            % {"count": len(done.steps), "copy": done.copy}
        )

    def plan(self, steps: list[str], folder: Path) -> None:
        """What would be done; nothing is."""
        self.stdout.write(
            _("A copy would be made in %(folder)s; then %(count)s steps:") % {"folder": folder, "count": len(steps)}
        )
        for step in steps:
            self.stdout.write(f"  {step}")
