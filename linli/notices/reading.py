"""Reading one's inbox, and saying how one wishes to be told."""

from datetime import datetime, time

from django.conf import settings
from django.db import transaction

from linli.access.actors import Actor, ReadOnly
from linli.access.models import Account
from linli.ground.refusals import Malformed
from linli.journal import writing

from . import queries
from .models import Wish


@transaction.atomic
def read(viewer: Actor, *, up_to: int, at: datetime) -> int:
    """Every notice up to this one is read. How many were not before. Looking on reads nothing."""
    if viewer.looking_on:
        raise ReadOnly()
    return queries.inbox(viewer).filter(pk__lte=up_to, read_at=None).update(read_at=at)


@transaction.atomic
def wish(account: Account, *, ways: list[str], quiet: tuple[time, time] | None, by: Actor, at: datetime) -> Wish:
    """From now on the account is told by these ways, and not within the quiet hours but for what is urgent."""
    if by.ref != account.ref or by.looking_on:
        raise ReadOnly()
    if unknown := set(ways) - set(settings.NOTICE_WAYS):
        raise Malformed(what=", ".join(sorted(unknown)), why=", ".join(settings.NOTICE_WAYS))
    begin, end = quiet or (None, None)
    kept, _created = Wish.objects.update_or_create(
        account=account, defaults={"ways": " ".join(ways), "quiet_from": begin, "quiet_until": end}
    )
    writing.write("notice.wished", thing=account.ref, by=by, at=at, ways=ways)
    return kept
