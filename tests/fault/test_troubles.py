"""A lock that is held, a disk that is full: a sentence, nothing half-written, and on it goes by itself."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .house import House
from .lengths import rounds


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the right to write."""
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("patience", ["1", pytest.param(str(rounds(20)), marks=pytest.mark.soak)])
def test_a_lock_that_is_held(house, patience):
    """The long form waits as long as people would: the twenty seconds of the settings, of a lock of thirty and more."""
    house.environment["LINLI_TEST_PATIENCE"] = patience
    with house.served() as browser:
        with locked(house.database):
            assert browser.get("/")[0] == 200, "readers do not wait"
            assert browser.sign_in() == 503
            status, told = browser.get("/sign-in", Accept="application/json")
            assert status in (200, 503), told
        assert browser.sign_in() in (302, 303)
    assert house.rows("PRAGMA integrity_check") == [("ok",)]


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A file system of the test's own."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def may_mount(folder: Path) -> bool:
    """Whether this machine lets the test have a file system of its own."""
    folder.mkdir()
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True).returncode == 0


def test_a_full_disk_in_the_middle_of_a_write(begun, tmp_path):
    """Where nothing may be mounted, the system lets no file of the server grow any more: to it that is the same."""
    if may_mount(tmp_path / "trial"):
        with small_disk(tmp_path / "small", 16):
            fill_and_recover(begun.copy(tmp_path / "small" / "data"))
    else:
        fill_and_recover(begun.copy(tmp_path / "data"), quota=True)


def fill_and_recover(house: House, quota: bool = False) -> None:
    filler = house.folder / "filler"
    try:
        with house.served() as browser:
            server = house.started[-1]
            assert browser.sign_in() in (302, 303)
            before = house.rows("SELECT count(*) FROM django_session")
            restrict(server, filler, quota)
            statuses = [browser.sign_in() for _ in range(12)]
            assert 507 in statuses or 503 in statuses, statuses
            assert set(statuses) <= {302, 303, 503, 507}
            good = sum(status in (302, 303) for status in statuses)
            assert browser.get("/")[0] == 200, "what is there can still be read"
            release(server, filler, quota)
            assert browser.sign_in() in (302, 303)
            after = house.rows("SELECT count(*) FROM django_session")
            assert after[0][0] <= before[0][0] + good + 1
        house.did("backup") if not quota else None
        assert house.rows("PRAGMA integrity_check") == [("ok",)]
        house.did("worker", "--once")
        house.did("journal", "verify")
    finally:
        house.close()


def restrict(server: subprocess.Popen, filler: Path, quota: bool) -> None:
    """Not a byte more can be written."""
    if quota:
        limit(server, "65536")
        return
    with filler.open("wb", buffering=0) as file:
        for block in (1 << 20, 4096, 1):
            try:
                while file.write(b"\0" * block) == block:
                    pass
            except OSError:
                continue


def release(server: subprocess.Popen, filler: Path, quota: bool) -> None:
    """There is room again."""
    if quota:
        limit(server, "unlimited")
        return
    filler.unlink()


def limit(server: subprocess.Popen, size: str) -> None:
    """The largest file each process of the server may write."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    for process in [str(server.pid), *children]:
        subprocess.run(["prlimit", "--pid", process, f"--fsize={size}:unlimited"], check=True)


def test_a_backup_onto_a_full_disk_is_refused_and_leaves_nothing(begun, tmp_path):
    house = begun.copy(tmp_path / "data")
    if may_mount(tmp_path / "trial"):
        with small_disk(tmp_path / "small", 1):
            assert house.refused("backup", "--to", str(tmp_path / "small")) == "running.no-room"
            assert not list((tmp_path / "small").iterdir())
    else:
        environment = dict(house.environment)
        command = ["prlimit", "--fsize=65536", *house.command("backup")]
        assert subprocess.run(command, env=environment, capture_output=True).returncode != 0
        assert not list((house.folder / "backups").glob("linli-*"))
