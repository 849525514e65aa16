"""Programs that the demo starts and stops together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

from django.conf import settings

from .refusals import NotServed, Stopped

PATIENCE = 60.0
# Linux tells a process of its parent's end, however that came (prctl(2)). Elsewhere a killed demo leaves its server.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """This process is told to stop when its parent is gone; at once, when it is gone already."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def ending_with_us() -> Callable[[], None] | None:
    """What a new process must do first so that our end is its end; nothing where the system offers nothing."""
    return partial(end_with, os.getpid()) if LIBC else None


class Children:
    """`linli` commands running beside this process. Leaving the block stops them and waits until they are gone."""

    def __init__(self, **environment: str) -> None:
        here = str(Path(settings.PACKAGE).parent)
        path = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))
        self.environment = dict(os.environ, PYTHONPATH=path, **environment)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.passing: set[str] = set()

    def __enter__(self) -> "Children":
        signal.signal(signal.SIGTERM, interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in self.running.values():
            child.terminate()
        for child in self.running.values():
            child.wait()

    def start(self, command: str, *words: str, passing: bool = False) -> None:
        """The command runs beside us, deaf to the terminal: it is we who stop it, and our end is its end.

        One that is `passing` may end before us, and how it ended is its own affair: it has said so itself.
        """
        asked = [sys.executable, "-P", "-m", "linli.site.command", command, *words]
        self.running[command] = subprocess.Popen(  # noqa: S603 - a command of ours
            asked,
            env=self.environment,
            start_new_session=True,
            preexec_fn=ending_with_us(),
        )
        if passing:
            self.passing.add(command)

    def wait_until_served(self, address: str) -> None:
        """Returns when the address answers. Refuses when a program ends before that, and when patience does."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.must_run()
            try:
                with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - an address of our own
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise NotServed(address=address, seconds=int(PATIENCE))

    def watch(self) -> None:
        """Returns when a child has ended (Stopped), or never."""
        while True:
            self.must_run()
            time.sleep(0.5)

    def must_run(self) -> None:
        """Refuses when any of the programs has ended by itself."""
        for name, child in self.running.items():
            if child.poll() is not None and name not in self.passing:
                raise Stopped(program=name, exit_code=child.returncode)


def interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM stops the demo as Ctrl-C does."""
    raise KeyboardInterrupt
