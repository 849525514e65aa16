"""The keys of the registers: a version is a key that seals and one that indexes, in a file beside the database.

Sealing and indexing use the newest version. While everything is made again under a new one (`rekeying`), the file
holds the one before as well, and whoever looks something up asks under both. Afterwards that one lies in a file of
its own: it opens what an old copy of the database brings, and finds nothing any more.
"""

import contextlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FILE, ASIDE = "registers.json", "registers-aside.json"


@dataclass(frozen=True)
class Version:
    """A version of the keys, and since when it is there and was set aside; None where that is not known."""

    number: int
    made_on: date | None
    aside_on: date | None
    is_newest: bool


class Keys:
    """The keys by version, and the ones that sealing and indexing use now.

    An index under the first key bears no version, which leaves the indexes of older installations as they are.
    """

    def __init__(self, written: dict[str, Any]) -> None:
        self.by_version = {int(version): AESGCM(bytes.fromhex(key)) for version, key in written["seal"].items()}
        self.newest = max(self.by_version, default=0)
        told = written["index"] if isinstance(written["index"], dict) else {"1": written["index"]}
        self.indexes = {int(version): bytes.fromhex(key) for version, key in told.items()}
        self.newest_index = max(self.indexes, default=0)
        self.index = self.indexes.get(self.newest_index, b"")
        self.mark = mark_of(self.newest_index)
        self.older = tuple((mark_of(each), key) for each, key in self.indexes.items() if each != self.newest_index)
        self.dates = written.get("made", {})

    @property
    def are_renewed(self) -> bool:
        """Whether two versions are in use, since everything is being made again under the newer one."""
        return len(self.by_version) > 1 or len(self.indexes) > 1


def mark_of(version: int) -> bytes:
    """What an index begins with that was made under this version.

    >>> mark_of(1), mark_of(2)
    (b'', b'\\x02')
    """
    return b"" if version <= 1 else bytes([version])


def keys_file(name: str = FILE) -> Path:
    """Where the keys lie; backups keep this folder apart from the database."""
    return _file(str(settings.DATA_DIR), name)


@lru_cache(maxsize=8)
def _file(folder: str, name: str) -> Path:
    """Asked for with every value, so the path is put together once."""
    return Path(folder) / "keys" / name


@lru_cache(maxsize=4)
def _keys(_path: str, _stamp: tuple[int, int]) -> Keys:
    return Keys(json.loads(Path(_path).read_text("ascii")))


@dataclass
class _Held:
    keys: Keys
    until: float


_HELD: ContextVar[_Held | None] = ContextVar("keys", default=None)
HELD_S = 1.0


@contextmanager
def keys_held() -> Iterator[None]:
    """Inside the block the keys are looked up once a second, for a great many values."""
    token = _HELD.set(_Held(_standing(), time.monotonic() + HELD_S))
    try:
        yield
    finally:
        _HELD.reset(token)


def keys() -> Keys:
    """The keys of this installation, made at the first need of them; read again once the file is another."""
    held = _HELD.get()
    if held is None:
        return _standing()
    if (now := time.monotonic()) > held.until:
        held.keys, held.until = _standing(), now + HELD_S
    return held.keys


def _standing() -> Keys:
    path = keys_file()
    try:
        stands = path.stat()
    except FileNotFoundError:
        _make(path)
        stands = path.stat()
    return _keys(str(path), (stands.st_mtime_ns, stands.st_ino))


def aside() -> Keys:
    """The keys that were set aside; none where the file was taken away."""
    return Keys(_read(ASIDE))


def versions() -> list[Version]:
    """Every version of the keys that is here, the newest first."""
    keys()
    used, old = _read(FILE), _read(ASIDE)
    newest = max(map(int, used["seal"]))
    found = [
        Version(
            int(number),
            _day(each["made"].get(number)),
            _day(each["aside"].get(number)) if each is old else None,
            each is used and int(number) == newest,
        )
        for each in (used, old)
        for number in each["seal"]
        if each is used or number not in used["seal"]
    ]
    return sorted(found, key=lambda each: -each.number)


def _day(moment: str | None) -> date | None:
    return datetime.fromisoformat(moment).date() if moment else None


def add(*, at: datetime) -> int:
    """A new version stands, and everything sealed from now on is under it; what was sealed before still opens."""
    keys()
    written = _read(FILE)
    version = max(int(each) for told in (written, _read(ASIDE)) for each in told["seal"]) + 1
    written["seal"][str(version)] = secrets.token_hex(32)
    written["index"][str(version)] = secrets.token_hex(32)
    written["made"][str(version)] = _moment(at)
    _write(keys_file(), written)
    return version


def set_aside(*, at: datetime) -> list[int]:
    """The newest version alone is in use; the others, which are given back, lie in a file apart.

    Killed in between, it leaves them in both files, and called again it ends the same.
    """
    used, old = _read(FILE), _read(ASIDE)
    newest = {part: max(used[part], key=int) for part in ("seal", "index")}
    gone = sorted({number for part, kept in newest.items() for number in used[part] if number != kept}, key=int)
    for part, kept in (*newest.items(), ("made", newest["seal"])):
        old[part] |= {number: told for number, told in used[part].items() if number in gone}
        used[part] = {number: told for number, told in used[part].items() if number == kept}
    old["aside"] |= dict.fromkeys(gone, _moment(at))
    _write(keys_file(ASIDE), old)
    _write(keys_file(), used)
    return [int(number) for number in gone]


def bring_back() -> None:
    """The keys that were set aside are in use again beside the newest, for a copy of before that was put back."""
    used, old = _read(FILE), _read(ASIDE)
    for part in ("seal", "index", "made"):
        used[part] = old[part] | used[part]
    _write(keys_file(), used)


def join(path: Path, other: Path) -> None:
    """The file holds the versions of the other as well; where both have one, it is as the other says."""
    here, there = _told(path), _told(other)
    _write(path, {part: known | there.get(part, {}) for part, known in here.items()})


def _read(name: str) -> dict[str, Any]:
    """A file of keys of this installation."""
    return _told(keys_file(name))


def _told(path: Path) -> dict[str, Any]:
    """A file of keys as it is written today, whichever version of Linli wrote it."""
    told: dict[str, Any] = {"seal": {}, "index": {}, "made": {}, "aside": {}}
    with contextlib.suppress(FileNotFoundError):
        told |= json.loads(path.read_text("ascii"))
    if isinstance(told["index"], str):
        told["index"] = {"1": told["index"]}
    return told


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    first = {"seal": {"1": secrets.token_hex(32)}, "index": {"1": secrets.token_hex(32)}}
    _write(path, first | {"made": {"1": _moment(datetime.now(UTC))}}, alone=True)


def _write(path: Path, written: dict[str, Any], *, alone: bool = False) -> None:
    """The file stands whole or not at all, readable by its owner alone; `alone` leaves one that stands already."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(written, out)
        out.flush()
        os.fsync(out.fileno())
    if alone:
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
        beside.unlink()
    else:
        beside.replace(path)
