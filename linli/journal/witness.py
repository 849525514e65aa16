"""The witness: the head of the chain after each sealing, one line each, in a file outside the database.

Whoever can write to the database but not to this file can neither cut off the chain's tail nor write the chain
anew unseen. Whoever can write to both is caught by a head that was noted elsewhere (`linli journal verify --head`).

The file does not grow for ever: the last heads all stand, of older ones fewer the older they are, and always the
first. The last head alone proves the whole chain before it; older ones only tell from where on it was bent.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

if sys.platform == "win32":
    fcntl = None
else:
    import fcntl

NAME = "journal-heads.txt"
MOST_BYTES = 400_000  # some four thousand heads; then there are made fewer
LATEST, OLDER = 1000, 1000  # so many of the last stay, and so many spread over all before them


class Head(NamedTuple):
    """The last number of a chain, and its hash."""

    number: int
    hash: str


def path() -> Path:
    """Where the witness stands: beside the keys, which are kept apart from backups of the data."""
    return Path(settings.DATA_DIR) / "keys" / NAME


def read(line: str) -> Head | None:
    """A head from its line; nothing from a line that was torn when the power went.

    >>> read("12 " + "ab" * 32 + " 2026-11-24T01:00:00+00:00") == Head(12, "ab" * 32)
    True
    >>> read("12 abab")
    """
    number, _, rest = line.partition(" ")
    hashed = rest.split(" ")[0]
    return Head(int(number), hashed) if number.isdecimal() and len(hashed) == 64 else None


def heads() -> Iterator[Head]:
    """Every head that was noted, oldest first."""
    if path().exists():
        with path().open(encoding="ascii", errors="replace") as lines:
            yield from (head for line in lines if (head := read(line.strip())))


def latest() -> Head | None:
    """The head that was noted last; reads the end of the file only."""
    try:
        with path().open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 1024))
            lines = file.read().decode("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    return next((head for line in reversed(lines) if (head := read(line))), None)


def note(head: Head, *, at: datetime) -> bool:
    """The head is noted and on the disk; False when it was already the last one noted."""
    if latest() == head:
        return False
    with _alone():
        _append(head, at)
        if path().stat().st_size > MOST_BYTES:
            thin()
    return True


def _append(head: Head, at: datetime) -> None:
    line = f"{head.number} {head.hash} {at.astimezone(UTC).isoformat(timespec='seconds')}\n"
    file = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        torn = os.lseek(file, 0, os.SEEK_END) and os.pread(file, 1, os.lseek(file, 0, os.SEEK_END) - 1) != b"\n"
        os.write(file, (f"\n{line}" if torn else line).encode("ascii"))
        os.fsync(file)
    finally:
        os.close(file)


def thin() -> None:
    """Fewer of the older heads stand. A kill leaves the file as it was, or as it shall be."""
    with path().open(encoding="ascii", errors="replace") as file:
        lines = [line for line in file if read(line.strip())]
    older, kept = lines[:-LATEST], lines[-LATEST:]
    kept = older[:: -(-len(older) // OLDER)] + kept if older else kept
    draft = path().with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.writelines(kept)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path())


@contextmanager
def _alone() -> Iterator[None]:
    """No other process notes a head meanwhile; where there are no such locks, one worker alone seals (see `locks`)."""
    if fcntl is None:
        yield
        return
    file = os.open(path().with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def set_aside(*, at: datetime) -> Path | None:
    """The witness begins anew, and the old one is kept under the moment: after a restore, and for nothing else."""
    if not path().exists():
        return None
    kept = path().with_name(f"journal-heads.until-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.txt")
    return path().rename(kept)
