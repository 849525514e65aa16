"""Chores of being told."""

from datetime import datetime, timedelta

from linli.journal.timing import chore

from . import sending


@chore(every=timedelta(seconds=5))
def send(at: datetime) -> None:
    """What is due goes out of the house."""
    sending.send(at)
