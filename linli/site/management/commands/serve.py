"""linli serve"""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.site.running import serving
from linli.site.running.refusals import Missing


class Command(BaseCommand):
    """Serves the pages."""

    help = "Serve the pages. 提供网页服务。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (0.0.0.0: all of this machine)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--workers", type=int, default=0, help="server processes; without it one for each core, up to a few"
        )
        parser.add_argument("--certificate", type=Path, help="HTTPS: certificate (PEM), see `linli certificate`")
        parser.add_argument("--key", type=Path, help="HTTPS: its private key (PEM)")
        parser.add_argument("--quiet", action="store_true", help="no line for each request")

    def handle(self, *_args: Any, **said: Any) -> None:
        names = ("host", "port", "workers", "certificate", "key", "quiet")
        offer = serving.Offer(**{name: said[name] for name in names})
        if bool(offer.certificate) != bool(offer.key):
            raise Missing(what="--key" if offer.certificate else "--certificate")
        if offer.certificate and not settings.HTTPS:
            self.again_with_https()
        if serving.unreachable_hosts(offer.host):
            self.stderr.write(
                _(
                    "Others on the network will be turned away: name the addresses they type in LINLI_HOSTS, "
                    "for example LINLI_HOSTS=linli.lan,192.168.1.10"
                )
            )
        serving.serve(offer, at=timezone.now(), listening=lambda: self.say(offer))

    def say(self, offer: serving.Offer) -> None:
        """Tells where the pages are."""
        self.stdout.write(_("Linli is served at %(address)s (Ctrl-C stops it)") % {"address": offer.address})
        self.stdout.flush()

    def again_with_https(self) -> None:
        """Settings are read once, at the start: begins again with secure cookies."""
        os.environ["LINLI_HTTPS"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves again
