"""An installation of its own for a test: a data folder, its commands as processes, its server and worker."""

import fcntl
import http.cookiejar
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
NAME, PASSWORD = "wang", "camphor-tree-by-the-river"
PATIENCE = 60.0


class House:
    """One data folder. Whatever was started from it is stopped at the end."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        told = {"LINLI_DATA_DIR": str(folder), "PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1", "LINLI_LOG": "ERROR"}
        told["LINLI_LANGUAGE"] = "zh-hans"
        told["DJANGO_SETTINGS_MODULE"] = "tests.fault.impatient"
        self.environment = kept | told | environment
        self.started: list[subprocess.Popen[bytes]] = []

    @property
    def database(self) -> Path:
        return self.folder / "linli.sqlite3"

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """A command, to its end."""
        return subprocess.run(
            self.command(*words), env=self.environment, input=given, capture_output=True, text=True, timeout=120
        )

    def did(self, *words: str, given: str = "") -> str:
        """A command that must succeed; what it said."""
        done = self.run(*words, given=given)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *words: str, given: str = "") -> str:
        """A command that must be refused; the code of its refusal."""
        done = self.run(*words, given=given)
        assert done.returncode == 2, done.stdout + done.stderr
        found = re.search(r"\[([\w.-]+)\]\s*$", done.stderr)
        assert found, done.stderr
        return found[1]

    def start(self, *words: str, **options: object) -> subprocess.Popen[bytes]:
        """A command that goes on beside the test."""
        process = subprocess.Popen(
            self.command(*words), env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL, **options
        )
        self.started.append(process)
        return process

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-P", "-m", "linli.site.command", *words]

    def python(self, script: str) -> list[str]:
        """A small program with the house's code at hand."""
        return [sys.executable, "-P", "-c", script]

    def begin(self) -> "House":
        """A real installation with one administrator."""
        self.did("init", "--administrator", NAME, "--password-stdin", "--non-interactive", given=PASSWORD + "\n")
        return self

    def copy(self, to: Path) -> "House":
        """The same house in another folder."""
        shutil.copytree(self.folder, to)
        return House(to)

    def rows(self, sql: str, *values: object) -> list[tuple]:
        """What a question to the database answers (SQLite)."""
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(sql, values).fetchall()

    def plant(self, sql: str, *values: object) -> None:
        """Writes past every verb (SQLite)."""
        with closing(sqlite3.connect(self.database)) as database, database:
            database.execute(sql, values)

    @contextmanager
    def served(self, *words: str, by: str = "serve") -> Iterator["Browser"]:
        """The server runs inside the block; `by` the command that serves."""
        port = free_port()
        server = self.start(by, "--port", str(port), "--quiet", *words)
        browser = Browser(port)
        browser.wait(server)
        try:
            yield browser
        finally:
            stop(server)

    def wait_until_free(self, task: str) -> None:
        """Nobody holds the lock of a task any more: its last process has ended."""
        until = time.monotonic() + PATIENCE
        with (self.folder / f"{task}.lock").open() as file:
            while time.monotonic() < until:
                with suppress(OSError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                time.sleep(0.05)
        raise AssertionError(f"the lock of {task} is still held")

    @contextmanager
    def running(self, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A command goes on beside the block."""
        process = self.start(*words, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            stop(process)

    def close(self) -> None:
        for process in self.started:
            kill(process)


class Browser:
    """Asks for pages, keeps cookies, and can sign in."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), Stay())

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self.ask(urllib.request.Request(self.address + path, headers=headers))

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        body = urllib.parse.urlencode(fields).encode()
        return self.ask(urllib.request.Request(self.address + path, data=body, headers={"Referer": self.address}))

    def ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as told:
            return told.code, told.read().decode()

    def sign_in(self, name: str = NAME, password: str = PASSWORD) -> int:
        """The status of the answer: 303 when signed in."""
        status, page = self.get("/sign-in")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if not token:
            return status
        return self.post("/sign-in", sign_in_name=name, password=password, csrfmiddlewaretoken=token[1])[0]

    def wait(self, server: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert server.poll() is None, f"the server ended: {server.returncode}"
            try:
                if self.get("/health")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")


class Stay(urllib.request.HTTPRedirectHandler):
    """Where one is sent is for the test to see."""

    def redirect_request(self, *_: object) -> None:
        return None


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asked to stop, and waited for."""
    if process.poll() is None:
        process.terminate()
    process.wait(timeout=60)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to all of its session at once, as the power would do it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
