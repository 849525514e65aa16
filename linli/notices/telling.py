"""A notice is written down, together with what is to go out for it."""

import hashlib
import json
from collections.abc import Iterable

from django.db.models import QuerySet

from linli.access.models import Account
from linli.journal.models import Entry
from linli.web.once import asked, insert

from .models import Notice, Sending, Wish
from .queries import may_go_at, ways_of
from .tellings import TELLINGS, Telling


def tell_of(entry: Entry) -> int:
    """Everyone an entry concerns has it in their inbox, once; how many of them are new."""
    return sum(_tell(entry, telling) for telling in TELLINGS.get(entry.verb, []))


def _tell(entry: Entry, telling: Telling) -> int:
    """One telling of one entry. Whoever did it themselves is not told."""
    accounts = {account.pk: account for account in telling.whom(entry) if account.ref != entry.by and account.is_active}
    new = [account for key, account in sorted(accounts.items()) if not _told(key, entry.pk, telling.words)]
    if not new:
        return 0
    facts = json.dumps({**entry.said, "thing": entry.thing, "area": entry.area_code}, ensure_ascii=False)
    notices = [
        Notice(
            account=account,
            entry=entry.pk,
            words=telling.words,
            facts=facts,
            thing=entry.thing,
            group=f"{telling.group or entry.verb}:{entry.thing}",
            urgent=telling.urgent,
            at=entry.at,
        )
        for account in new
    ]
    for notice in notices:
        insert(notice)
    for sending in _sendings(notices):
        insert(sending)
    return len(notices)


@asked
def _told(account: int, entry: int, words: str) -> "QuerySet[Notice, tuple[int]]":
    return Notice.objects.filter(account=account, entry=entry, words=words).values_list("pk")


def _sendings(notices: Iterable[Notice]) -> list[Sending]:
    """What goes out for these notices, each by the ways its account wishes for, and when it may."""
    return [
        Sending(notice=notice, way=way, key=_key(notice, way), due_at=may_go_at(wish, notice.at, urgent=notice.urgent))
        for notice, wish in ((notice, next(iter(_wish_of(notice.account_id)), None)) for notice in notices)
        for way in ways_of(wish)
    ]


@asked
def _wish_of(account: int) -> QuerySet[Wish]:
    return Wish.objects.filter(account=account)


def _key(notice: Notice, way: str) -> str:
    return hashlib.sha256(f"{notice.entry}.{notice.account.ref}.{notice.words}.{way}".encode()).hexdigest()


def people(refs: Iterable[str]) -> list[Account]:
    """The accounts behind some references."""
    return list(Account.objects.filter(ref__in=[ref for ref in refs if ref]))
