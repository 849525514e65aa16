"""`linli upgrade`: a copy first, then tables, checks and a page in one transaction: forward, or as it was."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management import CommandError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.translation import get_language, override

from linli import __version__
from linli.ground.hands import Program
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.journal import verifying, writing

from . import bringing, copies, locks, schema
from .refusals import NotBegun, UpgradeFailed


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did, or would do."""

    steps: list[str]
    copy: Path | None


class Unfit(Exception):
    """The upgraded installation does not work as it should."""


# What a step that does not fit raises. Anything else leaves the tables as they were, too.
FAILURES: tuple[type[Exception], ...] = (
    *(Unfit, CommandError, DatabaseError, OSError, LookupError, TypeError, ValueError, AttributeError),
    *(RuntimeError, AssertionError, ArithmeticError, ImportError),
)


def upgrade(*, to: Path, at: datetime, tell: Tell = silent) -> Upgraded:
    """The tables are those of this version, and it was seen to work; or everything is as it was.

    Refuses while a server or worker runs. Killed at any moment, the tables are either all new or all old.
    """
    with locks.everything_stopped(at=at):
        bringing.recover(tell)
        before = must_be_begun()
        steps = schema.pending()
        copy = copies.make(to=to, at=at, tell=tell).path
        forward(steps, before, copy, at, tell)
    return Upgraded(steps, copy)


def must_be_begun() -> list[str]:
    """The steps the tables have gone through; refuses where nothing was begun."""
    before = schema.applied()
    if not before:
        raise NotBegun(folder=str(settings.DATA_DIR))
    return before


def forward(steps: list[str], before: list[str], copy: Path, at: datetime, tell: Tell) -> None:
    """Takes the steps and tries the result, in one transaction; refuses with what failed, after going back."""
    doing = ""
    try:
        with schema.one_transaction():
            for doing, act in STEPS.items():
                tell(doing, 0, 0)
                act()
            if steps:
                write_down(steps, copy, at)
        return
    except FAILURES as why:
        failed, reason = doing, why
    go_back(before, copy, at, tell)
    reason_told = traceback.format_exception_only(reason)[-1].strip()
    raise UpgradeFailed(step=failed, why=reason_told, copy=str(copy)) from reason


def go_back(before: list[str], copy: Path, at: datetime, tell: Tell) -> None:
    """The transaction took the tables back. Were they not those of before all the same, the copy is brought back.

    It is unpacked in the data folder: copies often lie on another disk, and no file moves in one step between disks.
    """
    tell(_("going back"), 0, 0)
    connection.close()
    if schema.applied() != before:
        with bringing.laid_out(Path(settings.DATA_DIR), copy, None, tell) as (new, manifest):
            bringing.take_place(new, manifest, with_keys=False, tell=tell)


def write_down(steps: list[str], copy: Path, at: datetime) -> None:
    """The journal says which version came, with how many steps, and which copy was made before."""
    with transaction.atomic():
        facts: dict[str, Any] = {"version": __version__, "steps": len(steps), "copy": copy.name}
        writing.write("installation.upgraded", thing="installation", by=Program("console"), at=at, **facts)


def check_system() -> None:
    """Django's and our own checks find no error."""
    errors = [message for message in checks.run_checks() if message.level >= checks.ERROR]
    if errors:
        raise Unfit("; ".join(str(message.msg) for message in errors))


def check_journal() -> None:
    """The journal is whole."""
    verdict = verifying.verify()
    if not verdict.whole:
        raise Unfit(f"{verdict.bent} entries of the journal are bent")


def check_page() -> None:
    """The home page and the sign-in page are shown; whoever upgrades is spoken to in their own language afterwards."""
    browser = Client(SERVER_NAME=own_name(), raise_request_exception=False)
    for address in ("/", "/sign-in"):
        with override(get_language()):
            status = browser.get(address, follow=True).status_code
        if status != 200:
            raise Unfit(f"{address} answers {status}")


def own_name() -> str:
    """A name under which this installation answers: any for `*`, the domain itself for one with a leading dot."""
    first = next(iter(settings.ALLOWED_HOSTS), "*")
    return "localhost" if first == "*" else str(first).removeprefix(".")


STEPS: dict[str, Callable[[], None]] = {
    _("changing the tables"): schema.bring_up_here,
    _("checking the system"): check_system,
    _("proving the journal"): check_journal,
    _("showing a page"): check_page,
}
