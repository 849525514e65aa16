"""People settle in the town block by block: found by everything, tied to each other, the same after interruptions."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from linli.bulk.matching import keys as matching_keys
from linli.ground import identity, refs
from linli.ground.hands import Program
from linli.journal.models import Entry
from linli.registers import addresses, indexing, knowing
from linli.registers.models import (
    Batch,
    Business,
    Dwelling,
    Household,
    Key,
    Person,
    Register,
    SecretValue,
    Tie,
    TieKind,
)
from linli.registers.sealed import blind
from linli.town.peopling import blocks, houses, numbers, settling
from linli.town.peopling.houses import House, Street, Town, Workplace
from linli.town.peopling.settling import Manner

AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
BY = Program("town")
GRID, OTHER = "500199001001001", "500199001001002"
HERE, THERE = Manner(beside=False), Manner(beside=True)
MODELS = (Person, Household, Dwelling, Business, Tie, SecretValue, Key)
TABLES = {Register.PERSON: Person, Register.HOUSEHOLD: Household, Register.DWELLING: Dwelling}
TABLES |= {Register.BUSINESS: Business}

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    """Two compounds, a village street and the shops between them: 240 dwellings."""
    many = [House(GRID, 102.0, 39.0, "香樟街道", "香樟苑", f"{n}栋", 5, 2, 2) for n in range(1, 6)]
    more = [House(OTHER, 102.1, 39.1, "香樟街道", "福源庭院", f"{n}栋", 10, 1, 4) for n in range(1, 4)]
    village = [House(OTHER, 102.2, 39.2, "香樟街道", "", f"槐巷{n}号", 2, 1, 1) for n in range(1, 11)]
    work = [
        ("shop", "邻里面馆", "香樟路1号"),
        ("factory", "香樟汽车配件厂", "香樟路9号"),
        ("school", "香樟小学", "槐路2号"),
    ]
    return Town(
        1, "township", (*many, *more, *village), tuple(Workplace(GRID, 102.0, 39.0, "香樟街道", *each) for each in work)
    )


@pytest.fixture
def small_blocks(monkeypatch):
    """Several blocks even in a small town."""
    monkeypatch.setattr(blocks, "FEWEST", 30)
    monkeypatch.setattr(blocks, "FIRMS_AT_ONCE", 4)


@pytest.fixture
def settled(town, small_blocks):
    assert settling.settle(town, 600, by=BY, at=AT, manner=HERE) == 600
    return town


def told():
    """Everything that was written, opened, but for keys that the database gives by itself."""
    rows = []
    for model in MODELS:
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in ("id", "batch_id")]
        keyed = ["id"] if model in (Person, Household, Dwelling, Business) else []
        rows += [(model.__name__, *map(str, row)) for row in model.objects.values_list(*keyed, *names)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {'rowid' if connection.vendor == 'sqlite' else 'id'} FROM {indexing.TABLE}")
        rows += [("words", str(row)) for (row,) in cursor.fetchall()]
    return sorted(rows)


def test_as_many_live_there_as_were_asked_for_each_in_a_household(settled):
    assert (Person.objects.count(), Dwelling.objects.count()) == (600, len(Street(settled.houses)))
    assert not Person.objects.filter(household=None).exists()
    assert not Household.objects.filter(head="").exists()
    assert Dwelling.objects.filter(address="香樟街道香樟苑1栋1单元101").count() == 1
    heads = Person.objects.filter(relation="01").values_list("household__head", "name")
    assert heads
    assert all(head == name for head, name in heads)


def test_a_second_time_nothing_is_written(settled):
    before = told()
    assert settling.settle(settled, 900, by=BY, at=AT, manner=HERE) == 0
    assert told() == before


def test_where_people_live_nobody_is_settled(town):
    Person.objects.create(name="胡民", area_code=GRID, true_on=date(2026, 1, 1))
    assert settling.settle(town, 60, by=BY, at=AT, manner=HERE) == 0
    assert not Batch.objects.exists()


@pytest.mark.parametrize("after", [1, 3, 6])
def test_whoever_is_interrupted_goes_on_with_the_next_block_to_the_same_end(town, small_blocks, monkeypatch, after):
    settling.settle(town, 600, by=BY, at=AT, manner=HERE)
    whole, entries = told(), Entry.objects.count()
    first = {model: model.objects.order_by("id").values_list("id", flat=True)[0] for model in MODELS[:4]}
    _empty(first)
    written = settling._write
    left = iter(range(after))

    def cut_off(*given, **named):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return written(*given, **named)

    monkeypatch.setattr(settling, "_write", cut_off)
    with pytest.raises(KeyboardInterrupt):
        settling.settle(town, 600, by=BY, at=AT, manner=HERE)
    assert Batch.objects.get().reached == after
    monkeypatch.setattr(settling, "_write", written)
    settling.settle(town, 9, by=BY, at=AT + timedelta(days=40), manner=HERE)
    assert told() == whole
    assert Entry.objects.count() == 2 * entries
    assert Batch.objects.get().stage == "settled"


def _empty(first):
    """Nothing was ever written: the next keys are the first again."""
    for model in (Key, SecretValue, Tie, Person, Household, Dwelling, Business, Batch):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {indexing.TABLE}")
        for model, key in first.items():
            if connection.vendor == "sqlite":
                sql = "UPDATE sqlite_sequence SET seq = %s - 1 WHERE name = %s"
                cursor.execute(sql, [key, model._meta.db_table])
            else:
                sql = "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)"
                cursor.execute(sql, [model._meta.db_table, key])


def test_what_is_written_is_found_by_what_the_registers_would_make_of_it(settled):
    """Prepared rows beside what the room itself makes of each record: lines of words, keys, blind indexes."""
    lines = _lines()
    for register, model in TABLES.items():
        for record in model.objects.all():
            words = lines.pop(indexing.row_of(register, record.pk))
            assert words == set(indexing.line(register, record).split()), record
    assert not lines
    for person in Person.objects.select_related("dwelling", "household"):
        laid = sorted(person.keys.values_list("key", flat=True))
        assert laid == list(matching_keys.keys(knowing.record_of(person)))
        assert person.identity_index == blind(person.identity_number, column="registers.person.identity_number")
        assert person.identity_tail == blind(person.identity_number[-4:], column="registers.person.identity_tail")
        assert person.phone_index == blind(person.phone, column="registers.person.phone")
    for dwelling in Dwelling.objects.all():
        assert dwelling.address_key == addresses.key_of(dwelling.address)


def _lines():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("CREATE VIRTUAL TABLE temp.told USING fts5vocab(main, registers_words, instance)")
            cursor.execute("SELECT doc, term FROM temp.told")
            rows = cursor.fetchall()
            cursor.execute("DROP TABLE temp.told")
        else:
            cursor.execute(f"SELECT id, unnest(tsvector_to_array(words)) FROM {indexing.TABLE}")
            rows = cursor.fetchall()
    lines = {}
    for row, word in rows:
        lines.setdefault(row, set()).add(word)
    return lines


def test_references_and_numbers_are_given_once_and_are_nobodys(settled):
    for model, kind in ((Person, "P"), (Household, "H"), (Dwelling, "W"), (Business, "E")):
        for ref in model.objects.values_list("ref", flat=True):
            assert refs.read(ref, kind) == ref
    people = list(Person.objects.all())
    assert len({person.identity_number for person in people}) == len(people)
    phones = [each.phone for each in [*people, *Business.objects.all()] if each.phone]
    assert len(set(phones)) == len(phones)
    assert {phone[:3] for phone in phones} == {numbers.UNALLOCATED}
    for person in people:
        number = identity.citizen(person.identity_number)
        assert (number.doubts, number.born_on, number.sex) == ((), person.born_on, person.sex)
        assert number.place in numbers.DISTRICTS
    for business in Business.objects.all():
        code = identity.organisation(business.credit_code)
        assert (code.doubts, code.place) == ((), "500199")


def test_people_are_tied_to_work_places_and_each_other(settled):
    kinds = Counter(Tie.objects.values_list("kind", flat=True))
    assert set(kinds) >= {TieKind.REGISTERED, TieKind.OWNS, TieKind.RENTS, TieKind.WORKS, TieKind.CARES, TieKind.GUARDS}
    for tie in Tie.objects.filter(kind=TieKind.WORKS).select_related("person", "business"):
        assert tie.person.workplace == tie.business.name
    owned = set(Tie.objects.filter(kind=TieKind.OWNS).values_list("dwelling", flat=True))
    assert set(Dwelling.objects.filter(tenure="1").values_list("pk", flat=True)) <= owned
    assert not Tie.objects.filter(kind=TieKind.LIVED, until=None).exists()


def test_every_child_has_a_guardian_who_is_grown(settled):
    grown = AT.date() - timedelta(days=18 * 366)
    children = Person.objects.filter(
        born_on__gt=AT.date() - timedelta(days=17 * 365), relation__in=("20", "30", "41", "42")
    )
    assert children
    for child in children:
        guardian = Tie.objects.get(kind=TieKind.GUARDS, other=child).person
        assert guardian.born_on < grown
        assert guardian.household_id == child.household_id


def test_who_went_away_to_work_lives_nowhere_known_and_keeps_the_household(settled):
    gone = Person.objects.filter(dwelling=None)
    assert gone
    for person in gone:
        assert (person.work, person.lives_since) == ("3", None)
        assert person.household_id
        assert Tie.objects.filter(kind=TieKind.LIVED, person=person).count() == 1


def test_some_was_seen_lately_some_long_ago_and_some_never_confirmed(settled):
    days = [(AT.date() - day).days for day in Person.objects.values_list("true_on", flat=True)]
    assert sum(day <= 150 for day in days) > len(days) / 3
    assert sum(day > 400 for day in days) > len(days) / 50
    assert 0.05 < Person.objects.filter(confirmed_on=None).count() / 600 < 0.4
    assert not Person.objects.filter(confirmed_on=None).exclude(confirmed_by="").exists()


def test_secrets_are_coded_or_amounts_and_amounts_cannot_be_looked_for(settled):
    known = Counter(SecretValue.objects.values_list("fact", flat=True))
    assert known["person.income"] > 10
    assert known["person.disability_kind"] == known["person.disability_level"]
    assert {bytes(each.index) for each in SecretValue.objects.filter(fact="person.income")} == {b""}
    assert all(each.index for each in SecretValue.objects.exclude(fact="person.income"))


def test_the_journal_tells_counts_and_no_names(settled):
    entries = Entry.objects.filter(verb="town.settled")
    assert sum(entries.values_list("rows", flat=True)) == sum(model.objects.count() for model in TABLES.values())
    facts = " ".join(f"{entry.facts}{entry.thing}" for entry in entries)
    assert not any(name in facts for name in Person.objects.values_list("name", flat=True))


def test_drawn_beside_or_here_the_people_are_the_same(town, settings):
    settling.settle(town, 300, by=BY, at=AT, manner=THERE)
    beside = told()
    first = {model: model.objects.order_by("id").values_list("id", flat=True)[0] for model in MODELS[:4]}
    _empty(first)
    settling.settle(town, 300, by=BY, at=AT, manner=HERE)
    assert told() == beside


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cut", [False, True])
def test_indexes_set_aside_for_many_people_stand_again_at_the_end(town, small_blocks, monkeypatch, cut):
    """Whoever is cut off between the last block and the indexes makes them the next time."""
    before = _indexes()
    monkeypatch.setattr(settling, "MANY", 100)
    seen = []
    monkeypatch.setattr(settling.laying, "lay_words", lambda rows: seen.append(_indexes()))
    if cut:
        again = settling.laying.index_again
        monkeypatch.setattr(settling.laying, "index_again", lambda *_tables: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            settling.settle(town, 600, by=BY, at=AT, manner=HERE)
        assert not settling.lived_in(1, "township")
        monkeypatch.setattr(settling.laying, "index_again", again)
    settling.settle(town, 600, by=BY, at=AT, manner=HERE)
    assert settling.lived_in(1, "township")
    assert Person.objects.count() == 600
    assert all("key_found" not in names and "person_identity" not in names for names in seen)
    assert _indexes() == before


def _indexes():
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in (Person, Key, SecretValue)]
        return {name for table in tables for name in connection.introspection.get_constraints(cursor, table)}


def test_what_stands_is_kept_as_it_was_drawn(drawing, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    town = houses.of(drawing)
    assert houses.kept(town.seed, town.scale) is None
    houses.keep(town)
    assert houses.kept(town.seed, town.scale) == town
    assert len(Street(town.houses)) == drawing.counts["dwellings"]
    assert houses.Street(town.houses).house_of(0) == town.houses[0]


def test_dwellings_from_the_middle_are_those_of_the_whole(town):
    street = Street(town.houses)
    whole = list(street.dwellings(0, len(street)))
    assert len(whole) == len(street) == 240
    assert list(street.dwellings(37, 91)) == whole[37:91]
    assert [street.house_of(number) for number in range(240)] == [house for house, *_door in whole]


def test_nobody_asks_for_fewer_than_no_people():
    with pytest.raises(CommandError):
        call_command("town", people=-1)
