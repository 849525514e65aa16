"""The registers in pages: who sees what, everything masked, lists narrowed and taken along."""

import json

import pytest
from django.core import signing
from django.urls import reverse

from linli.journal.models import Entry
from linli.registers import book, keeping, secrets
from linli.registers.models import Likeness, Person, Register
from linli.web import lists

from .desk import AT, BY, COMMUNITY, GRID, PLAIN, browser

pytestmark = pytest.mark.django_db


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
