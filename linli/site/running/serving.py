"""`linli serve`: granian in front of the application, in a process for each core up to a few."""

import errno
import gc
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import sleep as pause
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection, connections
from django.urls import get_resolver
from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.log import LogLevels

from linli.site.plan import area_tiles

from . import laying_out, locks, schema
from .refusals import PortTaken

THREADS = 3  # in each process: they take turns at one core, and one may wait for a lock or a slow reader
ORPHANED_S = 5  # for the pages being answered when the parent was killed
# Neither who asked nor what for: no address, no query, no name.
ACCESS_LINE = "%(time)s %(method)s %(path)s %(status)d %(dt_ms).1f ms"


@dataclass(frozen=True)
class Offer:
    """Where to serve, with how many processes, and with which certificate."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    certificate: Path | None = None
    key: Path | None = None
    quiet: bool = False

    @property
    def address(self) -> str:
        """What to type into a browser on this machine."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - shown, not bound
        return f"{'https' if self.certificate else 'http'}://{shown}:{self.port}/"


def serve(offer: Offer, *, at: datetime, listening: Callable[[], Any]) -> None:
    """Pages are served until the process is told to stop; requests under way are answered first.

    Refuses tables that are not those of the code, a second server on a SQLite folder, a port that is taken.
    """
    workers = processes(offer.workers)
    schema.must_be_current()
    with locks.one(locks.SERVER, at=at, where=offer.address):
        must_be_free(offer.host, offer.port)
        laying_out.lay_out()
        settings.WHITENOISE_USE_FINDERS = False  # for processes that are forked; others read it anew
        connections.close_all()
        server = Granian(
            "linli.site.wsgi:application",
            address=offer.host,
            port=offer.port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            blocking_threads_idle_timeout=600,
            http=HTTPModes.auto if offer.certificate else HTTPModes.http1,
            websockets=False,
            log_level=LogLevels.warning,
            log_access=not offer.quiet,
            log_access_format=ACCESS_LINE,
            ssl_cert=offer.certificate,
            ssl_key=offer.key,
            ssl_protocol_min=SSLProtocols.tls12,
            respawn_failed_workers=True,
            workers_kill_timeout=20,
        )
        server.on_startup(listening)
        server.serve(target_loader=application, wrap_loader=False)


def processes(asked: int) -> int:
    """How many processes answer: as many as asked for; else one for each core, on SQLite at most two, else four.

    Python computes on one core in each process. To SQLite the threads of two are what the threads of one are:
    connections, of which one writes at a time while the others read.
    """
    return asked or min(2 if connection.vendor == "sqlite" else 4, os.cpu_count() or 1)


def must_be_free(host: str, port: int) -> None:
    """Refuses a port that something listens on. Granian itself would share one with another granian."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        if os.name != "nt":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except (OSError, OverflowError) as taken:
            why = "in use" if getattr(taken, "errno", 0) == errno.EADDRINUSE else str(taken)
            raise PortTaken(port=port, host=host, why=why) from taken


def application() -> Any:
    """The application with its pages loaded, in a process that ends when its parent does, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=end_with, args=(parent.join,), daemon=True).start()
    ready = get_wsgi_application()
    assert get_resolver().url_patterns, "no page was found"
    threading.Thread(target=warm, daemon=True).start()
    return ready


def warm() -> None:
    """What the map is cut from and what is searched is made beside the first pages, and never looked through for waste
    again: at a district's scale that is a tenth of a second. A database that is away is left to the pages to tell.
    """
    with suppress(DatabaseError):
        area_tiles.warm()
    connections.close_all()
    gc.collect()
    gc.freeze()


def end_with(wait: Callable[[], Any]) -> None:
    """Asks this process to stop when the wait is over, more than once: starting, it may not hear. Then ends it."""
    wait()
    for _ in range(ORPHANED_S):
        os.kill(os.getpid(), signal.SIGTERM)
        pause(1)
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def unreachable_hosts(host: str) -> bool:
    """Whether others on the network can connect but would be turned away, their address not being in LINLI_HOSTS."""
    local = {"localhost", "127.0.0.1", "[::1]"}
    return host not in ("127.0.0.1", "localhost", "::1") and set(settings.ALLOWED_HOSTS) <= local
