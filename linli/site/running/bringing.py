"""`linli restore`: a copy takes the place of what is here, wholly or not at all, on a stopped server."""

import errno
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction

from linli import __version__
from linli.ground.hands import Program
from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _
from linli.journal import sealing, witness, writing
from linli.journal.models import Entry
from linli.registers import keyring

from . import engines, locks, marks, packing, schema, swapping
from .refusals import (
    NewerHere,
    NewerSchema,
    NoRoom,
    NotEmpty,
    NotWhole,
    OtherEngine,
    OtherInstallation,
)

SQLITE = "linli.sqlite3"
# SQLite's companions belong to the file they stand beside and to no other.
DATABASE = [SQLITE, f"{SQLITE}-wal", f"{SQLITE}-shm"]


@dataclass(frozen=True)
class Brought:
    """What was restored."""

    manifest: dict[str, Any]
    keys: bool


def restore(file: Path, *, keys: Path | None, older_is_meant: bool, at: datetime, tell: Tell = silent) -> Brought:
    """Database, media (and keys, when their file is given) are those of the copy; the journal says so.

    Refuses a file that is not whole, a copy of a newer version, of another engine or another installation, and one
    that is older than what is here, unless that is meant. What was here lies aside until the last step succeeded.
    """
    with locks.everything_stopped(at=at):
        recover(tell)
        with laid_out(Path(settings.DATA_DIR), file, keys, tell) as (new, manifest):
            may_replace(manifest, older_is_meant)
            take_place(new, manifest, with_keys=keys is not None, tell=tell)
        write_down(manifest, file, at)
    return Brought(manifest, keys is not None)


def restore_into(folder: Path, file: Path, *, keys: Path | None, tell: Tell = silent) -> Brought:
    """The same, into a new or empty folder: nothing is replaced, so nothing need be stopped. For SQLite."""
    folder = folder.expanduser().resolve()
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(folder=str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with laid_out(folder, file, keys, tell) as (new, manifest):
        must_fit(manifest, engine="sqlite")
        ready_sqlite(new, manifest)
        for name in [SQLITE, "media", *KEYS, marks.BEGUN]:
            if (new / name).exists():
                (new / name).rename(folder / name)
    marks.settle(folder)
    return Brought(manifest, keys is not None)


KEYS = ["keys", "demo-accounts.json"]


@contextmanager
def laid_out(folder: Path, file: Path, keys: Path | None, tell: Tell) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The copy, proven and unpacked in a hidden folder under the names it is going to have."""
    new = folder / ".restoring"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    try:
        tell(_("proving the copy"), 0, 0)
        manifest = packing.unpack(file, into=new)
        must_be_a_copy(manifest, file)
        if keys:
            unpack_keys(keys, new, manifest, folder)
        lay_media(new, manifest["media"], file)
        yield new, manifest
    except OSError as full:
        if full.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise NoRoom(folder=str(folder), free=shutil.disk_usage(folder).free >> 20, needed=room(file)) from full
    finally:
        shutil.rmtree(new, ignore_errors=True)


def room(file: Path) -> int:
    """A guess at the megabytes a packed copy needs."""
    return max(1, 5 * file.stat().st_size >> 20)


def must_be_a_copy(manifest: dict[str, Any], file: Path) -> None:
    """Refuses a file of keys where a copy was meant, and a form of copies this version does not know."""
    if manifest.get("keys") or manifest.get("format") != 1:
        raise NotWhole(file=str(file), why="it is not a copy this version knows")


def unpack_keys(keys: Path, new: Path, manifest: dict[str, Any], folder: Path) -> None:
    """The keys of the same installation, on top of those that are here: none that is here gets lost."""
    aside = new / "apart"
    told = packing.unpack(keys, into=aside)
    if not told.get("keys") or told["installation"] != manifest["installation"]:
        raise NotWhole(file=str(keys), why="it does not hold the keys of this copy")
    if (folder / "keys").is_dir():
        shutil.copytree(folder / "keys", new / "keys")
    (new / "keys").mkdir(mode=0o700, exist_ok=True)
    for path in (aside / "keys").iterdir():
        path.chmod(0o600)
        here = new / "keys" / path.name
        if path.name in (keyring.FILE, keyring.ASIDE) and here.exists():
            keyring.join(here, path)
        else:
            path.replace(here)
    if (aside / "demo-accounts.json").exists():
        (aside / "demo-accounts.json").replace(new / "demo-accounts.json")


def lay_media(new: Path, media: dict[str, str], file: Path) -> None:
    """Each file of the media folder at its place, from the contents that lie under their digests."""
    contents, root = new / "media", new / "laid"
    root.mkdir()
    for name, content in media.items():
        place = (root / name).resolve()
        if not place.is_relative_to(root):
            raise NotWhole(file=str(file), why=f"{name} lies outside the media folder")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(contents / content, place)
    shutil.rmtree(contents, ignore_errors=True)
    root.rename(contents)


def may_replace(manifest: dict[str, Any], older_is_meant: bool) -> None:
    """Refuses a copy that does not fit here, and one that knows less than what is here."""
    must_fit(manifest, engine=connection.vendor)
    here = marks.read(marks.BEGUN).get("installation", "")
    if older_is_meant:
        return
    reached = engines.reaches()
    if here and manifest["installation"] and here != manifest["installation"] and reached:
        folder = str(settings.DATA_DIR)
        raise OtherInstallation(copied=manifest["installation"], here=here, folder=folder)
    if reached > manifest["entry"]:
        raise NewerHere(here=reached, copied=manifest["entry"])


def must_fit(manifest: dict[str, Any], *, engine: str) -> None:
    """Refuses a copy of the other engine, and one whose tables this version does not know."""
    if manifest["engine"] != engine:
        raise OtherEngine(copied=manifest["engine"], here=engine)
    if unknown := sorted(set(manifest["migrations"]) - schema.known()):
        raise NewerSchema(copied=manifest["linli"], here=__version__, step=unknown[0])


def take_place(new: Path, manifest: dict[str, Any], *, with_keys: bool, tell: Tell) -> None:
    """What is new is in place and was counted again; or what was here is back."""
    connections.close_all()
    if connection.vendor == "sqlite":
        ready_sqlite(new, manifest)
    names = ["media", marks.BEGUN, *(DATABASE if connection.vendor == "sqlite" else [])]
    tell(_("putting it in place"), 0, 0)
    whole, token = False, secrets.token_hex(8)
    try:
        swapping.swap(new, names + (KEYS if with_keys else []), what="restore", token=token)
        if connection.vendor == "postgresql":
            engines.postgres_pour(new / manifest["database"], manifest["tables"], token)
        whole = True
    finally:
        swapping.settle() if whole else recover()


def recover(tell: Tell = silent) -> bool:
    """Files and database belong together again after a cut; whether there was one.

    What was here is back. Only where PostgreSQL had already committed what was poured, the new files stay with it.
    """
    mark = marks.read(marks.UNFINISHED)
    if mark and connection.vendor == "postgresql" and engines.postgres_poured(mark.get("token", "")):
        tell(_("a restore that was cut off is finished"), 0, 0)
        swapping.settle()
        return True
    if undone := swapping.undo():
        tell(_("a restore that was cut off is undone"), 0, 0)
    return undone


def ready_sqlite(new: Path, manifest: dict[str, Any]) -> None:
    """SQLite finds its file undamaged, with the rows the copy says; it has the name it is going to have."""
    path = new / manifest["database"]
    if engines.sqlite_inspect(path).tables != manifest["tables"]:
        raise NotWhole(file=path.name, why="its tables have other rows than the copy says")
    path.rename(new / SQLITE)


def write_down(manifest: dict[str, Any], file: Path, at: datetime) -> None:
    """The journal says what was restored, and its witness begins anew: what it noted since is not in this history.

    A copy of older tables is written into only after `linli upgrade`.
    """
    told = witness.latest()
    if told and not Entry.objects.filter(seal_number=told.number, seal_hash=told.hash).exists():
        witness.set_aside(at=at)
    if schema.pending():
        return
    with transaction.atomic():
        facts: dict[str, Any] = {"file": file.name, "copied_at": manifest["at"], "entry": manifest["entry"]}
        writing.write("installation.restored", thing="installation", by=Program("console"), at=at, **facts)
    sealing.bear_witness(at=at)
    connections.close_all()
