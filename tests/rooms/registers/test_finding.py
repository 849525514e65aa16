"""Whatever a verb changes, records are found by what they say now: by their words, and people by their keys."""

from datetime import date, timedelta

import pytest

from linli.bulk.matching import keys as matching_keys
from linli.registers import indexing, keeping, knowing, living, many, merging
from linli.registers.models import Business, Dwelling, Household, Key, Merging, Person, Register
from linli.registers.queries import MODELS
from linli.registers.searching import search
from tests.rooms.registers.conftest import BY, GRID, NEXT_GRID
from tests.rooms.registers.test_searching import looking_from

ON = date(2026, 11, 1)


def is_right():
    """Every person has the keys of what is said of them, and every record the words."""
    for person in Person.objects.select_related("dwelling", "household"):
        laid = set(Key.objects.filter(person=person).values_list("key", flat=True))
        assert laid == set(matching_keys.keys(knowing.record_of(person))), person.name
    for register, model in MODELS.items():
        for record in model.objects.all():
            words = indexing.line(register, record).split()
            assert indexing.row_of(register, record.pk) in all_with(words), (register, record)


def all_with(words):
    return indexing.matching(words, last_begins=False, within=(), limit=1000)


def twin(at):
    values = {"person.name": "王大", "person.phone": "13800005678", "person.born_on": date(1950, 1, 2)}
    return keeping.add(Register.PERSON, values, area=NEXT_GRID, by=BY, at=at)


def to_its_people(home):
    """What the fixture settled behind the verbs' back is found too."""
    for person in (home.head, home.spouse, home.son):
        knowing.lay_keys([person])


ACTS = {
    "added": lambda home, at: twin(at),
    "corrected": lambda home, at: keeping.correct(home.head, {"person.phone": "13900001111"}, by=BY, at=at),
    "renamed": lambda home, at: keeping.correct(home.head, {"person.name": "王达"}, by=BY, at=at),
    "moved": lambda home, at: living.move(home.son, to=home.next_door, on=ON, by=BY, at=at),
    "moved away": lambda home, at: living.move_away(home.head, on=ON, by=BY, at=at),
    "died": lambda home, at: living.die(home.head, on=ON, by=BY, at=at),
    "born": lambda home, at: living.bear("王新", sex="2", to=home.head, on=ON, by=BY, at=at),
    "split": lambda home, at: living.split(home.household, [home.son], head=home.son, number="77", on=ON, by=BY, at=at),
    "merged": lambda home, at: merging.merge(home.head, twin(at), by=BY, at=at),
    "address": lambda home, at: keeping.correct(home.here, {"dwelling.address": "滨江路40号301"}, by=BY, at=at),
    "number": lambda home, at: keeping.correct(home.household, {"household.number": "99"}, by=BY, at=at),
}


@pytest.mark.parametrize("act", ACTS)
def test_after(home, at, act):
    to_its_people(home)
    ACTS[act](home, at)
    is_right()


def test_after_households_join(home, at):
    to_its_people(home)
    made = living.split(home.household, [home.son], head=home.son, number="77", on=ON, by=BY, at=at)
    living.join(Household.objects.get(pk=home.household.pk), made, on=ON, by=BY, at=at)
    is_right()


def test_after_parting(home, at):
    to_its_people(home)
    merging.merge(home.head, twin(at), by=BY, at=at)
    merging.part(Merging.objects.get(), by=BY, at=at + timedelta(minutes=1))
    is_right()


def test_a_dwelling_added_by_hand_has_the_key_of_its_address(home):
    assert Dwelling.objects.get(pk=home.here.pk).address_key == "香樟苑3-2-501"


@pytest.mark.parametrize(
    "typed",
    [
        "香樟苑3-2-501",
        "香樟苑3幢2单元501号",
        "香樟苑 3号楼2单元501室",
        "重庆市云岭区香樟街道香樟苑3栋2单元501",
        "3-2-501",
    ],
)
def test_an_address_is_found_however_it_is_written(home, typed):
    assert home.here in [hit.record for hit in search(typed, viewer=looking_from(GRID))]


OTHERWISE = {"extras": {"x": 1}, "sources": {"x": {}}, "true_on": date(2020, 1, 1), "lon": 1.0, "lat": 1.0, "staff": 3}


@pytest.mark.parametrize("register", indexing.SPOKEN)
def test_words_are_made_of_what_is_said_to_make_them(home, register):
    """Whoever writes a great many records lays words anew only where one of these fields changed."""
    record = {Register.PERSON: home.head, Register.HOUSEHOLD: home.household, Register.DWELLING: home.here}.get(
        register
    )
    record = record or Business(ref="E", name="邻里面馆", area_code="500199001001")
    line = indexing.line(register, record)
    for each in record._meta.concrete_fields:
        if each.attname not in indexing.SPOKEN[register]:
            held, value = getattr(record, each.attname), OTHERWISE.get(each.attname, "滨江路77号")
            record.__dict__[each.attname] = value
            assert indexing.line(register, record) == line, each.attname
            record.__dict__[each.attname] = held


def test_records_read_laid_and_changed_as_rows_are_as_django_has_them(home, at):
    by_django = {person.pk: vars(person) for person in Person.objects.all()}
    for person in many.read(Person, "id", list(by_django)):
        assert {**vars(person), "_state": 0} == {**by_django[person.pk], "_state": 0}
        person.phone, person.sources, person.born_on = "13800001234", {"phone": {"b": "x"}}, None
        many.change([person], ["phone", "sources", "born_on"])
        again = Person.objects.get(pk=person.pk)
        assert (again.phone, again.sources, again.born_on, again.name) == (
            "13800001234",
            {"phone": {"b": "x"}},
            None,
            by_django[person.pk]["name"],
        )
    made = [
        many.blank(Person, ref=f"P-0000{n}-00", name="赵云", area_code=GRID, true_on=date(2026, 1, 2)) for n in (1, 2)
    ]
    many.lay(made)
    kept = Person.objects.filter(pk__in=[person.pk for person in made]).order_by("pk")
    assert [{**vars(one), "_state": 0} for one in kept] == [{**vars(one), "_state": 0} for one in made]
    assert keeping.add(Register.PERSON, {"person.name": "后来"}, area=GRID, by=BY, at=at).pk > made[-1].pk
