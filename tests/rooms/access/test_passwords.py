"""What makes a good password, and changing one's own."""

import pytest
from django.test import Client

from linli.access import opening
from linli.journal.models import Entry
from tests.conftest import PASSWORD

NEW = "nine-persimmons-in-a-row"


@pytest.mark.parametrize(
    "weak",
    [
        "short-one",
        "1234567890",
        "qwertyuiop",
        "zhoujianguo",
        "zhou.jianguo.1",
        "Linli@2026!!",
        "重庆社区网格2026年",
        "20261124073311",
        "x" * 201,
    ],
)
def test_a_weak_password_is_refused(db, at, weak):
    with pytest.raises(opening.WeakPassword):
        opening.begun(sign_in_name="zhoujianguo", name="周建国", password=weak, at=at)


@pytest.mark.parametrize(
    "good", [PASSWORD, NEW, "青瓦白墙黄桷树下的猫", "correct horse battery", "y" + "ab cd ef gh" * 18]
)
def test_a_good_password_of_any_signs_is_taken(db, at, good):
    assert opening.begun(sign_in_name="zhou", name="周", password=good, at=at).check_password(good)


@pytest.fixture
def zhou(account):
    """Signed in with two browsers."""
    account("zhou", "community-clerk", "500199001001")
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    return here, there


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post("/account/password", {"old": old, "new": new, "again": again or new})


def test_a_changed_password_ends_every_other_sign_in(zhou):
    here, there = zhou
    before = here.session.session_key
    assert change(here).status_code == 303
    assert here.session.session_key != before
    assert here.get("/account/sign-ins").status_code == 200
    assert there.get("/account/sign-ins").status_code == 302
    assert Entry.objects.get(verb="account.password-changed").said == {"ended": 1}


def test_the_old_password_opens_nothing_any_more(zhou):
    change(zhou[0])
    answers = [
        Client().post("/sign-in", {"sign_in_name": "zhou", "password": word}).status_code for word in (PASSWORD, NEW)
    ]
    assert answers == [400, 303]


@pytest.mark.parametrize(
    ("old", "new", "again"), [("wrong-old-one", NEW, NEW), (PASSWORD, NEW, "another"), (PASSWORD, "short", "short")]
)
def test_nothing_changes_without_the_old_one_or_with_a_poor_new_one(zhou, old, new, again):
    here, there = zhou
    assert change(here, old, new, again).status_code == 400
    assert there.get("/account/sign-ins").status_code == 200
    assert not Entry.objects.filter(verb="account.password-changed").exists()


def test_whoever_found_the_browser_open_does_not_guess_the_password(zhou):
    answers = [change(zhou[0], old="wrong-guess").status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]
