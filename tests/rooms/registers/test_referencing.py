"""No two records bear one reference, though references are drawn by chance."""

from itertools import chain, cycle

import pytest

from linli.ground import refs
from linli.registers import keeping
from linli.registers.models import Person, Register
from linli.registers.referencing import give_refs
from tests.rooms.registers.conftest import BY, GRID

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch):
    """Chance that gives the same reference again and again before another one comes."""
    numbers = chain([1, 1, 1, 2, 1, 2, 3], cycle(range(4, 1000)))
    monkeypatch.setattr(refs.secrets, "randbits", lambda _bits: next(numbers))


def test_records_of_one_portion_and_those_that_stand_bear_their_own(few, at):
    first = keeping.add(Register.PERSON, {"person.name": "王大"}, area=GRID, by=BY, at=at)
    second = keeping.add(Register.PERSON, {"person.name": "李梅"}, area=GRID, by=BY, at=at)
    made = [Person(area_code=GRID, name="x", true_on=at.date()) for _ in range(3)]
    give_refs(made)
    assert len({first.ref, second.ref, *(person.ref for person in made)}) == 5


def test_a_reference_that_nobody_bears_is_left(at):
    person = Person(area_code=GRID, name="x", true_on=at.date(), ref=refs.from_number("P", 7))
    give_refs([person])
    assert person.ref == refs.from_number("P", 7)
