"""`linli keys` and `linli keys rotate`."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from linli.ground.hands import Program
from linli.registers import keyring, rekeying
from linli.registers.keyring import Version
from linli.site.running import locks
from linli.web.progress import Progress

BY = Program("console")


class Command(BaseCommand):
    """What seals the registers, how old it is, and how it is renewed."""

    help = "List the keys with their age; make new ones and seal everything again. 查看密钥及其使用时间，更换密钥。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", nargs="?", choices=["list", "rotate"], default="list")

    def handle(self, *_args: Any, verb: str, **_options: Any) -> None:
        if verb == "rotate":
            self.rotate()
        self.show()

    def rotate(self) -> None:
        """A new key, and everything sealed again under it, while everyone works."""
        at = timezone.now()
        with locks.held(locks.KEYS, at=at), Progress() as tell:
            done = rekeying.renew(by=BY, at=at, tell=tell)
        facts = {"rows": f"{done.rows:,}", "version": done.version}
        self.stdout.write(_("%(rows)s rows were sealed again; all lies under key %(version)s.") % facts)
        self.stdout.write(_("Copy the keys now: linli backup --keys-to FOLDER"))

    def show(self) -> None:
        """Every key with its age, and what there is to do."""
        today = localdate()
        for version in keyring.versions():
            self.stdout.write(self.line(version, today))
        for path in others():
            made = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
            facts = {"name": path.name, "on": made, "days": (today - made).days}
            self.stdout.write(_("%(name)s: written on %(on)s, %(days)s days ago") % facts)
        if left := rekeying.left():
            words = _("%(rows)s rows do not lie under the newest key yet: linli keys rotate goes on with them.")
            self.stdout.write(words % {"rows": f"{left:,}"})

    def line(self, version: Version, today: date) -> str:
        """A key of the registers in words."""
        facts = {"version": version.number, "on": version.made_on, "aside": version.aside_on}
        state = _("set aside on %(aside)s") if version.aside_on else _("being replaced")
        state = _("in use") if version.is_newest else state
        age = _("made before keys were dated")
        if version.made_on:
            age = _("made on %(on)s, %(days)s days ago")
            facts["days"] = (today - version.made_on).days
        return (_("Registers, key %(version)s") + ": " + state + ", " + age) % facts


def others() -> list[Path]:
    """The other files in the folder of keys."""
    ours = (keyring.FILE, keyring.ASIDE)
    folder = Path(settings.DATA_DIR) / "keys"
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name not in ours)
