"""Acting as one of several posts, and looking on as another's."""

import pytest

from linli.access import acting, appointing
from linli.access.actors import ReadOnly, actor_for
from linli.access.appointing import Appointment
from linli.cases.models import Case
from linli.ground.permissions import Permission
from linli.ground.refusals import NotFound, OutsideScope
from linli.journal.models import Entry
from tests.conftest import PASSWORD

HERE, THERE = "500199001001", "500199002001"


def test_one_with_several_posts_acts_as_one(account, program, at):
    who = account("zhou", "community-clerk", HERE)
    other = appointing.give(who, Appointment(role="grid-worker", area=THERE), by=program, at=at)
    session: dict[str, str] = {}
    assert acting.actor_of(session, who, at=at).area_code == HERE
    acting.choose(session, who, other.ref, at=at)
    me = acting.actor_of(session, who, at=at)
    assert (me.area_code, me.may(Permission.AREA_EDIT, within=THERE)) == (THERE, False)


def test_nobody_acts_as_anothers_post(account, at):
    zhou, li = account("zhou"), account("li")
    with pytest.raises(NotFound):
        acting.choose({}, zhou, li.posts.get().ref, at=at)


def test_a_post_that_ended_in_an_open_page_is_no_longer_acted_as(account, program, at):
    who = account("zhou", "community-clerk", HERE)
    other = appointing.give(who, Appointment(role="community-clerk", area=THERE), by=program, at=at)
    session: dict[str, str] = {}
    acting.choose(session, who, other.ref, at=at)
    appointing.end(other, on=at.date(), by=program, at=at)
    assert acting.actor_of(session, who, at=at).area_code == HERE


def test_looking_on_sees_the_scope_and_changes_nothing(account, at):
    boss, zhou = account("boss"), account("zhou", "community-clerk", HERE)
    session: dict[str, str] = {}
    acting.look_on(session, zhou.posts.get(), reason="asked for help", by=actor_for(boss, today=at.date()), at=at)
    me = acting.actor_of(session, boss, at=at)
    assert (me.area_code, me.ref, me.covers(THERE)) == (HERE, boss.ref, False)
    with pytest.raises(ReadOnly):
        me.must(Permission.AREA_EDIT, within=HERE)
    acting.stop_looking_on(session, by=me, at=at)
    assert acting.actor_of(session, boss, at=at).covers(THERE)
    begun, ended = Entry.objects.filter(verb__startswith="view-as").order_by("id")
    assert ("asked for help" in begun.facts, begun.by, ended.by) == (True, boss.ref, boss.ref)


def test_nobody_looks_on_outside_their_area_or_without_leave(account, actor, at):
    zhou = account("zhou", "community-clerk", HERE)
    with pytest.raises(OutsideScope):
        acting.look_on({}, zhou.posts.get(), reason="x", by=actor("far", "administrator", "500198"), at=at)
    forged = {acting.LOOKED_ON: account("boss").posts.get().ref}
    assert acting.actor_of(forged, zhou, at=at).area_code == HERE


def test_what_was_filled_in_as_a_post_that_is_over_is_not_done_as_another(client, account, program, at, time_machine):
    """The form was open as the clerk; sent after that post ended, the other post would have allowed it too."""
    time_machine.move_to(at, tick=False)
    who = account("zhou", "dispatcher", "500199001")
    clerk = appointing.give(who, Appointment(role="community-clerk", area=HERE), by=program, at=at)
    client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    client.post("/me/act-as", {"post": clerk.ref})
    appointing.end(clerk, on=at.date(), by=program, at=at)
    said = {"summary": "灯不亮", "area": HERE, "urgency": "general", "source": "phone"}
    refused = client.post("/cases/report", said)
    assert (refused.status_code, Case.objects.count()) == (409, 0)
    assert "post.over" in refused.content.decode()
    assert client.get("/cases/report").status_code == 200


def test_the_post_one_began_with_is_kept_too(client, account, program, at, time_machine):
    """Nobody chose anything: the first post was acted as, and its end does not make the next one speak."""
    time_machine.move_to(at, tick=False)
    who = account("zhou", "community-clerk", HERE)
    appointing.give(who, Appointment(role="dispatcher", area="500199001"), by=program, at=at)
    client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    appointing.end(who.posts.order_by("id")[0], on=at.date(), by=program, at=at)
    assert client.post("/me/act-as", {"post": "S-00000-00"}).status_code == 409
    assert client.post("/me/act-as", {"post": "S-00000-00"}).status_code == 404


def test_looking_on_that_is_over_does_nothing_as_oneself(account, program, at):
    boss, zhou = account("boss"), account("zhou", "community-clerk", HERE)
    session: dict[str, str] = {}
    acting.look_on(session, zhou.posts.get(), reason="asked for help", by=actor_for(boss, today=at.date()), at=at)
    appointing.end(zhou.posts.get(), on=at.date(), by=program, at=at)
    with pytest.raises(acting.PostOver):
        acting.actor_of(session, boss, at=at, sends=True)
    assert not acting.actor_of(session, boss, at=at, sends=True).looking_on
