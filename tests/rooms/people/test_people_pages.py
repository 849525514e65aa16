"""The pages of the people who work here, as they are opened and sent."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.access import standing_in, watching
from linli.access.models import Account, Invitation, Leave, Post, Watch
from linli.areas.models import Area
from linli.journal.models import Entry
from tests.conftest import PASSWORD

TOWN, COMMUNITY, GRID = "500199001", "500199001001", "500199001001001"


@pytest.fixture(autouse=True)
def now(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def town(db):
    for code, level, name in ((TOWN, 4, "香樟街道"), (COMMUNITY, 5, "清河社区"), (GRID, 6, "第一网格")):
        Area.objects.create(code=code, level=level, name=name)


@pytest.fixture
def boss(signed_in, town):
    """An administrator of the township."""
    return signed_in("boss", "administrator", TOWN)


ASKED = {"name": "李网", "role": "grid-worker", "area": GRID, "reach": "below", "since": "2026-11-24"}


def link_in(answer):
    return re.search(r"http://testserver(/join/[\w-]+)", answer.content.decode()).group(1)


def test_from_an_offer_to_a_signed_in_worker(boss):
    offered = boss.post("/people/invite", ASKED)
    link, newcomer = link_in(offered), Client()
    assert "<svg" in offered.content.decode()
    assert "李网" in newcomer.get(link).content.decode()
    wrong = {"sign_in_name": "li", "password": PASSWORD, "again": "other"}
    assert newcomer.post(link, wrong).status_code == 400
    assert newcomer.post(link, wrong | {"again": PASSWORD})["Location"] == "/sign-in"
    assert newcomer.get(link).status_code == 410
    assert Account.objects.get(sign_in_name="li").posts.get().area_code == GRID


def test_a_weak_password_or_a_taken_name_is_said_at_its_field(boss):
    link = link_in(boss.post("/people/invite", ASKED))
    for name, password in (("li", "li"), ("boss", PASSWORD)):
        answer = Client().post(link, {"sign_in_name": name, "password": password, "again": password})
        assert answer.status_code == 400
    assert Invitation.objects.get().accepted_at is None


def test_a_sheet_is_looked_through_and_then_offered(boss):
    text = "姓名,角色,区划\n李网,专职网格员,第一网格\n周社,社区工作者,清河社区\n"
    looked = boss.post("/people/sheet", {"file": SimpleUploadedFile("岗位.csv", text.encode("gb18030"))})
    assert Post.objects.filter(account=None).count() == 0
    staged = re.search(r'name="staged" value="([^"]+)"', looked.content.decode()).group(1)
    offered = boss.post("/people/sheet", {"staged": staged})
    assert offered.content.decode().count("/join/") == 2
    assert Post.objects.filter(account=None).count() == 2


def test_a_sheet_with_a_wrong_row_cannot_be_sent_on(boss):
    text = "姓名,角色,区划\n李网,皇帝,第一网格\n"
    looked = boss.post("/people/sheet", {"file": SimpleUploadedFile("x.csv", text.encode())})
    assert 'name="staged"' not in looked.content.decode()
    assert boss.post("/people/sheet", {"staged": "forged"}).status_code == 400


def test_a_person_takes_leave_and_another_stands_in(boss, account, at):
    li, wang = account("li", "grid-worker", GRID), account("wang", "grid-worker", GRID)
    asked = {"post": li.posts.get().ref, "stand_in": wang.ref, "since": "2026-11-25", "until": "2026-11-27"}
    assert boss.post(f"/people/{li.ref}/leave", asked).status_code == 303
    assert Leave.objects.get().stand_in.account == wang
    assert "wang" in boss.get(f"/people/{li.ref}/").content.decode()


def test_who_leaves_is_out_at_their_next_click(boss, signed_in):
    browser = signed_in("li", "grid-worker", GRID)
    li = Account.objects.get(sign_in_name="li")
    assert browser.get("/inbox/").status_code == 200
    boss.post(f"/people/{li.ref}/departure", {"successor": ""})
    assert browser.get("/inbox/").status_code == 302
    assert not Account.objects.get(pk=li.pk).is_active


def test_looking_on_shows_what_the_post_sees_and_changes_nothing(boss, account, signed_in):
    zhou = account("zhou", "community-clerk", COMMUNITY)
    post = zhou.posts.get()
    boss.post(f"/posts/{post.ref}/look-on", {"reason": "asked me to"})
    assert boss.get("/people/").status_code == 403
    assert boss.post("/people/invite", ASKED).status_code == 403
    assert boss.post("/look-on/stop").status_code == 303
    assert boss.get("/people/").status_code == 200
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="view-as")] == [
        "view-as.begun",
        "view-as.ended",
    ]


def test_one_acts_as_one_of_several_posts(account, program, at, signed_in, town):
    browser = signed_in("zhou", "community-clerk", COMMUNITY)
    zhou = Account.objects.get(sign_in_name="zhou")
    second = Post.objects.create(account=zhou, role="administrator", area_code=TOWN, since=at.date())
    assert browser.get("/people/").status_code == 403
    assert browser.post("/me/act-as", {"post": second.ref}).status_code == 303
    assert browser.get("/people/").status_code == 200


def test_the_roster_shows_and_hands_over(boss, account, program, at):
    he, qin = account("he", "dispatcher", TOWN), account("qin", "dispatcher", TOWN)
    times = {"begins_at": "2026-11-24T08:00", "ends_at": "2026-11-24T20:00"}
    assert boss.post("/roster/", {"post": he.posts.get().ref, **times}).status_code == 303
    watch = he.posts.get().watches.get()
    assert watch.begins_at == at - timedelta(hours=1)
    told = {"to": qin.posts.get().ref, "note": "two open"}
    assert boss.post(f"/roster/{watch.pk}/hand-over", told).status_code == 303
    assert watching.on_watch(TOWN, at=at) == qin.posts.get()


@pytest.mark.parametrize("page", ["/people/{ref}/", "/posts/{post}/"])
def test_an_outsider_finds_nobody(account, signed_in, page, town):
    li = account("li", "grid-worker", GRID)
    outsider = signed_in("wai", "administrator", "500198001")
    assert outsider.get(page.format(ref=li.ref, post=li.posts.get().ref)).status_code == 404
    assert "li" not in re.findall(r"row-link[^>]*>([^<]*)<", outsider.get("/people/").content.decode())


def test_who_may_what_is_said_in_words(signed_in, town):
    page = signed_in("li", "grid-worker", GRID).get("/permissions/", headers={"Accept-Language": "en"}).content.decode()
    assert "draw and split areas" in page and "grid worker" in page


def test_a_list_of_posts_asks_the_same_of_the_database_however_long(boss, account):
    counts = []
    boss.get("/people/")
    for number in (1, 12):
        for each in range(number):
            account(f"w{number}-{each}", "grid-worker", GRID)
        with CaptureQueriesContext(connection) as asked:
            boss.get("/people/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_post_with_something_open_ends_with_a_successor_and_says_what(boss, account, program, at):
    he, qin = account("he", "dispatcher", TOWN), account("qin", "dispatcher", TOWN)
    post = he.posts.get()
    hours = {"begins_at": at + timedelta(hours=1), "ends_at": at + timedelta(hours=9)}
    watch = watching.put_on(post, **hours, by=program, at=at)
    page = boss.get(f"/posts/{post.ref}/").content.decode()
    assert 'name="successor"' in page
    assert boss.post(f"/posts/{post.ref}/end", {"successor": ""}).status_code == 409
    assert Post.objects.get(pk=post.pk).until is None
    assert boss.post(f"/posts/{post.ref}/end", {"successor": qin.ref}).status_code == 303
    watch.refresh_from_db()
    assert (watch.post.account, Post.objects.get(pk=post.pk).until) == (qin, at.date())


def test_nobody_is_put_on_watch_as_the_form_happened_to_stand(boss, account):
    """Of several posts none is chosen beforehand, and sending the form so puts nobody on."""
    for name in ("he", "qin"):
        account(name, "dispatcher", TOWN)
    page = boss.get("/roster/").content.decode()
    chooser = re.search(r'<select name="post".*?</select>', page, re.S)[0]
    assert chooser.count("<option") == 4 and re.search(r'<option value=""[^>]*selected', chooser)
    sent = {"post": "", "begins_at": "2026-11-25T08:00", "ends_at": "2026-11-25T20:00"}
    assert boss.post("/roster/", sent).status_code == 400
    assert not Watch.objects.exists()


def test_whoever_stands_in_sees_for_whom_and_asks_nobody_to_stand_in_for_that(boss, signed_in, account, program, at):
    """Two posts alike in role and area: one is one's own, the other a colleague's for a time."""
    browser = signed_in("sun", "post-holder", TOWN)
    sun, zhao = Account.objects.get(sign_in_name="sun"), account("zhao", "post-holder", TOWN)
    days = {"since": at.date(), "until": at.date() + timedelta(days=3)}
    held = standing_in.take_leave(zhao.posts.get(), stand_in=sun, **days, by=program, at=at).stand_in
    acts_as = re.compile(r'class="self-post">(.*?)</span>', re.S)
    home = browser.get("/").content.decode()
    assert "（代zhao）" in home and "（代zhao）" not in acts_as.search(home)[1]
    browser.post("/me/act-as", {"post": held.ref})
    assert "（代zhao）" in acts_as.search(browser.get("/").content.decode())[1]
    page = browser.get(f"/people/{sun.ref}/").content.decode()
    chooser = re.search(r'<select name="post".*?</select>', page, re.S)[0]
    assert held.ref not in chooser and "香樟街道" in chooser
    assert "（代zhao）" in boss.get("/roster/").content.decode()


def test_the_times_of_a_watch_that_is_taken_are_those_of_the_town(boss, account, program, at):
    post = account("he", "dispatcher", TOWN).posts.get()
    watching.put_on(post, begins_at=at, ends_at=at + timedelta(hours=8), by=program, at=at)
    sent = {"post": post.ref, "begins_at": "2026-11-24T10:00", "ends_at": "2026-11-24T20:00"}
    told = boss.post("/roster/", sent)
    assert told.status_code == 409 and "2026-11-24 09:00" in told.content.decode()
