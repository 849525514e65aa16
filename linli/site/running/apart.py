"""A replay plays in a folder of its own below the data folder, made anew each time."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from linli.site import environment

from . import marks

REPLAY = "replay"


def play_apart(asked: Sequence[str]) -> None:
    """For `linli replay` the data folder is one of its own, emptied of the replay before; else nothing changes.

    A folder that `linli init` began stays the data folder, and the command refuses it.
    """
    if list(asked[:1]) != [REPLAY] or {"-h", "--help"} & set(asked):
        return
    base = environment.data_folder()
    if kind_of(base) == marks.REAL:
        return
    own = base if kind_of(base) == REPLAY else base / REPLAY
    if kind_of(own) == REPLAY:
        shutil.rmtree(own)
    os.environ["LINLI_DATA_DIR"] = str(own)


def kind_of(folder: Path) -> str:
    """What kind of installation a folder holds; "" where none was begun."""
    try:
        return str(json.loads((folder / marks.BEGUN).read_text("utf-8")).get("kind", ""))
    except (FileNotFoundError, ValueError):
        return ""
