"""Writing by hand, in pages: each verb has a form, each refusal stands beside its field, nothing typed is lost."""

from datetime import date

import pytest
from django.urls import reverse

from linli.journal.models import Entry
from linli.registers import keeping, tying
from linli.registers.models import Dwelling, Likeness, PastValue, Person, Register, Tie, TieKind

from .desk import AT, BY, GRID, NEXT_GRID, browser

pytestmark = pytest.mark.django_db
AWAY = "500199001002001"


@pytest.fixture
def house(town):
    """Two dwellings in two grids, a household of two in the first, and a shop."""
    first, second = (
        keeping.add(Register.DWELLING, {"dwelling.address": f"福源庭院{n}栋1单元101"}, area=grid, by=BY, at=AT)
        for n, grid in ((1, GRID), (2, NEXT_GRID))
    )
    household = keeping.add(Register.HOUSEHOLD, {"household.number": "0012"}, area=GRID, by=BY, at=AT)
    folk = []
    for name, relation in (("王大宝", "01"), ("李梅", "10")):
        said = {"person.name": name, "person.relation": relation, "person.born_on": date(1950, 1, 2)}
        person = keeping.add(Register.PERSON, said, area=GRID, by=BY, at=AT)
        person.dwelling, person.household = first, household
        person.save()
        folk.append(person)
    shop = keeping.add(Register.BUSINESS, {"business.name": "邻里面馆"}, area=GRID, by=BY, at=AT)
    return first, second, household, folk, shop


def happened(client, record, what, **said):
    return client.post(reverse("record-act", args=[record.ref, what]), {"on": "2026-11-01"} | said)


def add(client, register, **said):
    return client.post(reverse("record-new", args=[register]), said)


def test_someone_is_added_where_they_live(house):
    first, _second, household, _folk, _shop = house
    said = {
        "person.name": "王小",
        "person.born_on": "1980-01-02",
        "dwelling": "福源庭院1栋1单元101",
        "household": "0012",
    }
    answer = add(browser("li"), "person", **said)
    assert answer.status_code == 303
    made = Person.objects.get(name="王小")
    assert (made.dwelling, made.household, made.area_code, made.born_on) == (first, household, GRID, date(1980, 1, 2))
    assert Entry.objects.filter(verb="person.added", thing=made.ref).count() == 1


def test_what_cannot_be_is_told_beside_its_field_and_nothing_typed_is_lost(house):
    said = {"person.name": "王小", "person.born_on": "2080-01-02", "dwelling": "没有的地方9栋"}
    answer = add(browser("li"), "person", **said)
    form = answer.context["form"]
    assert answer.status_code == 422 and set(form.errors) == {"person.born_on", "dwelling"}
    assert "王小" in answer.content.decode() and "没有的地方9栋" in answer.content.decode()
    assert not Person.objects.filter(name="王小").exists()


def test_nobody_is_added_twice(people):
    said = {"person.name": "王大宝", "person.identity_number": "11010519491231002X", "area": GRID}
    answer = add(browser("zhou"), "person", **said)
    assert answer.status_code == 422 and Person.objects.count() == 2


def test_of_who_is_known_elsewhere_nothing_more_is_told(people):
    keeping.add(
        Register.PERSON,
        {"person.name": "钱七", "person.identity_number": "440308199901101512"},
        area=AWAY,
        by=BY,
        at=AT,
    )
    there = Person.objects.get(name="钱七")
    said = {"person.name": "钱七", "person.identity_number": "440308199901101512", "area": GRID}
    text = add(browser("zhou"), "person", **said).content.decode()
    assert there.ref not in text and Person.objects.filter(name="钱七").count() == 1


def test_nobody_adds_outside_their_area(house):
    assert add(browser("li"), "dwelling", **{"dwelling.address": "福源庭院3栋", "area": NEXT_GRID}).status_code == 422
    assert not Dwelling.objects.filter(address="福源庭院3栋").exists()


@pytest.mark.parametrize(
    ("register", "said"),
    [
        ("household", {"household.number": "0099", "dwelling": "福源庭院1栋1单元101"}),
        ("dwelling", {"dwelling.address": "福源庭院5栋", "area": GRID}),
        ("business", {"business.name": "新店", "dwelling": "福源庭院1栋1单元101"}),
    ],
)
def test_each_register_has_its_form(house, register, said):
    answer = add(browser("li"), register, **said)
    assert answer.status_code == 303, answer.context["form"].errors
    assert browser("li").get(answer.url).status_code == 200


def test_a_value_is_corrected_with_a_reason_since_a_day(people):
    here, address = people[0], reverse("record-correct", args=[people[0].ref])
    client = browser("li")
    assert "13800000001" not in client.get(address).content.decode()
    assert client.post(address, {"person.phone": "13911112222"}).status_code == 422
    said = {"person.phone": "13911112222", "why": "she showed it", "true_on": "2026-10-01"}
    assert client.post(address, said).status_code == 303
    here.refresh_from_db()
    assert here.phone == "13911112222" and here.sources["phone"]["on"] == "2026-10-01"
    assert PastValue.objects.get(thing=here.ref, fact="person.phone").value == "13800000001"
    assert "she showed it" in str(Entry.objects.get(verb="person.corrected").said)


def test_a_coded_value_is_said_to_be_unknown(people):
    here, client = people[0], browser("li")
    keeping.correct(here, {"person.marital": "20"}, by=BY, at=AT)
    client.post(reverse("record-correct", args=[here.ref]), {"person.marital": "?", "why": "nobody knows"})
    here.refresh_from_db()
    assert not here.marital


def test_secret_facts_are_written_by_whoever_may_use_them(people):
    address = reverse("record-correct", args=[people[0].ref])
    assert "person.low_income" not in browser("li").get(address).context["form"].fields
    assert "person.low_income" in browser("sec").get(address).context["form"].fields


def test_someone_moves_leaves_comes_back_and_dies(house):
    _first, second, _household, (head, spouse), _shop = house
    client = browser("zhou")
    assert happened(client, head, "move", to=second.ref).status_code == 303
    assert Person.objects.get(pk=head.pk).area_code == NEXT_GRID
    assert happened(client, head, "move-away", to="成都").status_code == 303
    assert client.get(reverse("record-act", args=[head.ref, "move"])).status_code == 404
    assert happened(client, head, "come-back", to="福源庭院1栋1单元101", on="2026-11-02").status_code == 303
    again = Person.objects.get(pk=head.pk)
    assert again.ended_on is None and again.area_code == GRID
    assert happened(client, spouse, "die").status_code == 303
    assert client.get(reverse("record-act", args=[spouse.ref, "come-back"])).status_code == 404


def test_a_refused_act_is_told_beside_its_field(house):
    first, _second, _household, (head, _spouse), _shop = house
    client = browser("zhou")
    before_birth = happened(client, head, "die", on="1940-01-01")
    assert before_birth.status_code == 422 and "on" in before_birth.context["form"].errors
    there_already = happened(client, head, "move", to=first.ref)
    assert there_already.status_code == 422 and "to" in there_already.context["form"].errors
    assert "on" in happened(client, head, "die", on="2126-01-01").context["form"].errors


def test_a_child_is_born_and_households_part_and_join(house):
    _first, _second, household, (head, spouse), _shop = house
    client = browser("zhou")
    assert happened(client, spouse, "birth", name="王小小", sex="2").status_code == 303
    child = Person.objects.get(name="王小小")
    assert child.household == household
    left = happened(client, household, "split", leaving=[spouse.ref, child.ref], head=spouse.ref, number="0044")
    assert left.status_code == 303
    spouse.refresh_from_db()
    made = spouse.household
    assert made.number == "0044"
    assert happened(client, household, "join", other=household.ref).status_code == 422
    assert happened(client, household, "join", other=made.ref).status_code == 303
    head.refresh_from_db(), spouse.refresh_from_db()
    assert head.household == spouse.household == household


def test_ties_begin_and_end_and_what_lies_elsewhere_is_not_named(house):
    _first, _second, _household, (head, spouse), shop = house
    client = browser("li")
    assert happened(client, head, "tie", kind="works", to="邻里面馆").status_code == 303
    assert happened(client, head, "tie", kind="works", to="邻里面馆").status_code == 422
    assert happened(client, head, "tie", kind="registered", to="成都市春熙路1号").status_code == 303
    assert happened(client, head, "tie", kind="cares", to="没有这个人").status_code == 422
    works = Tie.objects.get(person=head, kind="works")
    assert works.business == shop and Tie.objects.get(person=head, kind="registered").place == "成都市春熙路1号"
    there = keeping.add(Register.BUSINESS, {"business.name": "远方工厂"}, area=AWAY, by=BY, at=AT)
    tying.tie(head, TieKind.WORKS, to=there, by=BY, at=AT)
    text = client.get(reverse("record", args=[head.ref])).content.decode()
    assert "邻里面馆" in text and "远方工厂" not in text
    assert client.post(reverse("record-untie", args=[spouse.ref, works.pk])).status_code == 404
    assert client.post(reverse("record-untie", args=[head.ref, works.pk])).status_code == 303
    works.refresh_from_db()
    assert works.until == date.today()  # noqa: DTZ011 - the page's own day


def test_who_is_perhaps_known_is_put_beside_them(people):
    said = {"person.name": "王大宝", "person.born_on": "1949-12-31", "person.phone": "13800000001", "area": GRID}
    answer = add(browser("zhou"), "person", **said)
    assert answer.status_code == 422 or Likeness.objects.exists()


def test_an_outsider_writes_nothing(house):
    _first, _second, household, (head, _spouse), _shop = house
    client = browser("wai")
    assert client.get(reverse("record-correct", args=[head.ref])).status_code == 404
    assert happened(client, head, "die").status_code == 404
    assert happened(client, household, "end", why="mistake").status_code == 404
    assert Person.objects.get(pk=head.pk).ended_on is None
