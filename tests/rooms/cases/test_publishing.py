"""The published list comes as a table, holds from a day on, and what it replaces is kept."""

import csv
import io
from datetime import timedelta

import pytest

from linli.cases import publishing, routing
from linli.cases.models import Category, Line
from linli.ground.refusals import NotPermitted
from linli.journal.models import Entry

HEAD = "编码,上级编码,名称,板块,层级,牵头,一般时限"


def read(*rows: str, head: str = HEAD):
    return publishing.read("list.csv", "\n".join([head, *rows]).encode())


def test_the_example_holds_some_hundred_and_fifty_types_in_three_levels(db, program, at):
    rows = publishing.read("lines.csv", publishing.EXAMPLE.read_bytes())
    assert [row for row in rows if row.wrong] == []
    told = publishing.publish(rows, since=at.date(), by=program, at=at)
    assert len(told.new) == Line.objects.count() > 120
    assert {row.code.count(".") for row in rows} == {0, 1, 2}
    assert set(Category.objects.values_list("board", flat=True)) == {"party", "economy", "livelihood", "safety"}
    assert set(Line.objects.values_list("level", flat=True)) == {3, 4, 5, 6}
    assert set(Line.objects.values_list("status", flat=True)) == {"unverified"}
    assert not Line.objects.filter(term_general="").exists()
    again = publishing.preview(rows, area="")
    assert (again.new, again.changed, again.same) == ((), (), len(told.new))
    assert Entry.objects.get(verb="routing.imported").rows == len(told.new)


def test_what_stands_is_written_out_and_read_back_the_same(db, program, at):
    rows = publishing.read("lines.csv", publishing.EXAMPLE.read_bytes())
    publishing.publish(rows, since=at.date(), by=program, at=at)
    out = io.StringIO()
    csv.writer(out).writerows(publishing.table())
    again = publishing.preview(publishing.read("out.csv", out.getvalue().encode()), area="")
    assert (again.new, again.changed, again.wrong) == ((), (), ())


def test_a_line_holds_from_a_day_on_and_the_one_before_until_then(db, program, at):
    publishing.publish(read("a,,灯,livelihood,镇街,城建岗,3工作日"), since=at.date(), by=program, at=at)
    later = at.date() + timedelta(days=30)
    told = publishing.publish(read("a,,灯,livelihood,社区,社区,2工作日"), since=later, by=program, at=at)
    assert len(told.changed) == 1
    grid = "500199001001001"
    assert routing.line_for("a", grid, today=later - timedelta(days=1)).lead == "城建岗"
    assert routing.line_for("a", grid, today=later).lead == "社区"


def test_what_is_published_closest_holds(db, program, at):
    publishing.publish(read("a,,灯,livelihood,区县,供电公司,3工作日"), since=at.date(), by=program, at=at)
    town = read("a,,灯,livelihood,镇街,城建岗,1工作日")
    publishing.publish(town, area="500199001", since=at.date(), by=program, at=at)
    assert routing.line_for("a", "500199001001001", today=at.date()).lead == "城建岗"
    assert routing.line_for("a", "500199002001", today=at.date()).lead == "供电公司"


def test_a_township_changes_no_word_of_the_tree_that_others_read(db, program, at):
    publishing.publish(read("a,,灯,livelihood,区县,供电公司,3工作日"), since=at.date(), by=program, at=at)
    before = list(Category.objects.values())
    for row in ("a,,路灯,livelihood,镇街,城建岗,1工作日", "a,,灯,safety,镇街,城建岗,1工作日"):
        told = publishing.publish(read(row), area="500199001", since=at.date(), by=program, at=at)
        assert [each.code for each in told.wrong] == ["a"] and told.new == ()
    assert list(Category.objects.values()) == before
    assert not Line.objects.filter(area_code="500199001").exists()


def test_a_township_has_lines_of_its_own_for_what_is_in_the_tree_and_adds_to_it(db, program, at):
    head = "编码,上级编码,名称,英文名称,板块,层级,牵头"
    publishing.publish(read("a,,灯,light,livelihood,区县,供电公司", head=head), since=at.date(), by=program, at=at)
    town = read("a,,灯,,livelihood,镇街,城建岗", "t,,渡口,,safety,镇街,平安岗", head=head)
    told = publishing.publish(town, area="500199001", since=at.date(), by=program, at=at)
    assert (told.wrong, len(told.new)) == ((), 2)
    assert dict(Category.objects.values_list("name", "english")) == {"灯": "light", "渡口": ""}


def test_for_everywhere_the_tree_is_called_anew(db, program, at):
    publishing.publish(read("a,,灯,livelihood,区县,供电公司,3工作日"), since=at.date(), by=program, at=at)
    publishing.publish(read("a,,路灯,livelihood,区县,供电公司,3工作日"), since=at.date(), by=program, at=at)
    assert Category.objects.get().name == "路灯"


def test_a_complete_table_ends_what_it_does_not_name(db, program, at):
    both = read("a,,灯,livelihood,镇街,城建岗,3工作日", "b,,路,livelihood,镇街,城建岗,3工作日")
    publishing.publish(both, since=at.date(), by=program, at=at)
    publishing.publish(both[:1], since=at.date(), complete=True, by=program, at=at)
    assert routing.line_for("b", "500199001", today=at.date()) is None


def test_wrong_rows_are_told_and_the_others_taken(db, program, at):
    rows = read(
        "a,,灯,livelihood,镇街,城建岗,3工作日",
        "b,,路,no,镇街,城建岗,3工作日",
        "c,,桥,livelihood,省,城建岗,3工作日",
        "d,,树,livelihood,镇街,城建岗,很快",
        "e,zz,草,livelihood,镇街,城建岗,3工作日",
        "f,,花,livelihood,镇街,,3工作日",
        "g,,水,livelihood,镇街,城建岗,3工作日",
        "g,,水,livelihood,镇街,城建岗,3工作日",
    )
    told = publishing.publish(rows, since=at.date(), by=program, at=at)
    assert [row.code for row in told.new] == ["a"]
    assert {row.code: row.wrong[0] for row in told.wrong} == {
        "b": "no such board",
        "c": "no such level",
        "d": "a term that is none",
        "e": "no such event type above it",
        "f": "nobody leads it",
        "g": "this code stands twice",
    }


def test_the_past_is_not_written_anew_and_not_by_everyone(db, program, at, actor):
    rows = read("a,,灯,livelihood,镇街,城建岗,3工作日")
    with pytest.raises(publishing.NotToday):
        publishing.publish(rows, since=at.date() - timedelta(days=1), by=program, at=at)
    with pytest.raises(NotPermitted):
        publishing.publish(rows, area="500199001", since=at.date(), by=actor("he", "dispatcher", "500199001"), at=at)


def test_one_line_is_changed_from_a_day_on(db, program, at):
    publishing.publish(read("a,,灯,livelihood,镇街,城建岗,3工作日"), since=at.date(), by=program, at=at)
    line, day = Line.objects.get(), at.date() + timedelta(days=7)
    publishing.change(line, {"lead": "物业岗"}, since=day, by=program, at=at)
    assert [each.lead for each in Line.objects.in_force(at.date())] == ["城建岗"]
    assert [each.lead for each in Line.objects.in_force(day)] == ["物业岗"]


def test_what_was_to_begin_later_gives_way_to_what_holds_sooner(db, program, at):
    today, soon, later = (at.date() + timedelta(days=days) for days in (0, 10, 30))
    publishing.publish(read("a,,灯,livelihood,镇街,城建岗,3工作日"), since=today, by=program, at=at)
    publishing.publish(read("a,,灯,livelihood,社区,社区,2工作日"), since=later, by=program, at=at)
    publishing.publish(read("a,,灯,livelihood,镇街,物业岗,1工作日"), since=soon, by=program, at=at)
    for day, leads in ((today, "城建岗"), (soon, "物业岗"), (later, "物业岗")):
        assert [each.lead for each in Line.objects.in_force(day)] == [leads]
