"""The chore of the areas' room."""

from datetime import datetime, timedelta

from linli.journal.timing import chore

from . import laying


@chore(every=timedelta(days=1))
def sweep_plans(at: datetime) -> None:
    """What a laying that was killed left on disk is gone."""
    laying.sweep(at=at)
