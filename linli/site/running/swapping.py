"""Putting new files in the place of old ones. A cut in the middle is undone by whoever comes next.

The mark is written before the first move and wiped after the last: while it stands, what is aside is what counts.
"""

import shutil
from pathlib import Path

from django.conf import settings

from . import marks


def swap(new: Path, names: list[str], *, what: str, token: str = "") -> Path:
    """Every name in the data folder is the one from `new` (or gone, if `new` has none); the old ones lie aside.

    Until `settle` is called it can be undone. The token tells this swap from others.
    """
    folder = Path(settings.DATA_DIR)
    aside = folder / ".replaced"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    had = [name for name in names if (folder / name).exists()]
    marks.write(marks.UNFINISHED, what=what, names=names, had=had, token=token)
    for name in names:
        if name in had:
            (folder / name).rename(aside / name)
        if (new / name).exists():
            (new / name).rename(folder / name)
    marks.settle(folder)
    return aside


def settle() -> None:
    """The new ones stay; the old ones are gone."""
    marks.wipe(marks.UNFINISHED)
    shutil.rmtree(Path(settings.DATA_DIR) / ".replaced", ignore_errors=True)


def undo() -> bool:
    """What a swap had put aside is back in its place; whether there was anything to undo."""
    mark = marks.read(marks.UNFINISHED)
    if not mark:
        return False
    folder = Path(settings.DATA_DIR)
    aside = folder / ".replaced"
    for name in mark["names"]:
        put_aside = (aside / name).exists()
        if put_aside or name not in mark["had"]:
            remove(folder / name)
        if put_aside:
            (aside / name).rename(folder / name)
    marks.settle(folder)
    settle()
    return True


def remove(path: Path) -> None:
    """The file or folder is gone."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
