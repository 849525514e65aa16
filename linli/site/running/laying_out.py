"""Static files laid out for serving: copied beside the data and compressed once, not at each request."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".laid-out"


def lay_out() -> bool:
    """The static folder holds every file as it is now, with its compressed twin. Whether anything had to be done."""
    folder = Path(settings.STATIC_ROOT)
    stamp, now = folder / STAMP, digest()
    if stamp.is_file() and stamp.read_text("ascii") == now:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now, "ascii")
    return True


def digest() -> str:
    """One SHA-256 over the names, sizes and times of all static files."""
    return hashlib.sha256("\n".join(sorted(_files())).encode()).hexdigest()


def _files() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            seen = Path(storage.path(path)).stat()
            yield f"{path} {seen.st_size} {seen.st_mtime_ns}"
