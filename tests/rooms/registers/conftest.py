"""A house in the registers: a dwelling, a household of three, and a neighbour."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from linli.ground.hands import Program
from linli.registers import keeping
from linli.registers.models import Register

BY = Program("test")
GRID, NEXT_GRID = "500199001001001", "500199001001002"


@pytest.fixture
def at():
    return datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture
def home(db, at):
    """王大 (head), 李梅 (spouse) and 王小 (son) live at 3-2-501; 3-2-502 next door stands empty."""
    dwellings = [
        keeping.add(Register.DWELLING, {"dwelling.address": f"香樟苑3栋2单元{room}"}, area=grid, by=BY, at=at)
        for room, grid in (("501", GRID), ("502", NEXT_GRID))
    ]
    household = keeping.add(
        Register.HOUSEHOLD, {"household.number": "0012", "household.head": "王大"}, area=GRID, by=BY, at=at
    )
    household.dwelling = dwellings[0]
    household.save()
    people = []
    for name, born, relation in (("王大", 1950, "01"), ("李梅", 1952, "10"), ("王小", 1980, "20")):
        values = {"person.name": name, "person.born_on": date(born, 1, 2), "person.relation": relation}
        person = keeping.add(Register.PERSON, values, area=GRID, by=BY, at=at)
        person.dwelling, person.household, person.lives_since = dwellings[0], household, date(2010, 1, 1)
        person.save()
        people.append(person)
    head, spouse, son = people
    return SimpleNamespace(
        here=dwellings[0], next_door=dwellings[1], household=household, head=head, spouse=spouse, son=son
    )
