"""What goes wrong with files, brought through the whole import: said in words, and nothing lost."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection

from linli.access.actors import Actor
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.registers import keeping, living, merging
from linli.registers.importing import applying, returning, staging, undoing
from linli.registers.models import Batch, Business, Dwelling, Household, PastValue, Person, Register, SecretValue, Tie
from tests.rooms.registers.imports import AREA, AT, BY, HEADINGS, TODAY, brought, checked, everything, workbook

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
WANG = ["王大", "11010519491231002X", "13800000001", "户主", "0012", "福源庭院3栋1单元101", "汉族", ""]
LI = ["李梅", "", "13800000002", "配偶", "0012", "福源庭院3-1-101", "汉", "二级"]
SHAN = ["单雄信", "110105198001010016", "", "户主", "0013", "香樟街道福源庭院3栋1单元102室", "土家族", ""]
ROWS = [WANG, LI, SHAN]


@pytest.fixture
def book(tmp_path):
    return lambda rows, headings=HEADINGS, name="people.xlsx": workbook(tmp_path / name, rows, headings)


def words_of(batch, verdict):
    """The complaints and doubts about the rows of a kind."""
    rows = batch.rows.filter(verdict=verdict)
    return [words for row in rows for part in staging.complaints_of(row) for _column, words, _facts in part]


def test_a_row_shifted_by_a_column_is_refused_and_the_others_go_on(book):
    many = [
        [f"王{sign}", "", f"1380000{at:04}", "户主", f"{at:04}", f"福源庭院3栋1单元{at}", "汉族", ""]
        for at, sign in enumerate("一二三四五六七八九十", 1)
    ]
    shifted = ["", *WANG[:-1]]
    batch = brought(book([*many, shifted]))
    assert batch.counts == {"new": 10, "refused": 1}
    assert Person.objects.count() == 10
    assert not Person.objects.filter(name__contains="1101").exists()


def test_half_of_the_rows_bad_and_the_other_half_stands(book, tmp_path):
    good = [
        [f"王{sign}", "", f"1380000{at:04}", "户主", f"{at:04}", f"福源庭院3栋1单元{at}", "汉族", ""]
        for at, sign in enumerate("一二三四五六七八九十", 1)
    ]
    bad = [[*row[:3], "亲家公", *row[4:6], "火星族", ""] for row in good]
    batch = brought(book([row for pair in zip(good, bad, strict=True) for row in pair]))
    assert batch.counts == {"new": 10, "refused": 10}
    assert Person.objects.count() == 10
    assert returning.return_refused(batch, tmp_path / "back.xlsx") == 10


def test_two_heading_rows_are_read_as_one(tmp_path, book):
    path = book([["", "", "本人", "", "", "", "", ""], *ROWS])
    batch = checked(path)
    assert batch.counts.get("new") == 3


def test_an_area_outside_the_actors_is_refused_and_nothing_stands(book):
    clerk = Actor("A", "周社", "S", "community-clerk", "500199001002", frozenset({Permission.REGISTER_IMPORT}))
    with pytest.raises(Refusal):
        checked(book(ROWS), by=clerk)
    assert not Batch.objects.exists()


def test_a_row_of_someone_who_died_is_told_kept_apart_and_given_back(book, tmp_path):
    brought(book(ROWS))
    living.die(Person.objects.get(name="王大"), on=date(2026, 11, 1), by=BY, at=AT)
    before = everything()
    batch = brought(book([["王大", WANG[1], "13900009999", *WANG[3:]]]), at=LATER)
    assert batch.counts == {"ended": 1}
    assert "died on" in words_of(batch, "ended")[0]
    assert everything() == before
    assert returning.return_refused(batch, tmp_path / "back.xlsx") == 1


def test_a_row_of_someone_of_another_area_is_told_and_adds_one_tie_however_often(book):
    brought(book(ROWS))
    path = book([[*WANG[:2], "13900009999", *WANG[3:]]], name="other.xlsx")
    batch = brought(path, area="500199002001", at=LATER)
    assert batch.counts == {"elsewhere": 1}
    assert "known elsewhere" in words_of(batch, "elsewhere")[0]
    assert brought(path, area="500199002001", at=LATER).counts == {"same": 1}
    assert Tie.objects.count() == 1
    assert Person.objects.get(name="王大").phone == "13800000001"


def test_another_address_of_someone_known_is_told(book):
    brought(book(ROWS))
    batch = checked(book([[*SHAN[:5], "滨江路40号", *SHAN[6:]]]), at=LATER)
    assert batch.counts == {"same": 1}
    assert "another address" in words_of(batch, "same")[0]


def test_someone_who_was_merged_away_is_known_as_who_they_are(book):
    brought(book(ROWS))
    twin = keeping.add(Register.PERSON, {"person.name": "单雄信"}, area=AREA, by=BY, at=AT)
    merging.merge(twin, Person.objects.get(name="单雄信", identity_number__gt=b""), by=BY, at=AT)
    assert checked(book([SHAN]), at=LATER).counts.get("ended") is None


def test_people_added_by_hand_are_known_and_settled(book):
    values = {"person.name": "王大", "person.identity_number": WANG[1], "person.phone": WANG[2]}
    keeping.add(Register.PERSON, values, area=AREA, by=BY, at=AT)
    assert brought(book([WANG]), at=LATER).counts == {"changed": 1}
    assert Person.objects.get().dwelling.address_key == "福源庭院3-1-101"
    assert brought(book([WANG]), at=LATER).counts == {"same": 1}


def test_a_changed_secret_is_written_and_what_it_was_stays(book):
    brought(book([[*WANG[:-1], "二级"]]))
    batch = brought(book([[*WANG[:-1], "一级"]]), at=LATER)
    assert batch.counts == {"changed": 1}
    assert [each.value for each in SecretValue.objects.all()] == ["1"]
    assert PastValue.objects.get().value == "2"
    undoing.undo(batch, by=BY, at=LATER)
    assert [each.value for each in SecretValue.objects.all()] == ["2"]


def test_two_clerks_who_checked_the_same_file_bring_its_people_once(book, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE", 1)
    first, second = checked(book(ROWS)), checked(book(ROWS))
    assert first.counts == second.counts == {"new": 3}
    applying.write(first, by=BY, at=AT)
    written = applying.write(second, by=BY, at=LATER)
    assert Person.objects.count() == 3 and Household.objects.count() == 2 and Dwelling.objects.count() == 2
    assert written.counts == {"same": 3}


def test_a_batch_written_by_two_at_once_is_written_once(book, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE", 1)
    batch = checked(book(ROWS))
    stale = Batch.objects.get(pk=batch.pk)
    applying._write_some(batch, [2, 3], BY, AT)
    applying.write(stale, by=BY, at=AT)
    assert Person.objects.count() == 3


THINGS = {
    Register.HOUSEHOLD: (
        ["户号", "户主姓名", "住址"],
        [["0012", "王大", "福源庭院3栋1单元101"], ["0013", "单雄信", "福源庭院3栋1单元102"]],
        ["0012", "王二", "福源庭院3栋1单元101"],
    ),
    Register.DWELLING: (
        ["小区", "楼栋", "单元", "房号", "建筑面积"],
        [["福源庭院", "3", "1", "101", 88.5], ["福源庭院", "3", "1", "102", 60]],
        ["福源庭院", "3", "1", "101", 90],
    ),
    Register.BUSINESS: (
        ["单位名称", "统一社会信用代码", "单位地址", "法定代表人", "联系电话", "从业人数"],
        [
            ["邻里面馆", "", "香樟路12号", "王大", "13800000001", 3],
            ["渝东建材有限公司", "91350100M000100Y43", "香樟路14号", "李梅", "", 12],
        ],
        ["邻里面馆", "", "香樟路12号", "王大", "13800000001", 5],
    ),
}
MODEL = {Register.HOUSEHOLD: Household, Register.DWELLING: Dwelling, Register.BUSINESS: Business}


@pytest.mark.parametrize("register", THINGS)
def test_other_registers_come_as_files_too(book, register):
    headings, rows, changed = THINGS[register]
    empty = everything()
    one = brought(book(rows, headings), register=register)
    assert one.counts == {"new": 2}, words_of(one, "refused")
    assert MODEL[register].objects.count() == 2
    before = everything()
    assert brought(book(rows, headings), register=register, at=LATER).counts == {"same": 2}
    two = brought(book([changed, changed], headings), register=register, at=LATER)
    assert two.counts == {"changed": 1, "refused": 1}
    assert everything() != before
    undoing.undo(two, by=BY, at=LATER)
    assert everything() == before
    undoing.undo(one, by=BY, at=LATER)
    assert everything() == empty


@pytest.mark.parametrize("seed", range(6))
def test_undone_is_as_if_it_had_never_come_whatever_came(book, seed):
    chance = random.Random(seed)
    empty = everything()
    one = brought(book(drawn(chance)))
    before = everything()
    two = brought(book(drawn(chance)), at=LATER)
    undoing.undo(two, by=BY, at=LATER)
    assert everything() == before
    undoing.undo(one, by=BY, at=LATER)
    assert everything() == empty


def drawn(chance):
    """Rows about few people, so that many are known already; what is said of them differs."""
    names = ["王大", "李梅", "单雄信", "张三丰", "赵云", "钱多多"]
    rows = []
    for name in chance.sample(names, 5):
        number = {"王大": WANG[1], "单雄信": SHAN[1]}.get(name, "") if chance.random() < 0.8 else ""
        phone = chance.choice(["", f"1380000000{names.index(name)}", f"1390000000{names.index(name)}"])
        home = chance.choice(["", "福源庭院3栋1单元101", "滨江路40号"])
        household = chance.choice(["", "0012", "0013"])
        relation = chance.choice(["户主", "配偶", ""])
        rows.append(
            [
                name,
                number,
                phone,
                relation,
                household,
                home,
                chance.choice(["汉族", "苗族", ""]),
                chance.choice(["", "一级", "二级"]),
            ]
        )
    return rows


def test_no_transaction_writes_more_than_a_few_hundred_rows(book, monkeypatch):
    portions = []
    write = applying._Writer.write
    monkeypatch.setattr(
        applying._Writer, "write", lambda self, rows: (portions.append(len(rows)), write(self, rows))[1]
    )
    rows = [
        [f"王{chr(0x4E00 + at)}", "", "", "户主", f"{at:04}", f"福源庭院3栋1单元{at}", "汉族", ""] for at in range(900)
    ]
    assert brought(book(rows)).counts["new"] + 0 == Person.objects.count()
    assert sum(portions) == Person.objects.count() and max(portions) <= 200
    assert connection.in_atomic_block and TODAY
