"""linli certificate"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.site.running import certificates


class Command(BaseCommand):
    """HTTPS on a local network."""

    help = "Make the township's own root and a server certificate. 制作本街道自己的根证书和服务器证书。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["make"])
        parser.add_argument("--host", action="append", required=True, help="name or address people type; repeatable")
        parser.add_argument("--organisation", default="Linli", help="who stands in the certificate")

    def handle(self, *_args: Any, **said: Any) -> None:
        made = certificates.make(said["host"], at=timezone.now(), organisation=said["organisation"])
        state = _("new: put it on every device once") if made.root_is_new else _("as before")
        self.stdout.write(_("Root: %(path)s (%(state)s)") % {"path": made.root, "state": state})
        self.stdout.write(_("Certificate: %(path)s") % {"path": made.certificate})
        for line in (
            _("Put the root on each device (never root.key):"),
            "  Windows   "
            + _("double-click, Install Certificate, Local Machine, Trusted Root Certification Authorities"),
            "  Android   " + _("Settings, Security, Encryption & credentials, Install a certificate, CA certificate"),
            "  iPhone    " + _("open the file, install the profile, then Settings, General, About, Certificate Trust"),
            "  Linux     " + _("copy to /usr/local/share/ca-certificates/ and run update-ca-certificates"),
            _("Then serve, telling which addresses people type:"),
            f"  LINLI_HOSTS={','.join(said['host'])} linli serve --host 0.0.0.0 --port 8443"
            f" --certificate {made.certificate} --key {made.key}",
        ):
            self.stdout.write(line)
