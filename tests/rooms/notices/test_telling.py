"""Who is told what, and how often."""

import json
from datetime import time, timedelta

import pytest

from linli.access import appointing, standing_in, watching
from linli.access.actors import ReadOnly, actor_for
from linli.access.appointing import Appointment
from linli.access.models import Account
from linli.journal import delivering
from linli.journal.models import Delivery, Entry
from linli.notices import queries, reading, telling
from linli.notices.models import Notice, Sending

GRID = "500199001001001"


@pytest.fixture
def follow(at):
    """Everything the journal has to deliver is delivered."""
    return lambda: delivering.deliver(at=at, limit=1000)


def verbs(account):
    return [Entry.objects.get(pk=notice.entry).verb for notice in account.notices.order_by("id")]


def test_the_inbox_has_each_piece_of_news_once(account, program, at, follow):
    li, wang = account("li", "grid-worker", GRID), account("wang", "grid-worker", GRID)
    since, until = at.date() + timedelta(days=1), at.date() + timedelta(days=3)
    standing_in.take_leave(li.posts.get(), stand_in=wang, since=since, until=until, by=program, at=at)
    for _again in range(3):
        follow()
    assert verbs(wang) == ["post.given", "leave.taken"]
    assert (verbs(li), Delivery.objects.filter(done_at=None).count()) == (["post.given"], 0)


def test_an_entry_told_again_tells_nobody_twice(account, at, follow):
    account("li", "grid-worker", GRID)
    follow()
    assert telling.tell_of(Entry.objects.get(verb="post.given")) == 0
    assert Notice.objects.count() == 1


def test_nobody_is_told_what_they_did_themselves(account, actor, at, follow):
    li, boss = account("li", "grid-worker", GRID), actor("boss")
    mine = Appointment(role="grid-worker", area=GRID)
    appointing.give(li, mine, by=boss, at=at)
    appointing.give(Account.objects.get(ref=boss.ref), mine, by=boss, at=at)
    follow()
    assert verbs(li) == ["post.given", "post.given"]
    assert verbs(Account.objects.get(ref=boss.ref)) == ["post.given"]


def test_the_one_who_gets_the_watch_hears_at_once(account, program, at, follow):
    he, qin = account("he", "dispatcher", "500199001"), account("qin", "dispatcher", "500199001")
    watch = watching.put_on(he.posts.get(), begins_at=at, ends_at=at + timedelta(hours=8), by=program, at=at)
    watching.hand_over(watch, to=qin.posts.get(), note="", by=program, at=at)
    follow()
    assert Notice.objects.get(account=qin, urgent=True).thing == he.posts.get().ref


def test_an_inbox_is_its_owners_alone(account, at, follow):
    li, wang = account("li", "grid-worker", GRID), account("wang", "grid-worker", GRID)
    follow()
    assert {notice.account_id for notice in queries.inbox(actor_for(li, today=at.date()))} == {li.pk}
    reading.read(actor_for(li, today=at.date()), up_to=10**9, at=at)
    assert (queries.unread(actor_for(li, today=at.date())), queries.unread(actor_for(wang, today=at.date()))) == (0, 1)


def test_looking_on_reads_nothing(account, at, follow):
    li = actor_for(account("li", "grid-worker", GRID), today=at.date())
    follow()
    with pytest.raises(ReadOnly):
        reading.read(li.__class__(**{**vars(li), "looking_on": "S-1"}), up_to=10**9, at=at)
    assert queries.unread(li) == 1


@pytest.mark.parametrize(("urgent", "hours_later"), [(False, 22), (True, 0)])
def test_quiet_hours_hold_back_what_is_not_urgent(account, at, urgent, hours_later, monkeypatch):
    """At nine in the morning, quiet from eight until seven the next day."""
    li = account("li", "grid-worker", GRID)
    me = actor_for(li, today=at.date())
    reading.wish(li, ways=["file"], quiet=(time(8), time(7)), by=me, at=at)
    entry = Entry.objects.get(verb="post.given")
    line = telling.TELLINGS["post.given"][0]
    monkeypatch.setitem(telling.TELLINGS, "post.given", [line.__class__(**{**vars(line), "urgent": urgent})])
    telling.tell_of(entry)
    assert Sending.objects.get().due_at == at + timedelta(hours=hours_later)


def test_no_way_wished_for_and_nothing_goes_out(account, at, follow):
    li = account("li", "grid-worker", GRID)
    reading.wish(li, ways=[], quiet=None, by=actor_for(li, today=at.date()), at=at)
    follow()
    assert (Notice.objects.count(), Sending.objects.count()) == (1, 0)


def test_a_notice_holds_no_particulars(account, at, follow):
    account("li", "grid-worker", GRID)
    follow()
    assert set(json.loads(Notice.objects.get().facts)) == {"account", "role", "thing", "area"}


def test_whoever_is_put_on_watch_hears_when_by_the_clock_of_the_town(account, program, at, follow):
    he = account("he", "dispatcher", "500199001")
    watching.put_on(he.posts.get(), begins_at=at, ends_at=at + timedelta(hours=8), by=program, at=at)
    follow()
    told = queries.said(he.notices.order_by("-id")[0])
    assert "2026-11-24 09:00" in told and "2026-11-24 17:00" in told and "+00:00" not in told
