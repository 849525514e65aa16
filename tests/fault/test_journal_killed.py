"""Processes that write, seal and deliver are killed again and again; nothing is lost, doubled or bent."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from .lengths import rounds
from .postgres import fresh_database

ROOT = Path(__file__).parents[2]
SHORT, LONG = 4, rounds(60, 6)

COUNT = """
import django; django.setup()
import json
from django.utils import timezone
from tests.fault import journal_worker
from linli.journal import delivering, sealing, verifying
from linli.journal.models import Delivery, Entry, Seal
while delivering.deliver(at=timezone.now()): pass
sealing.seal_all(at=timezone.now())
verdict = verifying.verify()
heard = [e.said["heard"] for e in Entry.objects.filter(verb="fault.heard")]
print(json.dumps({
    "findings": [finding.words % finding.told() for finding in verdict.findings],
    "unsealed": verdict.unsealed, "sealed": verdict.sealed, "entries": Entry.objects.count(),
    "done": sorted(Entry.objects.filter(verb="fault.done").values_list("id", flat=True)) == sorted(heard),
    "twice": len(heard) - len(set(heard)), "heard": len(heard), "seals": Seal.objects.count(),
    "waiting": Delivery.objects.filter(done_at=None).count(),
}))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.soak)])
def house(request, tmp_path):
    """A data folder of its own, migrated, with a database on either engine."""
    environment = {name: value for name, value in os.environ.items() if name != "LINLI_DATABASE_URL"}
    environment |= {
        "LINLI_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "LINLI_LOG": "CRITICAL",
    }
    with fresh_database() if request.param == "postgres" else nullcontext("") as url:
        environment |= {"LINLI_DATABASE_URL": url} if url else {}
        run(environment, "-m", "linli.site.command", "migrate", "-v0", "--skip-checks")
        yield environment


def run(environment, *words):
    """The output of a Python program in this house."""
    done = subprocess.run(
        [sys.executable, *words], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(environment, *words):
    """A program that works until killed; returned when it has begun."""
    command = [sys.executable, "-m", "tests.fault.journal_worker", *words]
    program = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert program.stdout.readline() == b"ready\n"
    return program


def end(program):
    """Killed as the machine would kill it, with no time to clean up."""
    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()


def torment(house, times, seed=1):
    """Two programs at once, each writing, delivering and sealing; each killed at a moment of chance and begun again."""
    chance = random.Random(seed)
    running = [start(house, "write", "deliver", "seal") for _ in range(2)]
    for turn in range(times):
        time.sleep(chance.uniform(0.01, 0.3))
        end(running[turn % 2])
        running[turn % 2] = start(house, "write", "deliver", "seal")
    for program in running:
        end(program)
    return json.loads(run(house, "-c", COUNT))


def check(told):
    """Whole, complete, and each heard exactly once."""
    assert told["findings"] == []
    assert told["done"]
    assert (told["twice"], told["waiting"], told["unsealed"]) == (0, 0, 0)
    assert told["sealed"] == told["entries"] == 2 * told["heard"] > 0
    assert told["seals"] > 1


@pytest.mark.slow
def test_two_workers_killed_a_few_times(house):
    check(torment(house, SHORT))


@pytest.mark.soak
def test_two_workers_killed_many_times(house):
    check(torment(house, LONG, seed=7))


@pytest.mark.slow
def test_the_worker_stops_when_asked_and_begins_again(house):
    """SIGTERM ends it with 0; a second one on the same folder is refused meanwhile (SQLite)."""
    command = [sys.executable, "-m", "linli.site.command", "worker"]
    worker = subprocess.Popen(command, env=house | {"LINLI_LOG": "INFO"}, cwd=ROOT, stderr=subprocess.PIPE)
    while b"at work" not in (line := worker.stderr.readline()):
        assert line, "the worker ended by itself"
    if "LINLI_DATABASE_URL" not in house:
        second = subprocess.run([*command, "--once"], env=house, cwd=ROOT, capture_output=True, check=False)
        assert second.returncode == 2
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=60)
    assert worker.returncode == 0
    run(house, "-m", "linli.site.command", "worker", "--once")
