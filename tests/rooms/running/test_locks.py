"""Locks: who holds a task is said in words, and whoever only looks is in nobody's way."""

import os
import threading

import pytest
from django.db import connection

from linli.ground.refusals import Refusal
from linli.site.running import copies, locks
from linli.site.running.refusals import Busy
from linli.web.middleware import sentence


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.mark.parametrize("task", [locks.SERVER, locks.WORKER, locks.BACKUP])
def test_a_second_one_is_told_who_has_it(at, task):
    with locks.held(task, at=at), pytest.raises(Busy) as refused, locks.held(task, at=at):
        pass
    told = sentence(refused.value.words, refused.value.facts)
    assert str(os.getpid()) in told and "%" not in told


def test_two_backups_at_once(transactional_db, at, tmp_path):
    (tmp_path / "keys").mkdir()
    with locks.held(locks.BACKUP, at=at), pytest.raises(Refusal) as refused:
        copies.make(to=tmp_path / "backups", at=at)
    assert refused.value.code == "running.busy"


def test_a_look_never_keeps_a_starting_server_out(at, monkeypatch):
    locks.path_of(locks.SERVER).touch()
    look = os.open(locks.path_of(locks.SERVER), os.O_RDWR)
    locks.take(look, shared=True)
    looked = iter([lambda: None, lambda: os.close(look)])
    monkeypatch.setattr(locks, "pause", lambda _seconds: next(looked)())
    with locks.held(locks.SERVER, at=at):
        assert locks.in_use(locks.SERVER)
    assert not locks.in_use(locks.SERVER)


def test_looks_do_not_take_each_other_for_a_server(db, at):
    with locks.held(locks.SERVER, at=at):
        pass
    told = []
    real = locks.take

    def looking(file, *, shared):
        free = real(file, shared=shared)
        if not told:
            told.append(None)
            other = threading.Thread(target=lambda: told.append(locks.in_use(locks.SERVER)))
            other.start()
            other.join()
        return free

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(locks, "take", looking)
        assert not locks.in_use(locks.SERVER)
    # On PostgreSQL several servers hold the lock together, so a look takes it alone: another look meets it.
    assert told == [None, connection.vendor != "sqlite"]
