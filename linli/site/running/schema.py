"""Which migrations stand, and bringing the tables up to the code: all steps in one transaction, or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from . import marks
from .refusals import Ahead, Behind, MovedAway, NotBegun, Unfinished

LABELS = {"restore": "restore FILE", "upgrade": "upgrade"}


def applied() -> list[str]:
    """The steps the tables have gone through, as `room.step`, in order of their names."""
    return sorted(f"{room}.{step}" for room, step in MigrationRecorder(connection).applied_migrations())


def known() -> set[str]:
    """The steps this version of the code knows."""
    return {f"{room}.{step}" for room, step in MigrationExecutor(connection).loader.disk_migrations}


def pending() -> list[str]:
    """The steps still to go, in the order they would be taken."""
    executor = MigrationExecutor(connection)
    return [f"{step.app_label}.{step.name}" for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def unknown() -> list[str]:
    """The steps of rooms of ours that the tables have gone through and this version does not know."""
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("linli.")}
    return sorted(step for step in set(applied()) - known() if step.partition(".")[0] in rooms)


def address() -> str:
    """Which database this is, without who asks: `sqlite`, or postgresql://host:port/name."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return "sqlite"
    return f"postgresql://{given['HOST'] or 'localhost'}:{given['PORT'] or 5432}/{given['NAME']}"


def must_be_current() -> None:
    """Refuses to go on when something was cut off, nothing was begun, the tables are older or newer than the code, or
    what stood in this database was moved to another."""
    folder = str(settings.DATA_DIR)
    moved = marks.read(marks.MOVED)
    if moved and moved["left"] == address():
        raise MovedAway(left=moved["left"], to=moved["to"], at=moved["at"], mark=str(marks.path_of(marks.MOVED)))
    if cut_off := marks.read(marks.UNFINISHED):
        raise Unfinished(what=cut_off["what"], folder=folder, command=LABELS[cut_off["what"]])
    if not applied():
        raise NotBegun(folder=folder)
    if steps := pending():
        raise Behind(count=len(steps), first=steps[0])
    if steps := unknown():
        raise Ahead(count=len(steps), first=steps[0])


@contextmanager
def one_transaction() -> Iterator[None]:
    """Changes of tables and rows inside stand together or not at all.

    SQLite rebuilds tables only while foreign keys are not watched, which must be said before the transaction
    begins; PostgreSQL alters no table that has checks outstanding, so there they are made at once.
    """
    unwatched = connection.vendor == "sqlite" and connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
            connection.check_constraints()
    finally:
        if unwatched:
            connection.enable_constraint_checking()


def bring_up_here() -> None:
    """The same inside a transaction that the caller holds."""
    call_command("migrate", verbosity=0, interactive=False)


def bring_up() -> None:
    """The tables are those of the code; killed or failing in the middle, they are as they were."""
    with one_transaction():
        bring_up_here()


def untouched() -> bool:
    """Whether nothing was begun here, cut off or moved away: no tables, and no mark but that of a made-up town."""
    real = marks.read(marks.BEGUN).get("kind") == marks.REAL
    return not (real or marks.read(marks.MOVED) or marks.read(marks.UNFINISHED) or applied())


def begin_made_up(*, at: datetime) -> None:
    """The folder holds an installation for a made-up town; what was begun before is brought up to the code."""
    bring_up()
    marks.begin(marks.DEMO, at=at)
