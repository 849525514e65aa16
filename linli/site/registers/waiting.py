"""Files on their way into the registers: kept 0600 in a folder of their own until staged, beside how far it is.

The folder is made by the request and read by the worker, which may be another process. The file goes as soon as its
rows lie sealed beside the batch; what nobody read within a day goes as well.
"""

import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from linli.ground.progress import Tell

STATE = "state.json"
KEPT_S = 24 * 3600
ENDING = re.compile(r"\.(xlsx|xlsm|xls|ods|csv|txt)$", re.I)


@dataclass(frozen=True)
class State:
    """How far an import is: what the worker does with it, or why it stopped."""

    doing: str = ""
    step: str = ""
    done: int = 0
    total: int = 0
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def put(file: UploadedFile) -> Path:
    """The file as it was sent, readable by nobody else; under a name of ours, with a known ending."""
    _sweep()
    folder = _all() / f"new-{secrets.token_hex(8)}"
    folder.mkdir(parents=True, mode=0o700)
    ending = ENDING.search(file.name or "")
    path = folder / f"file{ending[0].lower() if ending else ''}"
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as kept:
        kept.writelines(file.chunks())
    return path


def settle(path: Path, ref: str) -> None:
    """The file waits under the reference of its batch."""
    path.parent.rename(_all() / ref)


def drop(path: Path) -> None:
    """A file that was refused is gone."""
    shutil.rmtree(path.parent, ignore_errors=True)


def file_of(ref: str) -> Path | None:
    """The file of a batch, while it waits."""
    return next((_all() / ref).glob("file*"), None)


def forget_file(ref: str) -> None:
    """The rows are staged: the file is gone."""
    if path := file_of(ref):
        path.unlink()


def state(ref: str) -> State:
    """How far it is; nothing when nobody is at it."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return State(**json.loads((_all() / ref / STATE).read_text("utf-8")))
    return State()


def keep(ref: str, now: State) -> None:
    """How far it is, for whoever looks; never half written."""
    folder = _all() / ref
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{STATE}.new"
    draft.write_text(json.dumps(asdict(now), ensure_ascii=False, default=str), "utf-8")
    draft.replace(folder / STATE)


def stop(ref: str, code: str, facts: Mapping[str, Any]) -> None:
    """It was refused, and says why."""
    keep(ref, State(code=code, facts=json.loads(json.dumps(dict(facts), ensure_ascii=False, default=str))))


def rest(ref: str) -> None:
    """Nobody is at it any more; a file that still waits goes on waiting."""
    (_all() / ref / STATE).unlink(missing_ok=True)
    with suppress(OSError):
        (_all() / ref).rmdir()


def teller(ref: str, doing: str) -> Tell:
    """A `Tell` that keeps how far the work is."""
    now = State(doing=doing)

    def tell(step: str, done: int, total: int) -> None:
        keep(ref, replace(now, step=step, done=done, total=total))

    return tell


def _sweep() -> None:
    """What has waited for a day without anybody at it is gone."""
    for folder in _all().iterdir() if _all().exists() else []:
        with suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > KEPT_S:
                shutil.rmtree(folder, ignore_errors=True)


def _all() -> Path:
    return Path(settings.DATA_DIR) / "importing"
