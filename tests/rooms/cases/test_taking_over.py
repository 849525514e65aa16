"""Open matters come over from an old system: tried first, the refused ones go back, the same sheet twice is nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
import xlsxwriter
from django.core.management import call_command
from django.utils import timezone

from linli.bulk.sheets import reading
from linli.cases import holding, queries
from linli.cases.models import Case, Raiser, Step, Urgency
from linli.cases.taking_over import bringing, sheet
from linli.journal import delivering, verifying
from linli.journal.models import Entry
from linli.notices.models import Notice
from tests.rooms.cases.conftest import BY, COMMUNITY, DISTRICT, GRID, TOWN

HEADINGS = [
    "序号", "工单编号*", "诉求内容", "所属网格", "地 址", "事项类别", "紧急程度", "登记时间",
    "办理时限（截止）", "承办单位", "派单时间", "当前状态", "诉求人", "联系电话", "满意度",
]  # fmt: skip
RAISED = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)
GOOD = [
    "1", "GD-001", "三号楼楼道灯不亮", f"area {GRID}", "香樟苑3号楼", "楼道灯不亮", "一般", "2026-11-18 14:30",
    "2026/12/3", "城市管理局", "2026年11月19日9时05分", "办理中", "胡民", "13800005678", "-",
]  # fmt: skip


def row(number, **cells):
    """The good row under another number, with these cells in place of its own, by heading."""
    names = [name.strip("*") for name in HEADINGS]
    changed = dict(zip(names, GOOD, strict=True)) | {"工单编号": number} | cells
    return [changed[name] for name in names]


def workbook(path, *rows, title=True):
    """A sheet as they come: a title over it, a line of units, a total under it."""
    with xlsxwriter.Workbook(path) as book:
        table = book.add_worksheet("未办结")
        lines = [["XX街道未办结工单台账"], HEADINGS, *rows, ["合计", len(rows)]] if title else [HEADINGS, *rows]
        for number, line in enumerate(lines):
            table.write_row(number, 0, line)
    return path


@pytest.fixture
def bring(town, tmp_path, at):
    """What becomes of some rows: bring(rows), really or not."""

    def brought(*rows, really=True, area=TOWN, by=BY, at=at):
        found = sheet.opened(workbook(tmp_path / "old.xlsx", *rows))
        return found, bringing.bring(found, area=area, by=by, at=at, really=really)

    return brought


def said_of(outcome):
    """What is wrong with each refused row, by number."""
    return {each.row_id: [str(complaint) for _column, complaint in each.wrong] for each in outcome.refused}


def test_a_matter_keeps_its_times_its_deadline_its_handler_and_its_raiser(bring, town, at):
    _found, outcome = bring(GOOD)
    assert (outcome.known, outcome.refused) == (0, [])
    case = Case.objects.get(ref=outcome.new[0])
    assert (case.raised_at, case.accepted_at) == (RAISED, RAISED)
    assert case.dispatched_at == case.first_answer_at == datetime(2026, 11, 19, 1, 5, tzinfo=UTC)
    assert case.due_at == case.promised_at == case.act_by == datetime(2026, 12, 3, 15, 59, tzinfo=UTC)
    assert (case.stage, case.summary, case.place, case.category) == (
        "in-progress", "三号楼楼道灯不亮", "香樟苑3号楼", "light",
    )  # fmt: skip
    assert (case.area_code, case.source, case.source_ref) == (GRID, "system", "GD-001")
    assert holding.lead(case).bureau == town.bureau and case in queries.cases(town.qin)
    assert Raiser.objects.get(case=case).phone == "13800005678"
    steps = list(Step.objects.filter(case=case).order_by("number").values_list("move", flat=True))
    assert steps == ["raise", "accept", "triage", "dispatch", "sign", "start"]
    assert set(Step.objects.values_list("at", flat=True)) == {at}, "what we wrote down, we wrote down now"
    while delivering.deliver(at=at):
        pass
    assert "The case %(thing)s was given to you; sign for it." in Notice.objects.filter(
        account__ref=town.qin.ref
    ).values_list("words", flat=True)


def test_what_is_late_already_is_late_and_the_clock_of_others_runs_since_it_was_raised(bring, at):
    bring(row("1", **{"办理时限（截止）": "2026-11-20 18:00"}),
          row("2", **{"办理时限（截止）": ""}), row("3", **{"办理时限（截止）": "", "紧急程度": "紧急"}))  # fmt: skip
    late, plain, urgent = Case.objects.order_by("source_ref")
    assert late.due_at == late.late_at == datetime(2026, 11, 20, 10, 0, tzinfo=UTC) and late.due_at < at
    assert plain.promised_at is None and plain.clock_since == RAISED
    assert plain.due_at == datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "two working days by the list"
    assert urgent.urgency == Urgency.URGENT and urgent.promised_at is None


def test_trying_writes_nothing_and_says_what_would_be(bring, at):
    before = Entry.objects.count()
    _found, outcome = bring(GOOD, row("2", 承办单位="没有这个局"), really=False)
    assert len(outcome.new) == 1 and list(said_of(outcome)) == ["2"]
    assert not Case.objects.exists() and not Step.objects.exists() and Entry.objects.count() == before


def test_the_same_sheet_twice_changes_nothing(bring, at):
    rows = [row(f"GD-{number}") for number in range(60)]
    _found, first = bring(*rows)
    entries = Entry.objects.count()
    _found, again = bring(*rows, at=at + timedelta(hours=1))
    assert (len(first.new), len(again.new), again.known, again.refused) == (60, 0, 60, [])
    assert Entry.objects.count() == entries and Case.objects.count() == 60
    [whole] = Entry.objects.filter(verb="case.taken-over")
    assert whole.rows == 60 and whole.said["count"] == 60
    found = verifying.verify()
    assert found.whole


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"诉求内容": ""}, "this is missing"),
        ({"登记时间": "大前天"}, "“大前天” is no time; write it as 2026-03-05 14:30"),
        ({"登记时间": "2026-11-18 25:70"}, "“2026-11-18 25:70” is no time; write it as 2026-03-05 14:30"),
        ({"登记时间": "2027-01-01", "办理时限（截止）": ""}, "it was raised later than now"),
        ({"办理时限（截止）": "2026-11-01"}, "it is due before it was raised"),
        ({"当前状态": "已办结"}, "it is closed; only open matters are taken over"),
        ({"当前状态": "飘着"}, "“飘着” is no state we know; leave it empty or write 待受理, 已派单, 已签收 or 处理中"),
        ({"承办单位": "", "当前状态": "处理中"}, "its state says that someone has it, and it names nobody"),
        ({"承办单位": "没有这个局"},
         "“没有这个局” is no bureau, post, person or team here; write the reference of a post or leave it empty"),
        ({"所属网格": "area 500198001001"}, f"“area 500198001001” is no area within {TOWN}; write its code"),
        ({"事项类别": "不明"}, "“不明” is no event type; write its code or leave it empty"),
        ({"紧急程度": "火急"}, "“火急” is no urgency; write 一般, 紧急 or 特急"),
        ({"事项类别": "渣土车", "承办单位": f"area {GRID}"},
         "The published list gives “渣土车” to the district; it may not be pushed down to the grid."),
    ],
)  # fmt: skip
def test_a_wrong_row_says_what_is_wrong_and_stops_no_other(bring, cells, words):
    _found, outcome = bring(row("bad", **cells), row("good"))
    assert said_of(outcome) == {"bad": [words]} and len(outcome.new) == 1


def test_a_number_twice_in_one_sheet_is_taken_once(bring):
    _found, outcome = bring(row("1"), row("2"), row("1"), row(""))
    assert len(outcome.new) == 2
    assert said_of(outcome) == {"1": ["this number stands twice in the file"], "6": ["this is missing"]}


def test_hands_are_found_by_post_person_and_team(bring, town):
    _found, outcome = bring(
        row("1", 承办单位=town.gang.post, 事项类别="道路破损"),
        row("2", 承办单位="李网", 当前状态="", 事项类别="楼道杂物"),
        row("3", 承办单位=GRID, 当前状态="已签收", 事项类别=""),
        row("4", 承办单位="", 当前状态=""),
        row("5", 承办单位="", 当前状态="已受理"),
        row("6", 承办单位="城市管理局", 当前状态="待受理"),
    )
    assert said_of(outcome) == {}
    stages = dict(Case.objects.values_list("source_ref", "stage"))
    assert stages == {
        "1": "in-progress", "2": "dispatched", "3": "signed", "4": "reported", "5": "triaged", "6": "dispatched",
    }  # fmt: skip
    held = {case.source_ref: holding.lead(case) for case in Case.objects.all()}
    assert held["1"].post.ref == town.gang.post and held["2"].post.ref == town.li.post
    assert held["3"].area_code == GRID and held["4"] is held["5"] is None


def test_the_refused_rows_come_back_to_be_mended_and_only_they_are_new(bring, tmp_path, at):
    found, outcome = bring(row("1"), row("2", 登记时间="昨天"), row("3", 承办单位="没有这个局"))
    aside = tmp_path / "refused.xlsx"
    assert bringing.give_back(found, outcome, aside) == 2
    lines = [cells for _number, cells in reading.opened(aside).sheet().lines()]
    assert lines[0][-2:] == ["需要改正", "行标识"] and [line[-1] for line in lines[1:]] == ["2", "3"]
    assert "昨天" in lines[1][-2] and lines[1][-2].startswith("H2: ")
    mended = [list(line) for line in lines]
    mended[1][7], mended[2][9] = "2026-11-20 10:00", "城市管理局"
    with xlsxwriter.Workbook(tmp_path / "mended.xlsx") as book:
        table = book.add_worksheet("未办结")
        for number, line in enumerate(mended):
            table.write_row(number, 0, line)
    again = bringing.bring(sheet.opened(tmp_path / "mended.xlsx"), area=TOWN, by=BY, at=at, really=True)
    assert (len(again.new), again.known, again.refused) == (2, 0, []) and Case.objects.count() == 3


def test_days_and_times_as_a_spreadsheet_keeps_them(town, tmp_path, at):
    path = tmp_path / "typed.xlsx"
    with xlsxwriter.Workbook(path) as book:
        table, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        table.write_row(0, 0, ["编号", "标题", "上报时间", "截止时间"])
        table.write_number(1, 0, 20261118001)
        table.write_string(1, 1, "路面塌陷")
        table.write_datetime(1, 2, datetime(2026, 11, 18, 14, 30), day)  # noqa: DTZ001 - a cell has no zone
        table.write_datetime(1, 3, date(2026, 11, 30), day)
    outcome = bringing.bring(sheet.opened(path), area=COMMUNITY, by=BY, at=at, really=True)
    case = Case.objects.get(ref=outcome.new[0])
    assert (case.source_ref, case.raised_at, case.area_code) == ("20261118001", RAISED, COMMUNITY)
    assert case.due_at == datetime(2026, 11, 30, 15, 59, tzinfo=UTC) and case.stage == "reported"


def test_a_sheet_without_the_columns_is_refused(town, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("姓名,标题,电话\n张三,灯,1\n", "utf-8")
    with pytest.raises(sheet.NoColumns, match="工单编号、上报时间"):
        sheet.opened(path)


def test_only_who_may_raise_cases_there_takes_over(bring, town):
    with pytest.raises(Exception, match="post"):
        bring(GOOD, by=town.wai)
    assert not Case.objects.exists()


def test_by_the_command_nothing_is_written_before_it_is_said(town, tmp_path, capsys, monkeypatch):
    path = workbook(tmp_path / "台账.xlsx", GOOD, row("2", 登记时间="昨天"), title=False)
    call_command("import", "cases", str(path), area=DISTRICT)
    told = capsys.readouterr().out
    assert "工单编号* → 工单编号" in told and "满意度" in told and "台账-refused.xlsx" in told
    assert not Case.objects.exists() and (tmp_path / "台账-refused.xlsx").exists()
    call_command("import", "cases", str(path), area=DISTRICT, yes=True)
    [case] = Case.objects.all()
    assert case.source_ref == "GD-001" and case.stage_since <= timezone.now()
