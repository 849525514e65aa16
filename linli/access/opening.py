"""Opening accounts and setting their passwords."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from .models import Account


class NameTaken(Refusal):
    """Another account signs in with this name."""

    code = "account.name-taken"
    words = _("Another account already signs in as %(sign_in_name)s.")
    next_step = _("Choose another name to sign in with.")


class WeakPassword(Refusal):
    """The password falls short of the rules."""

    code, status = "account.weak-password", 400
    words = _("This password will not do: %(why)s")
    next_step = _("Choose a longer one that is not a common word.")


@transaction.atomic
def open_account(*, sign_in_name: str, name: str, password: str, by: Hand, at: datetime) -> Account:
    """An account stands, without any post. Refuses a name that is taken and a weak password."""
    by.must(Permission.ACCOUNT_MANAGE, within="")
    account = begun(sign_in_name=sign_in_name, name=name, password=password, at=at)
    writing.write("account.opened", thing=account.ref, by=by, at=at)
    return account


def begun(*, sign_in_name: str, name: str, password: str, at: datetime) -> Account:
    """The account's row; for verbs that open one (here, and by accepting an invitation)."""
    if Account.objects.filter(sign_in_name=sign_in_name).exists():
        raise NameTaken(sign_in_name=sign_in_name)
    account = Account(sign_in_name=sign_in_name, name=name, opened_at=at)
    set_strong_password(account, password)
    account.save()
    return account


def set_strong_password(account: Account, password: str) -> None:
    """The password is set on the row, not yet saved; refuses a weak one."""
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise WeakPassword(why=" ".join(weak.messages)) from weak
    account.set_password(password)
