"""The witness: the head of the chain after each sealing, one line each, in a file outside the database.

Whoever can write to the database but not to this file can neither cut off the chain's tail nor write the chain
anew unseen. Whoever can write to both is caught by a head that was noted elsewhere (`linli journal verify --head`).
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

NAME = "journal-heads.txt"


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
    line = f"{head.number} {head.hash} {at.astimezone(UTC).isoformat(timespec='seconds')}\n"
    file = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        torn = os.lseek(file, 0, os.SEEK_END) and os.pread(file, 1, os.lseek(file, 0, os.SEEK_END) - 1) != b"\n"
        os.write(file, (f"\n{line}" if torn else line).encode("ascii"))
        os.fsync(file)
    finally:
        os.close(file)
    return True


def set_aside(*, at: datetime) -> Path | None:
    """The witness begins anew, and the old one is kept under the moment: after a restore, and for nothing else."""
    if not path().exists():
        return None
    kept = path().with_name(f"journal-heads.until-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.txt")
    return path().rename(kept)
