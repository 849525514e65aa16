"""`linli worker`: one loop that delivers to followers and does chores; beside it, the tasks people have started.

A task may take an hour, and sealing may not wait for it: so tasks run one after the other in a thread of their own.
It may be killed at any moment: deliveries are rolled back, chores come round again, and a task that was cut off is
marked failed by the next worker, so that whoever started it sees it.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.models import Exists
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskRunner
from django_tasks_db.models import DBTaskResult

from linli.journal import delivering, timing
from linli.journal.models import Chore

log = logging.getLogger("linli.worker")

Clock = Callable[[], datetime]
Sleep = Callable[[float], object]

SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
GONE = (OperationalError, InterfaceError, transaction.TransactionManagementError)


class News(NamedTuple):
    """What there is to do, from one query."""

    chores: bool
    deliveries: bool
    tasks: bool


class CutOff(Exception):
    """The worker that ran this task ended before the task did."""


class Worker:
    """Turns, and pauses between them that grow while there is nothing to do."""

    def __init__(self, *, clock: Clock, sleep: Sleep | None = None) -> None:
        self.name = f"{socket.gethostname()[:24]}:{os.getpid()}:{get_random_string(8)}"
        self.clock = clock
        self._stop = threading.Event()
        self._sleep = sleep or self._stop.wait
        self._pause = SHORTEST_PAUSE_S
        self._gone = False
        self._tasks: TaskRunner | None = None
        self._aside: threading.Thread | None = None

    def stop(self) -> None:
        """It ends after what it is doing now: a batch of deliveries, a chore, a task."""
        self._stop.set()
        if self._tasks:
            self._tasks.running = False

    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def run(self) -> None:
        """Works until told to stop; a database that is gone or locked is waited for, and so is a task at the end."""
        try:
            self._work()
        finally:
            if self._aside:
                self._aside.join()

    def _work(self) -> None:
        began = False
        while not self.stopping():
            try:
                began = began or self.begin()
                worked = self.turn(self._run_aside)
            except GONE as gone:
                self._lost(gone)
                worked = False
            else:
                self._found()
            self._pause = SHORTEST_PAUSE_S if worked else min(self._pause * 2, LONGEST_PAUSE_S)
            if not worked:
                self._sleep(self._pause)

    def once(self) -> None:
        """Everything that is due now is done, and what comes of it."""
        self.begin()
        self.turn(self._run_task)
        while self.turn(self._run_task):
            pass

    def begin(self) -> bool:
        """Chores have their rows, and tasks of workers that are gone are marked failed."""
        timing.set_out(at=self.clock())
        for task in abandoned(self.name):
            log.warning("task %s was cut off", task.id)
            task.set_failed(CutOff("The worker ended before this was done. Start it again."))
        log.info("%s is at work", self.name)
        return True

    def turn(self, run_task: Callable[[], bool]) -> bool:
        """One round; whether there was anything but chores, which come round by themselves."""
        at = self.clock()
        news = look(at)
        if news.chores:
            timing.run_due(at=at, stopping=self.stopping)
        if news.deliveries and not self.stopping():
            delivering.deliver(at=at, stopping=self.stopping)
        ran = news.tasks and not self.stopping() and run_task()
        return news.deliveries or ran

    def _run_aside(self) -> bool:
        """A task has begun in the thread; not while another one still runs."""
        if self._aside and self._aside.is_alive():
            return False
        self._aside = threading.Thread(target=self._run_in_thread, name="task")
        self._aside.start()
        return True

    def _run_in_thread(self) -> None:
        """A task that loses the database stays marked as running; the next worker marks it failed."""
        try:
            self._run_task()
        except GONE as gone:
            log.warning("a task lost the database (%s)", type(gone).__name__)
        finally:
            connections.close_all()

    def _run_task(self) -> bool:
        self._tasks = TaskRunner(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0.2,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=self.name,
        )
        self._tasks.run()
        self._tasks = None
        return True

    def _lost(self, gone: Exception) -> None:
        if not self._gone:
            log.warning("the database does not answer (%s); waiting for it", type(gone).__name__)
        self._gone = True
        connection.close()

    def _found(self) -> None:
        if self._gone:
            log.warning("the database answers again")
        self._gone = False


def look(at: datetime) -> News:
    """Everything there is to do, in one query where there are chores, and there always are."""
    deliveries = delivering.due(at)
    tasks = DBTaskResult.objects.ready().filter(backend_name="default")
    rows = Chore.objects.filter(name__in=list(timing.CHORES)).order_by("next_due_at")
    first = rows.values_list("next_due_at", Exists(deliveries), Exists(tasks)).first()
    return News(first[0] <= at, first[1], first[2]) if first else News(False, deliveries.exists(), tasks.exists())


def abandoned(name: str) -> list[DBTaskResult]:
    """Running tasks whose worker is gone. SQLite has one worker at a time; elsewhere we know of our own machine."""
    running = DBTaskResult.objects.running().filter(backend_name="default")
    return [task for task in running if connection.vendor == "sqlite" or _is_gone(task.worker_ids[-1], name)]


def _is_gone(worker: str, name: str) -> bool:
    """Whether a worker of this machine has ended.

    >>> _is_gone("elsewhere:1:x", "here:2:y")
    False
    """
    host, process = worker.split(":")[:2]
    return host == name.split(":")[0] and Path("/proc/self").exists() and not Path("/proc", process).exists()
