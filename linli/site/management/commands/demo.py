"""linli demo"""

import time
from typing import Any

from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.roles import ROLES
from linli.site.running import demo, serving
from linli.site.running.children import Children


class Command(BaseCommand):
    """Makes the made-up town and serves it."""

    help = "Make the made-up town, serve it, and print accounts to try. 生成虚拟镇街并提供试用账号。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--quiet", action="store_true", help="no line for each request")

    def handle(self, *_args: Any, **said: Any) -> None:
        try:
            self.play(**said)
        except KeyboardInterrupt:
            self.say(_("Stopped."))

    def play(self, **said: Any) -> None:
        """The town, then server and worker beside each other, until one of them ends."""
        began = time.monotonic()
        serving.must_be_free(said["host"], said["port"])
        players = demo.prepare(at=timezone.now(), tell=self.say_step)
        moving_in = demo.moving_in()
        connections.close_all()
        self.say(_("Town: %(seconds)s s") % {"seconds": f"{time.monotonic() - began:.1f}"})
        offer = serving.Offer(host=said["host"], port=said["port"])
        with Children(LINLI_DEMO="1") as children:
            words = ["--host", offer.host, "--port", str(offer.port), *(["--quiet"] if said["quiet"] else [])]
            children.start("serve", *words)
            children.wait_until_served(f"{offer.address}health")
            if "worker" in get_commands():
                children.start("worker")
            self.introduce(players, offer)
            if moving_in:
                children.start(*moving_in, passing=True)
                self.say(
                    _("%(people)s made-up people are moving in; pages work meanwhile.") % {"people": f"{demo.PEOPLE:,}"}
                )
            children.watch()

    def say(self, words: str) -> None:
        """One line, seen at once."""
        self.stdout.write(words)
        self.stdout.flush()

    def say_step(self, step: str) -> None:
        """What takes long."""
        self.say(_("Making the town (once)…"))

    def introduce(self, players: list[demo.Player], offer: serving.Offer) -> None:
        """The address, and who can be tried out."""
        self.say(_("Accounts to try (all made up), password %(password)s:") % {"password": players[0].password})
        for player in players:
            where = player.area_code or _("everywhere")
            self.say(f"  {player.sign_in_name:<8}{player.name}  {_(ROLES[player.role].name)} · {where}")
        self.say(_("Open %(address)s and sign in. Ctrl-C stops everything.") % {"address": offer.address})
