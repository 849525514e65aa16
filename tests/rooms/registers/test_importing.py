"""A clerk's file becomes records: a dry run, the good rows, the same file twice nothing, undone as a whole."""

from datetime import UTC, date, datetime, timedelta

import pytest
import xlsxwriter
from django.core.management import call_command
from django.db import connection

from linli.areas.models import Area
from linli.ground.hands import Program
from linli.journal.models import Entry
from linli.registers import keeping
from linli.registers.importing import applying, checking, pacing, portions, proposing, returning, staging, undoing
from linli.registers.models import (
    Batch,
    Dwelling,
    Household,
    Key,
    Likeness,
    PastValue,
    Person,
    Register,
    StagedRow,
    Tie,
)

pytestmark = pytest.mark.django_db
BY = Program("test")
AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
AREA = "500199001001"
HEADINGS = ["序号", "姓名", "身份证号码", "联系电话", "与户主关系", "户号", "现住址", "民族", "残疾等级"]
ROWS = [
    [1, "王大", "11010519491231002X", "13800000001", "户主", "0012", "福源庭院3栋1单元101", "汉族", ""],
    [2, "李梅", "", "13800000002", "配偶", "0012", "福源庭院3-1-101", "汉", "二级"],
    [3, "单雄信", "110105198001010016", "", "户主", "0013", "香樟街道福源庭院3栋1单元102室", "土家族", ""],
]


@pytest.fixture
def sheet(tmp_path):
    def made(rows, headings=HEADINGS, title="福源社区人口台账"):
        path = tmp_path / "people.xlsx"
        with xlsxwriter.Workbook(path) as book:
            table = book.add_worksheet("台账")
            table.merge_range(0, 0, 0, len(headings) - 1, title)
            for number, row in enumerate([headings, *rows], 1):
                table.write_row(number, 0, row)
        return path

    return made


def brought(path, *, area=AREA, complete=False, at=AT):
    proposal = proposing.propose(Register.PERSON, path, area=area)
    columns = proposing.settled(proposal, Register.PERSON)
    batch = staging.receive(Register.PERSON, path, staging.Asked(area, "people.xlsx", complete), by=BY, at=at)
    staging.stage(batch, proposal, columns, today=TODAY)
    return checking.check(batch, today=TODAY)


def state():
    return {
        "people": sorted(
            Person.objects.values_list("name", "born_on", "phone_index", "area_code", "dwelling__address_key")
        ),
        "households": sorted(Household.objects.values_list("number", "head")),
        "dwellings": sorted(Dwelling.objects.values_list("address_key", flat=True)),
        "keys": Key.objects.count(),
        "past": PastValue.objects.count(),
        "ties": Tie.objects.count(),
    }


def test_a_dry_run_writes_nothing(sheet):
    batch = brought(sheet(ROWS))
    assert batch.counts == {"new": 3}
    assert Person.objects.count() == Dwelling.objects.count() == 0


def test_good_rows_are_written_with_their_households_and_dwellings(sheet):
    applying.write(brought(sheet(ROWS)), by=BY, at=AT)
    wang, li, shan = Person.objects.order_by("id")
    assert (wang.name, wang.identity_number, wang.relation, wang.nation) == ("王大", "11010519491231002X", "01", "01")
    assert (wang.born_on, wang.sex) == (date(1949, 12, 31), "2")
    assert wang.household == li.household and wang.dwelling == li.dwelling != shan.dwelling
    assert Household.objects.get(number="0012").head == "王大"
    assert shan.sounds == "shan xiong xin"
    assert Entry.objects.get(verb="import.written").rows == 3


def test_the_same_file_twice_changes_nothing(sheet):
    path = sheet(ROWS)
    applying.write(brought(path), by=BY, at=AT)
    before = state()
    batch = brought(path, at=AT + timedelta(hours=1))
    assert batch.counts == {"same": 3}
    applying.write(batch, by=BY, at=AT + timedelta(hours=1))
    assert state() == before


def test_a_changed_value_is_told_and_the_old_one_kept(sheet):
    applying.write(brought(sheet(ROWS)), by=BY, at=AT)
    changed = [[*ROWS[0][:3], "13911112222", *ROWS[0][4:]], *ROWS[1:]]
    batch = brought(sheet(changed), at=AT + timedelta(hours=1))
    assert batch.counts == {"changed": 1, "same": 2}
    applying.write(batch, by=BY, at=AT + timedelta(hours=1))
    assert Person.objects.get(name="王大").phone == "13911112222"
    assert PastValue.objects.get().value == "13800000001"


def test_bad_rows_are_refused_in_words_and_the_others_go_on(sheet):
    rows = [*ROWS, [4, "", "", "", "子", "0012", "", "", ""], [5, "钱七", "", "", "亲家", "", "", "火星族", ""]]
    batch = brought(sheet(rows))
    assert batch.counts == {"new": 3, "refused": 2}
    wrong = [staging.complaints_of(row)[0] for row in batch.rows.filter(verdict="refused").order_by("number")]
    assert [len(each) for each in wrong] == [1, 2]
    applying.write(batch, by=BY, at=AT)
    assert Person.objects.count() == 3


def test_a_person_twice_in_one_file_is_told(sheet):
    applying.write(brought(sheet(ROWS)), by=BY, at=AT)
    batch = brought(sheet([ROWS[0], ROWS[0]]), at=AT + timedelta(hours=1))
    assert batch.counts == {"same": 1, "refused": 1}


def test_those_a_complete_file_lacks_are_proposed_and_never_deleted(sheet):
    applying.write(brought(sheet(ROWS)), by=BY, at=AT)
    batch = brought(sheet(ROWS[:2]), complete=True, at=AT + timedelta(hours=1))
    assert batch.counts == {"same": 2, "missing": 1}
    applying.write(batch, by=BY, at=AT + timedelta(hours=1))
    assert Person.objects.filter(ended_on=None).count() == 3


def test_who_is_known_elsewhere_gets_a_tie_and_nothing_else(sheet):
    applying.write(brought(sheet(ROWS)), by=BY, at=AT)
    batch = brought(sheet([[*ROWS[0][:3], "13911112222", *ROWS[0][4:]]]), area="500199002001", at=AT)
    assert batch.counts == {"elsewhere": 1}
    applying.write(batch, by=BY, at=AT)
    assert Person.objects.get(name="王大").phone == "13800000001"
    assert (Tie.objects.get().kind, Tie.objects.get().area_code) == ("registered", "500199002001")


def test_an_import_is_undone_as_if_it_had_never_come(sheet):
    applying.write(brought(sheet(ROWS[:2])), by=BY, at=AT)
    before = state()
    later = AT + timedelta(hours=1)
    changed = [[*ROWS[0][:3], "13911112222", *ROWS[0][4:]], *ROWS[1:]]
    batch = applying.write(brought(sheet(changed), at=later), by=BY, at=later)
    assert state() != before
    undoing.undo(batch, by=BY, at=later)
    assert state() == before


def test_what_something_newer_rests_on_is_not_undone(sheet):
    batch = applying.write(brought(sheet(ROWS)), by=BY, at=AT)
    keeping.correct(Person.objects.get(name="李梅"), {"person.phone": "13911112222"}, by=BY, at=AT)
    before = state()
    with pytest.raises(undoing.NewerRests):
        undoing.undo(batch, by=BY, at=AT)
    assert state() == before


def test_an_interrupted_import_goes_on_where_it_stopped(sheet, monkeypatch):
    monkeypatch.setattr(pacing, "MOST", 1)
    batch = brought(sheet(ROWS))
    write, calls = portions.writing.write, []

    def failing(verb, **facts):
        calls.append(verb)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(verb, **facts)

    monkeypatch.setattr(portions.writing, "write", failing)
    with pytest.raises(KeyboardInterrupt):
        applying.write(batch, by=BY, at=AT)
    assert Person.objects.count() == Entry.objects.filter(verb="import.written").count() == 1
    monkeypatch.setattr(portions.writing, "write", write)
    applying.write(Batch.objects.get(), by=BY, at=AT)
    assert Person.objects.count() == 3


def test_perhaps_the_same_person_is_for_someone_to_say(sheet):
    applying.write(brought(sheet(ROWS)), by=BY, at=AT)
    near = [1, "单雄信", "110105198001010076", "", "户主", "0013", "福源庭院3栋1单元102", "土家族", ""]
    batch = brought(sheet([near]), at=AT + timedelta(hours=1))
    assert batch.counts == {"perhaps": 1}
    applying.write(batch, by=BY, at=AT + timedelta(hours=1))
    assert Person.objects.filter(name="单雄信").count() == 2
    assert Likeness.objects.count() == 1


def test_a_mapping_is_remembered_for_the_office(sheet):
    path = sheet([["王大", "13800000001"]], headings=["称呼", "号码"], title="x")
    proposal = proposing.propose(Register.PERSON, path, area=AREA)
    proposing.remember(proposal, Register.PERSON, {"person.name": 0, "person.phone": 1}, area=AREA, at=AT)
    again = proposing.propose(Register.PERSON, path, area=AREA)
    assert again.matching.columns() == {"person.name": 0, "person.phone": 1}


def test_a_file_without_a_name_column_is_refused(sheet):
    path = sheet([["13800000001", "汉族"]] * 3, headings=["电话", "民族"])
    proposal = proposing.propose(Register.PERSON, path, area=AREA)
    with pytest.raises(proposing.ColumnsMissing):
        proposing.settled(proposal, Register.PERSON)


def test_what_was_staged_lies_sealed(sheet):
    brought(sheet(ROWS))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM registers_stagedrow")
        assert all("王大".encode() not in bytes(cells) for (cells,) in cursor.fetchall())
    assert staging.content_of(StagedRow.objects.order_by("number").first())[1]["person.name"] == "王大"


def test_refused_rows_come_back_and_mended_they_are_taken(sheet, tmp_path):
    rows = [*ROWS, [4, "钱七", "", "", "子", "0012", "福源庭院3-1-101", "火星族", ""]]
    batch = applying.write(brought(sheet(rows)), by=BY, at=AT)
    back = tmp_path / "back.xlsx"
    assert returning.return_refused(batch, back) == 1
    proposal = proposing.propose(Register.PERSON, back, area=AREA)
    line = proposal.sample[0]
    names = {heading.name: heading.column for heading in proposal.table.columns}
    assert line.at(names["姓名"]) == "钱七"
    assert "火星族" in str(line.at(names["需要改正"]))
    mended = [list(line.cells[: len(HEADINGS)])]
    mended[0][names["民族"]] = "汉族"
    again = brought(sheet(mended), at=AT + timedelta(hours=1))
    assert again.counts == {"new": 1}
    applying.write(again, by=BY, at=AT + timedelta(hours=1))
    assert Person.objects.count() == 4


def test_the_command_shows_what_would_become_and_writes_only_when_told(sheet, capsys):
    Area.objects.create(code=AREA, level=5, name="福源社区", lon=0, lat=0)
    path = sheet([*ROWS, [4, "", "", "", "", "", "", "火星族", ""]])
    call_command("import", "people", str(path), area=AREA)
    told = capsys.readouterr().out
    assert "姓名 → 姓名" in told and "新增: 3" in told and "拒收: 1" in told
    assert Person.objects.count() == 0
    assert [each.name for each in path.parent.glob("people-L-*.xlsx")]
    call_command("import", "people", str(path), area=AREA, yes=True)
    assert Person.objects.count() == 3
    call_command("import", "undo", Batch.objects.filter(stage="written").get().ref)
    assert Person.objects.count() == Dwelling.objects.count() == Household.objects.count() == 0
