"""What is due goes out. At least once: a crash between sending and noting it sends it again, under the same key."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db.models import F
from django.utils.translation import override

from linli.journal.timing import complaint_of

from . import queries, signing
from .models import Sending

log = logging.getLogger(__name__)
CLAIMED_FOR = timedelta(minutes=2)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
MOST = 200
LONGEST_S = 60  # of one round: what is signed bears the time of its beginning, and that must stay fresh


class _Stay(HTTPRedirectHandler):
    """Elsewhere is not where it was agreed: an answer that sends us on took nothing."""

    def redirect_request(self, *_asked: Any) -> None:
        return None


_opener = build_opener(_Stay())


def message(sending: Sending, *, at: datetime) -> bytes:
    """What goes out: the sentence in the account's language, references, and no particulars of anyone."""
    notice = sending.notice
    with override(notice.account.language or settings.LANGUAGE_CODE):
        words = queries.said(notice)
    told: dict[str, str | bool] = {
        "key": sending.key,
        "account": notice.account.ref,
        "thing": notice.thing,
        "words": words,
    }
    told |= {"urgent": notice.urgent, "happened_at": notice.at.isoformat(), "sent_at": at.isoformat()}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def by_file(sending: Sending, *, at: datetime) -> None:
    """The message lies in the outbox folder, under its key, whole or not at all."""
    folder = Path(settings.DATA_DIR) / "outbox"
    folder.mkdir(exist_ok=True)
    half = folder / f".{sending.key}"
    half.write_bytes(message(sending, at=at))
    half.replace(folder / f"{sending.key}.json")


def by_webhook(sending: Sending, *, at: datetime) -> None:
    """The message was taken by the agreed address (any 2xx), signed, under its key."""
    body, moment = message(sending, at=at), int(at.timestamp())
    request = Request(settings.NOTICE_WEBHOOK, data=body, method="POST")  # noqa: S310 - the address is the operator's own
    request.add_header("Content-Type", "application/json")
    request.add_header("Idempotency-Key", sending.key)
    request.add_header("X-Linli-Time", str(moment))
    signed = signing.signature(
        settings.NOTICE_WEBHOOK_SECRET, way=signing.OUT, moment=moment, key=sending.key, body=body
    )
    request.add_header("X-Linli-Signature", signed)
    with _opener.open(request, timeout=10):
        pass


WAYS: dict[str, Callable[..., None]] = {"file": by_file, "webhook": by_webhook}


def send(at: datetime) -> None:
    """What is due by now has gone out, or has been put off: after a failure, or to the end of quiet hours."""
    until = monotonic() + LONGEST_S
    for sending in queries.due(at)[:MOST]:
        if monotonic() > until:
            return
        if not _put_off(sending, at) and _claimed(sending, at):
            _send(sending, at)


def _put_off(sending: Sending, at: datetime) -> bool:
    """Whether it is quiet by now where it goes: the worker was away, or the wish is a new one."""
    notice = sending.notice
    again = queries.may_go_at(getattr(notice.account, "wish", None), at, urgent=notice.urgent)
    mine = Sending.objects.filter(pk=sending.pk, sent_at=None, due_at=sending.due_at)
    return again > at and bool(mine.update(due_at=again))


def _claimed(sending: Sending, at: datetime) -> bool:
    """Whether this worker has it for two minutes; whoever dies with it in hand loses it to the next."""
    mine = Sending.objects.filter(pk=sending.pk, sent_at=None, due_at=sending.due_at)
    return bool(mine.update(due_at=at + CLAIMED_FOR, tries=F("tries") + 1))


def _send(sending: Sending, at: datetime) -> None:
    try:
        WAYS[sending.way](sending, at=at)
    except Exception as failed:  # noqa: BLE001 - whatever is wrong with one message, the others go out
        pause = PAUSES[min(sending.tries, len(PAUSES) - 1)]
        Sending.objects.filter(pk=sending.pk).update(due_at=at + pause, complaint=complaint_of(failed))
        log.warning("notice %s did not go out by %s, tried again in %s", sending.key[:12], sending.way, pause)
        return
    Sending.objects.filter(pk=sending.pk).update(sent_at=at, complaint="")
