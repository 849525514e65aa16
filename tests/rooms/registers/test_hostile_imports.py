"""What goes wrong with files, brought through the whole import: said in words, and nothing lost."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.access.actors import Actor
from linli.areas.models import Area
from linli.ground.hands import Program
from linli.ground.identity import check_sign
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.journal.models import Entry
from linli.registers import disputing, keeping, living, merging
from linli.registers.importing import applying, pacing, returning, staging, undoing
from linli.registers.models import (
    Batch,
    Business,
    Dispute,
    Dwelling,
    Household,
    PastValue,
    Person,
    Register,
    SecretValue,
    Tie,
)
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


def test_another_address_of_someone_known_is_told_and_settled_in_one_act(book):
    brought(book(ROWS))
    path = book([[*SHAN[:5], "滨江路40号", *SHAN[6:]]])
    batch = brought(path, at=LATER)
    assert batch.counts == {"changed": 1}
    assert "another address" in words_of(batch, "changed")[0]
    shan = Person.objects.get(name="单雄信")
    assert shan.dwelling.address_key == "福源庭院3-1-102", "it stands until someone says"
    raised = Dispute.objects.get()
    assert (raised.thing, raised.proposed, raised.area_code) == (shan.ref, "滨江路40号", AREA)
    assert brought(path, at=LATER).counts == {"same": 1}
    disputing.settle(raised, shan, right=True, by=Program("secretary"), at=LATER)
    shan.refresh_from_db()
    assert shan.dwelling.address_key == "滨江路40"
    assert Tie.objects.get(kind="lived").dwelling.address_key == "福源庭院3-1-102"
    assert brought(path, at=LATER).counts == {"same": 1}


def test_another_address_that_is_wrong_stays_in_the_history_and_is_not_asked_again(book):
    brought(book(ROWS))
    path = book([[*SHAN[:5], "滨江路40号", *SHAN[6:]]])
    brought(path, at=LATER)
    disputing.settle(
        Dispute.objects.get(), Person.objects.get(name="单雄信"), right=False, by=Program("secretary"), at=LATER
    )
    assert Person.objects.get(name="单雄信").dwelling.address_key == "福源庭院3-1-102"
    assert PastValue.objects.get().value == "滨江路40号"
    assert brought(path, at=LATER).counts == {"same": 1}
    assert Dispute.objects.count() == 1


def test_another_household_number_of_someone_known_is_told_and_settled_in_one_act(book):
    brought(book(ROWS))
    path = book([[*SHAN[:4], "0099", *SHAN[5:]]])
    batch = brought(path, at=LATER)
    assert batch.counts == {"changed": 1}
    assert "another household number" in words_of(batch, "changed")[0]
    shan = Person.objects.get(name="单雄信")
    assert shan.household.number == "0013", "it stands until someone says"
    assert not Household.objects.filter(number="0099").exists(), "nor is one made that nobody belongs to"
    raised = Dispute.objects.get()
    assert (raised.fact, raised.stands, raised.proposed) == ("household.number", "0013", "0099")
    assert brought(path, at=LATER).counts == {"same": 1}
    disputing.settle(raised, shan, right=True, by=Program("secretary"), at=LATER)
    shan.refresh_from_db()
    assert shan.household.number == "0099"
    assert Tie.objects.get(kind="belonged").household.number == "0013"
    assert Entry.objects.filter(verb="person.entered-household", thing=shan.ref).exists()
    brought(path, at=LATER)  # how they are related there
    assert brought(path, at=LATER).counts == {"same": 1}


def test_who_belongs_to_another_household_joins_the_one_that_stands(book):
    brought(book(ROWS))
    brought(book([[*SHAN[:4], "0012", *SHAN[5:]]]), at=LATER)
    shan = Person.objects.get(name="单雄信")
    disputing.settle(Dispute.objects.get(), shan, right=True, by=Program("secretary"), at=LATER)
    shan.refresh_from_db()
    assert shan.household == Person.objects.get(name="王大").household and Household.objects.count() == 2


@pytest.mark.parametrize(("born", "counts"), [("2026-11-22", {"new": 1}), ("2026-11-23", {"refused": 1})])
def test_nobody_is_born_tomorrow(book, born, counts):
    batch = checked(book([["王大", born]], ["姓名", "出生日期"]))
    assert batch.counts == counts
    assert words_of(batch, "refused") == ["“%(what)s” has not come yet; today is %(today)s"] * ("refused" in counts)


def test_what_the_file_of_another_area_says_is_asked_where_the_person_lives_and_told_nowhere_else(book):
    brought(book(ROWS))
    path = book([[*WANG[:2], "13900009999", *WANG[3:-2], "苗族", "一级"]], name="other.xlsx")
    batch = brought(path, area="500199002001", at=LATER)
    assert words_of(batch, "elsewhere") == ["known elsewhere; what is known there is not changed"]
    assert {(each.fact, each.stands, each.proposed, each.area_code) for each in Dispute.objects.all()} == {
        ("person.phone", "13800000001", "13900009999", AREA),
        ("person.nation", "01", "06", AREA),
    }, "and nothing secret"
    entry = Entry.objects.filter(verb="import.written").last()
    assert "139" not in entry.facts and '"disputed":2' in entry.facts
    assert brought(path, area="500199002001", at=LATER).counts == {"same": 1}
    assert (Dispute.objects.count(), Tie.objects.count()) == (2, 1)
    undoing.undo(batch, by=BY, at=LATER)
    assert not Dispute.objects.exists() and not Tie.objects.exists()


def test_someone_who_moved_away_and_stands_in_a_file_again_is_brought_back_in_one_act(book):
    brought(book(ROWS))
    living.move_away(Person.objects.get(name="单雄信"), on=date(2026, 11, 1), by=BY, at=AT)
    batch = brought(book([SHAN]), at=LATER)
    assert batch.counts == {"ended": 1}
    assert "whether they are back" in words_of(batch, "ended")[0]
    raised = Dispute.objects.get()
    disputing.settle(raised, Person.objects.get(ref=raised.thing), right=True, by=Program("secretary"), at=LATER)
    back = Person.objects.get(ref=raised.thing)
    assert (back.ended_on, back.dwelling.address_key) == (None, "福源庭院3-1-102")


def test_nobody_who_died_is_asked_back(book):
    brought(book(ROWS))
    living.die(Person.objects.get(name="王大"), on=date(2026, 11, 1), by=BY, at=AT)
    brought(book([WANG]), at=LATER)
    assert not Dispute.objects.exists()


def test_undone_after_a_redrawing_nobody_lies_in_an_area_that_is_no_more(book):
    areas = [Area.objects.create(code=code, level=5, name=code, lon=0, lat=0) for code in (AREA, "500199001009")]
    person = keeping.add(
        Register.PERSON, {"person.name": "王大", "person.identity_number": WANG[1]}, area=AREA, by=BY, at=AT
    )
    batch = brought(book([WANG]), at=LATER)
    assert batch.counts == {"changed": 1}
    Area.objects.filter(pk=areas[0].pk).update(until=date(2026, 11, 20))
    for model in (Person, Dwelling, Household):
        model.objects.update(area_code="500199001009")
    undoing.undo(batch, by=BY, at=LATER)
    person.refresh_from_db()
    assert (person.phone, person.dwelling, person.area_code) == ("", None, "500199001009")


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
    monkeypatch.setattr(pacing, "MOST", 1)
    first, second = checked(book(ROWS)), checked(book(ROWS))
    assert first.counts == second.counts == {"new": 3}
    applying.write(first, by=BY, at=AT)
    written = applying.write(second, by=BY, at=LATER)
    assert Person.objects.count() == 3 and Household.objects.count() == 2 and Dwelling.objects.count() == 2
    assert written.counts == {"same": 3}


def test_a_batch_written_by_two_at_once_is_written_once(book, monkeypatch):
    monkeypatch.setattr(pacing, "MOST", 1)
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


def numbered(at):
    """An ID number that adds up."""
    digits = f"1101051980{at % 12 + 1:02}{at % 28 + 1:02}{at:03}"
    return digits + check_sign(digits)


def test_a_transaction_asks_the_same_few_questions_for_many_rows_as_for_few(book):
    asked = []
    for count in (30, 300):
        rows = [
            [f"李{chr(0x4E00 + at)}", numbered(at + count), "", "户主", f"{at}", f"滨江路{at}号", "汉族", ""]
            for at in range(count)
        ]
        told = []
        for again in (rows, [[*row[:6], "苗族", "二级"] for row in rows]):
            batch = checked(book(again, name=f"{count}.xlsx"), at=LATER)
            numbers = [row.number for row in batch.rows.filter(verdict__in=applying.GOOD).order_by("number")]
            assert len(numbers) == count
            with CaptureQueriesContext(connection) as questions:
                applying._write_some(batch, numbers, BY, LATER)
            told.append(len(questions))
        asked.append(told)
    assert max(map(max, asked)) <= max(asked[0]) + 5, asked


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
    assert sum(portions) == Person.objects.count() and max(portions) <= pacing.MOST
    assert connection.in_atomic_block and TODAY
