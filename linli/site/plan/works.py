"""Backgrounds on their way: what was sent waits in a folder of its own, with a small file saying how far it is.

The folder is made by the request and read by the worker, which may be another process; it goes when the background
lies, and stays with its reason when it was refused, until someone has read that. Whoever works on it may be killed:
so what is on its way is only what a task still waits or works for.
"""

import json
import math
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from linli.areas.laying import Wish
from linli.geo.points import Crs
from linli.ground.refusals import Refusal
from linli.ground.words import Words
from linli.ground.words import gettext_noop as _

STATE = "state.json"
WAITING, WORKING, REFUSED = "waiting", "working", "refused"
# Programs that read extracts tell their form by the end of the name; the longest that fits is kept.
ENDINGS = (".osm.bz2", ".osm.pbf", ".osm.gz", ".osm.xml", ".osm", ".pbf")
BY_HAND_S = 15 * 60  # no request that lays at once lasts longer


class CutOff(Refusal):
    """Whoever worked on it is gone."""

    code, status = "plan.cut-off", 500
    words = _("This stopped before it was finished, by a fault of ours or because the worker was stopped.")
    next_step = _("Send the file again; if it stops again, tell your platform administrator.")


@dataclass(frozen=True)
class Work:
    """One background on its way."""

    number: str
    kind: str
    wish: Wish
    crs: str
    files: tuple[str, ...]
    account: str
    post: str
    state: str = WAITING
    step: str = ""
    done: int = 0
    total: int = 0
    at_once: bool = False
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)  # the facts that are words of ours, and so are translated

    @property
    def told(self) -> dict[str, Any]:
        """The facts as the refusal had them."""
        return {name: Words(fact) if name in self.words else fact for name, fact in self.facts.items()}

    @property
    def folder(self) -> Path:
        """Where what was sent waits."""
        return _all() / self.number

    def paths(self) -> list[tuple[str, Path]]:
        """The files under the names they were sent under; they are kept under numbers, with a known ending."""
        return [(name, self.folder / f"{place}{ending(name)}") for place, name in enumerate(self.files)]


def ending(name: str) -> str:
    """The end of a name that tells what kind of extract it is; nothing for any other name.

    >>> ending("Chongqing-latest.OSM.PBF"), ending("../map.osm"), ending("plan.geojson")
    ('.osm.pbf', '.osm', '')
    """
    return next((each for each in ENDINGS if name.lower().endswith(each)), "")


def begin(
    files: Sequence[UploadedFile], *, kind: str, wish: Wish, crs: Crs, account: str, post: str, at_once: bool = False
) -> Work:
    """What was sent is kept whole, and waits for the worker; or for nobody, when the request itself lays it."""
    names = tuple(Path(file.name or "").name for file in files)
    work = Work(secrets.token_hex(8), kind, wish, str(crs), names, account, post, at_once=at_once)
    work.folder.mkdir(parents=True)
    for (_name, path), file in zip(work.paths(), files, strict=True):
        with path.open("wb") as kept:
            kept.writelines(file.chunks())
    keep(work)
    return work


def keep(work: Work) -> None:
    """How far it is, for whoever looks; never half written."""
    draft = work.folder / f"{STATE}.new"
    draft.write_text(json.dumps(asdict(work), ensure_ascii=False), "utf-8")
    draft.replace(work.folder / STATE)


def read(number: str) -> Work | None:
    """A background on its way; None when there is none of this number any more."""
    try:
        told = json.loads((_all() / number / STATE).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    known = {name: value for name, value in told.items() if name in {each.name for each in fields(Work)}}
    return Work(**known | {"wish": Wish(**told["wish"]), "files": tuple(told["files"])})


def every() -> list[Work]:
    """All that are on their way or were refused, the oldest first; one that ends meanwhile is left out."""
    folders = _all().iterdir() if _all().exists() else []
    dated = sorted((_age(folder), folder.name) for folder in folders)
    return [work for _age_of_it, name in reversed(dated) if (work := read(name))]


def cut_off(work: Work) -> Work:
    """As it is shown when nobody works on it any more."""
    return replace(work, state=REFUSED, code=CutOff.code, facts={}, words=[])


def refuse(work: Work, refusal: Refusal) -> None:
    """It stays, with what was refused: told in the language of whoever reads it."""
    facts = json.loads(json.dumps(refusal.facts, ensure_ascii=False, default=str))
    words = [name for name, fact in refusal.facts.items() if isinstance(fact, Words)]
    keep(replace(work, state=REFUSED, code=refusal.code, facts=facts, words=words))


def is_young(work: Work) -> bool:
    """Whether the request that sent it may still be at work on it."""
    return _age(work.folder) < BY_HAND_S


def end(work: Work) -> None:
    """It lies, or nobody wants it any more."""
    shutil.rmtree(work.folder, ignore_errors=True)


def teller(work: Work) -> Any:
    """A `Tell` that keeps how far the work is, at most a hundred times."""
    last = [-1]

    def tell(step: str, done: int, total: int) -> None:
        part = done * 100 // total if total else 0
        if (step, part) != tuple(last):
            last[:] = [step, part]  # type: ignore[list-item]
            keep(replace(work, state=WORKING, step=step, done=done, total=total))

    return tell


def _age(folder: Path) -> float:
    """Seconds since something in it changed; endless once it is gone."""
    with suppress(FileNotFoundError):
        return time.time() - folder.stat().st_mtime
    return math.inf


def _all() -> Path:
    return Path(settings.DATA_DIR) / "laying"
