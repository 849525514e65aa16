"""One server and one worker to a data folder. A lock ends with its process, however the process ends.

The lock is the system's, on a file of the folder; the words in the file only say who holds it. A child made by
fork holds it too, so a folder is free only when the last process of a server is gone.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import sleep as pause

from django.conf import settings
from django.db import connection

from linli.ground.words import gettext_noop as _

from .refusals import Busy

if sys.platform == "win32":
    import msvcrt

    # Windows locks bytes and then keeps others from reading them: so a byte far behind the words.
    FAR = 1 << 30

    def take(file: int, *, shared: bool) -> bool:
        """Whether the lock was free. Windows has no shared locks here, so sharers take none."""
        if shared:
            return True
        os.lseek(file, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def take(file: int, *, shared: bool) -> bool:
        """Whether the lock was free, to share or to have alone."""
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


SERVER, WORKER, BACKUP, KEYS = "server", "worker", "backup", "keys"
LABELS = {
    SERVER: _("the server"),
    WORKER: _("the worker"),
    BACKUP: _("another backup"),
    KEYS: _("another renewal of keys"),
}
# Whoever looks whether a lock is taken has it for a moment (see `in_use`): so it is asked for more than once.
TRIES, BETWEEN_S = 5, 0.02


def path_of(task: str) -> Path:
    """The file that carries the lock of a task."""
    return Path(settings.DATA_DIR) / f"{task}.lock"


@contextmanager
def held(task: str, *, at: datetime, where: str = "", shared: bool = False) -> Iterator[None]:
    """The task is ours until the block ends. Refuses (Busy) when another process has it, and says which."""
    path = path_of(task)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not took(file, shared=shared):
            raise Busy(folder=str(path.parent), task=LABELS[task], **holder(task))
        told = json.dumps({"pid": os.getpid(), "since": at.isoformat(timespec="seconds"), "where": where})
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, told.encode())
        yield
    finally:
        os.close(file)


def took(file: int, *, shared: bool) -> bool:
    """Whether the lock came free within the moment that a look takes."""
    for turn in range(TRIES):
        if take(file, shared=shared):
            return True
        if turn + 1 < TRIES:
            pause(BETWEEN_S)
    return False


@contextmanager
def one(task: str, *, at: datetime, where: str = "") -> Iterator[None]:
    """As `held`; on PostgreSQL, which several servers and workers may share, only against a restore."""
    with held(task, at=at, where=where, shared=connection.vendor != "sqlite"):
        yield


@contextmanager
def everything_stopped(*, at: datetime) -> Iterator[None]:
    """Neither server nor worker runs on this folder, and none can start until the block ends."""
    with held(SERVER, at=at), held(WORKER, at=at):
        yield


def holder(task: str) -> dict[str, str]:
    """Who holds the lock, as they wrote it; question marks while they have not yet."""
    try:
        told = json.loads(path_of(task).read_text("utf-8"))
    except (OSError, ValueError):
        told = {}
    return {name: str(told.get(name) or "?") for name in ("pid", "since", "where")}


def in_use(task: str) -> bool:
    """Whether some process holds the lock at this moment. Where one alone may hold it, looks do not disturb looks."""
    try:
        file = os.open(path_of(task), os.O_RDWR)
    except OSError:
        return False
    try:
        return not take(file, shared=connection.vendor == "sqlite" and sys.platform != "win32")
    finally:
        os.close(file)
