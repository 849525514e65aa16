"""Receipts: whoever took a message tells us that it arrived. Signed as ours are, and heard once."""

from datetime import datetime

from django.db import transaction

from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _

from .models import Sending


class HeardBefore(Refusal):
    """The same receipt was already heard."""

    code = "webhook.heard-before"
    words = _("This message was already heard.")
    next_step = _("Do not send it again.")


@transaction.atomic
def received(key: str, *, at: datetime) -> Sending:
    """The message stands as arrived. Refuses a key that is none of ours, and one that was heard before."""
    sending = Sending.objects.filter(key=key).first()
    if sending is None:
        raise NotFound(what=key[:12])
    if not Sending.objects.filter(pk=sending.pk, received_at=None).update(
        received_at=at, sent_at=sending.sent_at or at
    ):
        raise HeardBefore()
    return sending
