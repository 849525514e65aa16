"""The chore of the calendars."""

from datetime import datetime, timedelta

from linli.ground.hands import Program
from linli.journal.timing import chore

from . import calendars


@chore(every=timedelta(hours=1))
def take_shipped_calendar(at: datetime) -> None:
    """Notices that a new version of the program brought move what is due."""
    calendars.take_shipped(by=Program("worker"), at=at)
