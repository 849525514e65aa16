"""Guessing is made slow, for one account and one place at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from linli.access import pausing
from linli.access.models import Attempts
from linli.journal.models import Entry
from tests.conftest import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def second(n):
    return NOON + timedelta(seconds=n)


def try_in(client, name="zhou", password="not-the-password", **headers):
    return client.post("/sign-in", {"sign_in_name": name, "password": password}, **headers).status_code


@pytest.fixture
def clock(time_machine):
    """The server's clock, set to noon."""
    time_machine.move_to(NOON, tick=False)
    return lambda n: time_machine.move_to(second(n), tick=False)


def test_the_fifth_wrong_try_begins_a_pause_even_for_the_right_password(account, clock):
    account("zhou")
    client = Client()
    assert [try_in(client) for _ in range(5)] == [400] * 5
    assert try_in(client, password=PASSWORD) == 429
    clock(29)
    assert try_in(client, password=PASSWORD) == 429
    clock(30)
    assert try_in(client, password=PASSWORD) == 303


def test_each_further_try_waits_twice_as_long(account, clock):
    account("zhou")
    for _ in range(5):
        try_in(Client())
    clock(30)
    assert try_in(Client()) == 400
    clock(30 + 59)
    assert try_in(Client()) == 429
    clock(30 + 60)
    assert try_in(Client()) == 400
    clock(30 + 60 + 119)
    assert try_in(Client()) == 429


def test_the_pause_never_grows_beyond_a_quarter_of_an_hour():
    assert max(pausing.RESTS["place"].after(n) for n in range(1000)) == timedelta(minutes=15)
    assert max(pausing.RESTS["account"].after(n) for n in range(1000)) == timedelta(minutes=1)


def test_a_name_nobody_has_waits_just_the_same(db, clock):
    answers = [try_in(Client(), name="nobody") for _ in range(6)]
    assert answers == [400] * 5 + [429]


def test_the_office_goes_on_while_one_of_them_waits(account, clock):
    """All of an office come from one address: a colleague's mistakes, or a guesser among them, hold up nobody else."""
    account("zhou")
    account("li")
    for _ in range(8):
        try_in(Client(), name="zhou")
    assert try_in(Client(), name="zhou", password=PASSWORD) == 429
    assert try_in(Client(), name="li", password=PASSWORD) == 303


def test_the_owner_signs_in_from_elsewhere_while_a_stranger_waits(account, clock):
    account("zhou")
    for _ in range(20):
        try_in(Client(REMOTE_ADDR="203.0.113.9"))
    assert try_in(Client(REMOTE_ADDR="198.51.100.4"), password=PASSWORD) == 303


def test_many_addresses_together_guess_slowly_and_the_owner_waits_a_minute_at_most(account, clock):
    account("zhou")
    tries = [try_in(Client(REMOTE_ADDR=f"203.0.113.{n}")) for n in range(60)]
    assert tries.count(400) == 31 and tries.count(429) == 29
    owner = Client(REMOTE_ADDR="198.51.100.4")
    assert try_in(owner, password=PASSWORD) == 429
    clock(60)
    assert try_in(owner, password=PASSWORD) == 303


def test_a_browser_the_owner_signed_in_with_before_never_waits_for_strangers(account, clock):
    account("zhou")
    mine = Client()
    try_in(mine, password=PASSWORD)
    mine.post("/sign-out")
    for n in range(60):
        try_in(Client(REMOTE_ADDR=f"203.0.113.{n}"))
    for _ in range(8):
        try_in(Client())
    assert try_in(Client(), password=PASSWORD) == 429
    assert try_in(mine, password=PASSWORD) == 303


def test_a_known_browser_in_other_hands_waits_too(account, clock):
    account("zhou")
    mine = Client()
    try_in(mine, password=PASSWORD)
    mine.post("/sign-out")
    assert [try_in(mine) for _ in range(6)] == [400] * 5 + [429]


def test_a_forged_mark_of_a_known_browser_is_none(account, clock):
    account("zhou")
    for n in range(40):
        client = Client()
        client.cookies["known-browser"] = f"forged:{n}"
        try_in(client)
    assert try_in(Client(), password=PASSWORD) == 429


def test_a_clock_set_back_neither_ends_a_pause_early_nor_keeps_it_for_ever(account, clock):
    account("zhou")
    for _ in range(5):
        try_in(Client())
    clock(-365 * 24 * 3600)
    back = -365 * 24 * 3600
    assert try_in(Client(), password=PASSWORD) == 429
    clock(back + 29)
    assert try_in(Client(), password=PASSWORD) == 429
    clock(back + 31)
    assert try_in(Client(), password=PASSWORD) == 303


def test_what_failed_yesterday_is_forgotten_and_its_row_thrown_away(account, clock):
    account("zhou")
    for _ in range(4):
        try_in(Client())
    clock(25 * 3600)
    assert [try_in(Client()) for _ in range(4)] == [400] * 4
    assert try_in(Client(), password=PASSWORD) == 303
    try_in(Client())
    assert pausing.forget(second(25 * 3600 + 3 * 86400)) == 2
    assert not Attempts.objects.exists()


def test_tries_sent_at_once_are_each_counted_before_any_is_judged(account, clock, monkeypatch):
    """A hundred at once would all be the first, were they counted only when they had failed."""
    account("zhou")
    seen = []
    judge = pausing.claim

    def first(keys, *, at):
        begun = judge(keys, at=at)
        seen.append(max(Attempts.objects.values_list("count", flat=True)))
        return begun

    monkeypatch.setattr(pausing, "claim", first)
    try_in(Client())
    try_in(Client(), password=PASSWORD)
    assert seen == [1, 2]


def test_a_right_password_clears_what_was_counted(account, clock):
    account("zhou")
    for _ in range(4):
        try_in(Client())
    try_in(Client(), password=PASSWORD)
    assert [try_in(Client()) for _ in range(5)] == [400] * 5


def test_the_owner_is_told_that_a_pause_began(account, clock):
    who = account("zhou")
    for _ in range(9):
        try_in(Client())
    told = Entry.objects.filter(verb="sign-in.paused")
    assert [(entry.thing, entry.said["kinds"]) for entry in told] == [(who.ref, "place")]


def test_an_address_told_by_the_browser_is_not_believed_without_our_proxy(account, clock, settings):
    account("zhou")
    for n in range(9):
        try_in(Client(), headers={"x-forwarded-for": f"203.0.113.{n}"})
    assert try_in(Client(), password=PASSWORD) == 429
    settings.BEHIND_PROXY = True
    assert try_in(Client(), password=PASSWORD, headers={"x-forwarded-for": "127.0.0.1, 198.51.100.4"}) == 303


def test_one_household_of_version_six_is_one_place(rf):
    told = {pausing.address_of(rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{n}")) for n in range(1, 9)}
    assert told == {"2001:db8:1:2::/64"}
