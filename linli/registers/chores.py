"""The chores of the registers' room."""

from datetime import datetime, timedelta

from linli.journal.timing import chore

from . import asking, following, taking

PORTIONS = 250  # a hundred thousand records, and then others have their turn


@chore(every=timedelta(minutes=1))
def follow_redrawings(at: datetime) -> None:
    """The words of records name the areas as they were redrawn."""
    following.follow(at=at, portions=PORTIONS)


@chore(every=timedelta(minutes=10))
def forget_askings(at: datetime) -> None:
    """What people looked for is kept no longer than it is good."""
    asking.forget(at=at)


@chore(every=timedelta(minutes=10))
def delete_exports(at: datetime) -> None:
    """Files with what is people's own are deleted after their term."""
    taking.expire(at=at)
