"""A swap that is cut after any of its moves is undone to the byte by whoever comes next."""

from pathlib import Path

import pytest

from linli.site.running import marks, swapping

NAMES = ["linli.sqlite3", "linli.sqlite3-wal", "media", "begun.json", "demo-accounts.json"]


class Cut(BaseException):
    """The power went."""


@pytest.fixture
def folders(tmp_path, settings):
    here, new = tmp_path / "data", tmp_path / "data" / ".restoring"
    settings.DATA_DIR = here
    (here / "media").mkdir(parents=True)
    (new / "media").mkdir(parents=True)
    for name in ("linli.sqlite3", "linli.sqlite3-wal", "media/a", "begun.json"):
        (here / name).write_text(f"old {name}")
    for name in ("linli.sqlite3", "media/b", "demo-accounts.json"):
        (new / name).write_text(f"new {name}")
    return here, new


def state(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in found if ".re" not in str(path)}


def test_swaps_and_settles(folders):
    here, new = folders
    swapping.swap(new, NAMES, what="restore")
    swapping.settle()
    told = {"linli.sqlite3", "media/b", "demo-accounts.json"}
    assert state(here) == {name: f"new {name}" for name in told}
    assert not swapping.undo()


@pytest.mark.parametrize("moves", range(9))
def test_a_cut_after_any_move_is_undone(folders, monkeypatch, moves):
    here, new = folders
    before = state(here)
    left, move = [moves], Path.rename

    def rename(path, target):
        if not left[0]:
            raise Cut
        left[0] -= 1
        return move(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    try:
        swapping.swap(new, NAMES, what="restore")
    except Cut:
        assert moves < 7
    else:
        assert moves >= 7, "four old ones aside, three new ones in"
    monkeypatch.undo()
    assert swapping.undo()
    assert state(here) == before
    assert not marks.read(marks.UNFINISHED)
