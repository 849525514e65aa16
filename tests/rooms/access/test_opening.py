"""Opening accounts and giving posts."""

import pytest

from linli.access import opening
from linli.access.actors import actor_for
from linli.access.models import Account
from linli.journal.models import Entry
from tests.conftest import PASSWORD


def opened(by, at, **changed):
    asked = {"sign_in_name": "zhou", "name": "周社", "password": PASSWORD} | changed
    return opening.open_account(**asked, by=by, at=at)


def test_an_account_alone_may_nothing(db, program, at):
    actor = actor_for(opened(program, at), today=at.date())
    assert not actor.known
    assert actor.permissions == frozenset()


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"password": "1234567890"}, "account.weak-password"), ({"password": "zhou"}, "account.weak-password")],
)
def test_a_weak_password_is_refused_and_nothing_written(db, program, at, changed, code):
    with pytest.raises(opening.WeakPassword) as refused:
        opened(program, at, **changed)
    assert refused.value.code == code
    assert (Account.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_name_is_taken_once(db, program, at):
    opened(program, at)
    with pytest.raises(opening.NameTaken):
        opened(program, at, name="another")
    assert Account.objects.count() == 1
