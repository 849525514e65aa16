"""The journal's own chores: sealing, and the note of what was sealed."""

from datetime import datetime, timedelta

from . import sealing
from .timing import chore


@chore(every=timedelta(seconds=10))
def seal(at: datetime) -> None:
    """Entries are sealed within seconds of their commit; a great heap of them, ten thousand at a time."""
    sealing.seal_all(at=at, batches=10)


@chore(every=timedelta(minutes=10))
def witness(at: datetime) -> None:
    """A head that a kill left unnoted is noted."""
    sealing.bear_witness(at=at)
