"""linli init"""

import getpass
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.opening import NameTaken, WeakPassword
from linli.ground.refusals import Refusal
from linli.site.running import beginning
from linli.site.running.refusals import Missing
from linli.web.middleware import sentence


class Command(BaseCommand):
    """Begins an empty, real installation."""

    help = "Begin an empty, real installation: first administrator, no made-up data. 开始一个真实的空系统。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--administrator", default="", help="name the first administrator signs in with")
        parser.add_argument("--name", default="", help="their name as others see it")
        parser.add_argument("--area", default=None, help="area code the post covers; empty: everything")
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--password-file", type=Path)
        source.add_argument("--password-stdin", action="store_true")
        parser.add_argument("--non-interactive", action="store_true", help="ask nothing; refuse what is missing")

    def handle(self, *_args: Any, **said: Any) -> None:
        beginning.must_be_empty()
        self.asks = not said["non_interactive"]
        answers = {
            "sign_in_name": said["administrator"] or self.ask(_("Name to sign in with"), "--administrator"),
            "area": said["area"] if said["area"] is not None else self.ask(_("Area code (empty: all)"), "", empty=True),
        }
        answers["name"] = said["name"] or answers["sign_in_name"]
        given = self.given_password(said)
        while True:
            try:
                password = given or self.ask_password()
                account = beginning.begin(**answers, password=password, at=timezone.now())
                break
            except (WeakPassword, NameTaken) as refused:
                if given or not self.asks:
                    raise
                self.complain(refused)
        self.stdout.write(self.style.SUCCESS(_("Begun in %(folder)s.") % {"folder": settings.DATA_DIR}))
        self.stdout.write(
            _("The first administrator signs in as %(name)s (%(ref)s).")
            % {"name": account.sign_in_name, "ref": account.ref}
        )
        self.say_next()

    def ask(self, what: str, option: str, *, empty: bool = False) -> str:
        """The answer from the terminal; refuses when nobody is to be asked."""
        if not self.asks:
            if empty:
                return ""
            raise Missing(what=option)
        answer = ""
        while not answer:
            answer = input(f"{what}: ").strip()
            if empty:
                break
        return answer

    def given_password(self, said: dict[str, Any]) -> str:
        """The password from a file or a pipe; empty when it is to be asked for."""
        if said["password_file"]:
            return str(said["password_file"].read_text("utf-8").rstrip("\r\n"))
        if said["password_stdin"]:
            return sys.stdin.readline().rstrip("\r\n")
        if not self.asks:
            raise Missing(what="--password-file / --password-stdin")
        return ""

    def ask_password(self) -> str:
        """A password typed twice alike."""
        while True:
            first = getpass.getpass(_("Password (10 signs or more)") + ": ")
            if first and first == getpass.getpass(_("The same once more") + ": "):
                return first
            self.stderr.write(_("The two were not alike."))

    def complain(self, refused: Refusal) -> None:
        """Says why not, before asking again."""
        self.stderr.write(sentence(refused.words, refused.facts))

    def say_next(self) -> None:
        """What to do now."""
        for line in (
            _("Next:"),
            "  linli areas import --codes FILE.csv --boundaries FILE.geojson",
            "                         " + _("your divisions and their boundaries"),
            "  linli serve            " + _("the pages, at http://127.0.0.1:8000/"),
            "  linli worker           " + _("the work in the background, beside it"),
            "  linli backup           " + _("a copy of everything; every day"),
            "  linli check --deploy   " + _("what is still unsafe, and why"),
        ):
            self.stdout.write(line)
