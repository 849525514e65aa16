"""Chores of signing in."""

from datetime import datetime, timedelta

from linli.journal.timing import chore

from . import pausing, sessions


@chore(every=timedelta(hours=1))
def forget_tries(at: datetime) -> None:
    """Failed tries of days ago are forgotten."""
    pausing.forget(at)


@chore(every=timedelta(hours=1))
def forget_sign_ins(at: datetime) -> None:
    """Sign-ins that have run out are forgotten, with what kind of browser they were."""
    sessions.forget(at)
