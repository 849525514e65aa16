"""From a sheet of posts to people at work, each by their own telephone: the walk a township makes on its first day."""

import io
import re

import pytest
import xlsxwriter

from .conftest import sign_in
from .small_town import PASSWORD, TOWN

pytestmark = pytest.mark.browser
POSTS = {"赵一": ("社区工作者", f"{TOWN}001", "滨江社区"), "钱二": ("社区书记", f"{TOWN}002", "樟树湾社区")}


def workbook() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    rows = [["姓名", "角色", "区划"], *([name, role, area] for name, (role, area, _called) in POSTS.items())]
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def test_a_sheet_is_sent_and_each_who_was_invited_comes_into_their_own_area(page_at):
    boss = page_at(1440, "zh", user="admin")
    boss.goto("/people/sheet")
    boss.set_input_files("input[type=file]", {"name": "岗位.xlsx", "mimeType": "application/zip", "buffer": workbook()})
    boss.click("form[enctype] button")
    boss.click("form:has([name=staged]) button")
    boss.wait_for_selector("svg.qr")
    cards = re.findall(r"(赵一|钱二)\s+\S*?(/join/[\w-]+)", boss.inner_text("main"))
    assert [name for name, _link in cards] == list(POSTS) and boss.locator("svg.qr").count() == 2
    for number, (name, link) in enumerate(cards):
        phone = page_at(390, "zh")
        phone.goto(link)
        assert name in phone.inner_text("h1")
        phone.fill("[name=sign_in_name]", f"new{number}")
        phone.fill("[name=password]", PASSWORD)
        phone.fill("[name=again]", PASSWORD)
        phone.click("main form button")
        phone.wait_for_url("**/sign-in")
        sign_in(phone, f"new{number}")
        _role, area, called = POSTS[name]
        phone.goto("/")
        assert called in phone.inner_text("h1")
        assert phone.goto(f"/areas/{area}/edit").status == 200
        others = [other for other, (_r, place, _c) in POSTS.items() if place != area]
        assert phone.goto(f"/areas/{POSTS[others[0]][1]}/edit").status == 404
        phone.goto("/journal/")
        told = phone.inner_text("main")
        assert name in told and others[0] not in told
        assert [said for said in phone.complaints if "404" not in said] == []
        assert phone.goto(link).status == 410
