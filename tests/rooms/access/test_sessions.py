"""Open sign-ins: listed, ended, and ending by themselves."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.access import departing, sessions
from linli.journal.models import Entry
from tests.conftest import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0"


@pytest.fixture
def clock(time_machine):
    """The server's clock, set to noon; then so many minutes after."""
    time_machine.move_to(NOON, tick=False)
    return lambda minutes: time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)


def browser(agent="", name="zhou"):
    client = Client(headers={"user-agent": agent})
    client.post("/sign-in", {"sign_in_name": name, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/account/sign-ins").status_code == 200


def test_the_page_lists_each_browser_this_one_first(account, clock):
    account("zhou")
    browser(PHONE)
    clock(5)
    desk = browser(EDGE)
    page = desk.get("/account/sign-ins", headers={"accept-language": "en"}).content.decode()
    assert page.index("Edge · Windows") < page.index("this one") < page.index("WeChat · Android")
    assert "2026-11-24 12:00" in page and "2026-11-24 12:05" in page


def test_no_address_of_a_browser_is_kept(account):
    account("zhou")
    browser()
    assert set(UserSession.objects.values_list("ip", flat=True)) == {sessions.NO_ADDRESS}


def test_an_ended_browser_is_out_at_its_next_request(account):
    who = account("zhou")
    there, here = browser(PHONE), browser(EDGE)
    number = UserSession.objects.get(session_key=there.session.session_key).pk
    assert here.post(f"/account/sign-ins/{number}/end").status_code == 303
    assert not is_in(there) and is_in(here)
    assert [entry.thing for entry in Entry.objects.filter(verb="sign-in.ended")] == [who.ref]


def test_all_others_end_and_this_one_stays(account):
    account("zhou")
    others, here = [browser() for _ in range(3)], browser()
    here.post("/account/sign-ins/end-others")
    assert is_in(here) and not any(is_in(each) for each in others)


def test_nobody_ends_the_sign_in_of_another(account):
    account("zhou")
    account("li")
    mine, theirs = browser(name="zhou"), browser(name="li")
    number = UserSession.objects.get(session_key=theirs.session.session_key).pk
    assert mine.post(f"/account/sign-ins/{number}/end").status_code == 404
    assert is_in(theirs)


def test_an_idle_browser_is_out(account, clock, settings):
    account("zhou")
    client = browser()
    for minutes in (100, 219):
        clock(minutes)
        assert is_in(client), minutes
    clock(219 + 121)
    assert not is_in(client)
    assert not UserSession.objects.exists()


def test_a_page_left_open_that_asks_by_itself_is_idle_all_the_same(account, clock):
    """The badge of the inbox asks every half minute: nobody sits there."""
    account("zhou")
    client = browser()
    for minutes in range(10, 121, 10):
        clock(minutes)
        assert client.get("/inbox/count", headers={"X-Linli-Poll": "1"}).status_code == 200
    clock(122)
    asked = client.get("/inbox/count", headers={"X-Linli-Poll": "1", "HX-Request": "true"})
    assert asked.status_code == 401 and not is_in(client)


def test_whatever_asks_by_itself_says_so_and_what_stands_in_it_does_not():
    """A header on an element is borne by all in it unless it says otherwise; a button on a desk is use."""
    asking = [
        tag
        for path in Path(sessions.__file__).parents[1].rglob("templates/**/*.html")
        for tag in re.findall(r"<[a-z]+ [^<]*?hx-trigger=\"[^\"]*every[^<]*", path.read_text("utf-8"))
    ]
    assert len(asking) >= 6
    assert [tag for tag in asking if "X-Linli-Poll" not in tag or 'hx-disinherit="hx-headers"' not in tag] == []


def test_the_idle_limit_is_a_setting(account, clock, settings):
    settings.IDLE_MINUTES = 30
    account("zhou")
    client = browser()
    clock(31)
    assert not is_in(client)


def test_a_browser_is_out_after_twelve_hours_however_busy(account, clock):
    account("zhou")
    client = browser()
    for minutes in range(60, 12 * 60 + 1, 60):
        clock(minutes)
        assert is_in(client), minutes
    clock(12 * 60 + 1)
    assert not is_in(client)


def test_a_clock_set_back_does_not_make_a_sign_in_last(account, clock):
    account("zhou")
    client = browser()
    clock(-24 * 60)
    assert not is_in(client)


def test_a_small_correction_of_the_clock_signs_nobody_out(account, clock):
    account("zhou")
    client = browser()
    clock(-2)
    assert is_in(client)


def test_when_it_was_last_seen_is_written_once_a_minute_at_most(account, clock):
    account("zhou")
    client = browser()
    clock(2)
    is_in(client)
    assert UserSession.objects.get().last_seen_at == NOON + timedelta(minutes=2)
    with CaptureQueriesContext(connection) as asked:
        is_in(client)
    sql = [query["sql"] for query in asked if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert sql == []


def test_signing_out_leaves_no_trace_of_the_browser(account):
    account("zhou")
    client = browser()
    key = client.session.session_key
    client.post("/sign-out")
    assert not UserSession.objects.exists()
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_in(thief)


def test_access_ends_at_once_with_a_departure(account, program, at):
    account("boss")
    who = account("zhou", "community-clerk", "500199001001")
    there = browser()
    assert is_in(there)
    departing.leave(who, successor=None, by=program, at=at)
    assert not is_in(there)
    assert not UserSession.objects.filter(user=who).exists()


def test_what_has_run_out_is_forgotten(account, clock):
    account("zhou")
    browser()
    assert sessions.forget(NOON + timedelta(days=2)) == 1
    assert not Session.objects.exists()
