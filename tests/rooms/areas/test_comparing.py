"""Two vintages: what is proposed, how it is written for people, that it can be redrawn from."""

from datetime import date

import pytest

from linli.areas import comparing, redrawing
from linli.areas.changes import Found, Merge, Move, NotAChange, Part, Rename, Retire, Split, from_text
from linli.areas.comparing import compare
from tests.rooms.areas.conftest import NAMES, standing

TOWNS = {code: name for code, name in NAMES.items() if len(code) <= 9}


def proposed(new: dict[str, str], drop: tuple[str, ...] = ()) -> list:
    newer = {code: name for code, name in TOWNS.items() if code not in drop} | new
    return [each.change for each in compare(NAMES, newer).proposed]


def test_the_same_table_proposes_nothing():
    found = compare(NAMES, TOWNS)
    assert (found.proposed, found.same) == ((), len(TOWNS))


@pytest.mark.parametrize(
    ("new", "drop", "change"),
    [
        ({"500198003": "柳林镇"}, (), Rename("500198003", "柳林镇")),
        ({"500198103": "柳林乡"}, ("500198003",), Move("500198003", "500198103")),
        ({"500198103": "柳林镇"}, ("500198003",), Move("500198003", "500198103", "柳林镇")),
        ({"500198103": "大柳林镇"}, ("500198003",), Move("500198003", "500198103", "大柳林镇")),
        ({"500199003": "柳林乡"}, ("500198003",), Move("500198003", "500199003")),
        ({"500198004": "新区街道"}, (), Found("500198004", "新区街道")),
        ({}, ("500198003",), Merge(("500198002", "500198003"), "500198002")),
        (
            {"500198004": "香樟北街道"},
            (),
            Split("500198001", (Part("500198001", "香樟街道"), Part("500198004", "香樟北街道")), "500198001"),
        ),
    ],
)
def test_one_difference_is_one_change(new, drop, change):
    assert proposed(new, drop) == [change]


def test_codes_that_were_exchanged_are_moves():
    found = proposed({"500198001": "石桥镇", "500198002": "香樟街道"})
    assert set(found) == {Move("500198001", "500198002"), Move("500198002", "500198001")}


def test_a_district_that_moved_takes_its_townships_along():
    newer = {code.replace("500198", "500195"): name for code, name in TOWNS.items()}
    assert [each.change for each in compare(NAMES, newer).proposed] == [Move("500198", "500195")]


def test_areas_outside_the_newer_table_and_deeper_ones_are_left_alone():
    assert compare(NAMES, {code: name for code, name in TOWNS.items() if code.startswith("500198")}).proposed == ()


def test_guesses_are_unsure_and_say_so():
    found = compare(NAMES, {code: name for code, name in TOWNS.items() if code != "500198003"})
    assert found.proposed[0].confidence < comparing.SURE
    assert "guess" in found.proposed[0].why


@pytest.mark.parametrize("ending", ["toml", "json"])
def test_a_plan_is_read_as_it_was_written(tmp_path, ending):
    changes = [
        Rename("500198003", '柳"林'),
        Move("500198001", "500198009"),
        Merge(("500198002", "500198003"), "500198002"),
        Split("500199", (Part("500199", "江口区"), Part("500197", "江北区", "{}", ("500199001",))), "500199"),
        Retire("500198003"),
        Found("500198004", "新"),
    ]
    path = tmp_path / f"plan.{ending}"
    found = comparing.Comparison(0, 0, tuple(comparing.Proposed(change, 0.5, "why") for change in changes))
    path.write_text(
        comparing.plan_text(found) if ending == "toml" else comparing.json.dumps(comparing.as_rows(changes)), "utf-8"
    )
    assert comparing.read_plan(path) == changes


@pytest.mark.parametrize("text", ["[[change]]\n", "[[change]]\nchange = 'move'\nold = '1'\n", "x = [", "change = [1]"])
def test_what_is_no_plan_is_refused(tmp_path, text):
    (tmp_path / "plan.toml").write_text(text)
    with pytest.raises(NotAChange):
        comparing.read_plan(tmp_path / "plan.toml")


def test_what_is_proposed_leads_to_the_newer_table(city, program, at):
    newer = {"50": "重庆市", "500198": "云溪新区", "500198102": "石桥镇", "500198001": "柳林镇", "500199": "江口区"}
    newer |= {"500199001": "江口街道", "500198005": "开发区街道"}
    done = redrawing.redraw(compare(NAMES, newer).changes, effective_on=date(2026, 11, 1), by=program, at=at)
    assert {code: name for code, name in standing().items() if len(code) <= 9} == newer
    assert len(from_text(done.changes)) == 4
