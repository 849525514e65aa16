"""Questions about areas: the tree, search, what lies at a point."""

import gc
import weakref

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.areas import changes, keeping, past, queries, redrawing
from linli.areas.changes import Retire
from linli.areas.codes import Level
from linli.areas.directory import Directory
from linli.ground.refusals import NotFound

pytestmark = pytest.mark.usefixtures("city")


def codes_of(found) -> list[str]:
    return [each.code for each in found]


def test_an_area_that_stands_or_nothing():
    assert queries.area("500198001").name == "香樟街道"
    with pytest.raises(NotFound):
        queries.area("500198777")


def test_the_tree_counts_what_lies_below():
    (city,) = queries.tree()
    assert city.below == {Level.DISTRICT: 2, Level.TOWNSHIP: 4, Level.COMMUNITY: 4, Level.GRID: 1}
    assert codes_of(queries.tree("50")) == ["500198", "500199"]
    assert [branch.below.get(Level.COMMUNITY, 0) for branch in queries.tree("500198")] == [2, 2, 0]
    assert queries.tree("500198001001") == []


def test_levels_that_are_not_there_are_skipped(program, at):
    assert codes_of(queries.path("500198001002001")) == ["50", "500198", "500198001", "500198001002"]
    keeping.found(code="5001", name="城区", by=program, at=at)
    assert codes_of(queries.tree("50")) == ["5001"]
    assert codes_of(queries.path("500198")) == ["50", "5001"]


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("石桥", "500198002"),
        ("香樟街道", "500198001"),
        ("网格", "500198001002001"),
        ("chongqing", "50"),
        ("Chong Qing", "50"),
        ("cqs", "50"),
        ("xzjd", "500198001"),
        ("jiedao", "500198001"),
        ("500198002", "500198002"),
        ("江口", "500199"),
    ],
)
def test_found_by_name_sound_initials_and_code(words, best):
    assert queries.search(words)[0].code == best


def test_whole_names_come_before_beginnings_and_these_before_the_rest(program, at):
    for code, name in (("500198004", "桥"), ("500198005", "桥北镇"), ("500198006", "大桥镇")):
        keeping.found(code=code, name=name, by=program, at=at)
    found = [each.name for each in queries.search("桥")]
    assert found == ["桥", "桥北镇", "桥头村", "桥尾村", "石桥镇", "大桥镇"]


def test_search_keeps_to_an_area_and_to_its_limit():
    assert codes_of(queries.search("江口", within="500199001")) == ["500199001"]
    assert len(queries.search("5", limit=3)) == 3
    assert queries.search("  ") == queries.search("没有") == queries.search("ang") == []
    assert queries.search("桥头村")[0].place == "重庆市 云溪区 石桥镇"


def test_answers_cost_one_look_at_the_edition(django_assert_num_queries, program, at):
    keeping.found(code="500198004", name="新镇", by=program, at=at)
    queries.search("新镇")
    with django_assert_num_queries(3):
        assert queries.search("新镇") and queries.tree("500198")[3].name == "新镇"
        queries.version()


def test_a_new_edition_is_seen_at_once(program, at):
    before = queries.version()
    assert queries.search("梅林") == []
    area = keeping.found(code="500198004", name="梅林镇", by=program, at=at)
    assert codes_of(queries.search("梅林")) == ["500198004"] and queries.version() != before
    keeping.rename(area, name="竹林镇", by=program, at=at)
    assert queries.search("梅林") == [] and codes_of(queries.search("zlz")) == ["500198004"]


def test_the_deepest_area_around_a_point(draw):
    draw("500198", shapely.box(0, 0, 4, 4))
    draw("500198001002001", shapely.box(0, 0, 1, 1))
    assert queries.at_point(0.5, 0.5).code == "500198001002001"
    assert queries.at_point(3, 3).code == "500198"
    assert queries.at_point(9, 9) is None


def test_a_point_on_a_border_lies_in_the_lower_code(draw):
    draw("500198002", shapely.box(0, 0, 1, 1))
    draw("500198001", shapely.box(1, 0, 2, 1))
    assert queries.at_point(1, 0.5).code == "500198001"
    assert queries.finder(Level.TOWNSHIP).code_at(1, 0.5) == "500198001"


def test_millions_of_points_go_through_one_finder(draw):
    draw("500198002", shapely.box(0, 0, 1, 1))
    assert queries.finder(Level.TOWNSHIP) is queries.finder(Level.TOWNSHIP)
    draw("500198001", shapely.box(1, 0, 2, 1))
    assert list(queries.finder(Level.TOWNSHIP).which([0.5, 1.5, 9], [0.5, 0.5, 9])) == ["500198002", "500198001", ""]


def test_an_empty_house_has_no_areas():
    book = Directory([])
    assert book.children("") == [] and book.search("无") == []


def test_an_edition_that_adds_no_row_is_seen_too(program, at):
    keeping.found(code="500198004", name="梅林镇", by=program, at=at)
    assert queries.search("柳林乡")
    redrawing.redraw([Retire("500198003")], effective_on=at.date(), by=program, at=at)
    assert queries.search("柳林乡") == []


def test_the_directory_of_one_edition_is_kept(program, at):
    """All of Chongqing takes 20 MB."""
    kept = []
    for name in "甲乙丙":
        keeping.rename(queries.area("500198"), name=f"云{name}区", by=program, at=at)
        assert queries.tree("50")[0].name == f"云{name}区"
        kept.append(weakref.ref(queries._directory()))
    gc.collect()
    assert [each() is not None for each in kept] == [False, False, True]


def test_pages_do_not_read_what_only_the_inverse_needs(program, at):
    done = redrawing.redraw([changes.Rename("500198", "新区")], effective_on=at.date(), by=program, at=at)
    with CaptureQueriesContext(connection) as asked:
        assert list(past.redrawings_of("500198")) == list(past.redrawings(5)) == [past.redrawing(done.ref)] == [done]
    said = " ".join(one["sql"] for one in asked.captured_queries)
    assert '"before"' not in said and '"changes"' not in said and "DISTINCT" not in said
