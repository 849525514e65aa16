"""The inverse of a redrawing: everything as it was; rows written in between are placed; what rests on it refuses."""

from datetime import date

import pytest
import shapely

from linli.areas import keeping, queries, redrawing, undoing
from linli.areas.changes import Found, Merge, Move, Part, Rename, Retire, Split
from linli.areas.models import Area
from linli.areas.redrawing import WouldOrphan
from linli.areas.undoing import RestsOnIt, UndoneAlready
from linli.ground.refusals import OutsideScope
from linli.journal import writing
from linli.journal.models import Entry
from tests.rooms.areas.conftest import Thing, box, everything, stamps, standing

ON = date(2026, 11, 1)
pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def redraw(program, at):
    return lambda *changes: redrawing.redraw(changes, effective_on=ON, by=program, at=at)


@pytest.fixture
def undo(program, at):
    return lambda done: undoing.undo(done, by=program, at=at)


@pytest.fixture
def full(lay, draw):
    """Things everywhere, with and without a point, and land for two townships."""
    for place, code in enumerate(list(standing())):
        lay(code, 3, owner=place)
        lay(code, 2, lon=place % 3 + 0.5, lat=0.5)
    lay("500198002999", 2)
    draw("500198001", shapely.box(0, 0, 1, 1))
    draw("500198002", shapely.box(1, 0, 2, 1))


MERGE = Merge(("500198001", "500198002"), "500198001", "并街道")
FRESH = Merge(("500198001", "500198002"), "500198008", "新街道")
SPLIT = Split(
    "500198001",
    (Part("500198001", "香樟街道"), Part("500198006", "樟北街道", box(0.4, 0, 1, 1), ("500198001002",))),
    default="500198001",
)
REDRAWINGS = [
    [Rename("500198003", "柳林镇")],
    [Move("500198001", "500199002")],
    [Move("500198001", "500198002"), Move("500198002", "500198001")],
    [Move("500198001", "500198002"), Move("500198002", "500198003"), Move("500198003", "500198007")],
    [MERGE],
    [FRESH],
    [SPLIT],
    [Found("500198009", "开发区", box(5, 5, 6, 6))],
    [SPLIT, Merge(("500198002", "500198003"), "500198002"), Rename("500199", "江口新区")],
    [Move("500198", "500197"), Move("500198001002", "500199001002")],
]


@pytest.mark.parametrize("changes", REDRAWINGS)
def test_everything_is_as_it_was(changes, redraw, undo, full, at):
    before = everything()
    done = redraw(*changes)
    assert everything() != before
    assert undo(done).redrawing.undone_at == at
    assert everything() == before


def test_entries_are_found_where_they_were(redraw, undo, program, at):
    entry = writing.write("thing.laid", thing="x", by=program, at=at, area="500198001002")
    undo(redraw(MERGE))
    entry.refresh_from_db()
    assert entry.area_code == "500198001002"
    assert Entry.objects.filter(verb="area.redrawing-undone").count() == 1


def test_a_retired_area_stands_again(redraw, undo):
    undo(redraw(Retire("500198003")))
    assert standing()["500198003"] == "柳林乡"
    assert queries.where_it_went("500198003") == ["500198003"]


def test_rows_written_since_go_back_by_rule(redraw, undo, lay):
    done = redraw(Move("500198001", "500199002"))
    since = lay("500199002001")
    assert undo(done).since_by_rule == 1
    assert [stamps()[pk] for pk in since] == ["500198001001"]


def test_rows_written_since_in_a_merged_area_go_by_point_else_to_the_one_that_was_kept(redraw, undo, full, lay):
    done = redraw(MERGE)
    first, second, without = (
        lay("500198001", lon=0.5, lat=0.5),
        lay("500198001", lon=1.5, lat=0.5),
        lay("500198001"),
    )
    told = undo(done)
    assert (told.since_by_point, told.since_by_default) == (2, 1)
    assert [stamps()[pk] for pk in first + second + without] == ["500198001", "500198002", "500198001"]


def test_rows_written_since_in_a_part_go_back_to_the_whole(redraw, undo, lay):
    done = redraw(SPLIT)
    since = lay("500198006") + lay("500198006002001")
    undo(done)
    assert [stamps()[pk] for pk in since] == ["500198001", "500198001002001"]


def test_a_row_that_was_moved_on_since_stays_where_it_is(redraw, undo, lay):
    (pk,) = lay("500198002")
    done = redraw(MERGE)
    Thing.objects.filter(pk=pk).update(area_code="500199001")
    undo(done)
    assert stamps()[pk] == "500199001"


def test_rows_in_an_area_founded_then_are_not_orphaned(redraw, undo, lay):
    done = redraw(Found("500198009", "开发区"))
    lay("500198009")
    with pytest.raises(WouldOrphan):
        undo(done)
    assert "500198009" in standing()


def test_a_later_redrawing_holds_it(redraw, undo):
    first = redraw(Move("500198001", "500198009"))
    second = redraw(Move("500198009", "500198008"))
    with pytest.raises(RestsOnIt):
        undo(first)
    undo(second)
    undo(first)
    assert standing()["500198001"] == "香樟街道"


def test_a_later_area_in_it_holds_it(redraw, undo, program, at):
    done = redraw(Move("500198001", "500198009"))
    keeping.found(code="500198009005", name="新社区", by=program, at=at)
    with pytest.raises(RestsOnIt):
        undo(done)
    assert Area.objects.standing().filter(code="500198009005").exists()


def test_a_redrawing_elsewhere_does_not(redraw, undo):
    done = redraw(Move("500198001", "500198009"))
    redraw(Rename("500199001", "江口镇"))
    undo(done)
    assert standing()["500199001"] == "江口镇"


def test_it_is_undone_once(redraw, undo):
    done = redraw(Rename("500198003", "柳林镇"))
    undo(done)
    with pytest.raises(UndoneAlready):
        undo(done)


def test_whoever_may_not_redraw_it_may_not_undo_it(redraw, actor, at):
    done = redraw(Move("500198001", "500199002"))
    with pytest.raises(OutsideScope):
        undoing.undo(done, by=actor("he", "administrator", "500198"), at=at)
