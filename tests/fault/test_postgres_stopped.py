"""PostgreSQL is stopped for half a minute under a server and a worker: said in words, and mended by itself."""

import subprocess
import time

import pytest

from .clusters import own_cluster
from .house import House, stop
from .postgres import connect

pytestmark = pytest.mark.soak
STOPPED_S, PATIENCE_S = 30, 90
WAITING = "SELECT (SELECT count(*) FROM journal_entry WHERE seal_number IS NULL) +" \
          " (SELECT count(*) FROM journal_delivery WHERE done_at IS NULL)"  # fmt: skip


@pytest.fixture
def cluster():
    with own_cluster() as mine:
        yield mine


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_stopped_for_thirty_seconds(cluster, tmp_path, how):
    house = House(tmp_path / "data", LINLI_DATABASE_URL=cluster.url, LINLI_LOG="CRITICAL").begin()
    with house.served() as browser:
        worker = house.start("worker", stderr=subprocess.DEVNULL)
        assert browser.sign_in() in (302, 303)
        with connect(cluster.url) as database:
            assert soon(lambda: database.execute(WAITING).fetchone() == (0,)), "the worker is at work"
        cluster.stop(how)
        began, told = time.monotonic(), []
        while time.monotonic() - began < STOPPED_S:
            told.append(browser.get("/", **{"Accept-Language": "en"}))
            time.sleep(2)
        refused = house.run("journal", "seal")
        assert [status for status, _page in told] == [503] * len(told)
        assert all("database.gone" in page and "Try again in a minute" in page for _status, page in told)
        assert refused.returncode == 2 and "database.gone" in refused.stderr and "Traceback" not in refused.stderr
        assert worker.poll() is None, "the worker waits"
        cluster.start()
        assert soon(lambda: browser.get("/")[0] == 200), "whoever was signed in still is"
        assert "sign-out" in browser.get("/")[1]
        assert browser.sign_in() in (200, 302, 303)
        with connect(cluster.url) as database:
            assert soon(lambda: database.execute(WAITING).fetchone() == (0,)), "the worker goes on by itself"
        assert worker.poll() is None
        stop(worker)
    house.did("journal", "verify")
    house.close()


def soon(holds) -> bool:
    """Whether it holds within a while."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.5)
    return False
