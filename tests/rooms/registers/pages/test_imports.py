"""Files in pages: sent, tried dry, columns corrected, written, undone; of nobody else."""

import io
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.registers import queries
from linli.registers.models import Batch, Person, Register, StagedRow

from .desk import COMMUNITY, GRID, HEADINGS, NEXT_GRID, PLAIN, ROWS, browser, read, sent, workbook

pytestmark = pytest.mark.django_db


def test_a_file_is_tried_dry_written_and_undone(town, by_hand, tmp_path):
    client = browser("zhou")
    address = sent(client)
    [file] = [each for each in (tmp_path / "importing").rglob("*") if each.is_file()]
    assert file.stat().st_mode & 0o777 == 0o600
    read(client, address)
    assert not file.exists() and Person.objects.count() == 0
    page = client.get(address)
    assert [(verdict, count) for verdict, _words, count in page.context["counts"]] == [("new", 1), ("refused", 1)]
    assert [each for each in PLAIN if each in page.content.decode()] == []
    client.post(address, {"do": "write"})
    assert Person.objects.get().name == "王大宝"
    back = client.get(reverse("import-refused", args=[Batch.objects.get().ref]))
    assert b"".join(back.streaming_content).startswith(b"PK")
    other = browser("sec")  # may import there too, and did not send it: what is refused stands in full in that file
    assert other.get(reverse("import-refused", args=[Batch.objects.get().ref])).status_code == 403
    assert "refused.xlsx" in client.get(address).content.decode()
    assert "refused.xlsx" not in other.get(address).content.decode()
    client.post(address, {"do": "undo"})
    assert Person.objects.count() == 0


def test_what_would_change_is_shown_old_and_new_and_masked(town, by_hand):
    client = browser("zhou")
    first = sent(client, ROWS[:1])
    read(client, first)
    client.post(first, {"do": "write"})
    again = sent(client, [[*ROWS[0][:2], "13911112222", *ROWS[0][3:]]])
    read(client, again)
    text = client.get(again).content.decode()
    assert "138****0001 → 139****2222" in text and "13911112222" not in text


def test_columns_are_corrected_and_remembered(town, by_hand):
    client, headings = browser("zhou"), ["住户", "号码"]
    rows = [["王大宝", "13800000001"], ["李梅", "13800000002"]]
    kept = {"file": workbook(rows, headings), "area": COMMUNITY}
    address = client.post(reverse("imports"), kept).url
    assert client.post(address, {"do": "read", "col-0": "person.name", "col-1": "person.name"}).status_code == 422
    client.post(address, {"do": "read", "col-0": "person.name", "col-1": "person.phone"})
    again = client.post(reverse("imports"), {"file": workbook(rows, headings), "area": COMMUNITY}).url
    assert [each.fact for each in client.get(again).context["columns"]] == ["person.name", "person.phone"]


def test_a_file_of_elsewhere_or_of_another_kind_leaves_nothing(town, tmp_path):
    client = browser("zhou")
    outside = {"file": workbook(ROWS), "area": "500199001002"}
    assert client.post(reverse("imports"), outside).status_code in (403, 404)
    other = {"file": SimpleUploadedFile("people.xlsx", b"%PDF-1.7 nothing"), "area": COMMUNITY}
    assert client.post(reverse("imports"), other).status_code >= 400
    assert Batch.objects.count() == StagedRow.objects.count() == 0
    assert [each for each in tmp_path.rglob("importing/**/*") if each.is_file()] == []


def test_an_import_is_nobody_elses(town, by_hand):
    address = sent(browser("zhou"))
    assert browser("wai").get(address).status_code == 404
    assert browser("li").get(address).status_code == 403


OTHER_FILES = {
    "household": (["户号", "户主姓名", "现住址"], [["0012", "王大宝", "福源庭院3栋1单元101"]]),
    "dwelling": (["房屋地址", "房屋用途"], [["福源庭院3栋1单元101", "住宅"]]),
    "business": (["单位名称", "统一社会信用代码", "经营地址"], [["邻里面馆", "", "福源庭院1栋1号"]]),
}


@pytest.mark.parametrize("register", OTHER_FILES)
def test_the_other_registers_come_by_the_same_page(town, by_hand, register):
    client, (headings, rows) = browser("zhou"), OTHER_FILES[register]
    kept = {"file": workbook(rows, headings), "area": COMMUNITY, "register": register, "true_on": "2026-01-02"}
    answer = client.post(reverse("imports"), kept)
    assert answer.status_code == 303, answer.content.decode()
    read(client, answer.url)
    assert client.get(answer.url).context["batch"].counts == {"new": 1}
    client.post(answer.url, {"do": "write"})
    made = queries.MODELS[Register(register)].objects.get()
    assert made.true_on == date(2026, 1, 2)
    again = client.post(reverse("imports"), kept | {"file": workbook(rows, headings)}).url
    read(client, again)
    assert client.get(again).context["batch"].counts == {"same": 1}
    client.post(answer.url, {"do": "undo"})
    assert not queries.MODELS[Register(register)].objects.exists()


def test_what_an_office_settled_is_remembered_for_its_areas_and_for_nobody_else(town, by_hand):
    headings, rows = ["住户", "号码"], [["王大宝", "13800000001"], ["李梅", "13800000002"]]
    clerk, other = browser("zhou"), browser("wai")
    first = sent_as(clerk, rows, headings, GRID)
    clerk.post(first, {"do": "read", "col-0": "person.name", "col-1": "person.phone"})
    known = [each.fact for each in clerk.get(sent_as(clerk, rows, headings, NEXT_GRID)).context["columns"]]
    assert known == ["person.name", "person.phone"]
    elsewhere = sent_as(other, rows, headings, "500199001002")
    assert [each.fact for each in other.get(elsewhere).context["columns"]] != known


def sent_as(client, rows, headings, area):
    return client.post(reverse("imports"), {"file": workbook(rows, headings), "area": area}).url


def test_the_sheet_with_people_is_found_and_another_may_be_chosen(town, by_hand):
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        for name, rows in (("说明", [["填报说明"], ["请如实填写"]]), ("名册", [HEADINGS, *ROWS])):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    client = browser("zhou")
    file = SimpleUploadedFile("people.xlsx", kept.getvalue())
    address = client.post(reverse("imports"), {"file": file, "area": COMMUNITY}).url
    page = client.get(address)
    assert page.context["sheet"] == "名册" and list(page.context["sheets"]) == ["说明", "名册"]
    assert client.get(address, {"sheet": "1"}).status_code in (200, 422)
    asked = {f"col-{each.number}": each.fact for each in page.context["columns"]}
    client.post(address, {"do": "read", "sheet": "名册"} | asked)
    assert client.get(address).context["batch"].counts == {"new": 1, "refused": 1}


def test_every_row_of_a_verdict_is_shown_masked_and_to_nobody_elses_clerk(town, by_hand):
    client = browser("zhou")
    address = sent(client)
    read(client, address)
    ref = Batch.objects.get().ref
    text = client.get(reverse("import-rows", args=[ref, "new"])).content.decode()
    assert "王**" in text and [each for each in PLAIN if each in text] == []
    assert client.get(reverse("import-rows", args=[ref, "nothing"])).status_code == 404
    assert browser("wai").get(reverse("import-rows", args=[ref, "new"])).status_code == 404


def test_a_file_of_tomorrow_is_refused(town):
    kept = {"file": workbook(ROWS), "area": COMMUNITY, "true_on": "2126-01-01"}
    assert browser("zhou").post(reverse("imports"), kept).status_code == 422
    assert Batch.objects.count() == 0
