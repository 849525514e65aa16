"""A small town whose registers are met in pages, and who is there."""

from datetime import date

import pytest

from linli.access import appointing, opening
from linli.access.appointing import Appointment
from linli.registers import keeping
from linli.registers.models import Register
from linli.site.registers import tasks
from tests.browser import small_town

from .desk import AT, BY, COMMUNITY, GRID, NEXT_GRID


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
