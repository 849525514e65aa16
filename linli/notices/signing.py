"""The signature of a webhook, ours and theirs: HMAC-SHA256 over the way, the time, the key and the body."""

import hashlib
import hmac
from datetime import datetime, timedelta

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

FRESH_FOR = timedelta(minutes=5)
# Which way a message goes is signed too: what we sent, sent back to us, is no receipt.
OUT, BACK = "out", "back"
LONGEST_MOMENT = 12  # digits: what is longer is no time, and no number to reckon with


class BadSignature(Refusal):
    """The message was not signed with our secret, or long ago, or not at all; which of them is not said."""

    code, status = "webhook.bad-signature", 401
    words = _("This message is not signed as agreed.")
    next_step = _("Sign the way, the time, the key and the body with the shared secret, within five minutes.")


def signature(secret: str, *, way: str, moment: int, key: str, body: bytes) -> str:
    """The signature of a message, out of the house or back to it, at a moment (seconds since 1970).

    >>> signature("s", way=OUT, moment=1, key="k", body=b"{}")[:16]
    '334ffef6a9b9a0cd'
    """
    signed = f"{way}.{moment}.{key}.".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def must_fit(secret: str, *, way: str, given: str, moment: str, key: str, body: bytes, at: datetime) -> None:
    """Refuses a signature that does not fit, and a time more than five minutes off either way."""
    told = int(moment) if moment.isascii() and moment.isdecimal() and len(moment) <= LONGEST_MOMENT else None
    fresh = told is not None and abs(at.timestamp() - told) <= FRESH_FOR.total_seconds()
    right = signature(secret, way=way, moment=told, key=key, body=body) if fresh and told is not None and key else ""
    if not secret or not right or not hmac.compare_digest(right.encode(), given.encode()):
        raise BadSignature()
