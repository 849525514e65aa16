"""Signing in and out."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, resolve

from linli.access import supervising, urls
from linli.access.models import Account, Attempts
from linli.journal.models import Entry
from tests.conftest import PASSWORD


def test_the_right_name_and_password_open_the_house(account):
    account("zhou", "community-clerk", "500199001001")
    client = Client()
    answer = client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD, "next": "/areas/"})
    assert (answer.status_code, answer["Location"]) == (303, "/areas/")
    assert client.get("/journal/").status_code == 200


def test_a_wrong_password_does_not_say_which_of_the_two_was_wrong(account):
    account("zhou")
    wrong = Client().post("/sign-in", {"sign_in_name": "zhou", "password": "no"})
    unknown = Client().post("/sign-in", {"sign_in_name": "nobody", "password": "no"})
    assert wrong.status_code == unknown.status_code == 400
    assert "sessionid" not in wrong.cookies


@pytest.mark.parametrize("onward", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_host(account, onward):
    account("zhou")
    answer = Client().post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD, "next": onward})
    assert answer["Location"] == "/"


def test_a_page_behind_the_gate_takes_one_to_sign_in_and_back(db):
    answer = Client().get("/journal/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Fjournal%2F")


def test_signing_in_and_out_stand_in_the_journal(account):
    who = account("zhou")
    client = Client()
    client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    client.post("/sign-in", {"sign_in_name": "zhou", "password": "no"})
    client.post("/sign-out")
    told = Entry.objects.filter(thing=who.ref, verb__startswith="account.signed").order_by("id")
    assert [(entry.verb, entry.by) for entry in told] == [
        ("account.signed-in", who.ref),
        ("account.signed-out", who.ref),
    ]


def entries(verb):
    return [(entry.thing, entry.by, entry.said) for entry in Entry.objects.filter(verb=verb).order_by("id")]


def test_a_refused_try_is_written_down_without_what_was_typed(account):
    who = account("zhou")
    Client().post("/sign-in", {"sign_in_name": "zhou", "password": "no-such-password"})
    Client().post("/sign-in", {"sign_in_name": "my password by mistake", "password": "no-such-password"})
    assert entries("sign-in.refused") == [
        (who.ref, "sign-in", {"how": "password"}),
        ("", "sign-in", {"how": "password"}),
    ]
    assert not Entry.objects.filter(facts__contains="mistake").exists()
    assert not Attempts.objects.filter(key__contains="mistake").exists()


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(account, monkeypatch):
    """Time tells nothing where the same work is done; work is counted here, not time."""
    account("zhou")
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: hashed.append(1) or encode(*given))
    costs = []
    for name in ("first", "zhou", "nobody"):
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post("/sign-in", {"sign_in_name": name, "password": "no-such-password"})
        words = re.sub(r'value="[^"]*"|"X-CSRFToken": "\w+"', "", answer.content.decode())
        costs.append((len(hashed), len(asked), words))
    assert costs[1] == costs[2], "the first page of all fills what is kept for the next ones"
    assert costs[1][0] == 1


@pytest.fixture
def hashed(monkeypatch):
    """What is hashed, each time it is."""
    done = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: done.append(1) or encode(*given))
    return done


def test_every_kind_of_wrong_sign_in_costs_the_same_up_to_the_pause_and_through_it(account, program, at, hashed):
    """A stranger, a wrong password, one who left, one whose password was reset: hashing and questions are the same."""
    names = ["nobody", "zhou", "left", "reset"]
    account("first"), account("zhou"), account("left"), account("reset")
    Account.objects.filter(sign_in_name="left").update(is_active=False)
    supervising.reset_password(Account.objects.get(sign_in_name="reset"), reason="lost it", by=program, at=at)
    costs = {name: [] for name in names}
    for name in ["first", *names]:
        for _ in range(7):
            hashed.clear()
            with CaptureQueriesContext(connection) as asked:
                answer = Client().post("/sign-in", {"sign_in_name": name, "password": "no-such-password"})
            costs.setdefault(name, []).append((answer.status_code, len(hashed), len(asked)))
    stranger = costs["nobody"]
    assert [status for status, *_ in stranger] == [400] * 5 + [429] * 2
    assert [count for _, count, _ in stranger] == [1] * 5 + [0] * 2, "during a pause nothing is hashed for anyone"
    assert {name: told for name, told in costs.items() if told != stranger and name in names} == {}


def test_someone_who_left_is_told_no_more_than_a_stranger(account):
    who = account("zhou")
    who.is_active = False
    who.save()
    answer = Client().post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    assert answer.status_code == 400 and "sessionid" not in answer.cookies


def test_a_session_fixed_by_another_is_worth_nothing(account):
    """Who planted a session key in the browser before does not share what the owner opens under it."""
    account("zhou", "community-clerk", "500199001001")
    thief = Client()
    thief.get("/sign-in/city")
    session = thief.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    victim = Client()
    victim.cookies["sessionid"] = planted
    victim.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    thief.cookies["sessionid"] = planted
    assert victim.session.session_key != planted
    assert victim.get("/journal/").status_code == 200
    assert thief.get("/journal/").status_code == 302


def test_another_account_in_the_same_browser_inherits_nothing(account):
    account("zhou")
    account("li")
    client = Client()
    client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    session = client.session
    session["kept"] = "by zhou"
    session.save()
    client.post("/sign-in", {"sign_in_name": "li", "password": PASSWORD})
    assert "kept" not in client.session


POSTS = [
    *("/sign-in", "/sign-in/second-factor", "/sign-out", "/account/second-factor/app", "/account/second-factor/codes"),
    *("/account/second-factor/1/remove", "/account/second-factor/passkey", "/account/sign-ins/end-others"),
    *("/account/sign-ins/1/end", "/account/password", "/account/sign-on/unlink"),
    *("/accounts/A-00000-00/second-factor/reset", "/account/sign-on"),
]


def test_the_list_of_posts_is_whole():
    """Every address of access that takes a POST stands above."""
    takes = {pattern.name for pattern in urls.urlpatterns if "POST" in closure(pattern.callback)}
    assert {resolve(path).url_name for path in POSTS} == takes


def closure(view):
    """The methods a view says it takes, found in the decorators around it."""
    found = set()
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if isinstance(cell.cell_contents, list | tuple):
                found |= set(map(str, cell.cell_contents))
        view = getattr(view, "__wrapped__", None)
    return found


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_another_site_is_refused(account, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("zhou"))
    assert client.post(path, {"password": PASSWORD}).status_code == 403


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example", "localhost:80@elsewhere.example"])
def test_a_host_of_another_name_is_refused(db, host):
    assert Client().get("/sign-in", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("onward", ["/\\elsewhere.example", "https:elsewhere.example", "\thttps://elsewhere.example"])
def test_odd_ways_to_another_host_lead_home(account, onward):
    account("zhou")
    answer = Client().post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD, "next": onward})
    assert answer["Location"] == "/"


def test_pages_of_someone_signed_in_are_kept_by_no_cache(signed_in):
    client = signed_in("zhou")
    for path in ("/", "/journal/", "/account/sign-ins", "/account/second-factor", "/account/password"):
        assert "no-store" in client.get(path)["Cache-Control"], path


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(account):
    account("zhou")
    client = Client()
    client.get("/sign-in")
    client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    for name in ("sessionid", "known-browser", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"] and cookie["samesite"] == "Lax", name


def test_under_https_cookies_travel_by_no_other_way():
    """Settings are read once, at the start: so another process reads them with HTTPS on."""
    told = subprocess.run(
        [sys.executable, "-c", HTTPS_SETTINGS],
        env=os.environ | {"LINLI_HTTPS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(told.stdout) == [True, True, True, True]


HTTPS_SETTINGS = """
import json
from linli.site import settings as s
secure = [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, "webauthn" in s.MFA_SUPPORTED_TYPES]
print(json.dumps(secure))
"""


def test_nothing_of_allauth_is_mounted(db):
    """Its pages for opening accounts, mail and lost passwords would be doors beside ours."""
    theirs = [pattern for pattern in walked(get_resolver().url_patterns) if "allauth" in pattern.callback.__module__]
    assert theirs == []
    for path in ("/accounts/signup/", "/accounts/login/", "/accounts/password/reset/", "/accounts/email/"):
        assert Client().get(path).status_code == 404


def walked(patterns):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from walked(each.url_patterns)
