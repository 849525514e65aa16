"""The demo's programs end with it, however it ended; and what does not answer is not taken for served."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from linli.site.running import children
from linli.site.running.children import Children
from linli.site.running.refusals import NotServed, Stopped

PARENT = """
import sys, time
import django; django.setup()
from linli.site.running.children import Children
with Children() as children:
    children.start("worker")
    print(children.running["worker"].pid, flush=True)
    time.sleep(600)
"""
PATIENCE = 60.0


def gone(process: int) -> bool:
    """Whether it ended within our patience."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("patience", [0, 1.5])
def test_children_end_with_a_parent_that_was_killed(house, patience):
    """Killed at once, before the child has begun, or while it is at work."""
    parent = subprocess.Popen(house.python(PARENT), env=house.environment, stdout=subprocess.PIPE)
    house.started.append(parent)
    child = int(parent.stdout.readline())
    time.sleep(patience)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    try:
        assert gone(child)
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def test_what_never_answers_is_refused(monkeypatch):
    monkeypatch.setattr(children, "PATIENCE", 0.1)
    with pytest.raises(NotServed):
        Children().wait_until_served("http://127.0.0.1:9/health")


def test_who_is_passing_may_end_and_no_other(house, monkeypatch):
    """However it ended: what a passing program could not do, it has said itself."""
    monkeypatch.setattr("os.environ", house.environment)
    with Children() as beside:
        beside.start("version", passing=True)
        beside.start("town", "--people", "-1", passing=True)
        assert [child.wait() for child in beside.running.values()] == [0, 1]
        beside.must_run()
        beside.passing.clear()
        with pytest.raises(Stopped):
            beside.must_run()
