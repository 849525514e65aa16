"""What someone looks for stays here: names, phones and identity numbers never stand in an address, a log or a history.

An address holds a token that only the account which asked can use, for a short time.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from linli.access.actors import Actor
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from .models import Asking

KEPT = timedelta(hours=1)
TOKEN_BYTES = 16


class AskingGone(Refusal):
    """What was looked for is kept no longer, or was looked for by someone else."""

    code, status = "asking.gone", 410
    words = _("What was looked for here is not kept any longer.")
    next_step = _("Look for it once more.")


def keep(said: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
    """What is said is kept, sealed, for its account alone; the token that brings it back."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    said_then = json.dumps(said, ensure_ascii=False)
    Asking.objects.create(digest=_digest(token), account=by.ref, said=said_then, until=at + KEPT)
    return token


def kept(token: str, *, viewer: Actor, at: datetime) -> dict[str, Any]:
    """What was said under this token; refuses (410) one that is too old, of nobody, or of someone else."""
    found = Asking.objects.filter(digest=_digest(token), account=viewer.ref, until__gt=at).first()
    if found is None:
        raise AskingGone()
    return dict(json.loads(found.said))


def forget(*, at: datetime) -> int:
    """What is past its time is gone; how many there were."""
    return Asking.objects.filter(until__lte=at).delete()[0]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
