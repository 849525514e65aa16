"""When the database does not answer: which refusal that is. What was sent was rolled back whole."""

import errno
from typing import ClassVar

from django.db import InterfaceError, OperationalError

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _


class Trouble(Refusal):
    """The house cannot answer now and may soon; `wait` is after how many seconds to come back."""

    status = 503
    wait: ClassVar[int] = 30


class Busy(Trouble):
    """Someone else holds the database for longer than one waits."""

    code, wait = "database.busy", 5
    words = _("The database is busy with other work, so this was not done. Nothing was written.")
    next_step = _("Try again in a few seconds.")


class Gone(Trouble):
    """The database cannot be reached."""

    code = "database.gone"
    words = _("The database cannot be reached, so this was not done. Nothing was written.")
    next_step = _("Try again in a minute. If it stays, tell your platform administrator the code and time shown here.")


class Full(Trouble):
    """The disk under the database has no room left."""

    code, status = "disk.full", 507
    words = _("The server's disk is full, so this could not be written. What stood before stands unharmed.")
    next_step = _("Tell your platform administrator: after room is made on the disk, send it again.")


# SQLite's names of results and PostgreSQL's SQLSTATEs; a family of the latter by its first two signs.
CAUSES: dict[str, type[Trouble]] = {
    **dict.fromkeys(["SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "57014", "40001", "40P01"], Busy),
    **dict.fromkeys(
        ["SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_PROTOCOL", "08", "57P", "53300"], Gone
    ),
    **dict.fromkeys(["SQLITE_FULL", "53100"], Full),
}


def trouble_of(fault: BaseException | None) -> Trouble | None:
    """The trouble a fault of the database or the disk amounts to; None when it is a bug and no trouble.

    >>> trouble_of(OSError(errno.ENOSPC, "No space left on device")).code
    'disk.full'
    >>> trouble_of(ValueError("a bug")) is None
    True
    """
    if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return Full()
    if not isinstance(fault, OperationalError | InterfaceError):
        return None
    name = _name_of(fault.__cause__)
    if not name:
        return Gone()
    return next((trouble() for start, trouble in CAUSES.items() if name.startswith(start)), None)


def _name_of(cause: BaseException | None) -> str:
    """What the database calls the fault; empty where it could not even say so."""
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
