"""Long work of this room, done by the worker: a large background made into tiles."""

from django.db import connection
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from linli.access.actors import actor_called
from linli.areas import laying
from linli.geo.points import Crs
from linli.ground.refusals import Refusal
from linli.site.running import locks

from . import works
from .works import Work


@task()
def convert(number: str) -> str:
    """The background lies, under the hand of whoever sent it, if their post still allows it; else it says why not."""
    work = works.read(number)
    if work is None:
        return ""
    now = timezone.now()
    try:
        by = actor_called(work.account, today=timezone.localdate(now), post_ref=work.post)
        laid = laying.lay(
            work.kind, work.paths(), wish=work.wish, crs=Crs(work.crs), by=by, at=now, tell=works.teller(work)
        )
    except Refusal as refusal:
        works.refuse(work, refusal)
        return ""
    works.end(work)
    return laid.ref


def on_their_way() -> list[Work]:
    """Backgrounds on their way, and those that were refused or whose task is gone, the oldest first."""
    found = works.every()
    alive = _alive() if any(work.state != works.REFUSED for work in found) else set()
    shown = [(work, _as_it_is(work, alive)) for work in found]
    return [is_now for work, is_now in shown if is_now is work or works.read(work.number)]


def _as_it_is(work: Work, alive: set[str]) -> Work:
    if work.state == works.REFUSED or work.number in alive or (work.at_once and works.is_young(work)):
        return work
    return works.cut_off(work)


def _alive() -> set[str]:
    """The numbers a task waits or works for; none works where no worker runs."""
    tasks = DBTaskResult.objects.filter(task_path=convert.module_path)
    running = [] if connection.vendor == "sqlite" and not locks.in_use(locks.WORKER) else list(tasks.running())
    return {each.args_kwargs["args"][0] for each in [*tasks.ready(), *running]}
