"""The registers in pages: who sees what, everything masked; a file sent, tried dry, written and undone."""

import io
import json
from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.access import appointing, opening
from linli.access.appointing import Appointment
from linli.ground.hands import Program
from linli.journal.models import Entry
from linli.registers import book, keeping, queries, secrets
from linli.registers.models import Batch, Likeness, Person, Register, StagedRow
from linli.site.registers import tasks
from linli.web import lists
from tests.browser import small_town

pytestmark = pytest.mark.django_db
BY, AT = Program("test"), datetime(2026, 11, 22, 4, tzinfo=UTC)
COMMUNITY = "500199001001"
GRID, NEXT_GRID = f"{COMMUNITY}001", f"{COMMUNITY}002"
HEADINGS = ["姓名", "身份证号码", "联系电话", "户号", "现住址", "民族"]
ROWS = [
    ["王大宝", "11010519491231002X", "13800000001", "0012", "福源庭院3栋1单元101", "汉族"],
    ["钱七", "", "13800000003", "0013", "福源庭院3栋1单元102", "火星族"],
]
PLAIN = ["王大宝", "11010519491231002X", "13800000001", "3栋1单元101", "1949-12-31"]


@pytest.fixture
def town(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    small_town.lay()
    for name, role, area in (
        ("sec", "community-secretary", COMMUNITY),
        ("wai", "community-clerk", "500199001002"),
        ("he", "dispatcher", "500199001"),
    ):
        who = opening.open_account(sign_in_name=name, name=name, password=small_town.PASSWORD, by=BY, at=AT)
        appointing.give(who, Appointment(role=role, area=area, since=date(2026, 1, 1)), by=BY, at=AT)


@pytest.fixture
def people(town):
    """Someone in each of two grids of one community."""
    said = {"person.name": "王大宝", "person.phone": "13800000001", "person.identity_number": "11010519491231002X"}
    said["person.born_on"] = date(1949, 12, 31)
    return [keeping.add(Register.PERSON, said, area=grid, by=BY, at=AT) for grid in (GRID, NEXT_GRID)]


@pytest.fixture
def by_hand(monkeypatch):
    """The worker's tasks are done at once."""
    monkeypatch.setattr(type(tasks.carry), "enqueue", lambda task, *asked: task.func(*asked))


def browser(name):
    client = Client()
    client.force_login(small_town.account(name))
    return client


def workbook(rows, headings=HEADINGS):
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([headings, *rows]):
            sheet.write_row(number, 0, row)
    return SimpleUploadedFile("people.xlsx", kept.getvalue())


def sent(client, rows=ROWS, area=COMMUNITY):
    answer = client.post(reverse("imports"), {"file": workbook(rows), "area": area})
    assert answer.status_code == 303, answer.content.decode()
    return answer.url


def read(client, address):
    """The columns are taken as they were proposed."""
    columns = client.get(address).context["columns"]
    return client.post(address, {"do": "read"} | {f"col-{each.number}": each.fact for each in columns})


def test_an_outsider_finds_nobody(people):
    here, _next = people
    assert browser("wai").get(reverse("record", args=[here.ref])).status_code == 404
    assert browser("wai").get(reverse("register", args=["person"])).context["listing"].rows == []
    assert browser("wai").post(reverse("record-unmasked", args=[here.ref]), {"reason": "to see"}).status_code == 404


def test_a_grid_worker_finds_those_of_their_grid(people):
    here, beyond = people
    worker = browser("li")
    assert [each.ref for each in worker.get(reverse("register", args=["person"])).context["listing"].rows] == [here.ref]
    found = worker.post(reverse("registers"), {"q": "王大宝"}, follow=True).context["found"]
    assert [line.ref for _register, line in found] == [here.ref]
    assert worker.get(reverse("record", args=[beyond.ref])).status_code == 404


def test_every_page_is_masked(people):
    client = browser("sec")
    for address in (
        reverse("register", args=["person"]),
        client.post(reverse("registers"), {"q": "王"}).url,
        reverse("record", args=[people[0].ref]),
    ):
        text = client.get(address).content.decode()
        assert "王**" in text
        assert [each for each in PLAIN if each in text] == [], address


def test_unmasked_only_with_a_reason_that_is_journalled(people):
    client, address = browser("li"), reverse("record-unmasked", args=[people[0].ref])
    assert "13800000001" not in client.post(address, {"reason": ""}).content.decode()
    assert not Entry.objects.filter(verb="person.unmasked").exists()
    assert "13800000001" in client.post(address, {"reason": "he called about the roof"}).content.decode()
    assert Entry.objects.get(verb="person.unmasked").thing == people[0].ref


def test_what_is_secret_needs_its_own_permission(people):
    address, asked = reverse("record-unmasked", args=[people[0].ref]), {"reason": "he asked", "secret": "yes"}
    assert browser("zhou").post(address, asked).status_code == 403
    assert browser("sec").post(address, asked).status_code == 200


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


def exported(client, **asked):
    answer = client.post(reverse("register-export", args=["person"]), {"form": "csv"} | asked)
    return answer.status_code, b"".join(answer.streaming_content).decode() if answer.streaming else ""


def test_a_list_leaves_masked_and_narrowed_and_is_journalled(people):
    status, text = exported(browser("zhou"), area=GRID)
    assert status == 200 and "王**" in text
    assert people[0].ref in text and people[1].ref not in text
    assert [each for each in PLAIN if each in text] == []
    assert Entry.objects.get(verb="list.exported").rows == 1


def test_a_list_leaves_unmasked_only_with_a_reason_that_stands_in_it(people):
    assert exported(browser("zhou"), plain="yes")[0] == 422
    status, text = exported(browser("zhou"), plain="yes", why="the flood list")
    assert status == 200 and "the flood list" in text.splitlines()[0]
    assert "王大宝" in text and "13800000001" in text and "11010519491231002X" not in text
    assert Entry.objects.get(verb="list.exported-unmasked").rows == 2


def test_who_may_not_export_takes_nothing(people):
    assert exported(browser("li"))[0] == 403
    assert people[0].ref not in exported(browser("wai"))[1]
    assert exported(browser("wai"), area=GRID)[0] in (403, 404)


def test_two_records_are_one_person_and_are_parted_again(people):
    here, beyond = people
    pair = Likeness.objects.create(register="person", area_code=COMMUNITY, one=beyond.ref, other=here.ref)
    client, address = browser("sec"), reverse("likeness", args=[pair.pk])
    assert [line.ref for line in client.get(reverse("likenesses")).context["shown"][0][1]] == [beyond.ref, here.ref]
    text = client.get(address).content.decode()
    assert [each for each in PLAIN if each in text] == []
    client.post(address, {"said": "one"})
    beyond.refresh_from_db()
    assert beyond.merged_into == here
    client.post(address, {"said": "part"})
    beyond.refresh_from_db()
    assert beyond.merged_into is None and beyond.ended_on is None


def test_two_people_are_not_proposed_again_and_an_outsider_says_nothing(people):
    here, beyond = people
    pair = Likeness.objects.create(register="person", area_code=COMMUNITY, one=beyond.ref, other=here.ref)
    address = reverse("likeness", args=[pair.pk])
    assert browser("zhou").post(address, {"said": "two"}).status_code == 403
    browser("sec").post(address, {"said": "two"})
    assert browser("sec").get(reverse("likenesses")).context["shown"] == []
    assert Person.objects.filter(ended_on=None).count() == 2


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


def test_each_tag_tells_its_rule_and_how_many_it_finds_within_ones_scope(people):
    shown = {who: tags_page(who).context["tags"] for who in ("li", "sec", "wai")}
    counts = {who: {tag.slug: count for tag, count, _more in tags} for who, tags in shown.items()}
    assert [counts[who]["older"] for who in ("li", "sec", "wai")] == [1, 2, 0]
    assert [counts[who]["lives-alone-older"] for who in ("li", "sec", "wai")] == [0, 0, 0], "unknown without a dwelling"
    english = browser("li").get(reverse("tags"), headers={"accept-language": "en"}).content.decode()
    assert "unknown without a dwelling" in english


def tags_page(who):
    return browser(who).get(reverse("tags"))


def asked_for(client, **said):
    """The address the list stands at once it was asked for so."""
    answer = client.post(reverse("register-ask", args=["person"]), {"do": "show"} | said)
    assert answer.status_code == 303, answer.content.decode()
    return answer.url


def test_a_list_is_narrowed_by_a_fact_in_two_steps_without_a_script(people):
    client = browser("zhou")
    address = asked_for(client, do="add", fact="person.age")
    page = client.get(address)
    assert page.context["adding"]["kind"] == "number"
    address = asked_for(client, do="where", sign="gte", value="60", **{"fact-added": "person.age"})
    assert "person.age" in address and len(client.get(address).context["rows"]) == 2
    assert client.get(asked_for(client, where="person.age:lt:60")).context["rows"] == []


def test_what_names_someone_is_kept_and_stands_in_no_address(people):
    client = browser("zhou")
    named = {"fact-added": "person.name", "sign": "begins", "value": "王大", "do": "where"}
    assert client.post(reverse("register-ask", args=["person"]), named).status_code == 422, "it asks for a reason"
    address = asked_for(client, **named, reason="回访")
    assert "%" not in address.replace("%3A", "") and "kept=" in address and "person.name" not in address
    assert len(client.get(address).context["rows"]) == 2
    assert browser("sec").get(address).status_code == 410
    assert client.get(reverse("register", args=["household"]) + "?" + address.partition("?")[2]).status_code == 410
    beside = reverse("register", args=["person"]) + "?where=person.name:begins:王"
    assert client.get(beside).status_code == 400


def test_who_may_not_unmask_narrows_no_further_than_the_mask(people):
    client = browser("he")
    asked = {"fact-added": "person.born_on", "sign": "lt", "do": "where", "reason": "回访"}
    assert client.post(reverse("register-ask", args=["person"]), asked | {"value": "1950-07-01"}).status_code == 403
    assert client.get(asked_for(client, **asked, value="1950-01-01")).status_code == 200
    form = client.get(asked_for(client, do="add", fact="person.phone")).context["adding"]
    assert [sign for sign, _words in form["signs"]] == ["unknown"] and not form["closer"]


def test_a_page_of_a_list_names_nobody_in_the_address_of_the_next(people, monkeypatch):
    monkeypatch.setitem(lists.listed.__kwdefaults__, "size", 1)
    page = browser("zhou").get(reverse("register", args=["person"]))
    cursor = page.context["listing"].next
    assert cursor and "wang" not in json.dumps(signing.loads(cursor, salt=lists.SALT))
    assert len(browser("zhou").get(reverse("register", args=["person"]), {"cursor": cursor}).context["rows"]) == 1


def test_columns_are_chosen_and_put_in_order(people):
    client = browser("zhou")
    address = asked_for(client, column=["person.sex", "person.days_since_true", "household.number"])
    assert [fact.name for fact in client.get(address).context["facts"]][1] == "person.days_since_true"
    moved = {"do": "up household.number", "column": ["person.sex", "household.number"]}
    address = asked_for(client, **moved)
    assert [fact.name for fact in client.get(address).context["facts"]] == ["household.number", "person.sex"]


def test_a_secret_narrows_for_the_secretary_who_says_why(people):
    secrets.put(people[0], book.fact("person.low_income"), "1", true_on=AT.date())
    wish = {"fact-added": "person.low_income", "sign": "eq", "value": "1", "do": "where"}
    address = reverse("register-ask", args=["person"])
    assert browser("zhou").post(address, wish | {"reason": "to help"}).status_code == 403
    assert browser("sec").post(address, wish).status_code == 422
    assert not Entry.objects.filter(verb="secret.looked-for").exists()
    found = asked_for(browser("sec"), **wish, reason="the heating allowance")
    assert "low_income" not in found
    page = browser("sec").get(found)
    assert [line.ref for line, _cells in page.context["rows"]] == [people[0].ref]
    assert Entry.objects.get(verb="secret.looked-for").area_code == COMMUNITY


@pytest.mark.parametrize("button", [{"do": "show"}, {"do": "add", "fact": "person.name"}])
def test_secrets_are_used_by_no_button_without_an_entry(people, button):
    secrets.put(people[0], book.fact("person.disability_level"), "1", true_on=AT.date())
    said = {"where": "person.disability_level:eq:1", "reason": "走访慰问", **button}
    assert browser("sec").post(reverse("register-ask", args=["person"]), said).status_code == 303
    assert Entry.objects.get(verb="secret.looked-for").said["reason"] == "走访慰问"


def test_the_archive_shows_the_house_on_the_map_once_the_address_is_shown(people):
    person = people[0]
    person.lon, person.lat = 106.5, 29.5
    person.save()
    client = browser("zhou")
    assert "spot" not in client.get(reverse("record", args=[person.ref])).context["map"].config
    page = client.post(reverse("record-unmasked", args=[person.ref]), {"reason": "回访"})
    assert page.context["map"].config["spot"] == [106.5, 29.5]
    home = keeping.add(Register.DWELLING, {"dwelling.address": "滨江路40号"}, area=GRID, by=BY, at=AT)
    assert "spot" not in client.get(reverse("record", args=[home.ref])).context["map"].config, "nobody knows where"
    home.lon, home.lat = 106.5, 29.5
    home.save()
    assert client.get(reverse("record", args=[home.ref])).context["map"].config["spot"] == [106.5, 29.5]
