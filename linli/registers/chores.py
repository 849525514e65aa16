"""The chore of the registers' room."""

from datetime import datetime, timedelta

from linli.journal.timing import chore

from . import following

PORTIONS = 250  # a hundred thousand records, and then others have their turn


@chore(every=timedelta(minutes=1))
def follow_redrawings(at: datetime) -> None:
    """The words of records name the areas as they were redrawn."""
    following.follow(at=at, portions=PORTIONS)
