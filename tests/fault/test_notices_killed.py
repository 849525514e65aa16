"""Workers are killed at moments nobody chose: the inbox has each piece of news once, what goes out goes at least once.

Two workers write, deliver and send at the same time; each is killed with SIGKILL again and again. Afterwards one that
is left alone finishes. Whoever takes the messages hears every one, some of them twice, each under one key.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from linli.notices import signing

from .house import House
from .lengths import rounds

SECRET = "shared with the message service"
BEGIN = """
import django; django.setup()
from datetime import datetime, UTC
from linli.access.models import Account
from tests.fault.notice_worker import NAMES
for name in NAMES:
    Account.objects.create(sign_in_name=name, name=name, opened_at=datetime.now(UTC))
"""
FINISH = """
import django; django.setup()
import json
from collections import Counter
from django.utils import timezone
from linli.journal import delivering
from linli.journal.models import Delivery, Entry
from linli.notices import sending
from linli.notices.models import Notice, Sending
while delivering.deliver(at=timezone.now()): pass
cut_off = Sending.objects.filter(sent_at=None, tries__gt=0).count()
while Sending.objects.filter(sent_at=None).update(due_at=timezone.now()):  # time passes: pauses and claims run out
    sending.send(timezone.now())
told = Counter(Notice.objects.values_list("entry", "account__sign_in_name"))
given = sorted(Entry.objects.filter(verb="post.given").values_list("id", flat=True))
print(json.dumps({
    "given": len(given), "notices": Notice.objects.count(),
    "most": max(told.values()), "waiting": Delivery.objects.filter(done_at=None).count(), "cut_off": cut_off,
    "of": sorted(entry for entry, _name in told) == given,
    "keys": {way: list(Sending.objects.filter(way=way).values_list("key", flat=True)) for way in ("file", "webhook")},
}))
"""


class Service(ThreadingHTTPServer):
    """A message service: keeps what it hears, answers slowly now and then, and sometimes not at all."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.heard: list[tuple[str, bytes]] = []
        self.forged = 0
        self.chance = random.Random(5)


class Door(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body, key = self.rfile.read(int(self.headers["Content-Length"])), self.headers["Idempotency-Key"]
        given, moment = self.headers["X-Linli-Signature"], self.headers["X-Linli-Time"]
        try:
            signed = {"given": given, "moment": moment, "key": key, "body": body, "at": datetime.now(UTC)}
            signing.must_fit(SECRET, way=signing.OUT, **signed)
        except signing.BadSignature:
            self.server.forged += 1
        self.server.heard.append((key, body))
        if self.server.chance.random() < 0.2:
            time.sleep(0.05)  # a worker may well be killed while it waits for this answer
        self.send_response(500 if self.server.chance.random() < 0.1 else 202)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service():
    server = Service()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def house(tmp_path, service):
    """A folder of its own; or the database that LINLI_FAULT_POSTGRES names, emptied."""
    told = {"LINLI_NOTICE_WEBHOOK": f"http://127.0.0.1:{service.server_port}/", "LINLI_NOTICE_WEBHOOK_SECRET": SECRET}
    if url := os.environ.get("LINLI_FAULT_POSTGRES"):
        told["LINLI_DATABASE_URL"] = url
    mine = House(tmp_path, LINLI_LOG="CRITICAL", **told)
    mine.did("migrate", "-v0", "--skip-checks")
    mine.did("flush", "--no-input", "-v0")
    program(mine, BEGIN)
    yield mine
    mine.close()


def program(house: House, script: str) -> str:
    done = subprocess.run(house.python(script), env=house.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(house: House) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.fault.notice_worker", "give", "deliver", "send"]
    worker = subprocess.Popen(
        command, env=house.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2]
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    return worker


def end(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert worker.stdout is not None
    worker.stdout.close()


@pytest.mark.soak
@pytest.mark.parametrize("kills", [rounds(60, 6)])
def test_workers_that_tell_are_killed_at_any_moment(house, service, kills):
    chance = random.Random(kills)
    running = [start(house) for _ in range(2)]
    for turn in range(kills):
        time.sleep(chance.uniform(0.05, 0.5))
        end(running[turn % 2])
        running[turn % 2] = start(house)
    time.sleep(0.3)
    for worker in running:
        end(worker)
    told = json.loads(program(house, FINISH))
    assert told["given"] > 0 and told["waiting"] == 0
    assert (told["notices"], told["most"], told["of"]) == (told["given"], 1, True), "each inbox has it exactly once"
    outbox = sorted(path.name.removesuffix(".json") for path in (house.folder / "outbox").glob("[!.]*"))
    assert outbox == sorted(told["keys"]["file"]), "one whole file under each key"
    assert all(json.loads((house.folder / "outbox" / f"{key}.json").read_bytes())["key"] == key for key in outbox)
    heard = Counter(key for key, _body in service.heard)
    assert sorted(heard) == sorted(told["keys"]["webhook"]), "every message was heard, none that was not meant"
    assert service.forged == 0
    said: dict[str, dict] = {}
    for key, body in service.heard:
        same = {name: value for name, value in json.loads(body).items() if name != "sent_at"}
        assert said.setdefault(key, same) == same, "a message heard again is the same message"
    print(f"\n{kills} kills: {told['given']} told, {told['cut_off']} cut off in hand, {sum(heard.values())} heard")
