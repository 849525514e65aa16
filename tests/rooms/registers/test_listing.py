"""Lists by facts: what is asked in words finds the same in the database as in Python; secrets only for a reason."""

from datetime import date, timedelta

import pytest

from linli.access.actors import Actor
from linli.ground.permissions import Permission
from linli.ground.refusals import NotPermitted, Refusal
from linli.journal.models import Entry
from linli.registers import book, keeping, listing, secrets
from linli.registers.listing import Asked
from linli.registers.models import Person, Register
from linli.registers.tags import Condition
from tests.rooms.registers.conftest import BY, GRID, NEXT_GRID

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
READ, SECRET, UNMASK = Permission.REGISTER_READ, Permission.REGISTER_SECRET, Permission.REGISTER_UNMASK
CLERK = Actor("A", "周社", "S", "community-clerk", GRID[:12], frozenset({READ}))
MORE = frozenset({READ, SECRET, UNMASK})
SECRETARY = Actor("A", "书记", "S", "community-secretary", GRID[:12], MORE)
OUTSIDER = Actor("A", "外人", "S", "community-secretary", "500198", MORE)
WHY = "a letter came back"


def asked(*conditions, **more):
    return Asked(Register.PERSON, where=tuple(Condition(*each) for each in conditions), **more)


def found(wish, viewer=CLERK):
    return {each.name for each in listing.rows(wish, viewer=viewer, as_of=TODAY)}


@pytest.fixture
def town(home, at):
    """Beside the house: someone of whom next to nothing is known, and someone with a telephone."""
    home.unknown = keeping.add(Register.PERSON, {"person.name": "钱七"}, area=GRID, by=BY, at=at)
    said = {"person.name": "单雄信", "person.phone": "13800005678", "person.identity_number": "11010519491231002X"}
    home.shan = keeping.add(Register.PERSON, said | {"person.work": "5"}, area=GRID, by=BY, at=at)
    home.shan.true_on = TODAY - timedelta(days=400)
    home.shan.save()
    return home


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (("person.age", "gte", 60), {"王大", "李梅"}),
        (("person.age", "lt", 60), {"王小"}),
        (("person.age", "unknown", ""), {"钱七", "单雄信"}),
        (("person.born_on", "gte", date(1951, 1, 1)), {"李梅", "王小"}),
        (("person.name", "begins", "王"), {"王大", "王小"}),
        (("person.name", "eq", "王大"), {"王大"}),
        (("person.phone", "eq", "13800005678"), {"单雄信"}),
        (("person.phone", "unknown", ""), {"王大", "李梅", "王小", "钱七"}),
        (("person.identity_number", "eq", "11010519491231002X"), {"单雄信"}),
        (("person.work", "eq", "5"), {"单雄信"}),
        (("person.work", "unknown", ""), {"王大", "李梅", "王小", "钱七"}),
        (("person.lives_alone", "eq", False), {"王大", "李梅", "王小"}),
        (("person.lives_alone", "unknown", ""), {"钱七", "单雄信"}),
        (("person.days_since_true", "gte", 365), {"单雄信"}),
        (("person.days_since_true", "lt", 1), {"王大", "李梅", "王小", "钱七"}),
    ],
)
def test_a_condition_finds_the_same_in_the_database_and_in_python(town, condition, names):
    one = Condition(*condition)
    assert {each.name for each in Person.objects.all() if one.holds(each, as_of=TODAY)} == names
    assert found(asked(condition, reason=WHY), SECRETARY) == names
    assert found(asked(condition, reason=WHY), OUTSIDER) == set()
    assert listing.condition(Register.PERSON, listing.written(one)) == one


def test_an_extra_item_narrows_like_any_other_fact(town, monkeypatch):
    fact = book.Fact(name="person.pets", type=book.Type.NUMBER, label="Pets", privacy=book.Kind.OPEN, extra="pets")
    monkeypatch.setitem(book._BOOK, fact.name, fact)
    town.head.extras = {"pets": 2}
    town.head.save()
    assert found(asked(("person.pets", "gte", 1))) == {"王大"}
    assert found(asked(("person.pets", "unknown", ""))) == {"李梅", "王小", "钱七", "单雄信"}
    assert fact in listing.facts_for(Register.PERSON)


def test_conditions_hold_together_and_within_an_area(town, at):
    both = (("person.age", "gte", 60), ("person.name", "begins", "王"))
    assert found(asked(*both)) == {"王大"}
    assert found(asked(*both, area=NEXT_GRID)) == set()
    assert found(asked(*both, tag="older", area=GRID)) == {"王大"}


def test_many_are_told_at_once_as_each_alone(town, django_assert_num_queries):
    people, fact = list(Person.objects.order_by("pk")), book.fact("person.lives_alone")
    alone = [fact.of(each, as_of=TODAY) for each in people]
    with django_assert_num_queries(1):
        book.foresee([fact], people, as_of=TODAY)
        assert [fact.of(each, as_of=TODAY) for each in people] == alone


def test_a_coded_secret_finds_people_for_a_reason_that_is_written_down(town, at):
    fact = book.fact("person.disability_level")
    secrets.put(town.head, fact, "1", true_on=TODAY)
    secrets.put(town.son, fact, "2", true_on=TODAY)
    wish = asked(("person.disability_level", "eq", "1"), reason="visits before the frost")
    listing.use_hidden(wish, by=SECRETARY, at=at)
    entry = Entry.objects.get(verb="secret.looked-for")
    assert "visits before the frost" in entry.facts and "person.disability_level" in entry.facts
    assert found(wish, SECRETARY) == {"王大"}
    assert found(wish, OUTSIDER) == set()


@pytest.mark.parametrize(("viewer", "reason"), [(CLERK, "visits before the frost"), (SECRETARY, " ")])
def test_a_secret_finds_nobody_without_permission_or_reason(town, at, viewer, reason):
    secrets.put(town.head, book.fact("person.disability_level"), "1", true_on=TODAY)
    wish = asked(("person.disability_level", "eq", "1"), reason=reason)
    for ask in (lambda: found(wish, viewer), lambda: listing.use_hidden(wish, by=viewer, at=at)):
        with pytest.raises((NotPermitted, secrets.ReasonNeeded)):
            ask()
    assert not Entry.objects.filter(verb="secret.looked-for").exists()


BEYOND = [
    ("person.name", "eq", "王大"),
    ("person.name", "begins", "王大"),
    ("person.born_on", "lt", date(1955, 7, 1)),
    ("person.phone", "eq", "13800005678"),
    ("person.identity_number", "eq", "11010519491231002X"),
]


@pytest.mark.parametrize("condition", BEYOND, ids=lambda each: f"{each[0]} {each[1]}")
def test_nothing_behind_a_mask_is_asked_without_permission_and_reason(town, at, condition):
    """Nor is anything written of it; with both, the journal says by what was asked and why, not for whom."""
    for viewer, reason in ((CLERK, WHY), (SECRETARY, " ")):
        wish = asked(condition, reason=reason)
        for ask in (lambda w=wish, v=viewer: found(w, v), lambda w=wish, v=viewer: listing.use_hidden(w, by=v, at=at)):
            with pytest.raises((listing.BeyondTheMask, secrets.ReasonNeeded)):
                ask()
    assert not Entry.objects.filter(verb="list.looked-closer").exists()
    listing.use_hidden(asked(condition, reason=WHY), by=SECRETARY, at=at)
    entry = Entry.objects.get(verb="list.looked-closer")
    assert (entry.said["fact"], entry.said["reason"]) == (condition[0], WHY)
    assert str(condition[2]) not in entry.facts


@pytest.mark.parametrize(
    "condition",
    [
        ("person.name", "begins", "王"),
        ("person.born_on", "gte", date(1951, 1, 1)),
        ("person.phone", "unknown", ""),
        ("person.work", "eq", "5"),
    ],
    ids=lambda each: f"{each[0]} {each[1]}",
)
def test_what_the_mask_shows_is_asked_freely(town, at, condition):
    assert found(asked(condition))
    listing.use_hidden(asked(condition), by=CLERK, at=at)
    assert not Entry.objects.filter(verb="list.looked-closer").exists()


@pytest.mark.parametrize(
    "text",
    [
        "person.income:gte:100",
        "person.income:unknown:",
        "person.low_income:unknown:",
        "person.low_income:lt:2",
        "person.age:begins:6",
        "person.age:gte:old",
        "person.age:gte:9999999999999",
        "person.born_on:gte:soon",
        "dwelling.use:eq:1",
        "person.nothing:eq:1",
        "person.sex",
        "",
    ],
)
def test_no_list_is_narrowed_by_amounts_that_are_secret_or_by_what_is_no_value(db, text):
    with pytest.raises(Refusal):
        listing.condition(Register.PERSON, text)


def test_a_list_reads_back_as_it_was_said():
    wish = asked(("person.age", "gte", 60), columns=("person.work", "household.number"), tag="older", area=GRID)
    assert listing.linked(Register.PERSON, wish.said()) == wish


@pytest.mark.parametrize("text", ["person.name:begins:王", "person.phone:eq:1", "person.low_income:eq:1"])
def test_what_names_someone_or_is_secret_stands_in_no_link(text):
    with pytest.raises(listing.NotInAnAddress):
        listing.linked(Register.PERSON, {"where": [text]})


@pytest.mark.parametrize(
    "said", [{"tag": ["none"]}, {"by": ["income"]}, {"column": ["person.income"]}, {"area": ["x"]}]
)
def test_what_no_list_knows_is_refused(said):
    with pytest.raises(Refusal):
        listing.read(Register.PERSON, said)


@pytest.mark.parametrize("register", Register)
def test_every_fact_a_list_offers_can_be_asked_and_shown(home, register):
    for fact in listing.conditions_for(register, viewer=SECRETARY):
        for sign in set(listing.signs(fact)) & {"unknown"}:
            list(listing.rows(Asked(register, where=(Condition(fact.name, sign, ""),)), viewer=CLERK, as_of=TODAY))
    assert all(not fact.is_secret for fact in listing.facts_for(register))
