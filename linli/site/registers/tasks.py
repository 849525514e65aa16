"""Long work of the registers, done by the worker: a file read and checked, its good rows written, all of it undone."""

from django.db import connection
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from linli.access.actors import Actor, actor_called
from linli.ground.refusals import Refusal
from linli.registers import queries, taking
from linli.registers.importing import applying, checking, proposing, staging, undoing
from linli.registers.models import Batch, Register
from linli.site.running import locks

from . import waiting

READ, WRITE, UNDO = "read", "write", "undo"


@task()
def carry(ref: str, doing: str, account: str, post: str, columns: dict[str, int] | None = None, sheet: str = "") -> str:
    """The step is done under the hand of whoever asked for it, if their post still allows it; else it says why not."""
    batch = queries.batch_called(ref)
    now = timezone.now()
    try:
        by = actor_called(account, today=timezone.localdate(now), post_ref=post)
        if doing == READ:
            read(batch, columns or {}, sheet, by=by)
        elif doing == WRITE:
            applying.write(batch, by=by, at=now, tell=waiting.teller(ref, doing))
        else:
            undoing.undo(batch, by=by, at=now)
    except Refusal as refusal:
        waiting.stop(ref, refusal.code, refusal.facts)
        return ""
    waiting.rest(ref)
    return ref


@task()
def write_export(ref: str, account: str, post: str) -> str:
    """The file stands, under the hand of whoever asked for it."""
    now = timezone.now()
    taking.carry(ref, by=actor_called(account, today=timezone.localdate(now), post_ref=post), at=now)
    return ref


def read(batch: Batch, columns: dict[str, int], sheet: str, *, by: Actor) -> None:
    """The rows lie sealed beside the batch, each with its verdict; the columns are remembered for the office, the
    file is gone."""
    path, now, tell = waiting.file_of(batch.ref), timezone.now(), waiting.teller(batch.ref, READ)
    register = Register(batch.register)
    if path is not None:
        proposal = proposing.propose(register, path, area=by.area_code, sheet=sheet)
        settled = proposing.settled(proposal, register, columns)
        staging.stage(batch, proposal, settled, today=timezone.localdate(now), tell=tell)
        proposing.remember(proposal, register, settled, area=by.area_code, at=now)
        waiting.forget_file(batch.ref)
    checking.check(batch, today=timezone.localdate(now), tell=tell)


def is_at_it(ref: str, *, task_path: str = carry.module_path) -> bool:
    """Whether a task waits or works for the import (or what else bears the reference); none works where no worker
    runs."""
    tasks = DBTaskResult.objects.filter(task_path=task_path)
    running = [] if connection.vendor == "sqlite" and not locks.in_use(locks.WORKER) else list(tasks.running())
    return any(each.args_kwargs["args"][0] == ref for each in [*tasks.ready(), *running])


def is_written(ref: str) -> bool:
    """Whether a task waits or works for the export."""
    return is_at_it(ref, task_path=write_export.module_path)
