"""The server's clock is set back: what ended stays ended, nobody is let in, and nothing is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from linli.access import appointing, inviting, pausing, sessions, standing_in, supervising
from linli.access.appointing import Appointment
from linli.access.models import Attempts, Post
from linli.journal import clock as journal_clock
from linli.journal import writing
from linli.journal.clock import ClockSetBack
from linli.journal.models import Chore, Entry
from tests.conftest import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
GRID, TOWN = "500199001001001", "500199001"


@pytest.fixture
def clock(time_machine, settings, db):
    """The server's clock, set to noon; then so many hours after, or before."""
    settings.CLOCK_BACK_MINUTES = 5
    time_machine.move_to(NOON, tick=False)

    def moved(hours=0, **more):
        time_machine.move_to(NOON + timedelta(hours=hours, **more), tick=False)
        return NOON + timedelta(hours=hours, **more)

    return moved


@pytest.fixture
def something_done(program):
    """An entry of a moment."""

    def done(at):
        writing.write("area.founded", thing="x", by=program, at=at)

    return done


def browser(name="zhou"):
    client = Client()
    answer = client.post("/sign-in", {"sign_in_name": name, "password": PASSWORD})
    return client, answer.status_code


def test_a_post_that_ended_is_not_in_force_again(account, clock, program, something_done):
    who = account("zhou", "community-clerk", TOWN)
    account("boss")
    client, _ = browser()
    assert client.get(reverse("registers")).status_code == 200
    tomorrow = clock(24)
    appointing.end(who.posts.get(), on=date(2026, 11, 25), by=program, at=tomorrow)
    assert client.get(reverse("registers")).status_code in (302, 403)
    clock(0, minutes=-10)
    assert browser()[1] == 503
    assert Post.objects.get(pk=who.posts.get().pk).until == date(2026, 11, 25)


def test_an_open_page_sends_nothing_while_the_clock_stands_back(account, clock, something_done):
    account("boss")
    client, _ = browser("boss")
    something_done(clock(1))
    clock(0)
    refused = client.post(reverse("people-invite"), {"name": "李"}, headers={"accept-language": "en"})
    assert refused.status_code == 503
    assert "was set back" in refused.content.decode() and "accept-clock" in refused.content.decode()
    assert not Entry.objects.filter(verb="post.offered").exists()
    assert client.get(reverse("people")).status_code == 503


def test_a_clock_within_five_minutes_is_one_as_clocks_are(account, clock, something_done):
    account("boss")
    client, _ = browser("boss")
    something_done(clock(0, minutes=4))
    clock(0)
    assert client.get(reverse("people")).status_code == 200


def test_the_worker_s_mark_tells_too_where_nothing_was_done(account, clock):
    """A sign-in that was idle too long does not stand again, though no entry was written meanwhile."""
    account("boss")
    client, _ = browser("boss")
    later = clock(6)
    Chore.objects.create(name="journal.seal", next_due_at=later, began_at=later)
    clock(0, minutes=30)
    assert client.get(reverse("people")).status_code == 503


def test_an_invitation_and_a_way_back_that_ran_out_open_nothing(account, clock, program, something_done):
    who = account("zhou", "community-clerk", TOWN)
    asked = Appointment(role="grid-worker", area=GRID, since=date(2026, 11, 24))
    _, code = inviting.invite("李", asked, by=program, at=NOON)
    way_back = supervising.reset_password(who, reason="forgot it", by=program, at=NOON)
    later = clock(8 * 24)
    something_done(later)
    clock(0)
    for ask in (
        lambda: inviting.offered(code, at=NOON),
        lambda: inviting.accept(code, sign_in_name="li", password=PASSWORD, at=NOON),
        lambda: supervising.asked(way_back, at=NOON),
        lambda: supervising.choose_password(way_back, password=PASSWORD, at=NOON),
    ):
        with pytest.raises(ClockSetBack):
            ask()
    assert Client().get(f"/join/{code}").status_code == 503


def test_a_substitute_s_post_is_not_in_force_again(account, clock, program, something_done):
    who, other = account("zhou", "community-clerk", TOWN), account("li", "volunteer", TOWN)
    days = {"since": date(2026, 11, 24), "until": date(2026, 11, 26)}
    standing_in.take_leave(who.posts.get(), stand_in=other, **days, by=program, at=NOON)
    client, _ = browser("li")
    something_done(clock(49))
    clock(1)
    assert client.get(reverse("registers")).status_code == 503


def test_a_pause_against_guessing_ends_neither_early_nor_never(account, clock):
    who = account("zhou")
    keys = {"place": f"{who.ref}|x"}
    for _ in range(5):
        pausing.claim(keys, at=clock(1))
    with pytest.raises(pausing.TooManyTries):
        pausing.claim(keys, at=clock(0))
    assert Attempts.objects.get().free_at == NOON + timedelta(seconds=30)


def test_a_sign_in_begun_after_now_is_over(account, clock):
    account("zhou")
    clock(1)
    client, _ = browser()
    assert not sessions.stands(client.session, at=clock(0))


def test_a_clock_that_was_ahead_is_accepted_on_the_server(account, clock, something_done, capsys):
    """Someone set the clock a year ahead by mistake, and then right: one command lets everyone in."""
    account("boss")
    ahead = clock(365 * 24)
    something_done(ahead)
    Chore.objects.create(name="journal.seal", next_due_at=ahead, began_at=ahead)
    clock(2)
    assert browser("boss")[1] == 503
    call_command("journal", "accept-clock")
    client, answered = browser("boss")
    assert answered == 303 and client.get(reverse("people")).status_code == 200
    assert Chore.objects.get().next_due_at == NOON + timedelta(hours=2), "the chores go on as well"
    accepted = Entry.objects.get(verb="clock.accepted")
    assert accepted.said["known"].startswith("2027-11-24") and accepted.by == "console"
    clock(1)
    assert client.get(reverse("people")).status_code in (302, 503), "the clock is held to it from then on"
    assert journal_clock.known() == NOON + timedelta(hours=2)
