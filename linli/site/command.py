"""The `linli` command: Django's commands and ours behind one name; what is refused, or cannot be now, as sentences."""

import os
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line, get_commands
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext, override

from linli import __version__
from linli.ground.refusals import Refusal
from linli.site.running import apart, schema
from linli.web.middleware import sentence
from linli.web.troubles import trouble_of

# Commands that need no installation, or look for themselves whether one stands. Every other needs one that was begun
# and whose tables are those of the code.
BEGIN_OR_BRING_BACK = {"init", "demo", "replay", "restore", "upgrade"}
LOOK_THEMSELVES = {"serve", "worker", "move", "backup"}
NEED_NONE = {"certificate"}
# fmt: off
OF_DJANGO = {
    "check", "collectstatic", "compilemessages", "createcachetable", "dbshell", "diffsettings", "findstatic",
    "help", "inspectdb", "makemessages", "makemigrations", "migrate", "optimizemigration", "runserver",
    "sendtestemail", "shell", "showmigrations", "sqlflush", "sqlmigrate", "sqlsequencereset", "squashmigrations",
    "startapp", "startproject", "test", "testserver", "version",
}
# fmt: on
ALONE = BEGIN_OR_BRING_BACK | LOOK_THEMSELVES | NEED_NONE | OF_DJANGO


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 2 when it was refused or could not be done now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    asked = list(sys.argv[1:] if arguments is None else arguments)
    if asked in (["--version"], ["version"]):
        sys.stdout.write(f"linli {__version__}\n")
        return 0
    apart.play_apart(asked)
    django.setup()
    with override(language(asked[:1])):
        try:
            must_stand(asked)
            execute_from_command_line(["linli", *asked])
        except Refusal as refusal:
            return refused(refusal)
        except (OSError, OperationalError, InterfaceError) as fault:
            if trouble := trouble_of(fault):
                return refused(trouble)
            raise
    return 0


def language(command: list[str]) -> str:
    """What a command speaks: English to a reader whose terminal is English, else the house's own language.

    Server and worker speak to everyone: each page and notice has the language of who reads it.
    """
    return settings.LANGUAGE_CODE if command in (["serve"], ["worker"], ["db_worker"]) else of_the_terminal()


def of_the_terminal() -> str:
    """English to a reader whose terminal is English, else the house's own language."""
    named = next(filter(None, map(os.environ.get, ("LINLI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "en" if named.lower().startswith("en") else settings.LANGUAGE_CODE


def must_stand(asked: list[str]) -> None:
    """Refuses a command that works on an installation where none was begun, or where its tables are not the code's.

    Asking how it is used needs none, nor does a town that is only drawn into files; one that is to stand where
    nothing does begins an installation of its own.
    """
    command, *words = [*asked, ""]
    if command in ALONE or {"-h", "--help"} & {*words} or (command == "town" and _only_drawn(words)):
        return
    if command == "town" and schema.untouched():
        schema.begin_made_up(at=timezone.now())
    if command in get_commands():
        schema.must_be_current()


def _only_drawn(words: list[str]) -> bool:
    return any(word.partition("=")[0] == "--export" for word in words)


def refused(refusal: Refusal) -> int:
    """What was refused, why, and what next, in words of the terminal's language, also where server or worker end."""
    with override(of_the_terminal()):
        for words in (refusal.words, refusal.next_step):
            sys.stderr.write(f"{sentence(words, refusal.facts)}\n" if words else "")
        sys.stderr.write(gettext("Nothing was changed.") + f" [{refusal.code}]\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
