"""The `linli` command: Django's commands and ours behind one name; what is refused, or cannot be now, as sentences."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext

from linli import __version__
from linli.ground.refusals import Refusal
from linli.web.middleware import sentence
from linli.web.troubles import trouble_of


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 2 when it was refused or could not be done now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    asked = list(sys.argv[1:] if arguments is None else arguments)
    if asked in (["--version"], ["version"]):
        sys.stdout.write(f"linli {__version__}\n")
        return 0
    try:
        execute_from_command_line(["linli", *asked])
    except Refusal as refusal:
        return refused(refusal)
    except (OSError, OperationalError, InterfaceError) as fault:
        if trouble := trouble_of(fault):
            return refused(trouble)
        raise
    return 0


def refused(refusal: Refusal) -> int:
    """What was refused, why, and what next, in words."""
    for words in (refusal.words, refusal.next_step):
        sys.stderr.write(f"{sentence(words, refusal.facts)}\n" if words else "")
    sys.stderr.write(gettext("Nothing was changed.") + f" [{refusal.code}]\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
