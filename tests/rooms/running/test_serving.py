"""One server to a SQLite folder, on a port of its own, over the tables of this version; HTTPS with one's own root."""

import socket
import sqlite3
import ssl
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from linli.site.plan import area_tiles
from linli.site.running import serving
from tests.fault.house import Browser, free_port, kill, stop


def test_a_second_server_is_told_who_serves(house):
    with house.served() as browser:
        second = house.run("serve", "--port", str(free_port()))
        assert second.returncode == 2 and "running.busy" in second.stderr
        assert str(house.started[0].pid) in second.stderr and browser.address in second.stderr
        assert browser.get("/health")[0] == 200


def test_a_folder_is_free_again_when_its_server_was_killed(house):
    with house.served():
        kill(house.started[-1])
    with house.served() as browser:
        assert browser.get("/health")[0] == 200


def test_a_worker_process_does_not_outlive_its_parent(house):
    """Killed alone, the parent takes its children with it, and the lock is free."""
    with house.served():
        parent = house.started[-1]
        parent.kill()
        parent.wait()
        house.wait_until_free("server")
    with house.served() as browser:
        assert browser.get("/health")[0] == 200


def test_a_second_worker_is_refused(house):
    worker = house.start("worker", stderr=subprocess.DEVNULL)
    try:
        while not (house.folder / "worker.lock").exists() or not (house.folder / "worker.lock").read_text():
            assert worker.poll() is None
        assert house.refused("worker", "--once") == "running.busy"
    finally:
        stop(worker)


def test_the_map_is_made_ready_when_the_server_starts(monkeypatch):
    made = threading.Event()
    monkeypatch.setattr(area_tiles, "warm", made.set)
    serving.application()
    assert made.wait(30)


def test_a_database_that_is_away_is_left_to_the_pages_to_tell(monkeypatch):
    asked = []

    def away():
        asked.append(1)
        raise OperationalError

    monkeypatch.setattr(area_tiles, "warm", away)
    trial = threading.Thread(target=serving.warm)
    trial.start()
    trial.join()
    assert asked == [1]


def test_a_taken_port_is_refused(house):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert house.refused("serve", "--port", str(other.getsockname()[1])) == "running.port-taken"


def test_two_processes_serve_one_sqlite_folder(house):
    """Each writes while the other does: nothing is lost, and what one wrote the other knows at once."""
    with house.served("--workers", "2") as first, ThreadPoolExecutor(8) as eight:
        browsers = [Browser(int(first.address.rpartition(":")[2])) for _ in range(8)]
        assert set(eight.map(Browser.sign_in, browsers)) == {303}
        pages = [
            status
            for _turn in range(3)
            for status, _page in eight.map(Browser.get, browsers, ["/account/sign-ins"] * 8)
        ]
        assert set(pages) == {200}
    assert house.rows("SELECT count(*) FROM journal_entry WHERE verb = 'account.signed-in'") == [(8,)]


@pytest.mark.parametrize(
    ("vendor", "cores", "asked", "answer"),
    [("sqlite", 1, 0, 1), ("sqlite", 8, 0, 2), ("sqlite", 8, 3, 3), ("postgresql", 8, 0, 4), ("postgresql", 2, 0, 2)],
)
def test_how_many_processes_answer(monkeypatch, vendor, cores, asked, answer):
    monkeypatch.setattr(serving.connection, "vendor", vendor)
    monkeypatch.setattr(serving.os, "cpu_count", lambda: cores)
    assert serving.processes(asked) == answer


def test_older_tables_are_refused(house):
    with sqlite3.connect(house.database) as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert house.refused("serve", "--port", "0") == "running.behind"


def test_the_log_names_nobody(house):
    port = free_port()
    process = subprocess.Popen(
        house.command("serve", "--port", str(port)), env=house.environment, stdout=subprocess.PIPE, text=True
    )
    Browser(port).wait(process)
    Browser(port).get("/areas?q=%E5%BC%A0&phone=13800005678")
    process.terminate()
    said = process.communicate(timeout=60)[0]
    assert "GET /areas" in said
    assert "phone" not in said and "127.0.0.1 -" not in said and "%E5" not in said


def test_https_is_trusted_by_whoever_has_the_root(house):
    house.did("certificate", "make", "--host", "linli.lan", "--host", "127.0.0.1")
    keys, port = house.folder / "keys", free_port()
    assert (keys / "root.key").stat().st_mode & 0o077 == 0 == (keys / "server.key").stat().st_mode & 0o077
    words = [
        "--port",
        str(port),
        "--quiet",
        "--certificate",
        str(keys / "server.crt"),
        "--key",
        str(keys / "server.key"),
    ]
    server = house.start("serve", *words)
    trusting, strange = ssl.create_default_context(cafile=keys / "root.crt"), ssl.create_default_context()
    answer = ask(server, port, trusting, "127.0.0.1", "/sign-in")
    assert answer.startswith(b"HTTP/1.1 200") and b"Secure" in answer
    assert ask(server, port, trusting, "linli.lan", "/health").startswith(b"HTTP/1.1 400"), "not named in LINLI_HOSTS"
    for context, name in ((strange, "127.0.0.1"), (trusting, "other.lan")):
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(server, port, context, name, "/health")


def ask(server, port: int, context: ssl.SSLContext, name: str, path: str) -> bytes:
    """The answer to one request over TLS; waits until the port is open."""
    while True:
        assert server.poll() is None
        try:
            raw = socket.create_connection(("127.0.0.1", port), timeout=60)
            break
        except ConnectionRefusedError:
            continue
    with raw, context.wrap_socket(raw, server_hostname=name) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        blocks = []
        while block := line.recv(65536):
            blocks.append(block)
        return b"".join(blocks)
