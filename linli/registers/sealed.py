"""Fields that lie encrypted in the database, and the keyed indexes by which some of them can still be found.

A sealed value is version, nonce and AES-256-GCM text, bound to the column it belongs to: copied into another
column it does not open. A blind index is HMAC-SHA256 under a key of its own: without the key even the few
thousand million possible identity numbers cannot be tried out. Keys lie in a file beside the database, one line
a version, the newest last; values keep their version until they are sealed again.
"""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

NONCE = 12
INDEX_BYTES = 16


class CannotBeOpened(Refusal):
    """A sealed value whose key is gone, or that was changed or moved."""

    code, status = "registers.cannot-be-opened", 500
    words = _(
        "A sealed value of %(column)s cannot be opened: its key (version %(version)s) is missing or it was changed."
    )
    next_step = _("Put the keys of the backup back into the data folder, then start again. Nothing was written.")


def keys_file() -> Path:
    """Where the keys lie; backups keep this folder apart from the database."""
    return _file(str(settings.DATA_DIR))


@lru_cache(maxsize=4)
def _file(folder: str) -> Path:
    """Asked for with every value, so the path is put together once."""
    return Path(folder) / "keys" / "registers.json"


class Keys:
    """The keys by version, and the one that sealing uses now. The index key is one for all versions."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.by_version = {int(version): AESGCM(bytes.fromhex(key)) for version, key in written["seal"].items()}
        self.newest = max(self.by_version)
        self.index = bytes.fromhex(written["index"])


@lru_cache(maxsize=1)
def _keys(_path: str, _stamp: int) -> Keys:
    return Keys(json.loads(Path(_path).read_text("ascii")))


def keys() -> Keys:
    """The keys of this installation, made at the first need of them."""
    path = keys_file()
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        _make(path)
        stamp = path.stat().st_mtime_ns
    return _keys(str(path), stamp)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, {"seal": {"1": secrets.token_hex(32)}, "index": secrets.token_hex(32)}, mode="x")


def _write(path: Path, written: dict[str, Any], *, mode: str) -> None:
    """The file stands whole or not at all, readable by its owner alone; `x` leaves one that stands already."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(written, out)
        out.flush()
        os.fsync(out.fileno())
    if mode == "x":
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    else:
        aside.replace(path)


def add_version() -> int:
    """A new key stands, and everything sealed from now on is under it; what was sealed before still opens."""
    keys()
    written = json.loads(keys_file().read_text("ascii"))
    version = max(map(int, written["seal"])) + 1
    written["seal"][str(version)] = secrets.token_hex(32)
    _write(keys_file(), written, mode="w")
    return version


def seal(text: str, *, column: str) -> bytes:
    """The value sealed for one column under the newest key; the empty text stays empty.

    >>> seal("", column="registers.person.phone")
    b''
    """
    if not text:
        return b""
    held = keys()
    nonce = os.urandom(NONCE)
    return bytes([held.newest]) + nonce + held.by_version[held.newest].encrypt(nonce, text.encode(), column.encode())


def unseal(content: bytes, *, column: str) -> str:
    """What was sealed for this column. Refuses what is of another column, was changed, or whose key is gone."""
    if not content:
        return ""
    version, nonce, rest = content[0], bytes(content[1 : 1 + NONCE]), bytes(content[1 + NONCE :])
    key = keys().by_version.get(version)
    if key is None:
        raise CannotBeOpened(column=column, version=version)
    try:
        return key.decrypt(nonce, rest, column.encode()).decode()
    except InvalidTag as changed:
        raise CannotBeOpened(column=column, version=version) from changed


def blind(text: str, *, column: str) -> bytes:
    """The keyed index of a value within one column: equal values have equal indexes; nothing else can be read from it.

    >>> blind("", column="registers.person.phone")
    b''
    """
    if not text:
        return b""
    return hmac.digest(keys().index, f"{column}\0{text}".encode(), hashlib.sha256)[:INDEX_BYTES]


def sealer(column: str) -> Callable[[str], bytes]:
    """What `seal` and the field do, for a great many values of one column: the keys are looked up once."""
    held, bound = keys(), column.encode()
    first, encrypt, fresh = bytes([held.newest]), held.by_version[held.newest].encrypt, os.urandom

    def sealed(text: str) -> bytes:
        if not text:
            return b""
        nonce = fresh(NONCE)
        return first + nonce + encrypt(nonce, text.encode(), bound)

    return sealed


def blinder(column: str) -> Callable[[str], bytes]:
    """What `blind` does, for a great many values of one column: the key is looked up once."""
    key, bound, digest = keys().index, f"{column}\0".encode(), hmac.digest

    def blinded(text: str) -> bytes:
        return digest(key, bound + text.encode(), "sha256")[:INDEX_BYTES] if text else b""

    return blinded


class SealedField(models.Field[Any, Any]):
    """A text that lies sealed in the database and is itself in Python; the empty text stays empty."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **(named | {"default": "", "blank": True, "editable": False}))

    @property
    def column_name(self) -> str:
        """What binds a sealed value to its place."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, content: Any, expression: Any, connection: Any) -> str:
        return unseal(bytes(content or b""), column=self.column_name)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        content = value if isinstance(value, bytes) else seal(value or "", column=self.column_name)
        return connection.Database.Binary(content)


class BlindField(models.BinaryField):
    """The keyed index of a sealed text beside it: found by equality, tells nothing."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **(named | {"max_length": INDEX_BYTES, "default": b"", "blank": True}))

    def from_db_value(self, content: Any, expression: Any, connection: Any) -> bytes:
        return bytes(content or b"")
