"""What an administrator does for others' accounts, and what nobody does for their own or beyond their post."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from linli.access import appointing, opening, supervising
from linli.access.appointing import AboveOneself, Appointment
from linli.access.models import Account, PasswordReset
from linli.access.reach import Reach
from linli.ground.refusals import NotPermitted, OutsideScope
from linli.journal import delivering
from linli.journal.models import Entry
from linli.notices.models import Notice
from tests.conftest import PASSWORD

TOWN, COMMUNITY = "500199001", "500199001001"
NEW = "ginkgo-leaves-in-november"


@pytest.fixture(autouse=True)
def now(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def zhou(account):
    return account("zhou", "community-clerk", COMMUNITY)


@pytest.fixture
def boss(account):
    """An administrator of the township, in a browser."""
    account("boss", "administrator", TOWN)
    client = Client()
    client.post("/sign-in", {"sign_in_name": "boss", "password": PASSWORD})
    return client


def signed_in_as(name, password=PASSWORD):
    client = Client()
    client.post("/sign-in", {"sign_in_name": name, "password": password})
    return client


def is_in(client):
    return client.get("/account/sign-ins").status_code == 200


def test_from_a_lost_password_to_a_new_one(zhou, boss):
    there = signed_in_as("zhou")
    given = {"reason": "came to the desk with her ID card", "password": PASSWORD}
    shown = boss.post(f"/people/{zhou.ref}/password", given).content.decode()
    link = re.search(r"http://testserver(/password/[\w-]+)", shown).group(1)
    assert not is_in(there) and not is_in(signed_in_as("zhou"))
    newcomer = Client()
    assert "zhou" in newcomer.get(link).content.decode()
    assert newcomer.post(link, {"new": NEW, "again": "another"}).status_code == 400
    assert newcomer.post(link, {"new": "short", "again": "short"}).status_code == 400
    assert newcomer.post(link, {"new": NEW, "again": NEW})["Location"] == "/sign-in"
    assert newcomer.get(link).status_code == 410
    assert is_in(signed_in_as("zhou", NEW)) and not is_in(signed_in_as("zhou"))


def test_it_is_journalled_with_the_reason_and_the_person_is_told(zhou, boss, at):
    given = {"reason": "came to the desk", "password": PASSWORD}
    code = re.search(r"/password/([\w-]+)", boss.post(f"/people/{zhou.ref}/password", given).content.decode()).group(1)
    told = Entry.objects.get(verb="account.password-reset")
    assert (told.thing, told.said["reason"], told.by) == (
        zhou.ref,
        "came to the desk",
        Account.objects.get(sign_in_name="boss").ref,
    )
    assert code not in str(list(PasswordReset.objects.values())) + str(list(Entry.objects.values()))
    delivering.deliver(at=at)
    assert "came to the desk" in Notice.objects.get(account=zhou, words__startswith="Your password was reset").facts


def test_a_later_code_takes_the_place_of_an_earlier_one_and_each_runs_out(zhou, program, at):
    first = supervising.reset_password(zhou, reason="lost it", by=program, at=at)
    second = supervising.reset_password(zhou, reason="lost it again", by=program, at=at)
    with pytest.raises(supervising.ResetGone):
        supervising.asked(first, at=at)
    with pytest.raises(supervising.ResetGone):
        supervising.asked(second, at=at + supervising.STANDS_FOR)
    assert supervising.asked(second, at=at + supervising.STANDS_FOR - timedelta(seconds=1)).account == zhou


def test_a_weak_password_leaves_the_code_as_it_was(zhou, program, at):
    code = supervising.reset_password(zhou, reason="lost it", by=program, at=at)
    with pytest.raises(opening.WeakPassword):
        supervising.choose_password(code, password="zhou", at=at)
    assert supervising.choose_password(code, password=NEW, at=at) == zhou


def test_whoever_waits_for_a_second_factor_begins_again_after_a_reset(zhou, program, at):
    client = Client()
    session = client.session
    proof = zhou.get_session_auth_hash()
    session["waits-for-factor"] = {"account": zhou.pk, "since": at.timestamp(), "onward": "/", "how": "password"}
    session["waits-for-factor"]["proof"] = proof
    session.save()
    assert client.get("/sign-in/second-factor").status_code == 200
    supervising.reset_password(zhou, reason="lost it", by=program, at=at)
    assert client.get("/sign-in/second-factor")["Location"] == "/sign-in"


ACTS = [
    lambda who, by, at: supervising.reset_password(who, reason="because I say so", by=by, at=at),
    lambda who, by, at: supervising.end_sign_ins(who, by=by, at=at),
]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("role", "area", "refusal"),
    [
        ("administrator", "500198", OutsideScope),
        ("administrator", f"{COMMUNITY}001", OutsideScope),
        ("community-clerk", COMMUNITY, NotPermitted),
    ],
)
def test_nobody_does_it_for_someone_outside_their_own(zhou, actor, at, act, role, area, refusal):
    with pytest.raises(refusal):
        act(zhou, actor("other", role, area), at)
    assert zhou.check_password(PASSWORD)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_does_it_for_someone_above_their_own(account, actor, at, act):
    above = account("above", "administrator", "500199")
    with pytest.raises(OutsideScope):
        act(above, actor("boss", "administrator", TOWN), at)
    boss = actor("lesser", "administrator", "500199")
    lesser = boss.__class__(**{**vars(boss), "permissions": frozenset({appointing.Permission.ACCOUNT_MANAGE})})
    with pytest.raises(AboveOneself):
        act(above, lesser, at)


@pytest.mark.parametrize("act", ACTS)
def test_one_of_several_posts_beyond_ones_own_is_enough_to_refuse(zhou, actor, program, at, act):
    further = Appointment(role="community-clerk", area="500199002001")
    appointing.give(zhou, further, by=program, at=at)
    with pytest.raises(OutsideScope):
        act(zhou, actor("boss", "administrator", TOWN), at)


@pytest.mark.parametrize("act", ACTS)
def test_a_post_that_reaches_everything_is_above_a_township(account, actor, program, at, act):
    wide = account("wide", "community-clerk", COMMUNITY)
    asked = Appointment(role="community-clerk", area=COMMUNITY, reach=Reach.ALL)
    appointing.give(wide, asked, by=program, at=at)
    with pytest.raises(OutsideScope):
        act(wide, actor("boss", "administrator", TOWN), at)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_does_it_for_themselves(actor, at, act):
    boss = actor("boss", "administrator", TOWN)
    with pytest.raises(supervising.NotForOneself):
        act(Account.objects.get(ref=boss.ref), boss, at)


@pytest.mark.parametrize("act", ACTS)
def test_who_holds_no_post_any_more_is_looked_after_where_they_held_the_last(zhou, actor, program, at, act):
    appointing.end(zhou.posts.get(), on=at.date(), by=program, at=at)
    with pytest.raises(OutsideScope):
        act(zhou, actor("far", "administrator", "500198"), at)
    act(zhou, actor("boss", "administrator", TOWN), at)


def test_a_reason_is_needed_and_ones_own_password(zhou, boss):
    for given in ({"reason": "x", "password": PASSWORD}, {"reason": "came to the desk", "password": "wrong-one-here"}):
        assert boss.post(f"/people/{zhou.ref}/password", given).status_code == 400
    zhou.refresh_from_db()
    assert zhou.check_password(PASSWORD)


def test_an_administrator_ends_the_open_sign_ins_of_someone(zhou, boss, at):
    there = [signed_in_as("zhou"), signed_in_as("zhou")]
    page = boss.get(f"/people/{zhou.ref}/", headers={"accept-language": "en"}).content.decode()
    assert "End the open sign-ins" in page
    assert boss.post(f"/people/{zhou.ref}/sign-ins/end").status_code == 303
    assert not any(is_in(each) for each in there) and is_in(boss)
    assert Entry.objects.get(verb="account.signed-out-everywhere").said == {"count": 2}
    delivering.deliver(at=at)
    assert Notice.objects.filter(account=zhou, words__contains="ended your open sign-ins").count() == 1


def test_the_page_offers_nothing_for_oneself_or_beyond_ones_own(boss, account, zhou):
    own = Account.objects.get(sign_in_name="boss")
    assert "/password" not in boss.get(f"/people/{own.ref}/").content.decode().split("<main")[1]
    assert f"/people/{zhou.ref}/password" in boss.get(f"/people/{zhou.ref}/").content.decode()
    assert boss.get(f"/people/{own.ref}/password").status_code == 403
