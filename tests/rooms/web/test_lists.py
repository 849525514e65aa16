"""Lists in pages agree with a plain sort, whatever the order, the size of a page and the ties."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.journal.models import Entry
from linli.web import lists

BEGAN = datetime(2026, 11, 21, 8, 0, 0, 123456, tzinfo=UTC)
ORDERS = [["id"], ["-id"], ["-at", "id"], ["thing", "-at", "-id"], ["rows", "thing", "id"]]

drawn_rows = st.lists(st.tuples(st.integers(0, 2), st.sampled_from("甲乙丙"), st.integers(0, 2)), max_size=24)
several = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def write(drawn):
    """Entries with many ties: few moments (a microsecond apart), few things, few counts."""
    Entry.objects.all().delete()
    Entry.objects.bulk_create(
        Entry(at=BEGAN + timedelta(microseconds=micro), verb="v", by="b", thing=thing, rows=rows)
        for micro, thing, rows in drawn
    )


def sorted_plainly(order):
    """The slow, obvious twin: sort by one name after another, the least important first."""
    rows = list(Entry.objects.all())
    for name in reversed(order):
        rows.sort(key=lambda row, name=name: getattr(row, name.lstrip("-")), reverse=name.startswith("-"))
    return [row.id for row in rows]


def in_parts():
    """The same list in three parts that share no row."""
    return [Entry.objects.filter(thing="甲"), Entry.objects.filter(thing="乙"), Entry.objects.filter(thing="丙")]


def walk(order, size, cursor="", way="next", rows=Entry.objects.all):
    """Page after page from a cursor until there is none; and the cursor of the last page's neighbour."""
    pages = []
    while True:
        page = lists.listed(rows(), order=order, cursor=cursor, size=size)
        pages.append(page)
        assert len(pages) < 60, "the pages go round in a ring"
        cursor = getattr(page, way)
        if not cursor:
            return pages


@several
@given(
    drawn=drawn_rows,
    order=st.sampled_from(ORDERS),
    size=st.integers(1, 7),
    rows=st.sampled_from([Entry.objects.all, in_parts]),
)
def test_walking_on_and_back_shows_every_row_once_in_order(db, drawn, order, size, rows):
    write(drawn)
    wanted = sorted_plainly(order)
    on = walk(order, size, rows=rows)
    assert [row.id for page in on for row in page.rows] == wanted
    if len(on) > 1:
        back = walk(order, size, cursor=on[-1].previous, way="previous", rows=rows)
        seen = [row.id for page in reversed(back) for row in page.rows]
        before_last = wanted[: -len(on[-1].rows)]
        assert list(dict.fromkeys(seen))[: len(before_last)] == before_last
        assert back[-1].rows == on[0].rows


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_every_tie_is_walked_through(db, order):
    """Each moment with each thing and count, written out of order: no term may forget the ones before it."""
    write([(n // 2 % 3, "丙甲乙"[n % 3], (7 * n) % 3) for n in range(18)])
    assert [row.id for page in walk(order, 1) for row in page.rows] == sorted_plainly(order)


@several
@given(drawn=drawn_rows, order=st.sampled_from(ORDERS), size=st.integers(1, 5), data=st.data())
def test_rows_that_come_or_go_meanwhile_move_no_other(db, drawn, order, size, data):
    """Offsets would show a row twice or never; keys do neither."""
    write(drawn)
    stood = sorted_plainly(order)
    page = lists.listed(Entry.objects.all(), order=order, size=size)
    seen = [row.id for row in page.rows]
    gone = data.draw(st.sampled_from(stood)) if stood else None
    Entry.objects.filter(id=gone).delete()
    write_more = data.draw(st.tuples(st.integers(0, 2), st.sampled_from("甲乙丙"), st.integers(0, 2)))
    Entry.objects.create(at=BEGAN + timedelta(microseconds=write_more[0]), verb="v", by="b", thing=write_more[1])
    while page.next:
        page = lists.listed(Entry.objects.all(), order=order, cursor=page.next, size=size)
        if not page.next and {row.id for row in page.rows} & set(seen):
            break  # all that lay beyond has gone: the last page again, perhaps with what came meanwhile
        seen += [row.id for row in page.rows]
    assert len(seen) == len(set(seen))
    assert set(stood) - {gone} <= set(seen)


@pytest.mark.parametrize("kept", [0, 3])
def test_a_page_whose_rows_have_gone_shows_the_nearest_that_has_some(db, kept):
    write([(0, "甲", 0)] * 6)
    page = lists.listed(Entry.objects.all(), order=["id"], size=3)
    left = list(Entry.objects.order_by("id")[:kept])
    Entry.objects.exclude(id__in=[row.id for row in left]).delete()
    page = lists.listed(Entry.objects.all(), order=["id"], cursor=page.next, size=3)
    assert (page.rows, page.next, page.previous) == (left, "", "")


def test_a_count_stops_at_its_limit(db, django_assert_num_queries):
    write([(0, "甲", 0)] * 12)
    with django_assert_num_queries(2):
        page = lists.listed(Entry.objects.all(), order=["id"], size=3, counted=10)
    assert (page.count, page.more) == (10, True)
    page = lists.listed(Entry.objects.all(), order=["id"], size=3, counted=12)
    assert (page.count, page.more) == (12, False)


@pytest.mark.parametrize(
    "bend",
    [
        lambda cursor: cursor[:-1] + ("B" if cursor.endswith("A") else "A"),
        lambda cursor: "WzFd" + cursor,
        lambda _: "x",
    ],
)
def test_a_cursor_of_ones_own_making_is_refused(db, bend):
    write([(0, "甲", 0)] * 4)
    cursor = lists.listed(Entry.objects.all(), order=["id"], size=2).next
    with pytest.raises(lists.BadCursor):
        lists.listed(Entry.objects.all(), order=["id"], size=2, cursor=bend(cursor))


def test_a_cursor_of_another_order_is_refused(db):
    write([(0, "甲", 0)] * 4)
    cursor = lists.listed(Entry.objects.all(), order=["id"], size=2).next
    with pytest.raises(lists.BadCursor):
        lists.listed(Entry.objects.all(), order=["-id"], size=2, cursor=cursor)


def test_the_range_is_searched_in_the_index(db):
    """The key's first term is a range of the primary key, not a walk over all rows."""
    write([(0, "甲", 0)] * 4)
    cursor = lists.listed(Entry.objects.all(), order=["id"], size=2).next
    spot = lists._read(cursor, [Entry.objects.all()], ["id"], "")
    plan = Entry.objects.filter(lists._beyond(["id"], spot.values)).order_by("id").explain()
    assert "SCAN" not in plan


def test_a_cursor_with_a_mark_holds_nothing_the_row_is_sorted_by(db):
    write([(micro, "王大宝", micro) for micro in range(6)])
    order = ["thing", "rows", "id"]
    page = lists.listed(Entry.objects.all(), order=order, size=2, mark="id")
    kept = signing.loads(page.next, salt=lists.SALT)
    assert "王大宝" not in json.dumps(kept, ensure_ascii=False) and kept[2] == [page.rows[-1].id]
    onward = lists.listed(Entry.objects.all(), order=order, size=2, mark="id", cursor=page.next)
    assert [row.rows for row in onward.rows] == [2, 3]
    back = lists.listed(Entry.objects.all(), order=order, size=2, mark="id", cursor=onward.previous)
    assert [row.rows for row in back.rows] == [0, 1]


def test_a_cursor_whose_marked_row_is_gone_is_refused(db):
    write([(micro, "甲", micro) for micro in range(4)])
    page = lists.listed(Entry.objects.all(), order=["rows", "id"], size=2, mark="id")
    Entry.objects.filter(pk=page.rows[-1].pk).delete()
    with pytest.raises(lists.BadCursor):
        lists.listed(Entry.objects.all(), order=["rows", "id"], size=2, mark="id", cursor=page.next)


@several
@given(drawn=drawn_rows, order=st.sampled_from(ORDERS), size=st.integers(1, 7))
def test_portions_hold_every_row_once_in_order(db, drawn, order, size):
    write(drawn)
    found = list(lists.portions(Entry.objects.all(), order=order, size=size))
    assert [row.id for some in found for row in some] == sorted_plainly(order)
    assert all(0 < len(some) <= size for some in found)
