"""Chores come round, one worker does each, and one that fails comes round again."""

from datetime import timedelta

import pytest

from linli.journal import timing
from linli.journal.models import Chore
from linli.journal.timing import CHORES, chore, run_due, set_out

pytestmark = pytest.mark.django_db
EVERY = timedelta(hours=1)


@pytest.fixture
def done(at):
    """The moments at which the chore `test.winds` was done."""
    moments = []
    chore(every=EVERY, name="test.winds")(moments.append)
    set_out(at=at)
    return moments


def test_it_is_done_at_once_and_then_every_so_often(done, at):
    assert [run_due(at=at + timedelta(minutes=minutes)) for minutes in (0, 1, 59, 60, 61)] == [1, 0, 0, 1, 0]
    assert done == [at, at + EVERY]


def test_two_workers_do_it_once(done, at):
    due = timing.CHORES["test.winds"]
    assert [timing.claim(due, at=at), timing.claim(due, at=at)] == [True, False]


def test_it_is_begun_anew_when_its_worker_died_over_it(done, at):
    timing.claim(timing.CHORES["test.winds"], at=at)
    assert run_due(at=at + timedelta(minutes=9)) == 0
    assert run_due(at=at + timedelta(minutes=10)) == 1


def test_one_that_fails_complains_without_names_and_holds_nobody_up(at, caplog):
    failing, others = [True], []

    @chore(every=timedelta(seconds=5), name="test.a-fails")
    def fails(at):
        if failing[0]:
            raise KeyError("张三")

    chore(every=timedelta(seconds=5), name="test.other")(others.append)
    set_out(at=at)
    assert run_due(at=at) == 2
    assert others == [at]
    row = Chore.objects.get(name="test.a-fails")
    assert row.failures == 1
    assert row.complaint.startswith("KeyError at ")
    assert "张三" not in caplog.text + row.complaint
    failing[0] = False
    run_due(at=at + timedelta(seconds=5))
    row.refresh_from_db()
    assert (row.failures, row.complaint) == (0, "")


def test_setting_out_again_changes_nothing(done, at):
    run_due(at=at)
    set_out(at=at + timedelta(minutes=1))
    assert run_due(at=at + timedelta(minutes=2)) == 0


def test_a_chore_no_room_declares_is_left_alone(at):
    Chore.objects.create(name="gone.room", next_due_at=at)
    assert run_due(at=at) == 0


def test_it_stops_between_chores(done, at):
    assert run_due(at=at, stopping=lambda: True) == 0
    assert done == []


def test_the_journal_has_its_own():
    assert {"journal.seal", "journal.witness"} <= set(CHORES)
