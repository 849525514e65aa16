"""Invited, away, handed over, gone."""

from datetime import date, timedelta

import pytest

from linli.access import departing, inviting, standing_in, watching
from linli.access.actors import actor_for
from linli.access.appointing import Appointment, LastAdministrator
from linli.access.departing import Obligations
from linli.access.models import Account, Post
from linli.ground.refusals import NotPermitted, OutsideScope
from linli.journal.models import Entry
from tests.conftest import PASSWORD

GRID = "500199001001001"
ASKED = Appointment(role="grid-worker", area=GRID)


def test_an_invitation_opens_an_account_with_its_post_once(db, program, at):
    invitation, code = inviting.invite("李网", ASKED, by=program, at=at)
    who = inviting.accept(code, sign_in_name="li", password=PASSWORD, at=at)
    assert actor_for(who, today=at.date()).area_code == GRID
    assert (who.name, code in str(vars(invitation))) == ("李网", False)
    with pytest.raises(inviting.InvitationGone):
        inviting.accept(code, sign_in_name="li2", password=PASSWORD, at=at)
    assert Account.objects.count() == 1


def test_an_invitation_runs_out(db, program, at):
    _invitation, code = inviting.invite("李网", ASKED, by=program, at=at)
    with pytest.raises(inviting.InvitationGone):
        inviting.offered(code, at=at + inviting.STANDS_FOR)


def test_an_invitation_taken_back_opens_nothing(db, program, at):
    invitation, code = inviting.invite("李网", ASKED, by=program, at=at)
    inviting.take_back(invitation.post, by=program, at=at)
    with pytest.raises(inviting.InvitationGone):
        inviting.accept(code, sign_in_name="li", password=PASSWORD, at=at)
    assert not Account.objects.exists()


def test_a_weak_password_leaves_the_invitation_open(db, program, at):
    _invitation, code = inviting.invite("李网", ASKED, by=program, at=at)
    with pytest.raises(Exception, match="password"):
        inviting.accept(code, sign_in_name="li", password="li", at=at)
    assert inviting.accept(code, sign_in_name="li", password=PASSWORD, at=at)


def test_nobody_invites_outside_their_own_area(actor, at):
    giver = actor("giver", "administrator", "500198")
    with pytest.raises(OutsideScope):
        inviting.invite("李网", ASKED, by=giver, at=at)
    assert Post.objects.filter(account=None).count() == 0


def days(at, first, last):
    return {"since": at.date() + timedelta(days=first), "until": at.date() + timedelta(days=last)}


def test_a_substitute_holds_the_post_for_just_that_time(account, program, at):
    li, other = account("li", "grid-worker", GRID), account("other", "grid-worker", "500199001001002")
    leave = standing_in.take_leave(li.posts.get(), stand_in=other, **days(at, 1, 3), by=program, at=at)
    ref = leave.stand_in.ref
    held = [actor_for(other, today=at.date() + timedelta(days=n), post_ref=ref).area_code == GRID for n in range(5)]
    assert held == [False, True, True, False, False]


def test_coming_back_early_ends_the_stand_in(account, program, at):
    li, other = account("li", "grid-worker", GRID), account("other", "grid-worker", "500199001001002")
    leave = standing_in.take_leave(li.posts.get(), stand_in=other, **days(at, 0, 9), by=program, at=at)
    standing_in.come_back(leave, on=at.date() + timedelta(days=1), by=program, at=at)
    assert actor_for(other, today=at.date() + timedelta(days=1), post_ref=leave.stand_in.ref).area_code != GRID


def test_no_ring_of_substitutes(account, program, at):
    li, wang, zhao = (account(name, "grid-worker", GRID) for name in ("li", "wang", "zhao"))
    standing_in.take_leave(li.posts.get(), stand_in=wang, **days(at, 1, 5), by=program, at=at)
    own = wang.posts.get(stands_in_for=None)
    with pytest.raises(standing_in.StandInRing):
        standing_in.take_leave(own, stand_in=li, **days(at, 2, 4), by=program, at=at)
    with pytest.raises(standing_in.StandInRing):
        standing_in.take_leave(wang.posts.exclude(pk=own.pk).get(), stand_in=zhao, **days(at, 2, 4), by=program, at=at)
    with pytest.raises(standing_in.StandInRing):
        standing_in.take_leave(li.posts.get(), stand_in=li, **days(at, 6, 7), by=program, at=at)
    assert Post.objects.filter(stands_in_for__isnull=False).count() == 1


def test_no_two_leaves_at_once(account, program, at):
    li, wang = account("li", "grid-worker", GRID), account("wang", "grid-worker", GRID)
    standing_in.take_leave(li.posts.get(), stand_in=wang, **days(at, 1, 5), by=program, at=at)
    with pytest.raises(standing_in.AlreadyAway):
        standing_in.take_leave(li.posts.get(), stand_in=wang, **days(at, 4, 6), by=program, at=at)
    standing_in.take_leave(li.posts.get(), stand_in=wang, **days(at, 5, 6), by=program, at=at)


def test_a_colleague_cannot_send_another_on_leave(account, actor, at):
    li, wang = account("li", "grid-worker", GRID), actor("wang", "grid-worker", GRID)
    with pytest.raises(NotPermitted):
        standing_in.take_leave(li.posts.get(), stand_in=li, **days(at, 1, 5), by=wang, at=at)


@pytest.fixture
def errands(monkeypatch):
    """A room of the test's own, in which accounts owe errands."""
    owed: dict[str, int] = {}

    def hand_over(posts, successor, by, at):
        moved = owed.pop(posts[0].account.ref, 0)
        owed[successor.ref] = owed.get(successor.ref, 0) + moved
        return moved

    monkeypatch.setattr(departing, "OBLIGATIONS", {})
    departing.owes(Obligations("errands", lambda posts, at: owed.get(posts[0].account.ref, 0), hand_over))
    return owed


def test_who_leaves_hands_over_and_can_no_longer_sign_in(account, signed_in, program, at, errands):
    account("boss")
    browser = signed_in("li", "grid-worker", GRID)
    li, wang = Account.objects.get(sign_in_name="li"), account("wang", "grid-worker", GRID)
    errands[li.ref] = 3
    assert departing.leave(li, successor=wang, by=program, at=at) == {"errands": 3}
    assert errands == {wang.ref: 3}
    assert not browser.login(username="li", password=PASSWORD)
    assert not actor_for(Account.objects.get(pk=li.pk), today=at.date()).known
    assert Entry.objects.get(verb="account.left").thing == li.ref


def test_what_is_owed_is_not_left_with_nobody(account, program, at, errands):
    account("boss")
    li = account("li", "grid-worker", GRID)
    errands[li.ref] = 1
    for successor, refusal in ((None, departing.SuccessorNeeded), (li, departing.SuccessorAway)):
        with pytest.raises(refusal):
            departing.leave(li, successor=successor, by=program, at=at)
    li.refresh_from_db()
    assert li.is_active and errands == {li.ref: 1}


def test_the_last_administrator_cannot_leave(account, program, at):
    boss = account("boss")
    with pytest.raises(LastAdministrator):
        departing.leave(boss, successor=None, by=program, at=at)
    boss.refresh_from_db()
    assert boss.is_active


def test_the_watch_is_one_at_a_time_and_handed_over_once(account, actor, program, at):
    he, qin = (account(name, "dispatcher", "500199001") for name in ("he", "qin"))
    first, second = he.posts.get(), qin.posts.get()
    hours = {"begins_at": at, "ends_at": at + timedelta(hours=12)}
    watch = watching.put_on(first, **hours, by=program, at=at)
    with pytest.raises(watching.WatchTaken):
        watching.put_on(second, begins_at=at + timedelta(hours=11), ends_at=at + timedelta(hours=23), by=program, at=at)
    assert watching.on_watch("500199001", at=at) == first
    holder = actor_for(he, today=date(2026, 11, 24))
    watching.hand_over(watch, to=second, note="two open", by=holder, at=at + timedelta(hours=2))
    assert watching.on_watch("500199001", at=at + timedelta(hours=3)) == second
    with pytest.raises(watching.NotTheirWatch):
        watching.hand_over(watch, to=first, note="", by=holder, at=at)
