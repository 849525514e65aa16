"""One box: whatever a worker has of someone finds them, in their own area and nowhere else."""

import pytest

from linli.access.actors import NOBODY, Actor
from linli.ground.permissions import Permission
from linli.journal.models import Entry
from linli.registers import keeping, living
from linli.registers.models import Register
from linli.registers.searching import note, search
from tests.rooms.registers.conftest import BY, GRID, NEXT_GRID


def looking_from(area):
    return Actor("A", "周社", "S", "community-clerk", area, frozenset({Permission.REGISTER_READ}))


@pytest.fixture
def town(home, at):
    values = {"person.name": "单雄信", "person.identity_number": "11010519491231002X", "person.phone": "13800005678"}
    home.shan = keeping.add(Register.PERSON, values, area=GRID, by=BY, at=at)
    shop = {"business.name": "邻里面馆", "business.address": "香樟路12号", "business.phone": "02368001234"}
    home.shop = keeping.add(Register.BUSINESS, shop, area=GRID, by=BY, at=at)
    return home


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("单雄信", "shan"),
        ("雄信", "shan"),
        ("shanxiongxin", "shan"),
        ("shanxiong", "shan"),
        ("sxx", "shan"),
        ("SXX", "shan"),
        ("\uff11\uff11010519491231002\uff38", "shan"),
        ("110105 19491231 002x", "shan"),
        ("002x", "shan"),
        ("13800005678", "shan"),
        ("138-0000-5678", "shan"),
        ("邻里面馆", "shop"),
        ("面馆", "shop"),
        ("linlimianguan", "shop"),
        ("香樟路", "shop"),
        ("02368001234", "shop"),
        ("香樟苑3栋", "here"),
        ("2单元501", "here"),
    ],
)
def test_is_found(town, typed, found):
    hits = search(typed, viewer=looking_from(GRID[:12]))
    assert getattr(town, found) in [hit.record for hit in hits]


def test_by_reference(town):
    assert [hit.record for hit in search(town.shan.ref, viewer=looking_from(GRID))] == [town.shan]


@pytest.mark.parametrize("typed", ["", "  ", "，", '"', "500199", "\ue000500199", "单 OR 李", "李*", "NEAR(王 大)"])
def test_nothing_typed_is_read_as_a_command(town, typed):
    assert [hit.record for hit in search(typed, viewer=looking_from(GRID)) if hit.record == town.shan] == []


@pytest.mark.parametrize("typed", ["单雄信", "13800005678", "11010519491231002X", "002X", "面馆"])
def test_an_outsider_finds_nothing(town, typed):
    assert search(typed, viewer=looking_from("500198")) == []
    assert search(typed, viewer=looking_from(NEXT_GRID)) == []
    assert search(typed, viewer=NOBODY) == []
    assert search(town.shan.ref, viewer=looking_from("500198")) == []


def test_whose_name_it_is_comes_first(town, at):
    keeping.add(Register.PERSON, {"person.name": "王大明"}, area=GRID, by=BY, at=at)
    assert [hit.record.name for hit in search("王大", viewer=looking_from(GRID))[:2]] == ["王大", "王大明"]


def test_a_corrected_name_is_found_and_the_old_one_no_more(town, at):
    keeping.correct(town.shan, {"person.name": "单雄"}, by=BY, at=at)
    assert [hit.record for hit in search("单雄", viewer=looking_from(GRID))] == [town.shan]
    assert search("雄信", viewer=looking_from(GRID)) == []


def test_who_moved_is_found_where_they_live_now(town, at):
    living.move(town.son, to=town.next_door, on=at.date(), by=BY, at=at)
    assert search("王小", viewer=looking_from(GRID)) == []
    assert [hit.record for hit in search("王小", viewer=looking_from(NEXT_GRID))] == [town.son]


def test_the_journal_says_that_someone_searched_and_not_for_whom(town, at):
    clerk = looking_from(GRID)
    for typed in ("单雄信", "13800005678", "", town.shan.ref):
        note(typed, by=clerk, at=at)
    told = [entry.said["ways"] for entry in Entry.objects.filter(verb="list.searched").order_by("id")]
    assert told == ["words", "phone words"]
    assert not Entry.objects.filter(facts__contains="雄信").exists()
