"""What goes out of the house: at least once, signed, under a key."""

import json
import threading
from datetime import time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client

from linli.journal import delivering
from linli.notices import sending, signing
from linli.notices.models import Notice, Sending, Wish

GRID = "500199001001001"


@pytest.fixture
def due(account, at, settings, tmp_path):
    """One message on its way."""
    settings.DATA_DIR = tmp_path
    account("li", "grid-worker", GRID)
    delivering.deliver(at=at, limit=1000)
    return Sending.objects.get()


@pytest.fixture
def taker(settings):
    """Someone who takes messages, and keeps what came; answers with the statuses it is given, then 200."""
    heard, statuses = [], []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((dict(self.headers), body))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Location", "/welcome")
            self.end_headers()

        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.NOTICE_WEBHOOK = f"http://127.0.0.1:{server.server_port}/"
    settings.NOTICE_WEBHOOK_SECRET = "shared"
    settings.NOTICE_WAYS = ["webhook"]
    yield heard, statuses
    server.shutdown()
    server.server_close()


def test_a_file_lies_in_the_outbox_under_its_key(due, at, tmp_path):
    sending.send(at)
    told = json.loads((tmp_path / "outbox" / f"{due.key}.json").read_text())
    assert (told["key"], told["urgent"], told["words"]) == (due.key, False, "您有了新的岗位。")
    due.refresh_from_db()
    assert due.sent_at == at
    sending.send(at + timedelta(hours=1))
    assert len(list((tmp_path / "outbox").iterdir())) == 1


def test_a_crash_after_sending_sends_again_under_the_same_key(due, at, tmp_path, monkeypatch):
    def crash(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setitem(sending.WAYS, "file", lambda *a, **k: (sending.by_file(*a, **k), crash()))
        with pytest.raises(KeyboardInterrupt):
            sending.send(at)
    sending.send(at + timedelta(minutes=1))
    assert Sending.objects.get().sent_at is None
    sending.send(at + sending.CLAIMED_FOR)
    assert Sending.objects.get().sent_at
    assert [path.name for path in (tmp_path / "outbox").iterdir()] == [f"{due.key}.json"]


def test_a_webhook_is_signed_and_tried_again(taker, due, at):
    heard, statuses = taker
    statuses.append(500)
    sending.send(at)
    assert Sending.objects.get().complaint.startswith("HTTPError")
    sending.send(at + timedelta(seconds=59))
    assert len(heard) == 1
    later = at + timedelta(minutes=5)
    sending.send(later)
    headers, body = heard[1]
    assert (headers["Idempotency-Key"], Sending.objects.get().sent_at) == (due.key, later)
    signing.must_fit(
        "shared",
        way=signing.OUT,
        given=headers["X-Linli-Signature"],
        moment=headers["X-Linli-Time"],
        key=due.key,
        body=body,
        at=later,
    )


def receipt(key, *, at, secret="shared", **changed):
    body, moment = b"{}", str(int(at.timestamp()))
    headers = {
        "Idempotency-Key": key,
        "X-Linli-Time": moment,
        "X-Linli-Signature": signing.signature(secret, way=signing.BACK, moment=int(moment), key=key, body=body),
    } | changed
    return Client().post("/inbox/receipts", body, "application/json", headers={"Accept": "application/json", **headers})


@pytest.fixture
def now(time_machine, at):
    time_machine.move_to(at, tick=False)


def test_a_receipt_is_heard_once(taker, due, at, now):
    assert receipt(due.key, at=at).status_code == 200
    assert receipt(due.key, at=at).json()["code"] == "webhook.heard-before"
    assert Sending.objects.get().received_at == at


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_coming_receipt_is_refused(taker, due, at, now, minutes):
    assert receipt(due.key, at=at + timedelta(minutes=minutes)).status_code == 401
    assert Sending.objects.get().received_at is None


def test_a_forged_receipt_is_refused(taker, due, at, now, settings):
    assert receipt(due.key, at=at, secret="guessed").status_code == 401
    assert receipt(due.key, at=at, **{"Idempotency-Key": "another"}).status_code == 401
    assert receipt(due.key, at=at, **{"X-Linli-Time": "soon"}).status_code == 401
    settings.NOTICE_WEBHOOK_SECRET = ""
    assert receipt(due.key, at=at, secret="").status_code == 401


def test_what_we_sent_sent_back_to_us_is_no_receipt(taker, due, at, now):
    """Whoever listens on the line has our own signature, and would make us believe the message arrived."""
    heard, _statuses = taker
    sending.send(at)
    headers, body = heard[0]
    wanted = {name: headers[name] for name in ("Idempotency-Key", "X-Linli-Time", "X-Linli-Signature")}
    answer = Client().post("/inbox/receipts", body, "application/json", headers=wanted)
    assert answer.status_code == 401
    assert Sending.objects.get().received_at is None


def test_an_answer_that_sends_us_elsewhere_took_nothing(taker, due, at):
    heard, statuses = taker
    statuses.append(302)
    sending.send(at)
    assert (len(heard), Sending.objects.get().sent_at) == (1, None)


def test_a_message_that_cannot_be_made_keeps_no_other_back(account, at, taker, settings):
    heard, _statuses = taker
    for name in ("li", "wang"):
        account(name, "grid-worker", GRID)
    delivering.deliver(at=at, limit=1000)
    Sending.objects.filter(pk=Sending.objects.order_by("due_at", "id").first().pk).update(way="pigeon")
    sending.send(at)
    assert len(heard) == 1
    assert Sending.objects.get(way="pigeon").complaint.startswith("KeyError")


@pytest.mark.parametrize(("urgent", "sent"), [(False, 0), (True, 1)])
def test_a_worker_that_was_away_sends_nothing_into_the_night(due, at, tmp_path, urgent, sent):
    """It was due at nine in the morning and goes at seven the next day, when nobody was there until eleven at night."""
    Wish.objects.create(account=due.notice.account, ways="file", quiet_from=time(21), quiet_until=time(7))
    Notice.objects.update(urgent=urgent)
    night = at + timedelta(hours=14)
    sending.send(night)
    assert Sending.objects.filter(sent_at=night).count() == sent
    sending.send(night + timedelta(hours=7, minutes=59))
    assert Sending.objects.exclude(sent_at=None).count() == sent
    sending.send(night + timedelta(hours=8))
    assert Sending.objects.exclude(sent_at=None).count() == 1


def test_a_slow_taker_is_not_sent_what_is_signed_long_ago(account, at, taker, monkeypatch):
    heard, _statuses = taker
    for name in ("li", "wang"):
        account(name, "grid-worker", GRID)
    delivering.deliver(at=at, limit=1000)
    clock = iter([0, 1, sending.LONGEST_S + 1])
    monkeypatch.setattr(sending, "monotonic", lambda: next(clock))
    sending.send(at)
    assert len(heard) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"X-Linli-Time": "9" * 400},
        {"X-Linli-Time": "9" * 6000},
        {"X-Linli-Time": "-1"},
        {"X-Linli-Time": "²"},
        {"X-Linli-Signature": "签" * 20},
        {"X-Linli-Signature": "é" * 64},
        {"X-Linli-Signature": ""},
        {"Idempotency-Key": ""},
        {"Idempotency-Key": "\x00" * 8},
    ],
)
def test_what_is_nonsense_is_refused_and_breaks_nothing(taker, due, at, now, told):
    assert receipt(due.key, at=at, **told).status_code == 401
    due.refresh_from_db()
    assert due.received_at is None
