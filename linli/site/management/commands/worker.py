"""linli worker"""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.site.running import locks, schema
from linli.site.running.working import Worker


class Command(BaseCommand):
    """Works in the background."""

    help = "Work in the background: news, timed work, long tasks. 后台工作。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, and end")

    def handle(self, *, once: bool, **_options: Any) -> None:
        worker = Worker(clock=timezone.now)
        with locks.one(locks.WORKER, at=timezone.now()):
            schema.must_be_current()
            if once:
                worker.once()
                return
            for end in (signal.SIGTERM, signal.SIGINT):
                signal.signal(end, lambda _number, _frame: worker.stop())
            if self.stdout.isatty():
                self.stdout.write(_("The worker is at work (Ctrl-C stops it)."))
            worker.run()
