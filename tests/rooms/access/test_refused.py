"""What the issue names to be refused with nothing lost, where no other test of the room says it."""

from datetime import timedelta

import pytest
from django.test import Client

from linli.access import appointing, departing, opening, standing_in, watching
from linli.access.actors import actor_for
from linli.access.appointing import Appointment
from linli.access.models import Account, Post, Watch
from linli.areas.models import Area
from linli.journal.models import Entry
from tests.conftest import PASSWORD

TOWN, COMMUNITY = "500199001", "500199001001"
GRID = f"{COMMUNITY}001"
OFFER = {"name": "李网", "role": "grid-worker", "area": GRID, "since": "2026-11-24"}


@pytest.fixture(autouse=True)
def now(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture(autouse=True)
def town(db):
    for code, level, name in ((TOWN, 4, "香樟街道"), (COMMUNITY, 5, "清河社区"), (GRID, 6, "第一网格")):
        Area.objects.create(code=code, level=level, name=name)


# -- an expired post in an open page -------------------------------------------------------------------


def test_what_was_opened_with_a_post_is_not_sent_after_its_end(signed_in, program, at):
    page = signed_in("boss", "administrator", TOWN)
    assert page.get("/people/invite").status_code == 200
    Post.objects.filter(account__sign_in_name="boss").update(until=at.date())
    assert page.post("/people/invite", OFFER).status_code == 403
    assert not Post.objects.filter(account=None).exists()


def test_one_with_another_post_goes_on_as_that_and_what_it_may_not_is_refused(signed_in, account, program, at):
    page = signed_in("zhou", "community-clerk", COMMUNITY)
    who = Account.objects.get(sign_in_name="zhou")
    grave = appointing.give(who, Appointment(role="administrator", area=TOWN), by=program, at=at)
    page.post("/me/act-as", {"post": grave.ref})
    assert page.get("/people/").status_code == 200
    Post.objects.filter(pk=grave.pk).update(until=at.date())
    assert [page.post("/people/invite", OFFER).status_code for _ in range(2)] == [409, 403]
    assert page.post("/me/act-as", {"post": grave.ref}).status_code == 404
    assert page.get("/journal/").status_code == 200


def test_a_post_runs_out_at_midnight_while_its_page_is_open(signed_in, time_machine, at):
    page = signed_in("boss", "administrator", TOWN)
    Post.objects.filter(account__sign_in_name="boss").update(until=at.date() + timedelta(days=1))
    assert page.get("/people/").status_code == 200
    time_machine.move_to(at + timedelta(minutes=20), tick=False)
    assert page.get("/people/").status_code == 200
    time_machine.move_to(at.replace(hour=16, minute=0), tick=False)  # midnight in Chongqing, the session idle too long
    assert page.get("/people/").status_code == 302


# -- an account without a post -------------------------------------------------------------------------


@pytest.fixture
def bare(program, at, db):
    """Someone who holds no post, signed in."""
    opening.open_account(sign_in_name="bare", name="无岗", password=PASSWORD, by=program, at=at)
    client = Client(headers={"accept-language": "en"})
    client.post("/sign-in", {"sign_in_name": "bare", "password": PASSWORD})
    return client


OWN = ["/account/second-factor", "/account/second-factor/app", "/account/sign-ins", "/account/password", "/inbox/"]


@pytest.mark.parametrize("address", OWN)
def test_their_own_account_stays_open_to_who_holds_no_post(bare, address):
    assert bare.get(address).status_code == 200


def test_they_see_what_to_do_next_and_change_their_password(bare):
    page = bare.get("/").content.decode()
    assert "you hold no post at present" in page and Account.objects.get(sign_in_name="bare").ref in page
    told = {"old": PASSWORD, "new": "ginkgo-leaves-in-november", "again": "ginkgo-leaves-in-november"}
    assert bare.post("/account/password", told).status_code == 303
    assert bare.post("/account/sign-ins/end-others").status_code == 303


@pytest.mark.parametrize("address", ["/people/", "/journal/", "/roster/", "/teams/", "/permissions/", "/security/"])
def test_nothing_else_is_and_the_reason_is_said(bare, address):
    answer = bare.get(address)
    assert answer.status_code == 403
    assert "You hold no post at present" in answer.content.decode()


def test_a_post_that_is_to_come_is_told(bare, program, at):
    who = Account.objects.get(sign_in_name="bare")
    asked = Appointment(role="grid-worker", area=GRID, since=at.date() + timedelta(days=3))
    appointing.give(who, asked, by=program, at=at)
    assert "2026-11-27" in bare.get("/").content.decode()


GRAVE = """
people/invite people/{ref}/departure people/{ref}/password people/{ref}/sign-ins/end posts/{post}/end
posts/{post}/look-on me/act-as people/second-factor teams/shapes/ bureaus/
account/password account/sign-ins/end-others accounts/{ref}/second-factor/reset
"""


# -- forged requests -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", GRAVE.split())
def test_a_form_of_another_site_does_nothing(account, address):
    account("boss")
    li = account("li", "grid-worker", GRID)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(Account.objects.get(sign_in_name="boss"))
    before = Entry.objects.count()
    answer = browser.post("/" + address.format(ref=li.ref, post=li.posts.get().ref), {"reason": "forged", **OFFER})
    assert answer.status_code == 403
    assert Entry.objects.count() == before


# -- substitutes in a ring, however long ---------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
def test_no_ring_of_three(account, program, at, order):
    people = [account(name, "grid-worker", GRID) for name in ("li", "wang", "zhao")]
    own = [who.posts.get() for who in people]
    days = {"since": at.date() + timedelta(days=1), "until": at.date() + timedelta(days=9)}
    done = 0
    for each in order:
        try:
            standing_in.take_leave(own[each], stand_in=people[(each + 1) % 3], **days, by=program, at=at)
        except standing_in.StandInRing:
            continue
        done += 1
    assert done < 3
    assert Post.objects.filter(stands_in_for__isnull=False).count() == done


# -- someone leaves ------------------------------------------------------------------------------------


@pytest.fixture
def on_roster(account, program, at):
    """He is on watch now and tomorrow; Qin holds a post at the same area."""
    he, qin = account("he", "dispatcher", TOWN), account("qin", "dispatcher", TOWN)
    account("boss")
    for day in (0, 1):
        hours = {"begins_at": at + timedelta(days=day), "ends_at": at + timedelta(days=day, hours=12)}
        watching.put_on(he.posts.get(), **hours, by=program, at=at)
    return he, qin


def test_the_watches_of_one_who_leaves_go_to_the_successor(on_roster, program, at):
    he, qin = on_roster
    later = at + timedelta(hours=1)
    assert departing.leave(he, successor=qin, by=program, at=later)["watches"] == 2
    assert watching.on_watch(TOWN, at=later) == qin.posts.get()
    assert watching.on_watch(TOWN, at=at + timedelta(days=1, hours=1)) == qin.posts.get()
    first = Watch.objects.order_by("begins_at")[0]
    assert (first.post.account, first.handed_over_to.account) == (he, qin)  # who watched until then is not rewritten


def test_one_without_a_post_there_cannot_take_over_the_watches(on_roster, account, program, at):
    he, far = on_roster[0], account("far", "dispatcher", "500198001")
    with pytest.raises(watching.NoPostThere):
        departing.leave(he, successor=far, by=program, at=at)
    he.refresh_from_db()
    assert he.is_active and departing.open_with(list(he.posts.all()), at=at)["turns on the duty roster"] == 2


def test_the_posts_one_stood_in_for_go_to_the_successor(account, program, at):
    account("boss")
    li, wang, zhao = (account(name, "grid-worker", GRID) for name in ("li", "wang", "zhao"))
    days = {"since": at.date(), "until": at.date() + timedelta(days=9)}
    leave = standing_in.take_leave(li.posts.get(), stand_in=wang, **days, by=program, at=at)
    departing.leave(wang, successor=zhao, by=program, at=at)
    leave.refresh_from_db()
    assert leave.stand_in.account == zhao
    assert actor_for(zhao, today=at.date(), post_ref=leave.stand_in.ref).post == leave.stand_in.ref


def test_who_leaves_is_answered_as_a_stranger_at_the_very_next_request(signed_in, account, program):
    account("boss")
    browser = signed_in("li", "grid-worker", GRID)
    boss = Client()
    boss.force_login(Account.objects.get(sign_in_name="boss"))
    li = Account.objects.get(sign_in_name="li")
    assert browser.get("/account/sign-ins").status_code == 200
    boss.post(f"/people/{li.ref}/departure", {"successor": ""})
    assert browser.get("/account/sign-ins")["Location"].startswith("/sign-in")
    assert browser.post("/account/sign-ins/end-others").status_code == 401
    assert browser.get("/inbox/count", headers={"hx-request": "true"}).status_code == 401
