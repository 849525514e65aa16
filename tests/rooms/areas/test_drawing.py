"""Drawing by hand: what stands afterwards, what is refused, and that land is never lost or held twice."""

import json
from itertools import count

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, box

from linli.areas import cover, drawing, keeping, queries
from linli.areas.models import Area, Boundary
from linli.geo import partition, polygons
from linli.geo.refusals import CrossesItself, DoesNotCutThrough, DoNotTouch, LineCrossesItself, NoFreeGround
from linli.ground.hands import Program
from linli.ground.refusals import NotFound, NotPermitted, OutsideScope, Refusal
from linli.journal.models import Entry

pytestmark = pytest.mark.django_db
WEST, SOUTH, STEP = 102.2, 39.9, 0.01
COMMUNITY = "500199001001"


def land(west: float, south: float, east: float, north: float):
    """A box in steps of about a kilometre from the corner of the test's country."""
    return box(WEST + west * STEP, SOUTH + south * STEP, WEST + east * STEP, SOUTH + north * STEP)


def line(*points: tuple[float, float]) -> LineString:
    return LineString([(WEST + x * STEP, SOUTH + y * STEP) for x, y in points])


def same(one, other) -> bool:
    """The same land but for the last digit."""
    return one.symmetric_difference(other).area < 1e-12


def stands(code: str, name: str, shape=None) -> Area:
    area = keeping.made(code, name)
    area.save()
    if shape is not None:
        text = polygons.write(shape)
        west, south, east, north = shape.bounds
        Boundary.objects.create(area=area, geometry=text, west=west, south=south, east=east, north=north)
    return area


@pytest.fixture
def community(db) -> Area:
    """A community two steps wide in a township, beside another community, with nothing drawn in it."""
    stands("500199", "青禾区", land(0, 0, 4, 2))
    stands("500199001", "香樟街道", land(0, 0, 4, 2))
    stands("500199001002", "隔壁社区", land(2, 0, 4, 2))
    return stands(COMMUNITY, "清河社区", land(0, 0, 2, 2))


@pytest.fixture
def halves(community, program, at) -> tuple[Area, Area]:
    """Two grids that fill the community."""
    west = drawing.draw(community, piece=land(0, 0, 1, 2), name="第一网格", by=program, at=at)
    east = drawing.draw(community, piece=land(1, 0, 2, 2), name="第二网格", by=program, at=at)
    return west, east


def flaws(code: str) -> list[partition.Flaw]:
    return partition.flaws(cover.land(queries.area(code)), cover.children(code), least_m2=0.05)


def test_a_grid_is_drawn_under_the_next_free_code(community, program, at):
    grid = drawing.draw(community, piece=land(0, 0, 1, 1), name="第一网格", by=program, at=at)
    assert (grid.code, grid.name, grid.pinyin) == (f"{COMMUNITY}001", "第一网格", "di yi wang ge")
    assert same(cover.land(grid), land(0, 0, 1, 1))
    assert queries.area(grid.code).lon == pytest.approx(WEST + 0.005)


def test_a_border_drawn_near_another_lies_along_it(community, program, at):
    hair = 0.001
    drawing.draw(community, piece=land(0 + hair, 0 - hair, 1, 2 + hair), name="甲", by=program, at=at)
    drawing.draw(community, piece=land(1 + hair, 0, 3, 2), name="乙", by=program, at=at)
    assert flaws(COMMUNITY) == []


def test_neighbours_and_everything_above_get_the_new_corner(halves, program, at):
    west, _ = halves
    drawing.cut_in_two(west, line=line((-1, 1), (1.5, 1)), name="第三网格", by=program, at=at)
    for code in (f"{COMMUNITY}002", COMMUNITY, "500199001"):
        corners = shapely.get_coordinates(cover.land(queries.area(code))).round(7).tolist()
        expected = [WEST + 1 * STEP, SOUTH + STEP] if code.endswith("002") else [WEST, SOUTH + STEP]
        assert [round(v, 7) for v in expected] in corners
    assert flaws(COMMUNITY) == []


def test_the_larger_side_keeps_the_code_and_children_go_with_their_side(halves, community, program, at):
    new = drawing.cut_in_two(community, line=line((1, -1), (1, 3)), name="新社区", by=program, at=at)
    assert new.code == "500199001900"
    kept, gone = cover.children(COMMUNITY), cover.children(new.code)
    assert len(kept) == len(gone) == 1
    assert queries.where_it_went(COMMUNITY) == sorted([COMMUNITY, new.code])
    assert flaws("500199001") == []


def test_a_line_through_a_child_is_refused_and_names_it(halves, community, program, at):
    before = list(Boundary.objects.values_list("pk", "until"))
    with pytest.raises(drawing.SplitsAChild) as refused:
        drawing.cut_in_two(community, line=line((0.5, -1), (0.5, 3)), name="新社区", by=program, at=at)
    assert refused.value.facts["child"] == f"{COMMUNITY}001"
    assert list(Boundary.objects.values_list("pk", "until")) == before


def test_neighbours_joined_are_one_and_the_other_code_says_where_it_went(halves, program, at):
    west, east = halves
    one = drawing.join([west, east], name="大网格", by=program, at=at)
    assert (one.code, one.name) == (west.code, "大网格")
    assert same(cover.land(one), land(0, 0, 2, 2))
    assert queries.where_it_went(east.code) == [west.code]


def test_land_given_is_the_takers(halves, program, at):
    west, east = halves
    drawing.give(west, patch=land(0.5, -1, 3, 1), taker=east, by=program, at=at)
    assert cover.land(queries.area(west.code)).area == pytest.approx(1.5 * STEP**2, rel=1e-6)
    assert flaws(COMMUNITY) == []


def test_an_area_is_drawn_afresh_on_free_ground(community, program, at):
    grid = drawing.draw(community, piece=land(0, 0, 1, 1), name="甲", by=program, at=at)
    drawing.reshape(grid, piece=land(0, 0, 1, 2), by=program, at=at)
    assert same(cover.land(grid), land(0, 0, 1, 2))


@pytest.mark.parametrize(
    ("cut", "refusal"),
    [
        (line((0.2, 0.2), (0.8, 0.8)), DoesNotCutThrough),
        (line((-1, 0.5), (3, 0.5), (3, 1.5), (0.5, 1.5), (0.5, -1)), LineCrossesItself),
    ],
)
def test_lines_that_cannot_cut_are_refused(halves, program, at, cut, refusal):
    with pytest.raises(refusal):
        drawing.cut_in_two(halves[0], line=cut, name="丙", by=program, at=at)
    assert Area.objects.filter(name="丙").count() == 0


def test_a_piece_that_crosses_itself_is_refused(community, program, at):
    bowtie = shapely.Polygon([(WEST, SOUTH), (WEST + 0.01, SOUTH + 0.01), (WEST + 0.01, SOUTH), (WEST, SOUTH + 0.01)])
    with pytest.raises(CrossesItself):
        drawing.draw(community, piece=bowtie, name="甲", by=program, at=at)


def test_a_piece_elsewhere_or_on_taken_ground_is_refused(halves, community, program, at):
    with pytest.raises(drawing.Outside):
        drawing.draw(community, piece=land(50, 50, 51, 51), name="甲", by=program, at=at)
    with pytest.raises(NoFreeGround):
        drawing.draw(community, piece=land(0.2, 0.2, 0.8, 0.8), name="甲", by=program, at=at)


def test_areas_apart_are_not_joined(community, program, at):
    pieces = (land(0, 0, 0.5, 2), land(1, 0, 2, 2))
    areas = [drawing.draw(community, piece=p, name=n, by=program, at=at) for p, n in zip(pieces, "甲乙", strict=True)]
    with pytest.raises(DoNotTouch):
        drawing.join(areas, by=program, at=at)


def test_every_code_given_out_is_said(community, program, at):
    Area.objects.bulk_create([keeping.made(f"{COMMUNITY}{n:03d}", f"网格{n}") for n in range(1, 1000)])
    with pytest.raises(drawing.NoCodeLeft):
        drawing.draw(community, piece=land(0, 0, 1, 1), name="甲", by=program, at=at)


def test_a_code_once_borne_is_not_given_out_again(halves, community, program, at):
    west, east = halves
    drawing.join([west, east], by=program, at=at)
    assert drawing.next_code(COMMUNITY) == f"{COMMUNITY}003"


class TestWhoMay:
    """Whoever edits an area draws what lies in it; its own border is drawn by whoever edits the area above."""

    def test_a_clerk_draws_cuts_and_joins_the_grids_of_the_community(self, halves, actor, at):
        clerk = actor("clerk", "community-clerk", COMMUNITY)
        new = drawing.cut_in_two(halves[0], line=line((-1, 1), (1.5, 1)), name="丙", by=clerk, at=at)
        assert len(cover.children(COMMUNITY)) == 3
        drawing.join([halves[0], new], by=clerk, at=at)
        assert list(cover.children(COMMUNITY)) == [half.code for half in halves]
        assert set(Entry.objects.exclude(by="test").values_list("by", "verb")) == {
            (clerk.ref, verb) for verb in ("area.cut", "area.joined", "area.redrawn")
        }

    def test_a_clerk_does_not_cut_the_community_itself(self, halves, community, actor, at):
        clerk = actor("clerk", "community-clerk", COMMUNITY)
        with pytest.raises(OutsideScope):
            drawing.cut_in_two(community, line=line((1, -1), (1, 3)), name="丙", by=clerk, at=at)

    def test_a_clerk_does_not_move_the_border_of_the_community(self, community, actor, at):
        clerk = actor("clerk", "community-clerk", COMMUNITY)
        with pytest.raises(OutsideScope):
            drawing.reshape(community, piece=land(0, 0, 2, 1), by=clerk, at=at)
        with pytest.raises(OutsideScope):
            drawing.give(community, patch=land(1, 0, 2, 2), taker=queries.area("500199001002"), by=clerk, at=at)

    def test_a_grid_worker_draws_nothing(self, community, actor, at):
        worker = actor("li", "grid-worker", COMMUNITY)
        with pytest.raises(NotPermitted):
            drawing.draw(community, piece=land(0, 0, 1, 1), name="甲", by=worker, at=at)

    def test_an_outsider_finds_nothing_to_draw(self, community, actor, at):
        stands("500198001001", "别处社区")
        outsider = actor("wai", "community-clerk", "500198001001")
        with pytest.raises(OutsideScope):
            drawing.draw(community, piece=land(0, 0, 1, 1), name="甲", by=outsider, at=at)


class TestUndo:
    """The last act by hand, and the one before it: everything is what it was."""

    @staticmethod
    def state() -> tuple:
        areas = Area.objects.standing().order_by("code").values_list("code", "name", "lon", "lat")
        lands = Boundary.objects.filter(until=None, area__until=None).order_by("area__code")
        return list(areas), list(lands.values_list("area__code", "geometry"))

    def test_each_act_is_taken_back(self, halves, community, program, at):
        west, east = halves

        def acts():
            yield lambda: drawing.cut_in_two(west, line=line((-1, 1), (1.5, 1)), name="丙", by=program, at=at)
            yield lambda: drawing.give(queries.area(east.code), patch=land(1, 0, 1.5, 2), taker=west, by=program, at=at)
            yield lambda: drawing.join([west, east], by=program, at=at)

        for act in acts():
            before = self.state()
            act()
            assert self.state() != before
            drawing.undo(community, by=program, at=at)
            assert self.state() == before

    def test_all_acts_are_taken_back_one_after_another(self, halves, community, program, at):
        drawing.undo(community, by=program, at=at)
        drawing.undo(community, by=program, at=at)
        assert cover.children(COMMUNITY) == {}
        with pytest.raises(drawing.NothingToUndo):
            drawing.undo(community, by=program, at=at)

    def test_what_was_changed_since_stays(self, halves, community, program, at):
        cover.put({halves[1].code: land(1, 0, 2, 1)}, on=at.date())
        with pytest.raises(drawing.ChangedSince):
            drawing.undo(community, by=program, at=at)

    def test_an_area_that_bears_another_code_by_now_is_not_deleted(self, halves, community, program, at):
        """Nor is the one that bears its code by now."""
        west, east = halves
        Area.objects.filter(pk=east.pk).update(code=f"{COMMUNITY}009")
        Area.objects.filter(pk=west.pk).update(code=east.code)
        before = self.state()
        with pytest.raises(drawing.ChangedSince):
            drawing.undo(community, by=program, at=at)
        assert self.state() == before

    def test_an_area_in_which_another_stands_is_not_deleted(self, halves, community, program, at):
        stands(f"{halves[1].code}01", "微网格")
        with pytest.raises(drawing.ChangedSince):
            drawing.undo(community, by=program, at=at)
        assert queries.area(halves[1].code).pk == halves[1].pk

    def test_an_area_in_which_something_lies_is_not_deleted(self, halves, community, account, program, at):
        account("li", "grid-worker", halves[1].code)
        with pytest.raises(drawing.ChangedSince):
            drawing.undo(community, by=program, at=at)
        assert queries.area(halves[1].code).pk == halves[1].pk


def test_what_was_read_before_the_lock_is_read_again(halves, community, program, at):
    west, east = halves
    keeping.rename(queries.area(west.code), name="改名网格", by=program, at=at)
    drawing.cut_in_two(west, line=line((-1, 1), (1.5, 1)), name="丙", by=program, at=at)
    assert queries.area(west.code).name == "改名网格"
    keeping.rename(queries.area(west.code), name="又改名网格", by=program, at=at)
    drawing.join([west, east], by=program, at=at)
    assert queries.area(west.code).name == "又改名网格"
    Area.objects.filter(pk=community.pk).update(code="500199001009")
    Area.objects.filter(code="500199001002").update(code=COMMUNITY)
    with pytest.raises(NotFound):
        drawing.draw(community, piece=land(0, 0, 1, 1), name="甲", by=program, at=at)


def test_an_area_under_a_local_code_is_a_local_one(community, program, at):
    drawing.reshape(community, piece=land(0, 0, 1, 2), by=program, at=at)
    drawn = drawing.draw(queries.area("500199001"), piece=land(1, 0, 2, 2), name="新社区", by=program, at=at)
    cut = drawing.cut_in_two(community, line=line((-1, 1), (1.5, 1)), name="又社区", by=program, at=at)
    assert [(area.code[-3:], area.local) for area in (drawn, cut)] == [("900", True), ("901", True)]
    grid = drawing.draw(drawn, piece=land(1, 0, 2, 2), name="网格", by=program, at=at)
    assert not grid.local and not queries.area(COMMUNITY).local


def test_what_lies_below_a_level_that_is_not_there_is_drawn_in_the_next_above(community, program, at):
    """A municipality has districts and no prefectures."""
    city = stands("50", "山城市", land(0, 0, 8, 2))
    beside = stands("500101", "白云区", land(4, 0, 8, 2))
    before = TestUndo.state()[1], [area[:2] for area in TestUndo.state()[0]]
    district = queries.area("500199")
    acts = (
        lambda: drawing.give(beside, patch=land(4, 0, 5, 2), taker=district, by=program, at=at),
        lambda: drawing.reshape(beside, piece=land(5, 0, 8, 2), by=program, at=at),
        lambda: drawing.cut_in_two(beside, line=line((6, -1), (6, 3)), name="新区", by=program, at=at),
        lambda: drawing.join([district, beside], by=program, at=at),
    )
    for act in acts:
        act()
        assert drawing.last_act("50").area_code == "50"
        drawing.undo(city, by=program, at=at)
        assert (TestUndo.state()[1], [area[:2] for area in TestUndo.state()[0]]) == before


def test_only_what_is_shown_is_read(halves, community, django_assert_num_queries):
    """The boundaries of what lies deeper may be thousands of times as many."""
    with django_assert_num_queries(2) as asked:
        assert set(cover.children("500199001")) == {COMMUNITY, "500199001002"}
    assert [" IN (" in one["sql"] for one in asked.captured_queries if '"geometry"' in one["sql"]] == [True]


def test_each_act_tells_what_it_changed(halves, program, at):
    drawing.give(halves[0], patch=land(0.5, -1, 3, 1), taker=halves[1], by=program, at=at)
    entry = Entry.objects.get(verb="area.given")
    facts = json.loads(entry.facts)
    assert entry.area_code == COMMUNITY and entry.thing == halves[0].code
    assert len(entry.digest) == 64 and facts["after"] == entry.digest != facts["before"]
    assert set(facts["changed"]) >= {halves[0].code, halves[1].code}


NUMBER = st.floats(-0.2, 2.2, allow_nan=False).map(lambda v: round(v, 3))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["cut", "give", "join"]), NUMBER, NUMBER, NUMBER, NUMBER), max_size=4))
def test_no_sequence_of_acts_loses_land_or_holds_it_twice(transactional_ground, acts):
    _community, at = transactional_ground()
    by, fresh = Program("test"), count()
    for kind, x1, y1, x2, y2 in acts:
        grids = [queries.area(code) for code in cover.children(COMMUNITY)]
        one, other = grids[0], grids[-1]
        try:
            if kind == "cut":
                across = line((x1, -0.5), (x2, 2.5)) if y1 < y2 else line((-0.5, y1), (2.5, y2))
                drawing.cut_in_two(one, line=across, name=f"新{next(fresh)}", by=by, at=at)
            elif kind == "give":
                piece = land(*sorted((x1, x2))[:1], min(y1, y2), max(x1, x2) + 0.01, max(y1, y2) + 0.01)
                drawing.give(one, patch=piece, taker=other, by=by, at=at)
            else:
                drawing.join([one, other], by=by, at=at)
        except Refusal:
            continue
        assert flaws(COMMUNITY) == []
        lands = cover.children(COMMUNITY).values()
        assert sum(each.area for each in lands) == pytest.approx(shapely.union_all(list(lands)).area, rel=1e-9)


@pytest.fixture
def transactional_ground(community, program, at):
    """Two grids that fill the community, as if nothing had been drawn before."""

    def fresh():
        Boundary.objects.filter(area__code__startswith=COMMUNITY, area__level=6).delete()
        Area.objects.filter(code__startswith=COMMUNITY, level=6).delete()
        drawing.draw(community, piece=land(0, 0, 1, 2), name="甲", by=program, at=at)
        drawing.draw(community, piece=land(1, 0, 2, 2), name="乙", by=program, at=at)
        return community, at

    return fresh
