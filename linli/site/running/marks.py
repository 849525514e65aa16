"""Small files of the data folder that say what was begun and what was cut off. Each is written whole or not at all."""

import json
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from linli import __version__

BEGUN, UNFINISHED, LAST_BACKUP, MOVED = "begun.json", "unfinished.json", "last-backup.json", "moved.json"
REAL, DEMO = "real", "demo"


def path_of(mark: str) -> Path:
    """Where the mark stands."""
    return Path(settings.DATA_DIR) / mark


def read(mark: str) -> dict[str, Any]:
    """What the mark says; nothing when it is not there."""
    try:
        told: dict[str, Any] = json.loads(path_of(mark).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return told


def write(mark: str, **facts: Any) -> None:
    """The mark says this from now on, even through a power cut."""
    write_whole(path_of(mark), json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


def wipe(mark: str) -> None:
    """The mark is gone."""
    path_of(mark).unlink(missing_ok=True)
    settle(Path(settings.DATA_DIR))


def begin(kind: str, *, at: datetime) -> None:
    """The folder says what kind of installation it holds, since when, and which version began it; said once."""
    if read(BEGUN).get("kind") != kind:
        moment = at.isoformat(timespec="seconds")
        write(BEGUN, kind=kind, version=__version__, at=moment, installation=secrets.token_hex(8))


def write_whole(path: Path, text: str, *, mode: int = 0o600) -> None:
    """The file holds the text, or what it held before."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    file = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(file, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Names in the folder outlive a power cut (POSIX asks for this; Windows neither needs nor allows it)."""
    if os.name == "nt":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
