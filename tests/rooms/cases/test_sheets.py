"""The figures page and the sheet for the morning meeting: numbers against plain Python, scope, the workbook."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from linli.bulk.sheets import reading
from linli.cases import closing, handling, intake, morning, queries, triage
from linli.cases.intake import RaisedBy
from linli.cases.models import Case
from linli.cases.stages import OPEN
from linli.clocks.working import Calendar, Hours, Special
from linli.site.cases import sheets

from .conftest import COMMUNITY, GRID, NEXT_GRID, OUTSIDE
from .test_desks import signed_in

PARTS = ("night", "today", "overdue", "stuck")


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    """The pages are asked for when the cases were raised, or as much later as the test says."""
    said = {"now": at}
    monkeypatch.setattr("django.utils.timezone.now", lambda: said["now"])
    return said


def shown(client, **asked) -> dict[str, tuple[str, str]]:
    """The numbers of the page by their names: part and whole, share."""
    text = client.get(reverse("case-figures"), asked, headers={"accept-language": "en"}).content.decode()
    rows = re.findall(r"<strong>(.+?)</strong>.*?<td.*?>(.*?)</td><td.*?>(.*?)</td>", text, re.S)
    return {name: (counted, share) for name, counted, share in rows}


def lines_of(answer, path) -> list[list]:
    """The workbook of an answer, line by line: its mark, its headings, its cases."""
    path.write_bytes(b"".join(answer.streaming_content))
    return [list(cells) for _number, cells in reading.opened(path).sheet().lines()]


def part_of(text: str, slug: str) -> str:
    return text.partition(f'id="part-{slug}"')[2].partition("</section>")[0]


def test_the_numbers_are_those_of_plain_python(town, case_at, at, photo, clock):
    case_at("closed")
    late = case_at("in-progress")
    after = late.due_at + timedelta(hours=1)
    late = handling.resolve(late, done="-", photos=[photo()], by=town.gang, at=after)
    closing.verify(late, by=town.he, at=after)
    case_at("signed")
    triage.decline(case_at("reported"), reason="-", by=town.he, at=at)
    clock["now"] = after
    cases = list(Case.objects.all())
    passed = [each for each in cases if each.verified_at]
    on_time = [each for each in passed if each.resolved_at <= each.due_at]
    still = [each for each in cases if each.stage in OPEN]
    due = [each for each in still if each.due_at < after]
    found = shown(signed_in(town.zhi))
    assert found["raised"] == (str(len(cases)), "") == ("4", "")
    assert found["on time"] == (f"{len(on_time)} / {len(passed)}", "50.0%") == ("1 / 2", "50.0%")
    assert found["still open"][0] == f"{len(still)} / {len(cases)}" == "1 / 4"
    assert found["open and past due"] == (f"{len(due)} / {len(still)}", "100.0%")
    assert found["declined"] == ("1 / 4", "25.0%")
    assert found["reopened"] == ("0 / 4", "0.0%")


def test_every_number_has_its_formula_beside_it_and_nobody_is_named(town, case_at):
    case_at("closed")
    text = signed_in(town.zhi).get(reverse("case-figures")).content.decode()
    rows = re.findall(r'<strong>.+?</strong><div class="small muted">(.+?)</div>', text)
    assert len(rows) == len(sheets.NAMES) + 1 and all(rows)
    table = text.partition("<table")[2].partition("</table>")[0]
    assert not [name for name in ("岗成", "何街", "胡民") if name in table]


def test_figures_are_of_an_area_within_scope_and_of_a_time(town, case_at, at, report):
    case_at("reported")
    intake.raise_case(report(area=NEXT_GRID), by=town.he, at=at - timedelta(days=29))
    intake.raise_case(report(area=NEXT_GRID), by=town.he, at=at - timedelta(days=30))
    client = signed_in(town.zhi)
    assert shown(client)["raised"][0] == "2"
    assert shown(client, area=GRID)["raised"][0] == "1"
    assert shown(client, area=COMMUNITY, since="2026-10-01", until="2026-10-31")["raised"][0] == "2"
    assert shown(client, since="2026-02-31", until="tomorrow")["raised"][0] == "2"
    assert f"?area={COMMUNITY}" in client.get(reverse("case-figures")).content.decode()
    assert f"?area={GRID}" in client.get(reverse("case-figures"), {"area": COMMUNITY}).content.decode()


@pytest.mark.parametrize("name", ["case-figures", "case-morning"])
def test_outside_ones_scope_is_nowhere_and_without_the_permission_nothing_is_shown(town, case_at, name):
    case = case_at("reported")
    outsider = signed_in(town.wai)
    assert case.summary not in outsider.get(reverse(name)).content.decode()
    assert outsider.get(reverse(name), {"area": GRID}).status_code == 404
    assert signed_in(town.zhi).get(reverse(name), {"area": OUTSIDE}).status_code == 404
    assert signed_in(town.zhi).get(reverse(name), {"area": "nowhere"}).status_code == 404
    assert signed_in(town.qin).get(reverse(name)).status_code == 403
    assert shown(outsider)["raised"][0] == "0"


def test_the_sheet_says_what_came_what_is_due_what_is_overdue_and_whose_and_what_is_stuck(town, case_at, at, report):
    night = intake.raise_case(report(summary="半夜水管爆裂"), by=town.he, at=at - timedelta(hours=12))
    theirs = case_at("in-progress", summary="路灯杆倒了")
    unsigned = case_at("dispatched", summary="井盖松动")
    now = theirs.due_at + timedelta(hours=1)
    found = morning.sheet(town.zhi, at=at, most=9)
    assert [each.ref for each in found.part("night").cases] == [night.ref]
    found = morning.sheet(town.zhi, at=now, most=9)
    assert {each.ref for each in found.part("overdue").cases} == {night.ref, theirs.ref, unsigned.ref}
    assert [each.ref for each in found.part("stuck").cases] == [unsigned.ref]
    due = morning.sheet(town.zhi, at=theirs.due_at - timedelta(minutes=1), most=9).part("today")
    assert [each.ref for each in due.cases] == [theirs.ref]
    waiting = handling.suspend(theirs, reason="等材料", by=town.gang, at=at)
    assert waiting.ref not in {each.ref for each in morning.sheet(town.zhi, at=now, most=9).part("overdue").cases}


def test_urgent_ones_stand_first_and_what_is_left_out_is_counted(town, case_at, at):
    wanted = ("emergency", "urgent", "general", "general")
    for urgency in reversed(wanted):
        case_at("reported", urgency=urgency)
    late = at + timedelta(days=30)
    found = morning.sheet(town.zhi, at=late, most=3).part("overdue")
    assert [each.urgency for each in found.cases] == ["emergency", "urgent", "general"]
    assert found.count == 4


def test_the_page_names_whose_it_is_and_the_workbook_holds_the_same(town, case_at, clock, tmp_path):
    case = case_at("in-progress", summary="=1+1")
    clock["now"] = case.due_at + timedelta(hours=3)
    client = signed_in(town.zhi)
    text = client.get(reverse("case-morning")).content.decode()
    overdue = part_of(text, "overdue")
    assert case.ref in overdue and "岗成" in overdue and case.ref not in part_of(text, "today")
    assert "胡民" not in text and "13800005678" not in text
    answer = client.get(reverse("case-morning"), {"form": "xlsx"})
    lines = lines_of(answer, tmp_path / "m.xlsx")
    assert len(lines[1]) == len(sheets.HEADINGS)
    (line,) = [each for each in lines[2:] if each[2] == case.ref]
    assert line[1] == "=1+1" and line[7] == "岗成"
    assert line[4] in overdue and line[5] in overdue and line[6] in overdue
    told = "".join(str(cell) for each in lines for cell in each)
    assert "胡民" not in told and "13800005678" not in told


def test_what_came_in_the_night_and_is_closed_stands_below_what_is_open(town, case_at, at):
    done, open_still = case_at("closed"), case_at("reported")
    tomorrow = at + timedelta(hours=23)  # the next day at nine: both came while the desks were staffed
    assert morning.sheet(town.zhi, at=tomorrow, most=9).part("night").count == 0
    Case.objects.update(raised_at=at + timedelta(hours=12))
    found = morning.sheet(town.zhi, at=tomorrow, most=9).part("night")
    assert [each.ref for each in found.cases] == [open_still.ref, done.ref]


def test_a_workbook_of_an_area_ends_where_the_area_does(town, case_at, at, clock, tmp_path):
    here, there = case_at("reported"), case_at("reported", area=NEXT_GRID)
    clock["now"] = at + timedelta(days=9)
    answer = signed_in(town.zhi).get(reverse("case-morning"), {"form": "xlsx", "area": NEXT_GRID})
    refs = {line[2] for line in lines_of(answer, tmp_path / "m.xlsx")[2:]}
    assert there.ref in refs and here.ref not in refs


def test_the_night_begins_when_work_ended_last_and_spans_days_of_rest():
    town = Calendar((Hours.every("09:00-12:00 14:00-18:00"),), {date(2026, 11, 22): Special(True)})
    friday_evening = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    sunday_evening = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    saturday, monday = datetime(2026, 11, 21, 4, tzinfo=UTC), datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert morning.night(town, at=saturday) == (friday_evening, saturday)
    assert morning.night(town, at=monday) == (sunday_evening, datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    early = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert morning.night(town, at=early) == (sunday_evening, early)


@pytest.mark.parametrize("name", ["case-figures", "case-morning"])
def test_a_sheet_costs_the_same_whatever_is_on_it(town, case_at, at, clock, name, django_assert_max_num_queries):
    client = signed_in(town.zhi)
    case_at("in-progress")
    clock["now"] = at + timedelta(days=20)
    client.get(reverse(name))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse(name))
    for n in range(5):
        case_at("in-progress", summary=f"事项{n}")
    with django_assert_max_num_queries(len(few)):
        client.get(reverse(name))


@pytest.mark.parametrize(("who", "linked"), [("zhi", True), ("li", True), ("hu", False), ("qin", False)])
def test_the_desks_link_both_for_whoever_reads_cases(town, who, linked):
    text = signed_in(getattr(town, who)).get(reverse("cases")).content.decode()
    assert [f'href="{reverse(name)}"' in text for name in ("case-figures", "case-morning")] == [linked] * 2


def test_who_reads_only_their_own_counts_only_their_own(town, case_at, report, at):
    case_at("reported")
    asked = report(raiser=RaisedBy(name="胡民", phone="1"))
    intake.raise_case(asked, by=town.hu, at=at)
    assert queries.cases(town.hu).count() == 1
    assert shown(signed_in(town.hu))["raised"][0] == "1"
