"""Which column holds what: headings in fifty ways, values that tell, rivals left open, rows that slipped."""

import pytest

from linli.bulk.sheets import columns
from linli.bulk.sheets.columns import Shifts, Wanted, match
from linli.bulk.sheets.headings import Heading
from linli.bulk.sheets.tables import Row
from linli.ground import identity

WANTED = [
    Wanted("name", ("姓名", "人员姓名", "居民姓名", "name", "full name"), "person", needed=True),
    Wanted("sex", ("性别", "sex", "gender"), "sex"),
    Wanted(
        "id_number",
        ("公民身份号码", "身份证号", "身份证号码", "证件号码", "id number", "id no"),
        "citizen",
        needed=True,
    ),
    Wanted("born_on", ("出生日期", "出生年月", "date of birth", "born on"), "day"),
    Wanted("nation", ("民族", "ethnic group"), "nation"),
    Wanted("phone", ("手机", "手机号", "联系电话", "联系方式", "mobile", "phone"), "mobile"),
    Wanted("household", ("户号", "户编号", "household no"), ""),
    Wanted("relation", ("与户主关系", "关系", "relation to head"), "kin"),
    Wanted("room", ("楼栋单元房号", "房号", "门牌号", "room"), "room"),
    Wanted("address", ("现住址", "住址", "居住地址", "家庭住址", "address"), "address"),
    Wanted("head_name", ("户主姓名", "户主", "head of household"), "person"),
]


def number(at):
    body = f"5001011950{at % 12 + 1:02}{at % 28 + 1:02}{at % 1000:03}"
    return body + identity.check_sign(body)


FILLED = {
    "name": lambda at: "王李张刘陈"[at % 5] + "伟芳敏静"[at % 4],
    "sex": lambda at: "男女"[at % 2],
    "id": number,
    "day": lambda at: f"1950-{at % 12 + 1:02}-{at % 28 + 1:02}",
    "nation": lambda at: ["汉族", "土家族", "苗族"][at % 3],
    "phone": lambda at: str(13800000000 + at),
    "household": lambda at: f"H{at // 3:05}",
    "kin": lambda at: ["户主", "配偶", "长子"][at % 3],
    "room": lambda at: f"{at % 9 + 1}-2-{at % 30 + 1}01",
    "address": lambda at: f"重庆市虚拟区香樟街道滨江路{at}号",
    "text": lambda at: "无",
    "empty": lambda at: "",
}


def sheet(*told, rows=30):
    """Headings and sample rows from pairs of heading and kind of value."""
    headings = [Heading(at, name) for at, (name, _kind) in enumerate(told)]
    return headings, [Row(number + 2, [FILLED[kind](number) for _name, kind in told]) for number in range(rows)]


def found(*told, remembered=None):
    headings, sample = sheet(*told)
    return match(WANTED, headings, sample, remembered)


@pytest.mark.parametrize(
    ("heading", "kind", "name"),
    [
        ("姓名", "name", "name"),
        ("姓 名*", "name", "name"),
        ("人员姓名（必填）", "name", "name"),
        ("基本信息/姓名", "name", "name"),
        ("NAME", "name", "name"),
        ("身份证号", "id", "id_number"),
        ("身份证号码（18位）", "id", "id_number"),
        ("公民身份证号码", "id", "id_number"),
        ("ID No.", "id", "id_number"),
        ("证件信息/证件号码", "id", "id_number"),
        ("联系方式/手机", "phone", "phone"),
        ("联系电话1", "phone", "phone"),
        ("本人手机号码", "phone", "phone"),
        ("出生年月日", "day", "born_on"),
        ("Date of Birth", "day", "born_on"),
        ("户主姓名", "name", "head_name"),
        ("户主/姓名", "name", "head_name"),
        ("与户主的关系", "kin", "relation"),
        ("家庭现住址", "address", "address"),
        ("房  号", "room", "room"),
        # by the values alone
        ("", "id", "id_number"),
        ("号码", "id", "id_number"),
        ("列3", "phone", "phone"),
        ("备用", "sex", "sex"),
        ("族别", "nation", "nation"),
        ("身份", "kin", "relation"),
    ],
)
def test_a_column_is_found_by_heading_or_by_values(heading, kind, name):
    matching = found((heading, kind), ("备注", "text"))
    assert matching.columns() == {name: 0}
    assert matching.found[name].confidence >= columns.SURE


def test_a_whole_roster():
    told = [
        ("序号", "empty"),
        ("社区", "text"),
        ("户号", "household"),
        ("姓名", "name"),
        ("与户主关系", "kin"),
        ("性别", "sex"),
    ]
    told += [
        ("身份证号码", "id"),
        ("出生年月", "day"),
        ("民族", "nation"),
        ("联系电话", "phone"),
        ("楼栋单元房号", "room"),
    ]
    told += [("家庭住址", "address"), ("户主姓名", "name"), ("备注", "text")]
    matching = found(*told)
    named = [
        "household",
        "name",
        "relation",
        "sex",
        "id_number",
        "born_on",
        "nation",
        "phone",
        "room",
        "address",
        "head_name",
    ]
    expected = {name: column for column, name in enumerate(named, 2)}
    assert matching.columns() == expected
    assert (matching.missing, [each.name for each in matching.left]) == ((), ["社区", "备注"])


def test_two_columns_about_as_good_are_both_shown_and_none_is_taken():
    matching = found(("姓名", "name"), ("联系电话", "phone"), ("手机", "phone"))
    assert "phone" not in matching.found
    assert {each.column for each in matching.unsure["phone"]} == {1, 2}


def test_values_settle_between_two_equal_headings():
    matching = found(("号码", "phone"), ("号码", "id"), ("姓名", "name"))
    assert matching.columns() == {"phone": 0, "id_number": 1, "name": 2}


def test_a_heading_its_values_speak_against_is_only_a_candidate():
    matching = found(("手机", "kin"), ("姓名", "name"))
    assert "phone" not in matching.found
    assert matching.unsure["phone"][0].why == columns.VALUES_DIFFER


def test_headings_that_were_exchanged_are_not_believed():
    matching = found(("身份证号", "phone"), ("手机", "id"))
    assert matching.columns() == {"phone": 0, "id_number": 1}


def test_what_was_settled_last_time_wins():
    headings, sample = sheet(("姓名", "name"), ("联系电话", "phone"), ("手机", "phone"))
    kept = columns.remembered(headings, {"name": 0, "phone": 2})
    matching = match(WANTED, headings, sample, kept)
    assert matching.columns() == {"name": 0, "phone": 2}
    assert matching.found["phone"].why == columns.REMEMBERED
    assert matching.unsure == {}


def test_what_is_needed_and_not_there_is_named():
    assert found(("性别", "sex")).missing == ("name", "id_number")


def test_an_empty_column_is_taken_by_its_name_alone():
    assert found(("手机", "empty")).found["phone"].why == columns.SAME_NAME


def test_the_columns_of_an_error_workbook_are_passed_over():
    matching = found(("姓名", "name"), ("需要改正", "text"), ("行标识", "text"), ("Row id", "text"))
    assert matching.left == ()


@pytest.mark.parametrize("order", [1, -1])
def test_each_thing_and_each_column_is_used_once(order):
    told = [("姓名", "name"), ("户主", "name"), ("性别", "sex"), ("手机", "phone"), ("", "phone"), ("住址", "address")][
        ::order
    ]
    chosen = found(*told).columns()
    assert len(set(chosen.values())) == len(chosen)


SHIFTED = [
    ("姓名", "name"),
    ("性别", "sex"),
    ("身份证号", "id"),
    ("民族", "nation"),
    ("手机", "phone"),
    ("备注", "empty"),
]


def shifts():
    headings, sample = sheet(*SHIFTED)
    return Shifts(WANTED, match(WANTED, headings, sample), sample), sample[0].cells


@pytest.mark.parametrize(
    ("change", "words", "place"),
    [
        (lambda cells: ["", *cells[:-1]], columns.MOVED_RIGHT, "B9"),
        (lambda cells: [cells[0], "曾用名", *cells[1:-1]], columns.MOVED_RIGHT, "B9"),
        (lambda cells: [cells[0], *cells[2:], ""], columns.MOVED_LEFT, "B9"),
        (lambda cells: [*cells[1:], ""], columns.MOVED_LEFT, "A9"),
    ],
)
def test_a_row_that_slipped_is_seen(change, words, place):
    watch, cells = shifts()
    complaint = watch.complaint(Row(9, change(cells)))
    assert complaint and complaint.words == words
    assert complaint.facts["address"] == place


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells,
        lambda cells: [""] * len(cells),
        lambda cells: [cells[0], "", "", "", "", ""],
        lambda cells: [cells[0], "不详", cells[2], cells[3], "1380", ""],
        lambda cells: cells[:2],
    ],
)
def test_a_row_that_is_only_poor_has_not_slipped(change):
    watch, cells = shifts()
    assert watch.complaint(Row(9, change(cells))) is None
