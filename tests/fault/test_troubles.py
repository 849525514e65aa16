"""A lock that is held, a disk that is full: a sentence, nothing half-written, and on it goes by itself."""

import re
import sqlite3
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from .house import NAME, PASSWORD, Browser, House


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


def test_a_lock_that_is_held(house):
    house.environment["LINLI_TEST_PATIENCE"] = "1"
    with house.served() as browser:
        with locked(house.database):
            assert browser.get("/")[0] == 200, "readers do not wait"
            assert browser.sign_in() == 503
            status, told = browser.get("/sign-in", Accept="application/json")
            assert status in (200, 503), told
        assert browser.sign_in() in (302, 303)
    assert house.rows("PRAGMA integrity_check") == [("ok",)]


HELD_S, PATIENCE_S = 30, 20  # the lock of the issue, and the patience of the settings


@pytest.mark.soak
def test_a_lock_held_for_thirty_seconds(house):
    """Whoever comes early is refused in words; who comes late waits and goes through; nothing is lost or half done."""
    before = house.rows("SELECT count(*) FROM journal_entry")[0][0]
    with house.served() as browser, house.running("worker") as worker, ThreadPoolExecutor(9) as people:
        with locked(house.database):
            began = time.monotonic()
            early = [people.submit(sent, browser) for _ in range(2)]
            assert browser.get("/")[0] == 200, "readers do not wait"
            command = people.submit(house.run, "journal", "seal")
            time.sleep(HELD_S - PATIENCE_S + 3)
            late = [people.submit(sent, browser) for _ in range(2)]
            refused = [each.result() for each in early]
            told = command.result()
            time.sleep(max(0, HELD_S - (time.monotonic() - began)))
            assert worker.poll() is None, "the worker waits"
        through = [each.result() for each in late]
        assert browser.sign_in() in (302, 303)
    assert [status for status, _ in refused] == [503] * 2
    assert all("database.busy" in page and "Try again in a few seconds" in page for _, page in refused)
    assert told.returncode == 2 and "database.busy" in told.stderr and "Traceback" not in told.stderr
    good = [status for status, _ in through if status != 503]
    assert set(good) <= {302, 303}, through
    entries = house.rows("SELECT verb FROM journal_entry WHERE id > ? ORDER BY id", before)
    assert [verb for (verb,) in entries].count("account.signed-in") == len(good) + 1, entries
    assert house.rows("SELECT count(*) FROM django_session")[0][0] == len(good) + 1
    house.did("worker", "--once")
    house.did("journal", "verify")
    assert house.rows("PRAGMA integrity_check") == [("ok",)]


def sent(browser: Browser) -> tuple[int, str]:
    """Someone signs in with a browser of their own; the answer."""
    mine = Browser(int(browser.address.rpartition(":")[2]))
    page = mine.get("/sign-in", **{"Accept-Language": "en"})[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, page
    fields = {"sign_in_name": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    body = urllib.parse.urlencode(fields).encode()
    headers = {"Referer": mine.address, "Accept-Language": "en"}
    return mine.ask(urllib.request.Request(f"{mine.address}/sign-in", data=body, headers=headers))


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
