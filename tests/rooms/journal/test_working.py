"""The worker: one loop for news, timed work and tasks; cheap when idle, patient when the database is gone."""

import logging
import socket
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from linli.journal import timing
from linli.journal.following import follows
from linli.journal.models import Delivery
from linli.journal.timing import CHORES, chore
from linli.site.running import working
from linli.site.running.working import Worker

pytestmark = pytest.mark.django_db
DONE: list[str] = []


@task
def long_work(what: str) -> str:
    """A task a person started."""
    DONE.append(what)
    return what


@task
def broken_work() -> None:
    """One that fails."""
    raise ValueError("no")


@pytest.fixture(autouse=True)
def forgets():
    DONE.clear()


@pytest.fixture
def life(at):
    """A worker in a world whose clock goes on when it sleeps; and how long it slept."""

    class Life:
        def __init__(self):
            self.now, self.slept = at, []
            self.worker = Worker(clock=lambda: self.now, sleep=self.sleep)

        def sleep(self, seconds):
            self.slept.append(seconds)
            self.now += timedelta(seconds=seconds)
            if self.now >= self.until:
                self.worker.stop()

        def run(self, seconds):
            self.until = self.now + timedelta(seconds=seconds)
            self.worker._stop.clear()
            self.worker.run()

    return Life()


@pytest.mark.django_db(transaction=True)
def test_once_does_everything_and_what_comes_of_it(wrote, at):
    heard = []

    @chore(every=timedelta(hours=1), name="test.writes")
    def writes(at):
        wrote()

    follows("test.done", name="test.listens")(lambda entry: heard.append(entry.id))
    long_work.enqueue("survey")
    Worker(clock=lambda: at).once()
    assert (len(heard), DONE) == (1, ["survey"])
    assert not Delivery.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_command(wrote):
    long_work.enqueue("survey")
    call_command("worker", "--once")
    assert DONE == ["survey"]


@pytest.mark.django_db(transaction=True)
def test_a_task_that_fails_is_marked_and_the_next_is_run(at):
    broken_work.enqueue()
    long_work.enqueue("survey")
    Worker(clock=lambda: at).once()
    assert DBTaskResult.objects.failed().count() == 1
    assert DONE == ["survey"]


@pytest.mark.django_db(transaction=True)
def test_a_task_that_was_cut_off_is_marked_failed_by_the_next_worker(at):
    long_work.enqueue("survey")
    DBTaskResult.objects.get().claim(f"{socket.gethostname()[:24]}:4194305:x")
    Worker(clock=lambda: at).once()
    (failed,) = DBTaskResult.objects.failed()
    assert failed.exception_class_path.endswith("CutOff")
    assert DONE == []


def test_idle_it_asks_less_than_once_a_second(life):
    timing.CHORES.update({name: timed for name, timed in CHORES.items() if name.startswith("journal.")})
    follows("test.*", name="test.listens")(print)
    with CaptureQueriesContext(connection) as asked:
        life.run(120)
    assert len(asked) <= 120
    assert max(life.slept) == working.LONGEST_PAUSE_S


def test_its_pauses_grow_and_it_wakes_up_for_work(life, wrote):
    follows("test.*", name="test.listens")(print)
    life.run(20)
    assert life.slept == sorted(life.slept)
    life.slept.clear()
    wrote()
    life.run(0.1)
    assert life.slept == [working.SHORTEST_PAUSE_S * 2]


def test_one_look_is_one_query(at, django_assert_num_queries):
    timing.set_out(at=at)
    with django_assert_num_queries(1):
        working.look(at)


def test_a_database_that_is_gone_is_waited_for_and_said_once(life, monkeypatch, caplog):
    real, calls = working.look, []

    def sometimes_gone(at):
        calls.append(at)
        if 3 < len(calls) <= 20:
            raise OperationalError("the database system is shutting down for 张三")
        return real(at)

    monkeypatch.setattr(working, "look", sometimes_gone)
    monkeypatch.setattr(working.connection, "close", lambda: None)
    with caplog.at_level(logging.WARNING, "linli.worker"):
        life.run(60)
    assert [record.getMessage() for record in caplog.records] == [
        "the database does not answer (OperationalError); waiting for it",
        "the database answers again",
    ]
    assert len(calls) > 25


def test_it_stops_after_what_it_is_doing(at, wrote):
    worker = Worker(clock=lambda: at)
    heard = []

    @follows("test.*", name="test.listens")
    def listens(entry):
        heard.append(entry.id)
        worker.stop()

    wrote(100)
    worker.run()
    assert len(heard) == 20
    assert Delivery.objects.filter(done_at=None).count() == 80


def test_a_worker_of_another_machine_is_not_judged():
    assert not working._is_gone("elsewhere:1:x", "here:2:y")
    assert working._is_gone("here:4194305:x", "here:2:y")
    assert not working._is_gone("here:1:x", "here:2:y")


@pytest.mark.django_db(transaction=True)
def test_a_long_task_holds_up_no_news(at, wrote, monkeypatch):
    """What is written while a task runs is delivered before it ends."""
    heard = threading.Event()

    @follows("test.*", name="test.listens")
    def listens(entry):
        heard.set()
        worker.stop()

    long_work.enqueue("survey")
    worker = Worker(clock=lambda: at, sleep=lambda _seconds: wrote())
    monkeypatch.setattr(worker, "_run_task", lambda: DONE.append(heard.wait(10)))
    stopper = threading.Timer(20, worker.stop)
    stopper.start()
    worker.run()
    stopper.cancel()
    assert DONE == [True]
