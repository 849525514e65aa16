"""The server's clock, held against what the journal knows: a clock that was set back lets nobody in.

Whoever may do what hangs on the day and the hour. Set back, a clock would bring back a post that ended, a sign-in that
was idle too long, an invitation that ran out. So the newest moment that is known (of an entry, or of a chore that
began: the worker marks every minute) is what the clock is held against; it is put right, or accepted as right by
whoever runs the server, and then the moments after it no longer count.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, F, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.web.along import along

from .models import Chore, Entry
from .writing import write

ACCEPTED = "clock.accepted"


class ClockSetBack(Refusal):
    """The server's clock stands before what the journal already knows."""

    code, status = "clock.set-back", 503
    words = _("The server's clock shows %(now)s, and what was done here goes up to %(known)s: the clock was set back.")
    next_step = _(
        "Tell your platform administrator: set the server's clock right. Where it is right now and was wrong before, "
        "say so on the server with: linli journal accept-clock"
    )


@cache
def newest() -> dict[str, Any]:
    """Two columns for a question that is asked anyway, which `newest_of` then reads; either may be empty."""
    entries = Entry.objects.filter(id__gte=Coalesce(Subquery(_accepted().values("id")[:1]), Value(0)))
    chores = Chore.objects.filter(began_at__isnull=False).order_by("-began_at")
    return {
        "newest_entry": along(entries.order_by("-at", "-id").values("at")[:1], DateTimeField()),
        "newest_chore": along(chores.values("began_at")[:1], DateTimeField()),
    }


def _accepted() -> "QuerySet[Entry]":
    """The entries by which a clock was accepted, the last first.

    Not in the order of the bare key: along that a database that has counted its rows looks through the whole journal
    for one, on every page, where mostly there is none.
    """
    return Entry.objects.filter(verb=ACCEPTED).order_by((F("id") + 0).desc())


def newest_of(row: Any) -> tuple[datetime | None, datetime | None]:
    """The two columns, of a row asked for with them."""
    return row.newest_entry, row.newest_chore


def known() -> datetime | None:
    """The newest moment that is known; nothing where nothing was ever done."""
    accepted = _accepted().values_list("id", flat=True).first()
    entry = Entry.objects.filter(id__gte=accepted or 0).order_by("-at", "-id").values_list("at", flat=True).first()
    chore = Chore.objects.exclude(began_at=None).order_by("-began_at").values_list("began_at", flat=True).first()
    return max((moment for moment in (entry, chore) if moment), default=None)


def must_not_be_behind(at: datetime, *moments: datetime | None) -> None:
    """Refuses a clock that stands before any of these moments by more than clocks differ."""
    latest = max((moment for moment in moments if moment), default=at)
    if latest - at > timedelta(minutes=settings.CLOCK_BACK_MINUTES):
        raise ClockSetBack(now=_told(at), known=_told(latest))


def must_go_on(at: datetime) -> None:
    """Refuses a clock that stands before what is known."""
    must_not_be_behind(at, known())


def _told(moment: datetime) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M")


@transaction.atomic
def accept(*, by: Hand, at: datetime) -> None:
    """The clock is right as it stands: later moments that are known no longer count, and chores are due by it."""
    until = known()
    told = until.isoformat() if until else ""
    Chore.objects.filter(began_at__gt=at).update(began_at=at, next_due_at=at)
    write(ACCEPTED, thing="clock", by=by, at=at, known=told)
