"""What follows a changed calendar, and areas that were redrawn."""

from linli.ground.hands import Program
from linli.journal.following import follows
from linli.journal.models import Entry

from . import calendars, moving

WORKER = Program("worker")


@follows("calendar.entered", "calendar.corrected", "calendar.taken-back", "calendar.hours-*", "calendar.shipped")
def move_due_times(entry: Entry) -> None:
    """Due times still to come are those of the new calendar; each says by what."""
    moving.move(why=f"{entry.verb} {entry.thing}", by=WORKER, at=entry.at, within=entry.area_code)


@follows("area.redrawn", "area.redrawing-undone")
def read_anew(_entry: Entry) -> None:
    """Calendars are read anew, under the codes that areas have now."""
    calendars.renew()
