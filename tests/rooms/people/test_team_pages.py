"""The pages of teams, shapes, bureaus and boards, as they are opened and sent."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.access.models import Account, Bureau, Post, TeamShape
from linli.areas.models import Area

TOWN, COMMUNITY = "500199001", "500199001001"
GRID, OTHER = f"{COMMUNITY}001", f"{COMMUNITY}002"
EN = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def now(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def boss(signed_in, db):
    """An administrator of the township."""
    for code, level, name in (
        ("500199", 3, "青川区"),
        (TOWN, 4, "香樟街道"),
        (COMMUNITY, 5, "清河社区"),
        (GRID, 6, "第一网格"),
        (OTHER, 6, "第二网格"),
    ):
        Area.objects.create(code=code, level=level, name=name)
    return signed_in("boss", "administrator", TOWN)


@pytest.fixture
def shape(boss):
    boss.post("/teams/shapes/", {"known": "1-3-n"})
    made = TeamShape.objects.get()
    boss.post(f"/teams/{TOWN}/", {"shape": made.ref})
    return made


def text(client, address, status=200):
    answer = client.get(address, headers=EN)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_from_a_known_shape_to_a_filled_place(boss, shape):
    page = text(boss, f"/teams/{GRID}/")
    assert page.count("Appoint</a>") == 4 and "0 of 4 places filled" in page
    link = re.search(r'href="(/people/invite\?[^"]+place=head[^"]*)"', page).group(1).replace("&amp;", "&")
    form = text(boss, link)
    assert "For the place 网格长 of the team 第一网格 (1+3+N)" in form
    hidden = dict(re.findall(r'name="(team|place|area|role|title)" value="([^"]*)"', form))
    sent = {"name": "章格", "role": "grid-head", "area": GRID, "since": "2026-11-24", **hidden}
    assert boss.post("/people/invite", sent).status_code == 200
    page = text(boss, f"/teams/{GRID}/")
    assert "章格" in page and "invited" in page and page.count("Appoint</a>") == 3
    assert Post.objects.get(account=None).place == "head"


def test_someone_who_is_here_already_is_appointed_at_once(boss, shape, account):
    who = account("zhou", "community-clerk", COMMUNITY)
    sent = {
        "account": "zhou",
        "role": "grid-head",
        "area": GRID,
        "since": "2026-11-24",
        "team": shape.ref,
        "place": "head",
    }
    assert boss.post("/people/invite", sent).status_code == 303
    assert who.posts.get(role="grid-head").place == "head"
    assert "zhou" in text(boss, f"/teams/{GRID}/")
    both = boss.post("/people/invite", sent | {"name": "新人"}, headers=EN)
    assert both.status_code == 400 and "one of the two" in both.content.decode()


def test_who_works_elsewhere_is_not_found_by_their_name(boss, account):
    account("wai", "community-clerk", "500198001001")
    sent = {"account": "wai", "role": "grid-head", "area": GRID, "since": "2026-11-24"}
    assert boss.post("/people/invite", sent).status_code == 400
    assert Account.objects.get(sign_in_name="wai").posts.count() == 1


def test_a_board_of_another_level_is_said_at_its_field(boss):
    sent = {"name": "板长", "role": "board-lead", "area": TOWN, "since": "2026-11-24", "board": "emergency"}
    answer = boss.post("/people/invite", sent, headers=EN)
    assert answer.status_code == 400 and "not one of the level of this area" in answer.content.decode()
    assert boss.post("/people/invite", sent | {"board": "safety"}).status_code == 200


def test_a_shape_is_changed_on_its_page(boss, shape):
    address = f"/teams/shapes/{shape.ref}"
    page = text(boss, address)
    sent = dict(re.findall(r'name="(places-[\w-]+)"[^>]*value="([^"]*)"', page))
    sent |= dict(re.findall(r'name="(places-\d-role)".*?value="([\w-]+)" selected', page, re.S))
    sent |= {"name": "1+3", "places-4-name": "", "places-0-most": "2"}
    assert boss.post(address, sent).status_code == 303
    shape.refresh_from_db()
    assert (shape.name, shape.places.count(), shape.places.get(slug="head").most) == ("1+3", 4, 2)
    assert 'aria-label="Places"' in page, "the navigation is on the page"


def test_a_shape_in_use_is_not_given_up(boss, shape):
    assert boss.post(f"/teams/shapes/{shape.ref}", {"give-up": "yes"}).status_code == 409
    boss.post(f"/teams/{TOWN}/", {"shape": ""})
    assert boss.post(f"/teams/shapes/{shape.ref}", {"give-up": "yes"}).status_code == 303


def test_a_sheet_is_looked_through_and_then_written(boss):
    sheet = "队伍形态,席位,角色,人数\n甲,网格长,网格长,1\n甲,力量,志愿者,不限\n".encode("gb18030")
    looked = boss.post("/teams/sheet", {"file": SimpleUploadedFile("队伍.csv", sheet)}).content.decode()
    assert not TeamShape.objects.exists()
    staged = re.search(r'name="staged" value="([^"]+)"', looked).group(1)
    assert boss.post("/teams/sheet", {"staged": staged}).status_code == 303
    assert TeamShape.objects.get().places.count() == 2
    assert boss.post("/bureaus/sheet", {"staged": staged}).status_code == 400, "it was looked through as something else"


def test_bureaus_are_taken_over_added_renamed_and_closed(boss, signed_in):
    district = signed_in("du", "administrator", "500199")
    assert district.post("/bureaus/", {"known": ["civil-affairs", "emergency"]}).status_code == 303
    assert district.post("/bureaus/", {"name": "残联"}).status_code == 303
    assert "民政局" in text(boss, "/bureaus/"), "a township sees those of its district"
    code = Bureau.objects.get(name="残联").code
    assert boss.post(f"/bureaus/{code}/", {"name": "x"}).status_code == 404
    assert district.post(f"/bureaus/{code}/", {"name": "残疾人联合会"}).status_code == 303
    assert district.post(f"/bureaus/{code}/", {"close": "yes"}).status_code == 303
    assert "残疾人联合会" not in text(boss, "/bureaus/")


def test_the_boards_show_their_mapping_and_who_stands_on_them(boss):
    sent = {"name": "板长", "role": "board-lead", "area": TOWN, "since": "2026-11-24", "board": "safety", "holder": "A"}
    boss.post("/people/invite", sent)
    page = text(boss, "/boards/")
    assert "emergency mobilisation" in page and "渝府令" in page and "unverified" in page
    assert text(boss, f"/posts/{Post.objects.get(board='safety').ref}/").count("/boards/#safety") == 1


def test_the_five_reaches_are_named_where_posts_are_and_where_permissions_are(boss, account):
    page = boss.get("/permissions/", headers={"accept-language": "zh-hans"}).content.decode()
    for name in ("全部", "自定义", "本级及以下", "本级", "本人"):
        assert f">{name}<" in page
    li = account("li", "grid-worker", GRID)
    assert (
        "本级及以下"
        in boss.get(f"/posts/{li.posts.get().ref}/", headers={"accept-language": "zh-hans"}).content.decode()
    )


def test_a_colleague_sees_the_team_and_sets_nothing(boss, shape, account):
    li = Client()
    li.force_login(account("li", "grid-worker", GRID))
    page = text(li, f"/teams/{GRID}/")
    assert "li" in page and "Appoint</a>" not in page
    assert li.post(f"/teams/{GRID}/", {"shape": ""}).status_code == 403
    assert li.get(f"/teams/{OTHER}/").status_code == 404
    assert li.get(f"/teams/shapes/{shape.ref}").status_code == 403


def test_a_list_of_teams_asks_the_same_of_the_database_however_many_posts(boss, shape, account):
    counts = []
    boss.get("/teams/")
    for number in (1, 12):
        for each in range(number):
            account(f"w{number}-{each}", "grid-worker", GRID)
        with CaptureQueriesContext(connection) as asked:
            boss.get("/teams/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_offer_is_renewed_or_taken_back(boss):
    offered = boss.post("/people/invite", {"name": "李", "role": "grid-head", "area": GRID, "since": "2026-11-24"})
    old = re.search(r"(/join/[\w-]+)", offered.content.decode()).group(1)
    ref = Post.objects.get(account=None).ref
    renewed = boss.post(f"/posts/{ref}/offer").content.decode()
    new = re.search(r"(/join/[\w-]+)", renewed).group(1)
    assert (Client().get(old).status_code, Client().get(new).status_code) == (410, 200)
    assert boss.post(f"/posts/{ref}/offer/take-back").status_code == 303
    assert Client().get(new).status_code == 410
    assert boss.post(f"/posts/{ref}/offer").status_code == 410


def test_a_leave_is_called_off_and_a_watch_taken_off(boss, account):
    li, wang = account("li", "grid-worker", GRID), account("wang", "grid-worker", GRID)
    asked = {"post": li.posts.get().ref, "stand_in": wang.ref, "since": "2026-11-24", "until": "2026-11-27"}
    boss.post(f"/people/{li.ref}/leave", asked)
    leave = li.posts.get().leaves.get()
    stranger = Client()
    stranger.force_login(account("wai", "administrator", "500198"))
    assert stranger.post(f"/leaves/{leave.pk}/end").status_code == 404
    assert boss.post(f"/leaves/{leave.pk}/end").status_code == 303
    leave.refresh_from_db()
    assert leave.called_off_at and "Back already" not in text(boss, f"/people/{li.ref}/")
    post = account("he", "dispatcher", TOWN).posts.get()
    for begins, ends, status in (("25T20:00", "25T08:00", 400), ("25T08:00", "25T20:00", 303)):
        times = {"begins_at": f"2026-11-{begins}", "ends_at": f"2026-11-{ends}"}
        assert boss.post("/roster/", {"post": post.ref, **times}).status_code == status
    assert boss.post(f"/roster/{post.watches.get().pk}/take-off").status_code == 303
    assert not post.watches.exists()
