"""Redrawing divisions: what each change does to areas and to the rows that lie in them; what is refused."""

from datetime import date, timedelta

import pytest
import shapely
from django.db import connection

from linli.areas import codes, queries, redrawing, scoped
from linli.areas.changes import Found, Merge, Move, Part, Rename, Retire, Split
from linli.areas.codes import NotACode
from linli.areas.keeping import BeforeItStood, StillToCome
from linli.areas.models import Area, Boundary, Redrawing
from linli.areas.naming import NotAName
from linli.areas.planning import CodesClash, IntoItself, LeftWithoutParent, LevelsDiffer
from linli.areas.redrawing import WouldOrphan
from linli.geo.refusals import CrossesItself
from linli.ground.refusals import NotFound, NotPermitted, OutsideScope
from linli.journal import writing
from linli.journal.models import Entry
from tests.rooms.areas.conftest import box, stamps, standing

ON, DAY = date(2026, 11, 1), timedelta(days=1)
pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def redraw(program, at):
    return lambda *changes: redrawing.redraw(changes, effective_on=ON, by=program, at=at)


def test_a_renamed_area_keeps_its_row_and_its_old_name_is_kept(redraw):
    before = queries.area("500198003").pk
    redraw(Rename("500198003", "柳林镇"))
    area = queries.area("500198003")
    assert (area.pk, area.name, area.pinyin, area.since) == (before, "柳林镇", "liu lin zhen", ON)
    assert [(a.name, a.until) for a in Area.objects.filter(code="500198003").exclude(until=None)] == [("柳林乡", ON)]


def test_a_moved_area_takes_along_all_that_lies_in_it(redraw, lay):
    here, deeper, beside = lay("500198001"), lay("500198001002001", 2), lay("500198002")
    redraw(Move("500198001", "500199002"))
    assert {code for code in standing() if code.startswith("500199002")} == {
        "500199002",
        "500199002001",
        "500199002002",
        "500199002002001",
    }
    found = stamps()
    assert [found[pk] for pk in here + deeper + beside] == ["500199002"] + ["500199002002001"] * 2 + ["500198002"]


def test_codes_may_be_exchanged(redraw, lay):
    first, second = lay("500198001001"), lay("500198002001")
    redraw(Move("500198001", "500198002"), Move("500198002", "500198001"))
    assert standing()["500198001"] == "石桥镇"
    assert standing()["500198002002001"] == "第一网格"
    assert [stamps()[pk] for pk in first + second] == ["500198002001", "500198001001"]


def test_codes_may_follow_one_another(redraw, lay):
    a, b, c = lay("500198001"), lay("500198002"), lay("500198003")
    redraw(Move("500198001", "500198002"), Move("500198002", "500198003"), Move("500198003", "500198009"))
    assert [stamps()[pk] for pk in a + b + c] == ["500198002", "500198003", "500198009"]
    assert [standing()[code] for code in ("500198002", "500198003", "500198009")] == ["香樟街道", "石桥镇", "柳林乡"]


def test_a_child_may_go_elsewhere_than_the_area_it_lay_in(redraw, lay):
    child, other = lay("500198001002001"), lay("500198001001")
    redraw(Move("500198001", "500199002"), Move("500198001002", "500198002007"))
    assert [stamps()[pk] for pk in child + other] == ["500198002007001", "500199002001"]


def test_merged_areas_keep_their_children_with_other_digits_where_taken(redraw, lay):
    kept, moved, itself = lay("500198001001"), lay("500198002001"), lay("500198002")
    redraw(Merge(("500198001", "500198002"), "500198001", "香樟桥街道"))
    names = standing()
    assert "500198002" not in names and names["500198001"] == "香樟桥街道"
    assert (names["500198001001"], names["500198001003"], names["500198001004"]) == ("梧桐社区", "桥头村", "桥尾村")
    assert [stamps()[pk] for pk in kept + moved + itself] == ["500198001001", "500198001003", "500198001"]
    assert queries.where_it_went("500198002001") == ["500198001003"]


def test_a_merged_area_lies_where_its_members_lay(redraw, draw):
    draw("500198001", shapely.box(0, 0, 1, 1))
    draw("500198002", shapely.box(1, 0, 2, 1))
    redraw(Merge(("500198001", "500198002"), "500198005", "新街道"))
    assert queries.at_point(0.5, 0.5).code == queries.at_point(1.5, 0.5).code == "500198005"
    assert Boundary.objects.exclude(until=None).count() == 2


def split() -> Split:
    parts = (
        Part("500198001", "香樟街道", box(0, 0, 1, 1)),
        Part("500198006", "樟北街道", box(1, 0, 2, 1), ("500198001002",)),
    )
    return Split("500198001", parts, default="500198001")


def test_rows_of_a_split_area_go_by_child_by_point_and_by_default(redraw, lay):
    by_child = lay("500198001002001")
    by_point = lay("500198001", lon=1.5, lat=0.5)
    stays = lay("500198001", lon=0.5, lat=0.5)
    nowhere = lay("500198001", lon=9, lat=9)
    without = lay("500198001")
    redraw(split())
    found = [stamps()[pk] for pk in by_child + by_point + stays + nowhere + without]
    assert found == ["500198006002001", "500198006", "500198001", "500198001", "500198001"]
    assert queries.at_point(1.5, 0.5).name == "樟北街道"
    assert queries.where_it_went("500198001") == ["500198001", "500198006"]


def test_children_of_a_split_area_go_by_their_centre_where_no_list_names_them(redraw, draw):
    draw("500198001001", shapely.box(1.2, 0, 1.8, 1))
    redraw(split())
    assert standing()["500198006001"] == "梧桐社区"


def test_an_empty_area_is_retired_and_its_history_is_found_above(redraw, program, at):
    entry = writing.write("area.founded", thing="500198003", by=program, at=at, area="500198003")
    redraw(Retire("500198003"))
    entry.refresh_from_db()
    assert (entry.area_code, entry.area_then) == ("500198", "500198003")
    assert queries.where_it_went("500198003") == []


def test_an_area_with_rows_is_not_retired(redraw, lay):
    lay("500198003", 4)
    with pytest.raises(WouldOrphan) as refused:
        redraw(Retire("500198003"))
    assert refused.value.facts["rows"] == 4
    assert "500198003" in standing() and not Redrawing.objects.exists()


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (LeftWithoutParent, [Retire("500198001")]),
        (LeftWithoutParent, [Move("500198001", "500197001")]),
        (CodesClash, [Move("500198001", "500198002")]),
        (CodesClash, [Found("500198001", "又一街道")]),
        (CodesClash, [Move("500198001", "500198009"), Move("500198002", "500198009")]),
        (IntoItself, [Move("500198001", "500198001")]),
        (IntoItself, [Move("500198001", "500198001005")]),
        (IntoItself, [Merge(("500198001",), "500198001")]),
        (LevelsDiffer, [Move("500198001", "500198002009")]),
        (NotFound, [Rename("500198777", "无")]),
    ],
)
def test_refused_with_nothing_changed(redraw, refusal, changes):
    before = standing()
    with pytest.raises(refusal):
        redraw(*changes)
    assert standing() == before and not Redrawing.objects.exists()


def test_a_part_that_crosses_itself_is_refused(redraw):
    bowtie = '{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}'
    with pytest.raises(CrossesItself):
        redraw(Found("500198008", "结街道", bowtie))


def test_whoever_may_not_redraw_all_of_it_may_redraw_none(actor, at):
    clerk = actor("li", "community-clerk", "500198")
    with pytest.raises(NotPermitted):
        redrawing.redraw([Rename("500198001", "新")], effective_on=ON, by=clerk, at=at)
    township = actor("he", "administrator", "500198001")
    with pytest.raises(OutsideScope):
        redrawing.redraw([Move("500198001", "500199002")], effective_on=ON, by=township, at=at)


def test_whoever_may_not_redraw_all_of_it_is_not_shown_what_it_would_touch(lay, actor):
    lay("500198001001", 3)
    township = actor("he", "administrator", "500198001")
    assert redrawing.preview([Rename("500198001", "新")], by=township).areas
    for change in (Move("500198001", "500199002"), Rename("500199001", "新")):
        with pytest.raises(OutsideScope):
            redrawing.preview([change], by=township)


@pytest.mark.parametrize(
    ("refusal", "change"),
    [
        (NotAName, Rename("500198001", " ")),
        (NotAName, Move("500198001", "500198009", "长" * 61)),
        (NotAName, Found("500198009", "一\n二")),
        (NotAName, Split("500198001", (Part("500198001", "甲"), Part("500198009", "")), "500198001")),
        (NotACode, Move("500198001", "50019800九")),
        (NotACode, Merge(("500198001", "5001980021"), "500198001")),
    ],
)
def test_what_is_no_code_or_no_name_is_refused(redraw, refusal, change):
    with pytest.raises(refusal):
        redraw(change)


def test_codes_of_statistical_length_are_read_as_what_they_say(redraw):
    redraw(Rename("500198001000", "香樟新街道"))
    assert standing()["500198001"] == "香樟新街道"


def test_what_is_still_to_come_is_refused(program, at):
    with pytest.raises(StillToCome):
        redrawing.redraw([Rename("500198001", "新")], effective_on=at.date() + DAY, by=program, at=at)


@pytest.mark.parametrize("change", [Rename("500198001", "更新"), Move("500198", "500197"), Retire("500198003")])
def test_nothing_ends_before_it_began(redraw, program, at, change):
    redraw(Rename("500198001", "新"), Rename("500198003", "新乡"))
    with pytest.raises(BeforeItStood):
        redrawing.redraw([change], effective_on=ON - DAY, by=program, at=at)


def test_a_part_under_a_local_code_is_local(redraw):
    parts = Part("500198001", "香樟街道"), Part("500198900", "高新区")
    redraw(Split("500198001", parts, "500198001"))
    assert [queries.area(part.code).local for part in parts] == [False, True]


def test_one_entry_tells_of_it(redraw, lay):
    lay("500198001", 3)
    done = redraw(Move("500198001", "500198009"))
    entry = Entry.objects.get(verb="area.redrawn")
    assert (entry.thing, entry.area_then, entry.rows, len(entry.digest)) == (done.ref, "500198009", 3, 64)


def test_entries_follow_their_area_and_keep_where_it_happened(redraw, program, at):
    entry = writing.write("thing.laid", thing="x", by=program, at=at, area="500198001002")
    redraw(Move("500198001", "500199002"))
    entry.refresh_from_db()
    assert (entry.area_code, entry.area_then) == ("500199002002", "500198001002")


def test_the_preview_says_what_the_redrawing_does(redraw, lay, program):
    lay("500198001", 2)
    lay("500198001002001", 3)
    shown = redrawing.preview([Move("500198001", "500198009", "樟街道")], by=program)
    assert {(area.old_code, area.new_code) for area in shown.areas} == {
        ("500198001", "500198009"),
        ("500198001001", "500198009001"),
        ("500198001002", "500198009002"),
        ("500198001002001", "500198009002001"),
    }
    (table,) = (table for table in shown.tables if table.label == "tests.Thing")
    assert [(move.old_code, move.new_code, move.rows) for move in table.moves] == [
        ("500198001", "500198009", 2),
        ("500198001002001", "500198009002001", 3),
    ]
    assert len(table.moves[1].samples) == 3
    assert "500198001" in standing()


def test_the_preview_shows_orphans_and_rows_that_would_overlap(lay, program):
    lay("500198003")
    lay("500198001", owner=7)
    lay("500198002", owner=7)
    shown = redrawing.preview([Merge(("500198001", "500198002"), "500198001"), Retire("500198003")], by=program)
    assert [(table.label, table.rows) for table in shown.orphans] == [("tests.Thing", 1)]
    assert [overlap.code for overlap in shown.overlaps] == ["500198001"]


def test_the_work_grows_with_the_areas_and_not_with_the_rows(redraw, lay, django_assert_max_num_queries):
    """Ten thousand rows cost as many statements as ten."""
    lay("500198001002001", 5_000)
    lay("500198001001", 5_000)
    with django_assert_max_num_queries(130):
        redraw(Move("500198001", "500199002"))
    assert set(stamps().values()) == {"500199002002001", "500199002001"}


def test_every_table_with_an_area_code_is_known(db):
    """Asked of the database itself, which knows nothing of our walk."""
    with connection.cursor() as cursor:
        stamped = {
            table
            for table in connection.introspection.table_names(cursor)
            if any(c.name == "area_code" for c in connection.introspection.get_table_description(cursor, table))
        }
    assert {model._meta.db_table for model in scoped.models()} == stamped
    assert {"journal_entry", "access_post", "areas_background"} <= stamped
    assert all(model._meta.pk.get_internal_type() == "BigAutoField" for model in scoped.models())


def test_scope_follows_the_post(redraw, account):
    who = account("li", "grid-worker", "500198001002001")
    redraw(Move("500198001002", "500198002009"))
    assert who.posts.get().area_code == "500198002009001"
    assert codes.contains("500198002", who.posts.get().area_code)
