"""A sheet of posts, read and offered."""

import io

import pytest
import xlsxwriter

from linli.access import inviting, rostering, sheets
from linli.access.models import Account, Invitation, Post
from linli.areas.models import Area
from linli.ground.permissions import Permission
from tests.conftest import PASSWORD

SHEET = """香樟街道岗位表,,,,,
姓名,岗位,角色,区划,板块,A/B岗
李网,第一网格,专职网格员,500199001001001,,
周社,社区工作者岗,community-clerk,清河社区,,
何街,调度岗,指挥中心调度员,500199001,平安法治,A
"""


@pytest.fixture(autouse=True)
def town(db):
    for code, name in (
        ("500199001", "香樟街道"),
        ("500199001001", "清河社区"),
        ("500199001001001", "清河社区第一网格"),
        ("500199001002", "同名社区"),
        ("500199001003", "同名社区"),
        ("500198001001", "别处社区"),
    ):
        Area.objects.create(code=code, level=4, name=name)


def read(text, by, at, name="posts.csv"):
    return rostering.looked_through(name, text.encode(), by=by, today=at.date())


def test_a_sheet_is_read_whatever_stands_above_its_headings(program, at):
    rows = read(SHEET, program, at)
    assert [(row.number, row.name, row.asked.role, row.asked.area) for row in rows] == [
        (3, "李网", "grid-worker", "500199001001001"),
        (4, "周社", "community-clerk", "500199001001"),
        (5, "何街", "dispatcher", "500199001"),
    ]
    assert (rows[2].asked.board, rows[2].asked.holder, rows[2].asked.title) == ("safety", "A", "调度岗")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (",岗,专职网格员,500199001001001,,", "no name"),
        ("李网,岗,皇帝,500199001001001,,", "no such role"),
        ("李网,岗,专职网格员,同名社区,,", "several areas bear this name; write the code"),
        ("李网,岗,专职网格员,500199001009,,", "no such area within yours"),
        ("李网,岗,专职网格员,清河社区,天气,", "no such board"),
        ("李网,岗,专职网格员,清河社区,,C", "neither A nor B"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(program, at, line, wrong):
    (row,) = read(f"姓名,岗位,角色,区划,板块,A/B岗\n{line}\n", program, at)
    assert (row.asked, row.wrong) == (None, (wrong,))


def test_one_wrong_row_and_none_is_written(program, at):
    rows = read(SHEET + "吴,岗,皇帝,500199001,,\n", program, at)
    with pytest.raises(sheets.RowsWrong):
        rostering.offer(rows, by=program, at=at)
    assert (Post.objects.count(), Invitation.objects.count()) == (0, 0)


def test_from_the_sheet_to_a_signed_in_worker(program, at):
    offered = rostering.offer(read(SHEET, program, at), by=program, at=at)
    codes = {invitation.name: code for invitation, code in offered}
    inviting.accept(codes["李网"], sign_in_name="li", password=PASSWORD, at=at)
    assert Account.objects.get(sign_in_name="li").posts.get().area_code == "500199001001001"


def test_an_area_outside_the_givers_own_is_not_found(actor, at):
    giver = actor("giver", "administrator", "500199001")
    (row,) = read("姓名,角色,区划\n李网,专职网格员,别处社区\n", giver, at)
    assert row.wrong == ("no such area within yours",)
    assert giver.may(Permission.ACCOUNT_MANAGE, within="500199001001")


def test_a_workbook_reads_like_the_text(program, at):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "角色", "区划代码", "起"])
    sheet.write_row(1, 0, ["李网", "专职网格员", 500199001001001, "2026/12/01"])
    book.close()
    (row,) = rostering.looked_through("posts.xlsx", file.getvalue(), by=program, today=at.date())
    assert (row.asked.area, str(row.asked.since)) == ("500199001001001", "2026-12-01")


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe rubbish", "姓名,电话\n李,1\n".encode()])
def test_what_is_no_sheet_of_posts_is_refused(program, at, content):
    for name in ("x.xlsx", "x.csv"):
        with pytest.raises((sheets.NotASheet, sheets.HeadingsMissing)):
            rostering.looked_through(name, content, by=program, today=at.date())
