"""A copy made while everyone works, brought back elsewhere and compared row by row; and what is refused."""

import hashlib
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from linli.site.running import bringing, copies, packing
from tests.fault.house import House

RESTORED = "installation.restored"


def contents(path: Path) -> dict[str, tuple[int, str]]:
    """Each table of a SQLite file: how many rows, and the digest of all of them in order."""
    told = {}
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(tables):
            rows = [repr(row) for row in database.execute(f'SELECT * FROM "{table}" ORDER BY 1')]
            told[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return told


def media(folder: Path) -> dict[str, bytes]:
    root = folder / "media"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def copied(house: House, *words: str) -> Path:
    house.did("backup", *words)
    return max((house.folder / "backups").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime_ns)


def test_a_copy_brings_back_every_row_every_file_and_apart_the_keys(house, tmp_path, another):
    (house.folder / "media" / "plans").mkdir()
    for number, text in enumerate(("river", "hill", "river")):
        (house.folder / "media" / "plans" / f"{number}.pmtiles").write_text(text * 100_000)
    (house.folder / "keys" / "secret-key").write_text("a key of this house")
    with house.served() as browser:
        assert browser.sign_in() in (302, 303)
        copy = copied(house, "--keys-to", str(tmp_path / "safe"))
    (keys,) = (tmp_path / "safe").iterdir()
    assert keys.stat().st_mode & 0o077 == 0 == copy.stat().st_mode & 0o077
    with tarfile.open(copy) as tar:
        names = tar.getnames()
    assert not [name for name in names if "key" in name] and len([name for name in names if "media/" in name]) == 2
    assert "a key of this house" not in copy.read_bytes().decode("latin-1")

    spare = another("spare")
    house.did("restore", str(copy), "--into", str(spare.folder), "--keys", str(keys))
    assert contents(spare.database) == contents(house.database)
    assert media(spare.folder) == media(house.folder)
    assert (spare.folder / "keys" / "secret-key").read_text() == "a key of this house"
    assert (spare.folder / "keys" / "secret-key").stat().st_mode & 0o077 == 0
    assert json.loads((spare.folder / "begun.json").read_text()) == json.loads(
        (house.folder / "begun.json").read_text()
    )
    assert "whole" in spare.did("journal", "verify").lower() or "完整" in spare.did("journal", "verify")

    before = contents(house.database)
    (house.folder / "media" / "plans" / "0.pmtiles").write_text("spoilt")
    house.did("restore", str(copy))
    assert media(spare.folder) == media(house.folder)
    assert house.rows("SELECT verb FROM journal_entry ORDER BY id DESC LIMIT 1") == [(RESTORED,)]
    with closing(sqlite3.connect(house.database)) as database, database:
        database.execute(
            "DELETE FROM journal_delivery WHERE entry_id = (SELECT id FROM journal_entry WHERE verb = ?)", (RESTORED,)
        )
        database.execute("DELETE FROM journal_entry WHERE verb = ?", (RESTORED,))
        for table in ("journal_entry", "journal_delivery"):
            database.execute("UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = ?", (table,))
    assert contents(house.database) == before

    assert not list(house.folder.glob(".re*")) and not (house.folder / "unfinished.json").exists()


def test_a_restore_never_loses_by_chance(house, another):
    copy = copied(house)
    house.did("restore", str(copy))
    assert house.refused("restore", str(copy)) == "restore.newer-here"
    house.did("restore", str(copy), "--older-is-meant")

    other = another("other").begin()
    before = contents(other.database)
    assert other.refused("restore", str(copy)) == "restore.other-installation"
    assert contents(other.database) == before

    with house.served():
        assert house.refused("restore", str(copy), "--older-is-meant") == "running.busy"
    assert house.refused("restore", str(copy), "--into", str(other.folder)) == "restore.not-empty"
    assert house.refused("backup", "--keys-to", str(copy.parent)) == "backup.keys-beside"


@pytest.fixture
def filled(transactional_db, settings, tmp_path):
    """An installation with plans: two that lie, one half made in a hidden folder."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    for name in ("media/plans/A-1.pmtiles", "media/plans/A-2.pmtiles", "media/plans/.laying-x/plan.pmtiles"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "keys").mkdir()
    return tmp_path


def test_what_is_half_made_is_left_out(filled, at):
    made = copies.make(to=filled / "backups", at=at)
    assert sorted(made.manifest["media"]) == ["plans/A-1.pmtiles", "plans/A-2.pmtiles"]


@pytest.mark.parametrize("moment", ["listed", "opened"])
def test_a_plan_lifted_while_the_copy_is_made_breaks_nothing(filled, at, monkeypatch, moment):
    """Lifted before it is opened it is named; once it is open it is in the copy, whole."""
    plan = filled / "media/plans/A-1.pmtiles"
    listed, digested = copies.media_files, hashlib.file_digest

    def listing():
        found = listed()
        if moment == "listed":
            plan.unlink(missing_ok=True)
        return found

    def digesting(stream, kind):
        plan.unlink(missing_ok=True)
        return digested(stream, kind)

    monkeypatch.setattr(copies, "must_have_room", lambda _to: None)
    monkeypatch.setattr(copies, "media_files", listing)
    monkeypatch.setattr(copies.hashlib, "file_digest", digesting)
    made = copies.make(to=filled / "backups", at=at)
    monkeypatch.undo()
    kept = {"listed": ["plans/A-2.pmtiles"], "opened": ["plans/A-1.pmtiles", "plans/A-2.pmtiles"]}[moment]
    assert sorted(made.manifest["media"]) == kept
    assert made.manifest["lifted"] == (["plans/A-1.pmtiles"] if moment == "listed" else [])
    packing.unpack(made.path, into=filled / "out")
    bringing.lay_media(filled / "out", made.manifest["media"], made.path)
    assert (filled / "out/media" / kept[0]).read_text() == f"media/{kept[0]}"
