"""Nobody gives, changes, ends or looks on as a post that lies beyond their own; and looking on changes nothing."""

from datetime import timedelta

import pytest

from linli.access import acting, appointing, departing, factors, standing_in, watching
from linli.access.acting import LOOKED_ON
from linli.access.actors import ReadOnly, actor_for
from linli.access.appointing import Appointment
from linli.access.models import Account, Post
from linli.access.reach import Reach
from linli.ground.refusals import NotPermitted, OutsideScope

TOWN, NEXT = "500199001", "500199002"
COMMUNITY = f"{TOWN}001"


@pytest.fixture(autouse=True)
def now(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def gives(account, program, at):
    """An account with one post as asked for."""

    def given(name, role="administrator", area=TOWN, **asked):
        who = account(name, "resident", "500197")
        who.posts.get().delete()
        appointing.give(who, Appointment(role, area=area, since=at.date(), **asked), by=program, at=at)
        return who

    return given


@pytest.fixture
def boss(gives, at):
    """An administrator of the township, as an Actor."""
    return actor_for(gives("boss"), today=at.date())


# What lies beyond a township's administrator though it begins at the township.
BEYOND = [
    {"reach": Reach.ALL},
    {"also": (NEXT,)},
    {"also": (NEXT,), "role": "grid-worker"},
    {"reach": Reach.ALL, "role": "grid-worker"},
]


@pytest.mark.parametrize("asked", BEYOND)
def test_a_post_that_reaches_further_is_not_given(boss, account, at, asked):
    li = account("li", "grid-worker", COMMUNITY)
    with pytest.raises(OutsideScope):
        appointing.give(li, Appointment(area=TOWN, **{"role": "administrator"} | asked), by=boss, at=at)


@pytest.mark.parametrize(
    ("mine", "asked"),
    [(Reach.LEVEL, Reach.BELOW), (Reach.OWN, Reach.LEVEL), (Reach.OWN, Reach.BELOW)],
)
def test_a_post_that_reaches_deeper_is_not_given(gives, account, at, mine, asked):
    me = actor_for(gives("shallow", reach=mine), today=at.date())
    li = account("li", "grid-worker", COMMUNITY)
    with pytest.raises(appointing.WiderThanOneself):
        appointing.give(li, Appointment("grid-worker", area=TOWN, reach=asked), by=me, at=at)
    assert appointing.give(li, Appointment("grid-worker", area=TOWN, reach=mine), by=me, at=at).reach == mine


@pytest.mark.parametrize("asked", BEYOND)
def test_a_post_that_reaches_further_is_neither_ended_nor_stood_in_for(boss, gives, at, asked):
    he = gives("he", **asked)
    post, days = he.posts.get(), {"since": at.date(), "until": at.date() + timedelta(days=2)}
    with pytest.raises(OutsideScope):
        appointing.end(post, on=at.date(), by=boss, at=at)
    with pytest.raises(OutsideScope):
        standing_in.take_leave(post, stand_in=Account.objects.get(ref=boss.ref), **days, by=boss, at=at)
    with pytest.raises(OutsideScope):
        departing.leave(he, successor=None, by=boss, at=at)
    with pytest.raises(OutsideScope):
        factors.reset(he, reason="they asked me", by=boss, at=at)
    assert Account.objects.get(pk=he.pk).is_active and Post.objects.get(pk=post.pk).until is None


@pytest.mark.parametrize("asked", BEYOND)
def test_nobody_looks_on_further_than_they_see(boss, gives, at, asked):
    post, session = gives("he", **asked).posts.get(), {}
    with pytest.raises(OutsideScope):
        acting.look_on(session, post, reason="asked to", by=boss, at=at)
    session[LOOKED_ON] = post.ref  # the post was widened while someone looked on as it
    assert acting.actor_of(session, Account.objects.get(ref=boss.ref), at=at).post == boss.post


def test_a_post_that_begins_next_week_beyond_ones_own_is_not_ended_by_a_departure(boss, gives, program, at):
    he = gives("he")
    later = Appointment("grid-worker", area=NEXT, since=at.date() + timedelta(days=7))
    appointing.give(he, later, by=program, at=at)
    with pytest.raises(OutsideScope):
        departing.leave(he, successor=None, by=boss, at=at)


def test_a_departure_ends_posts_that_are_still_to_come(boss, gives, program, at):
    he = gives("he", "grid-worker")
    later = Appointment("grid-worker", area=COMMUNITY, since=at.date() + timedelta(days=7))
    coming = appointing.give(he, later, by=program, at=at)
    departing.leave(he, successor=None, by=boss, at=at)
    coming.refresh_from_db()
    assert coming.until == coming.since


@pytest.fixture
def looking(gives, signed_in, client, at):
    """A browser that looks on as the dispatcher who is on watch."""
    gives("wang", "dispatcher")
    he = gives("he", "dispatcher").posts.get()
    boss = gives("boss", "administrator", "")
    client.force_login(boss)
    assert client.post(f"/posts/{he.ref}/look-on", {"reason": "asked to"}).status_code == 303
    return client


def test_whoever_looks_on_does_not_hand_over_the_watch_of_the_one_they_look_on_as(looking, program, at):
    he, wang = (Account.objects.get(sign_in_name=name).posts.get() for name in ("he", "wang"))
    watch = watching.put_on(he, begins_at=at, ends_at=at + timedelta(hours=8), by=program, at=at)
    told = {"to": wang.ref, "note": "not I"}
    assert looking.post(f"/roster/{watch.pk}/hand-over", told).status_code == 403
    seen = acting.actor_of(looking.session, Account.objects.get(sign_in_name="boss"), at=at)
    assert seen.looking_on and seen.post == he.ref
    with pytest.raises((ReadOnly, NotPermitted)):
        watching.hand_over(watch, to=wang, note="not I", by=seen, at=at)
    watch.refresh_from_db()
    assert watch.handed_over_at is None
