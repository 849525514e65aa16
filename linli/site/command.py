"""The `linli` command: Django's commands and ours behind one name, refusals as sentences."""

import os
import sys

from django.core.management import execute_from_command_line
from django.utils.translation import gettext

from linli import __version__
from linli.ground.refusals import Refusal
from linli.web.middleware import sentence


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 2 when it was refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    asked = list(sys.argv[1:] if arguments is None else arguments)
    if asked in (["--version"], ["version"]):
        sys.stdout.write(f"linli {__version__}\n")
        return 0
    try:
        execute_from_command_line(["linli", *asked])
    except Refusal as refusal:
        for words in (refusal.words, refusal.next_step):
            sys.stderr.write(f"{sentence(words, refusal.facts)}\n" if words else "")
        sys.stderr.write(gettext("Nothing was changed.") + f" [{refusal.code}]\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
