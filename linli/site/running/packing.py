"""One file that holds many, each with its digest; whole or recognisably not. Standard library only.

A tar (gzip when its name says so) that ends with manifest.json. A file that was cut off has no manifest, a file
that was touched has another digest. Names inside are ours: what else a tar may name is refused, never written.
"""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

from linli.ground.words import gettext_noop as _

from .refusals import NotWhole

MANIFEST = "manifest.json"
NAMES = re.compile(r"database\.(sqlite3|dump)|begun\.json|media/[0-9a-f]{64}|keys/[\w.-]+|demo-accounts\.json")
CHUNK = 1 << 20

UNREADABLE: dict[type[Exception], str] = {
    FileNotFoundError: _("there is no such file"),
    IsADirectoryError: _("it is a folder"),
    PermissionError: _("this user may not read it"),
}


class Measured(io.RawIOBase):
    """A stream that is digested as it passes."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self.source, self.digest, self.size = source, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """What the source gives, seen by the digest."""
        block = self.source.read(size if size >= 0 else CHUNK)
        self.digest.update(block)
        self.size += len(block)
        return block


def pack(
    path: Path, members: Iterable[tuple[str, Path | IO[bytes]]], about: dict[str, Any], *, mode: int = 0o600
) -> dict[str, Any]:
    """The file at `path` holds the members and ends with the manifest, which is given back.

    A member is a path, or a file that is open at its beginning until the next is asked for.
    """
    files: dict[str, dict[str, Any]] = {}
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as raw, squeezed(path, raw) as out, tarfile.open(fileobj=out, mode="w|") as tar:
        for name, source in members:
            files[name] = add(tar, name, source)
        manifest = about | {"files": files}
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(text)
        tar.addfile(head, io.BytesIO(text))
    with path.open("rb+") as done:
        os.fsync(done.fileno())
    return manifest


def squeezed(path: Path, raw: IO[bytes]) -> Any:
    """What is written into: lightly compressed when the name says so. Disks are larger than nights are long."""
    return gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1) if path.suffix == ".gz" else nullcontext(raw)


def add(tar: tarfile.TarFile, name: str, source: Path | IO[bytes]) -> dict[str, Any]:
    """The member is in the tar; its digest and size as they were written."""
    assert NAMES.fullmatch(name), name
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as stream:
        head = tarfile.TarInfo(name)
        head.size = os.fstat(stream.fileno()).st_size
        measured = Measured(stream)
        tar.addfile(head, measured)
    return {"sha256": measured.digest.hexdigest(), "size": measured.size}


def unpack(path: Path, *, into: Path | None = None) -> dict[str, Any]:
    """The manifest, once every byte was read and proven; the members lie below `into`, when it is given.

    Refuses (NotWhole) a file that is cut, touched, or no copy of ours; what it laid out by then is not to be used.
    """
    try:
        return proven(path, into)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError, KeyError) as broken:
        raise NotWhole(file=str(path), why=str(broken) or type(broken).__name__) from broken
    except tuple(UNREADABLE) as unreadable:
        raise NotWhole(file=str(path), why=UNREADABLE[type(unreadable)]) from unreadable


def proven(path: Path, into: Path | None) -> dict[str, Any]:
    """As `unpack`, with the errors as they come."""
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    with opened(path) as source, tarfile.open(fileobj=source, mode="r|") as tar:
        for head in tar:
            stream = tar.extractfile(head)
            if stream is None or manifest is not None:
                raise ValueError(f"{head.name} does not belong in it")
            if head.name == MANIFEST:
                manifest = json.loads(stream.read())
            else:
                found[head.name] = lay(head.name, stream, into)
        while source.read(CHUNK):  # to its very end: gzip's own sum stands there
            pass
    if manifest is None:
        raise ValueError("its end is missing")
    wrong = sorted(name for name in {*found, *manifest["files"]} if found.get(name) != manifest["files"].get(name))
    wrong += [name for name, told in found.items() if name.startswith("media/") and told["sha256"] != name[6:]]
    if wrong:
        raise ValueError(f"{wrong[0]} is not as it was written")
    return manifest


def opened(path: Path) -> Any:
    """The tar, however its file is called."""
    with path.open("rb") as file:
        squeezed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if squeezed else path.open("rb")


def lay(name: str, stream: IO[bytes], into: Path | None) -> dict[str, Any]:
    """The member is read to its end, and written below `into`; its digest and size."""
    if not NAMES.fullmatch(name):
        raise ValueError(f"{name} does not belong in it")
    measured = Measured(stream)
    if into is None:
        while measured.read(CHUNK):
            pass
    else:
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while block := measured.read(CHUNK):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
    return {"sha256": measured.digest.hexdigest(), "size": measured.size}
