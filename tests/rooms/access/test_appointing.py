"""Posts are given, and end."""

from datetime import date, timedelta

import pytest

from linli.access import appointing
from linli.access.actors import actor_for
from linli.access.appointing import Appointment
from linli.access.models import Post
from linli.access.reach import Reach
from linli.ground.refusals import OutsideScope
from linli.journal.models import Entry

COMMUNITY = "500199001001"


def test_no_post_of_an_unknown_role(account, program, at):
    who = account("zhou")
    with pytest.raises(appointing.NoSuchRole):
        appointing.give(who, Appointment(role="king"), by=program, at=at)
    assert Post.objects.count() == 1


def test_no_post_on_a_board_that_is_none(account, program, at):
    with pytest.raises(appointing.NoSuchBoard):
        appointing.give(account("zhou"), Appointment(role="board-lead", board="weather"), by=program, at=at)


def test_nobody_gives_a_post_above_or_outside_their_own(account, actor, at):
    who, giver = account("zhou"), actor("giver", "administrator", "500199")
    for area in ("", "50", "500198"):
        with pytest.raises(OutsideScope):
            appointing.give(who, Appointment(role="grid-worker", area=area), by=giver, at=at)
    with pytest.raises(OutsideScope):
        appointing.give(who, Appointment(role="grid-worker", area="500199001", also=("500198",)), by=giver, at=at)
    appointing.give(who, Appointment(role="grid-worker", area="500199001"), by=giver, at=at)
    assert Entry.objects.filter(verb="post.given", by=giver.ref).count() == 1


def test_nobody_gives_a_post_that_may_more_than_their_own(account, actor, at, monkeypatch):
    giver = actor("giver", "administrator", "500199")
    lesser = giver.__class__(**{**vars(giver), "permissions": frozenset({appointing.Permission.ACCOUNT_MANAGE})})
    with pytest.raises(appointing.AboveOneself):
        appointing.give(account("zhou"), Appointment(role="community-clerk", area="500199001"), by=lesser, at=at)


@pytest.mark.parametrize(("today", "holds"), [(date(2025, 12, 31), False), (date(2026, 1, 1), True)])
def test_a_post_holds_from_its_first_day(account, today, holds):
    assert actor_for(account("zhou"), today=today).known is holds


def test_a_post_no_longer_holds_on_its_last_day(account, program, at):
    account("boss")
    who = account("zhou", "community-clerk", COMMUNITY)
    appointing.end(who.posts.get(), on=at.date(), by=program, at=at)
    assert not actor_for(who, today=at.date()).known
    assert actor_for(who, today=at.date() - timedelta(days=1)).known


def test_the_last_administrator_stays(account, program, at):
    first = account("first")
    with pytest.raises(appointing.LastAdministrator):
        appointing.end(first.posts.get(), on=at.date(), by=program, at=at)
    account("second")
    appointing.end(first.posts.get(), on=at.date(), by=program, at=at)
    assert first.posts.get().until == at.date()


def test_an_administrator_who_leaves_anyway_does_not_count(account, program, at):
    first, second = account("first"), account("second")
    appointing.end(second.posts.get(), on=at.date() + timedelta(days=3), by=program, at=at)
    with pytest.raises(appointing.LastAdministrator):
        appointing.end(first.posts.get(), on=at.date(), by=program, at=at)


def test_a_post_over_chosen_areas_covers_each_of_them(account, program, at):
    who = account("zhou", "grid-worker", COMMUNITY)
    asked = Appointment(role="community-clerk", area="500199002001", also=("500199003001",))
    post = appointing.give(who, asked, by=program, at=at)
    acting = actor_for(who, today=at.date(), post_ref=post.ref)
    assert acting.reach is Reach.CHOSEN
    assert acting.covers("500199002001001") and acting.covers("500199003001")
    assert not acting.covers(COMMUNITY)
