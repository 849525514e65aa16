"""What is sealed lies sealed, opens only in its place, and is found by its index alone."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from linli.ground.hands import Program
from linli.registers import book, keeping, keyring, sealed
from linli.registers.models import PastValue, Person, Register, SecretValue

pytestmark = pytest.mark.django_db
BY = Program("test")
AREA = "500199001001001"


@pytest.fixture
def wang(at):
    values = {
        "person.name": "王小明",
        "person.identity_number": "11010519491231002X",
        "person.phone": "13800005678",
        "person.disability_level": "2",
    }
    return keeping.add(Register.PERSON, values, area=AREA, by=BY, at=at)


@pytest.fixture
def at():
    return datetime(2026, 11, 22, 4, tzinfo=UTC)


def test_nothing_secret_lies_in_the_database_as_it_is(wang):
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_number, phone FROM registers_person")
        number, phone = map(bytes, cursor.fetchone())
    assert b"1949" not in number and b"5678" not in phone
    assert Person.objects.get().identity_number == "11010519491231002X"
    assert Person.objects.get().phone == "13800005678"


def test_a_value_copied_into_another_column_does_not_open(wang):
    content = sealed.seal("13800005678", column="registers.person.phone")
    with pytest.raises(sealed.CannotBeOpened):
        sealed.unseal(content, column="registers.person.identity_number")


def test_a_changed_value_does_not_open():
    content = bytearray(sealed.seal("13800005678", column="a"))
    content[-1] ^= 1
    with pytest.raises(sealed.CannotBeOpened):
        sealed.unseal(bytes(content), column="a")


def test_a_new_key_leaves_the_old_values_open(at, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    before = sealed.seal("甲", column="a")
    version = keyring.add(at=at)
    after = sealed.seal("甲", column="a")
    assert after[0] == version > before[0]
    assert sealed.unseal(before, column="a") == sealed.unseal(after, column="a") == "甲"


def test_a_person_is_found_by_number_phone_and_last_four(wang):
    assert Person.objects.get(
        identity_index=sealed.blind("11010519491231002X", column="registers.person.identity_number")
    )
    assert Person.objects.get(phone_index=sealed.blind("13800005678", column="registers.person.phone"))
    assert Person.objects.get(identity_tail=sealed.blind("002X", column="registers.person.identity_tail"))


def test_a_secret_fact_is_sealed_and_indexed(wang):
    kept = SecretValue.objects.get()
    assert (kept.fact, kept.value, kept.area_code) == ("person.disability_level", "2", AREA)
    assert kept.index == sealed.blind("2", column="person.disability_level")


def test_what_a_fact_said_before_stays_in_the_history(wang, at):
    keeping.correct(wang, {"person.phone": "13900001234"}, by=BY, at=at)
    past = PastValue.objects.get()
    assert (past.fact, past.value, past.thing) == ("person.phone", "13800005678", wang.ref)


def test_a_fact_that_is_worked_out_cannot_be_written(wang, at):
    with pytest.raises(keeping.NotKept):
        keeping.correct(wang, {"person.age": 80}, by=BY, at=at)
    assert PastValue.objects.count() == 0


@pytest.mark.django_db
def test_every_fact_stands_on_something():
    """A column, a table of its own or a reading; and each kept fact says by which law and on whose word."""
    for fact in book.declared():
        assert fact.derived or fact.is_secret or fact.column or fact.extra, fact.name
        assert fact.derived or (fact.basis and fact.source and fact.headings), fact.name
