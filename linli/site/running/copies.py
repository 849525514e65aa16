"""`linli backup`: one whole file with the database and the media, while everyone works. Keys go into a file apart."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from linli import __version__
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _

from . import engines, locks, marks, packing, schema
from .refusals import KeysBeside, NoRoom, NotBegun

FORMAT = 1
# The journal's witness lies beside the keys and is none: it belongs to the place, not to the copy.
NO_KEYS = "journal-heads"


@dataclass(frozen=True)
class Made:
    """A copy that was made."""

    path: Path
    keys: Path | None
    manifest: dict[str, Any]


def default_folder() -> Path:
    """Where copies go unless told otherwise: good against mistakes, not against a broken disk."""
    return Path(settings.DATA_DIR) / "backups"


def make(*, to: Path, keys_to: Path | None = None, at: datetime, tell: Tell = silent) -> Made:
    """A whole, proven copy stands in `to` under the moment's name, and the keys apart in `keys_to`.

    Refuses when the disk lacks room, and keys beside the copy. Killed in the middle it leaves only a hidden
    folder, which the next one clears away.
    """
    to, keys_to = to.expanduser().resolve(), keys_to and keys_to.expanduser().resolve()
    if keys_to == to:
        raise KeysBeside(folder=str(to))
    if not schema.applied():
        raise NotBegun(folder=str(settings.DATA_DIR))
    with locks.held(locks.BACKUP, at=at), part_of(to) as part:
        must_have_room(to)
        tell(_("copying the database"), 0, 0)
        snapshot = engines.snapshot(part)
        tell(_("packing"), 0, 0)
        made, media = part / "copy.tar.gz", Media()
        said = about(at) | snapshot.about() | {"media": media.paths, "lifted": media.lifted}
        manifest = packing.pack(made, members(part / snapshot.file, media, tell), said)
        tell(_("proving"), 0, 0)
        packing.unpack(made)
        keys = copy_keys(keys_to, at) if keys_to else None
        path = move_in(made, to / f"linli-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz")
    marks.write(marks.LAST_BACKUP, at=manifest["at"], file=str(path), entry=snapshot.entry, keys=bool(keys))
    return Made(path, keys, manifest)


def about(at: datetime) -> dict[str, Any]:
    """What a manifest says of where it comes from."""
    return {
        "format": FORMAT,
        "linli": __version__,
        "at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "migrations": schema.applied(),
        "installation": marks.read(marks.BEGUN).get("installation", ""),
    }


@contextmanager
def part_of(to: Path) -> Iterator[Path]:
    """A hidden folder in `to` for what is not whole yet; a disk that fills up is a refusal, and it is gone after."""
    owner = hashlib.sha256(str(settings.DATA_DIR).encode()).hexdigest()[:8]
    part = to / f".linli-part-{owner}"
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    try:
        yield part
    except OSError as full:
        if full.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise no_room(to) from full
    finally:
        shutil.rmtree(part, ignore_errors=True)


def must_have_room(to: Path) -> None:
    """Refuses before anything is written: the database's copy and the packed file lie there for a while together."""
    if shutil.disk_usage(to).free < needed():
        raise no_room(to)


def needed() -> int:
    """About how many bytes a copy takes while it is made."""
    return 2 * engines.size() + sum(path.stat().st_size for path in media_files()) + (8 << 20)


def no_room(to: Path) -> NoRoom:
    """The refusal, with numbers."""
    return NoRoom(folder=str(to), free=shutil.disk_usage(to).free >> 20, needed=max(1, needed() >> 20))


def media_files() -> list[Path]:
    """Every file of the media folder, in a fixed order; what is half made (hidden, or in hidden folders) is none."""
    root = Path(settings.MEDIA_ROOT)
    shown = (path for path in root.rglob("*") if not any(part[0] == "." for part in path.relative_to(root).parts))
    return sorted(path for path in shown if path.is_file())


@dataclass
class Media:
    """What a copy holds of the media folder: the content of each file, and files that were lifted meanwhile."""

    paths: dict[str, str] = field(default_factory=dict)
    lifted: list[str] = field(default_factory=list)

    def members(self, tell: Tell) -> Iterator[tuple[str, IO[bytes]]]:
        """Each content once, under its digest, opened: an open file is whole however it is lifted meanwhile."""
        root, files = Path(settings.MEDIA_ROOT), media_files()
        packed: set[str] = set()
        for done, file in enumerate(files, start=1):
            name = file.relative_to(root).as_posix()
            try:
                stream = file.open("rb")
            except FileNotFoundError:
                self.lifted.append(name)
                continue
            with stream:
                self.paths[name] = content = hashlib.file_digest(stream, "sha256").hexdigest()
                stream.seek(0)
                if content not in packed:
                    yield f"media/{content}", stream
            packed.add(content)
            tell(_("packing"), done, len(files))


def members(database: Path, media: Media, tell: Tell) -> Iterator[tuple[str, Path | IO[bytes]]]:
    """What goes into a copy."""
    yield database.name, database
    if (begun := marks.path_of(marks.BEGUN)).exists():
        yield begun.name, begun
    yield from media.members(tell)


def copy_keys(to: Path, at: datetime) -> Path:
    """The keys in a file of their own, readable by its owner alone."""
    folder = Path(settings.DATA_DIR)
    found = [path for path in sorted((folder / "keys").iterdir()) if path.is_file()]
    kept = [(f"keys/{path.name}", path) for path in found if not path.name.startswith(NO_KEYS)]
    if (accounts := folder / "demo-accounts.json").exists():
        kept.append((accounts.name, accounts))
    with part_of(to) as part:
        packing.pack(part / "keys.tar", kept, about(at) | {"keys": True})
        return move_in(part / "keys.tar", to / f"linli-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.keys.tar")


def move_in(made: Path, to: Path) -> Path:
    """The finished file has its name; one of the same second is not overwritten."""
    stem, dot, rest = to.name.partition(".")
    number = 1
    while to.exists():
        number += 1
        to = to.with_name(f"{stem}-{number}{dot}{rest}")
    os.replace(made, to)  # noqa: PTH105 - and not a copy, on any system
    marks.settle(to.parent)
    return to
