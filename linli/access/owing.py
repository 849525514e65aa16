"""Whether a browser owes a second factor: worked out at sign-in, and again as soon as what asks for one has changed.

What asks for one is the account's posts, the rules, and the day. The session keeps under which of them it was worked
out last, so that a request has nothing to work out but when one of them is another.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField
from django.utils.timezone import localdate

from linli.web.along import along

from . import factors
from .models import Account, FactorRule, Post

DUE, UNDER = "factor-due", "factor-worked-out-under"


@cache
def newest() -> dict[str, Any]:
    """A column for a question that is asked anyway, which `keep` then reads."""
    return {"newest_rule": along(FactorRule.objects.order_by("-id").values("id")[:1], BigIntegerField())}


def begin(session: Any, account: Account, *, at: datetime) -> None:
    """The session owes what is owed at this moment."""
    held = list(account.posts.held_on(localdate(at)).annotate(**newest()).order_by("id"))
    session[UNDER] = _under(held, at)
    _work_out(session, account, at)


def keep(session: Any, account: Account, held: Sequence[Post], *, at: datetime) -> None:
    """The session owes what is owed under the posts held (asked for with `newest`) and the rules of this moment."""
    under = _under(held, at)
    if session.get(UNDER, under) != under:
        _work_out(session, account, at)
    if session.get(UNDER) != under:
        session[UNDER] = under


def _under(held: Sequence[Post], at: datetime) -> str:
    rule = getattr(held[0], "newest_rule", None) if held else None
    return " ".join([str(localdate(at)), str(rule), *settings.SECOND_FACTOR_ROLES, *(post.ref for post in held)])


def _work_out(session: Any, account: Account, at: datetime) -> None:
    due = factors.due_at(account, at=at)
    if due:
        session[DUE] = due.timestamp()
    else:
        session.pop(DUE, None)


def overdue(session: Any, *, at: datetime) -> bool:
    """Whether this browser may only set up its second factor, the grace having run out."""
    return bool(session.get(DUE, at.timestamp() + 1) <= at.timestamp())
