"""History for a follower that came later, and another try for what is stuck."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.progress import Tell, silent
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import writing
from .following import FOLLOWERS, Follower
from .models import Delivery, Entry

CHUNK = 2000


class NoSuchFollower(Refusal):
    """No room declares a follower of this name."""

    code, status = "journal.no-such-follower", 404
    words = _("No room declares a follower called %(follower)s.")
    next_step = _("Choose one of: %(followers)s.")


def redeliver(
    name: str, *, since: datetime | None = None, by: Hand, at: datetime, tell: Tell = silent
) -> tuple[int, int]:
    """The follower will hear of every entry it wants since then that it has not heard of; what is stuck is tried again.

    How many were added and how many were stuck. Nothing is done twice: what it has done stays done, and asking
    again after a kill goes on where it stopped; each chunk is journalled with the digest of what it added.
    Refuses a name that no room declares.
    """
    by.must(Permission.JOURNAL_REDELIVER, within="")
    if name not in FOLLOWERS:
        raise NoSuchFollower(follower=name, followers=", ".join(sorted(FOLLOWERS)) or "–")
    added = 0
    for entries in _chunks(_unheard(FOLLOWERS[name], since)):
        _add(name, entries, by=by, at=at)
        added += len(entries)
        tell(_("asking for history"), added, 0)
    return added, _free(name, by=by, at=at)


@transaction.atomic
def _add(name: str, entries: list[int], *, by: Hand, at: datetime) -> None:
    Delivery.objects.bulk_create([Delivery(entry_id=pk, follower=name) for pk in entries], ignore_conflicts=True)
    writing.write(
        "journal.redelivered",
        thing="journal",
        by=by,
        at=at,
        rows=len(entries),
        digest=writing.digest([pk] for pk in entries),
        follower=name,
        added=len(entries),
    )


@transaction.atomic
def _free(name: str, *, by: Hand, at: datetime) -> int:
    """What is stuck is tried again; how many. Journalled where there are any."""
    stuck = Delivery.objects.filter(follower=name, done_at=None, stuck_at__isnull=False)
    freed = stuck.update(stuck_at=None, next_try_at=None, tries=0)
    if freed:
        writing.write("journal.retried", thing="journal", by=by, at=at, follower=name, stuck=freed)
    return freed


def _unheard(follower: Follower, since: datetime | None) -> Iterator[int]:
    """Ids of the entries it wants and has no delivery of, oldest first; read by id, never all at once."""
    wanted = Entry.objects.exclude(deliveries__follower=follower.name).order_by("id")
    if since:
        wanted = wanted.filter(at__gte=since)
    after = 0
    while rows := list(wanted.filter(id__gt=after).values_list("id", "verb")[:CHUNK]):
        yield from (pk for pk, verb in rows if follower.wants(verb))
        after = rows[-1][0]


def _chunks(ids: Iterator[int]) -> Iterator[list[int]]:
    while chunk := list(islice(ids, CHUNK)):
        yield chunk
