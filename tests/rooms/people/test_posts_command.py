"""`linli posts import`: looked through first, then all or nothing, with the invitations beside the sheet."""

import re
import stat

import pytest
from django.core.management import call_command
from django.test import Client

from linli.access.models import Invitation, Post
from linli.access.sheets import RowsWrong
from linli.site.people import handing_out
from tests.browser import small_town

TOWN = small_town.TOWN
GOOD = f"姓名,角色,岗位,区划\n李网,专职网格员,网格员,{TOWN}001001\n周社,社区工作者,,{TOWN}001\n"


@pytest.fixture
def sheet(db, tmp_path):
    small_town.lay()

    def written(text):
        path = tmp_path / "岗位表.csv"
        path.write_text(text, "utf-8")
        return path

    return written


def brought(path, *more, area=TOWN):
    call_command("posts", "import", str(path), "--area", area, *more)


def test_a_dry_run_shows_each_row_and_writes_nothing(sheet, capsys):
    before = Post.objects.count()
    brought(sheet(GOOD))
    told = capsys.readouterr().out
    assert "李网" in told and "周社" in told
    assert Post.objects.count() == before and not Invitation.objects.exists()


def test_the_posts_stand_and_each_joins_by_their_own_code(sheet, tmp_path):
    before = Post.objects.count()
    brought(sheet(GOOD), "--yes", "--address", "https://linli.test:8443")
    assert Post.objects.count() == before + 2
    (file,) = tmp_path.glob("*-invitations.html")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    links = re.findall(r"https://linli\.test:8443(/join/[\w-]+)", file.read_text("utf-8"))
    assert len(links) == 2 and file.read_text("utf-8").count("<svg") == 2
    answer = Client().post(
        links[0], {"sign_in_name": "li1", "password": "camphor-by-the-river", "again": "camphor-by-the-river"}
    )
    assert answer.status_code == 303
    post = Post.objects.get(account__sign_in_name="li1")
    assert (post.role, post.area_code, post.title) == ("grid-worker", f"{TOWN}001001", "网格员")


def test_one_wrong_row_and_none_is_written(sheet, capsys):
    before = Post.objects.count()
    with pytest.raises(RowsWrong):
        brought(sheet(GOOD + f"吴,没有的角色,,{TOWN}001\n"), "--yes")
    assert "✗    4  吴" in capsys.readouterr().out
    assert Post.objects.count() == before


def test_a_sheet_of_one_area_gives_no_post_in_another(sheet):
    with pytest.raises(RowsWrong):
        brought(sheet(GOOD), "--yes", area=f"{TOWN}002")
    assert not Invitation.objects.exists()


def test_nothing_is_written_over(sheet, tmp_path):
    there = tmp_path / "there.html"
    there.write_text("mine")
    with pytest.raises(FileExistsError):
        handing_out.write(there, [], address="https://linli.test")
    assert there.read_text() == "mine"
