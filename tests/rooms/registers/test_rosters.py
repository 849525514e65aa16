"""Ten rosters as communities keep them are read as a good clerk would read them (`rosters`)."""

from datetime import date

import pytest
from xlsxwriter.utility import xl_col_to_name

from linli.ground.hands import Program
from linli.registers.importing import checking, proposing, staging
from linli.registers.models import Register

from .rosters import of_people, of_places

pytestmark = pytest.mark.django_db
AREA, TODAY = "500199001001", date(2026, 11, 22)
REGISTERS = {"people": Register.PERSON, "dwellings": Register.DWELLING, "businesses": Register.BUSINESS}
ROSTERS = {
    draw.__name__: (draw, getattr(room, draw.__name__.upper()))
    for room, draws in (
        (
            of_people,
            [
                *[of_people.residents, of_people.migrants, of_people.elders, of_people.guaranteed],
                *[of_people.disabled, of_people.registered, of_people.riders],
            ],
        ),
        (of_places, [of_places.dwellings, of_places.traders, of_places.shops]),
    )
    for draw in draws
}
assert len(ROSTERS) == 10


@pytest.fixture(params=ROSTERS)
def roster(request, tmp_path, at):
    """A roster as `linli import` takes it, up to the dry run."""
    draw, expected = ROSTERS[request.param]
    path, register = draw(tmp_path), REGISTERS[expected.kind]
    proposal = proposing.propose(register, path, area=AREA)
    told = staging.Asked(AREA, path.name)
    batch = staging.receive(register, path, told, by=Program("test"), at=at)
    staging.stage(batch, proposal, proposing.settled(proposal, register), today=TODAY)
    return expected, proposal, checking.check(batch, today=TODAY)


def test_each_column_means_what_it_says(roster):
    expected, proposal, _batch = roster
    found = {xl_col_to_name(each.column): each.wanted for each in proposal.matching.found.values()}
    assert found == expected.columns
    assert not set(expected.unused) & set(found)


def test_each_row_is_read_and_nothing_else(roster):
    expected, _proposal, batch = roster
    verdicts = list(batch.rows.values_list("verdict", flat=True))
    assert (len(verdicts), verdicts.count(staging.REFUSED)) == (expected.read, expected.refused)


def test_what_rows_say(roster):
    expected, _proposal, batch = roster
    for number, facts in expected.says.items():
        said = staging.content_of(batch.rows.get(number=number))[1]
        assert {name: str(said.get(name)) for name in facts} == facts
