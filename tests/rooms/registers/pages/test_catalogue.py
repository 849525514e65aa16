"""Extra items: described in a page, and from then on facts like any other."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from linli.ground.privacy import Kind
from linli.journal.models import Entry
from linli.registers import book, catalogue, disputing, keeping, showing
from linli.registers.book import Type
from linli.registers.importing import proposing
from linli.registers.models import Item, Person, Register, SecretValue

from .desk import AT, BY, COMMUNITY, browser, read, workbook

pytestmark = pytest.mark.django_db
SAID = {"register": "person", "label": "志愿时长", "label_english": "Volunteer hours", "type": "number", "unit": "小时"}
SAID |= {"privacy": "open", "basis": "志愿服务条例", "headings": "服务时长，志愿小时", "area": ""}


def item(label, type_, **more):
    area = more.pop("area", "")
    asked = {"register": Register.PERSON, "privacy": Kind.PERSONAL, "basis": "条例"} | more
    return catalogue.add(catalogue.Described(label=label, type=type_, **asked), area=area, by=BY, at=AT)


def test_an_item_is_added_in_the_page_and_stands_in_the_book(people):
    admin = browser("admin")
    assert admin.post(reverse("catalogue"), SAID).status_code == 303
    made = Item.objects.get()
    assert (made.slug, made.headings) == ("x_volunteer_hours", ["志愿时长", "服务时长", "志愿小时"])
    assert Entry.objects.get(verb="item.added").thing == "person.x_volunteer_hours"
    assert "志愿时长" in browser("li").get(reverse("facts"), headers={"accept-language": "zh"}).content.decode()
    with translation.override("en"):
        assert book.fact("person.x_volunteer_hours").label == "Volunteer hours"
    again = admin.post(reverse("catalogue"), SAID)
    assert again.status_code == 422 and "label" in again.context["form"].errors


def test_what_an_item_lacks_is_told_and_nothing_typed_is_lost(people):
    answer = browser("admin").post(reverse("catalogue"), SAID | {"type": "code", "choices": ""})
    assert answer.status_code == 422 and "服务时长" in answer.content.decode()
    assert not Item.objects.exists()


def test_nobody_else_keeps_the_catalogue(people):
    assert browser("sec").get(reverse("catalogue")).status_code == 403
    assert browser("zhou").post(reverse("catalogue"), SAID).status_code == 403


@pytest.mark.parametrize(
    ("type_", "typed", "kept", "more"),
    [
        (Type.TEXT, "甲组", "甲组", {}),
        (Type.NUMBER, "12", 12, {}),
        (Type.DATE, "2026-03-05", date(2026, 3, 5), {}),
        (Type.YES_NO, "yes", True, {}),
        (Type.CODE, "2", "2", {"choices": [("1", "低", "low"), ("2", "高", "high")]}),
    ],
)
def test_it_is_written_read_corrected_and_shown_like_any_other(people, type_, typed, kept, more):
    made = item("特别情况", type_, **more)
    name, here = f"person.{made.slug}", people[0]
    client, address = browser("zhou"), reverse("record-correct", args=[here.ref])
    assert client.post(address, {name: typed, "why": "seen"}).status_code == 303
    here.refresh_from_db()
    assert book.fact(name).of(here, as_of=AT.date()) == kept
    assert "特别情况" in client.get(reverse("record", args=[here.ref])).content.decode()
    keeping.correct(here, {name: None}, by=BY, at=AT)
    here.refresh_from_db()
    assert book.fact(name).of(here, as_of=AT.date()) is None


def test_a_secret_item_is_sealed_apart(people):
    made = item("救助备注", Type.TEXT, privacy=Kind.SECRET)
    name, here = f"person.{made.slug}", people[0]
    keeping.correct(here, {name: "只告诉书记"}, by=BY, at=AT)
    assert SecretValue.objects.get(fact=name).value == "只告诉书记"
    assert "只告诉书记" not in browser("sec").get(reverse("record", args=[here.ref])).content.decode()
    here.refresh_from_db()
    assert here.extras == {}


def test_it_comes_by_its_heading_and_is_disputed_and_exported(town, by_hand):
    made = item("志愿时长", Type.NUMBER, privacy=Kind.OPEN, headings=["服务时长"])
    client, rows = browser("zhou"), [["王大宝", "11010519491231002X", "37"], ["李梅", "", "5"]]
    file = workbook(rows, ["姓名", "身份证号码", "服务时长"])
    address = client.post(reverse("imports"), {"file": file, "area": COMMUNITY}).url
    read(client, address)
    client.post(address, {"do": "write"})
    here = Person.objects.get(name="王大宝")
    assert here.extras == {made.slug: 37}
    answer = client.post(reverse("register-export", args=["person"]), {"form": "csv"})
    assert "37" in b"".join(answer.streaming_content).decode()
    raised = disputing.dispute(here, f"person.{made.slug}", 40, reason="she says so", by=BY, at=AT)
    assert (raised.stands, raised.proposed) == ("37", "40")


def test_an_item_of_one_township_is_not_asked_in_another(people):
    catalogue.add(
        catalogue.Described(register=Register.PERSON, label="别处", type=Type.TEXT, privacy=Kind.OPEN, basis="条例"),
        area="500199002",
        by=BY,
        at=AT,
    )
    assert "别处" not in [said.fact.label for said in showing.facts_of(people[0], as_of=AT.date())]


def test_a_retired_item_is_asked_no_longer_and_its_values_stay(people):
    made = item("旧项", Type.TEXT)
    here = people[0]
    keeping.correct(here, {f"person.{made.slug}": "旧值"}, by=BY, at=AT)
    admin = browser("admin")
    assert admin.post(reverse("catalogue-retire", args=[made.pk])).status_code == 303
    assert admin.post(reverse("catalogue-retire", args=[made.pk])).status_code == 409
    here.refresh_from_db()
    assert here.extras == {made.slug: "旧值"} and book.fact(f"person.{made.slug}").label == "旧项"
    assert "旧项" not in admin.get(reverse("record", args=[here.ref])).content.decode()


def test_a_file_is_offered_the_items_of_its_area_alone(people):
    item("志愿时长", Type.NUMBER, area="500199001")
    item("别处的项", Type.NUMBER, area="500199002")
    item("全区的项", Type.NUMBER)
    labels = {fact.label for fact in proposing.facts_for(Register.PERSON, area=COMMUNITY)}
    assert {"志愿时长", "全区的项"} <= labels and "别处的项" not in labels


def test_items_are_asked_for_once_in_a_request_and_anew_where_one_came(people, django_assert_num_queries):
    with book.items_held():
        with django_assert_num_queries(1):
            for _ in range(3):
                list(book.declared(Register.PERSON))
        item("志愿时长", Type.NUMBER)
        assert "志愿时长" in {fact.label for fact in book.declared(Register.PERSON)}
