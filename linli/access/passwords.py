"""Passwords: what makes a good one, changing one's own, and asking for it again before a grave act."""

import re
from datetime import datetime
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest  # noqa: TID251 - the browser that changes it stays signed in
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _lazy

from linli.ground.hands import Hand
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import opening, pausing, sessions
from .models import Account

LONGEST, LEFT_OVER = 200, 6
# Words that anyone would try first in a house like this one, and what is typed around them.
FIRST_TRIED = (
    *("linli", "邻里", "chongqing", "重庆", "shequ", "社区", "wangge", "网格", "jiedao", "街道"),
    *("administrator", "admin", "password", "mima", "woaini", "qwerty", "welcome", "zhongguo", "china"),
)


class WrongPassword(Refusal):
    """The password given again is not the account's."""

    code, status = "password.wrong", 400
    words = _("This is not your password.")
    next_step = _("Give the one you sign in with now.")


class ShortestPassword(MinimumLengthValidator):
    """Django's own, in words that are there in both languages."""

    def get_error_message(self) -> str:
        """Django's door."""
        return gettext("It is too short: %(least)s signs are the least.") % {"least": self.min_length}


class LongestPassword:
    """Refuses what is longer than any person types; hashing it would only keep the server busy."""

    def validate(self, password: str, user: Any = None) -> None:
        """Django's door."""
        if len(password) > LONGEST:
            raise ValidationError(gettext("It is longer than %(most)s signs.") % {"most": LONGEST})

    def get_help_text(self) -> str:
        """Django's door."""
        return str(_lazy("At most 200 signs."))


class NotOfTheHouse:
    """Refuses what is little more than the words anyone would try first here: the product, the place, the trade."""

    def validate(self, password: str, user: Any = None) -> None:
        """Django's door."""
        if len(beyond_first_tried(password)) < LEFT_OVER:
            raise ValidationError(gettext("It is little more than words anyone would try first."))

    def get_help_text(self) -> str:
        """Django's door."""
        return str(_lazy("Not made of the names of the product, the place or the trade."))


def beyond_first_tried(password: str) -> str:
    """What is left of a password when those words, and figures and marks, are taken away.

    >>> beyond_first_tried("Linli@2026admin"), beyond_first_tried("camphor-tree-by-linli")
    ('', 'camphortreeby')
    """
    left = password.lower()
    for word in FIRST_TRIED:
        left = left.replace(word, "")
    return re.sub(r"[\W\d_]", "", left)


def confirm(account: Account, password: str, *, at: datetime) -> None:
    """The one who holds the browser also knows the password. Refuses another; tries are slowed as at the door."""
    keys = {"confirming": account.ref}
    pausing.claim(keys, at=at)
    if not account.check_password(password):
        raise WrongPassword()
    pausing.clear(keys)


def change(request: HttpRequest, account: Account, *, old: str, new: str, by: Hand, at: datetime) -> int:
    """The account signs in with the new password, and every other browser is signed out. How many those were.

    This browser goes on under a new session key. Refuses a wrong old password and a weak new one.
    """
    confirm(account, old, at=at)
    with transaction.atomic():
        opening.set_strong_password(account, new)
        account.save(update_fields=["password"])
        ended = sessions.end_all(account, but=request.session.session_key or "")
        sessions.closed(request.session)
        update_session_auth_hash(request, account)
        sessions.opened(request.session, account, agent=request.headers.get("User-Agent", ""), at=at)
        writing.write("account.password-changed", thing=account.ref, by=by, at=at, ended=ended)
    return ended
