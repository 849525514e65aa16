"""Posts are given, and end."""

from datetime import date, timedelta

import pytest

from linli.access import appointing, standing_in
from linli.access.actors import actor_for
from linli.access.appointing import Appointment
from linli.access.models import Account, Post
from linli.access.reach import Reach
from linli.areas import changes, redrawing, undoing
from linli.areas.models import Area
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


def test_two_areas_of_a_post_that_a_redrawing_merges_are_one_from_then_on(account, program, at):
    for code, level in (("500199", 3), ("500199001", 4), (COMMUNITY, 5), ("500199001002", 5), ("500199001003", 5)):
        Area.objects.create(code=code, level=level, name=code)
    who = account("zhou", "grid-worker", "500199001003")
    asked = Appointment(role="community-clerk", area=COMMUNITY, also=("500199001002", "500199001003"))
    post = appointing.give(who, asked, by=program, at=at)
    merge = changes.Merge((COMMUNITY, "500199001002"), "500199001002", "合并社区")
    seen = redrawing.preview([merge], by=program)
    assert [overlap.label for overlap in seen.overlaps] == []
    done = redrawing.redraw([merge], effective_on=at.date(), by=program, at=at)
    acting = actor_for(who, today=at.date(), post_ref=post.ref)
    assert acting.places == ("500199001002", "500199001003")
    assert acting.covers("500199001002001") and not acting.covers(f"{COMMUNITY}001")
    undoing.undo(done, by=program, at=at)
    assert actor_for(who, today=at.date(), post_ref=post.ref).places == (COMMUNITY, *asked.also)


def test_two_posts_that_a_redrawing_would_lay_over_one_area_are_told_before(account, program, at):
    for code, level in (("500199", 3), ("500199001", 4), (COMMUNITY, 5), ("500199001002", 5)):
        Area.objects.create(code=code, level=level, name=code)
    who = account("zhou", "community-clerk", COMMUNITY)
    other = appointing.give(who, Appointment(role="community-clerk", area="500199001002"), by=program, at=at)
    merge = changes.Merge((COMMUNITY, "500199001002"), "500199001002", "合并社区")
    (overlap,) = redrawing.preview([merge], by=program).overlaps
    assert (overlap.first, overlap.second, overlap.code) == (
        who.posts.exclude(pk=other.pk).get().ref,
        other.ref,
        "500199001002",
    )
    redrawing.redraw([merge], effective_on=at.date(), by=program, at=at)
    assert set(who.posts.values_list("area_code", flat=True)) == {"500199001002"}


@pytest.mark.parametrize(
    ("role", "reach"), [("grid-worker", Reach.BELOW), ("resident", Reach.OWN), ("volunteer", Reach.OWN)]
)
def test_a_post_reaches_as_is_usual_for_its_role(account, program, at, role, reach):
    who = account("hu", role, COMMUNITY)
    assert who.posts.get().reach == reach
    wider = appointing.give(who, Appointment(role=role, area=COMMUNITY, reach=Reach.LEVEL), by=program, at=at)
    assert wider.reach == Reach.LEVEL


@pytest.mark.parametrize(
    ("area", "board", "fits"),
    [
        ("500199001", "economy", True),
        (COMMUNITY, "party", True),
        ("500199001", "emergency", False),
        ("500199", "emergency", True),
        ("500199", "safety", False),
        ("", "emergency", True),
    ],
)
def test_a_board_is_one_of_the_level_of_the_area(account, program, at, area, board, fits):
    asked = Appointment(role="board-lead", area=area, board=board)
    if fits:
        assert appointing.give(account("ban"), asked, by=program, at=at).board == board
        return
    with pytest.raises(appointing.BoardOfOtherLevel):
        appointing.give(account("ban"), asked, by=program, at=at)


def test_the_last_administrator_of_a_township_stays_unless_one_above_it_remains(account, program, at):
    local = account("local", "administrator", "500199001")
    account("away", "administrator", "500199002")
    with pytest.raises(appointing.LastAdministrator):
        appointing.end(local.posts.get(), on=at.date(), by=program, at=at)
    account("above", "administrator", "500199")
    appointing.end(local.posts.get(), on=at.date(), by=program, at=at)
    assert local.posts.get().until == at.date()


def test_an_administrator_who_can_no_longer_sign_in_does_not_count(account, program, at):
    first, second = account("first"), account("second")
    Account.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(appointing.LastAdministrator):
        appointing.end(first.posts.get(), on=at.date(), by=program, at=at)


def test_whoever_stands_in_goes_with_the_post(account, program, at):
    li, other = account("li", "grid-worker", COMMUNITY), account("other", "grid-worker", "500199001002")
    days = {"since": at.date(), "until": at.date() + timedelta(days=9)}
    leave = standing_in.take_leave(li.posts.get(), stand_in=other, **days, by=program, at=at)
    appointing.end(li.posts.get(), on=at.date() + timedelta(days=2), by=program, at=at)
    held = [
        actor_for(other, today=at.date() + timedelta(days=n), post_ref=leave.stand_in.ref).covers(COMMUNITY)
        for n in range(4)
    ]
    assert held == [True, True, False, False]
