"""Shapes of teams: taken over, made, changed, used; and who sits where."""

import io

import pytest
import xlsxwriter

from linli.access import appointing, bringing, inviting, queries, shapes, sheets, standing_in, teaming
from linli.access.actors import actor_for
from linli.access.appointing import Appointment
from linli.access.models import TeamShape, TeamUse
from linli.access.roles import ROLES
from linli.access.shapes import PlaceAsked
from linli.access.teaming import ShapeAsked
from linli.areas import changes, redrawing
from linli.areas.models import Area
from linli.ground.refusals import NotFound, OutsideScope
from linli.journal.models import Entry

TOWN, COMMUNITY = "500199001", "500199001001"
GRID, OTHER = f"{COMMUNITY}001", f"{COMMUNITY}002"


@pytest.fixture(autouse=True)
def town(db):
    for code, level, name in (
        ("500199", 3, "青川区"),
        (TOWN, 4, "香樟街道"),
        (COMMUNITY, 5, "清河社区"),
        (GRID, 6, "第一网格"),
        (OTHER, 6, "第二网格"),
    ):
        Area.objects.create(code=code, level=level, name=name)


@pytest.fixture
def boss(actor):
    return actor("boss", "administrator", TOWN)


@pytest.fixture
def shape(boss, at):
    """1+3+N, used by every grid of the township."""
    taken = teaming.take_over(shapes.known()["1-3-n"], area=TOWN, by=boss, at=at)
    teaming.use(taken, area=TOWN, by=boss, at=at)
    return taken


def seats(code, viewer, at):
    """Who sits where: place, letter, name."""
    return [
        (filled.place.slug, seat.holder, seat.post.account.name if seat.post and seat.post.account else "")
        for filled in queries.team(code, viewer, at=at).filled
        for seat in filled.seats
    ]


def test_every_known_shape_is_dated_sourced_and_made_of_declared_roles():
    for known in shapes.known().values():
        assert known.source and known.since and known.places
        assert {place.role for place in known.places} <= set(ROLES)
        assert len({place.slug for place in known.places}) == len(known.places)


def test_the_five_heads_take_the_place_of_the_one():
    five, one = shapes.known()["5-3-n"].places, shapes.known()["1-3-n"].places
    assert [place.name for place in five[:5]] == ["社区区长", "片区区长", "楼栋长", "楼组长", "物业长"]
    assert [place.slug for place in five[5:]] == [place.slug for place in one[1:]]


def test_a_team_shows_who_fills_which_place_and_which_are_vacant(shape, boss, account, at):
    head = account("zhang", "grid-head", GRID)
    instructor = account("zhi", "community-clerk", COMMUNITY)
    asked = Appointment(role="grid-instructor", area=GRID, team=shape, place="instructor")
    appointing.give(instructor, asked, by=boss, at=at)
    assert seats(GRID, boss, at) == [
        ("head", "", head.name),
        ("full-time", "", ""),
        ("part-time", "", ""),
        ("instructor", "", instructor.name),
    ]
    team = queries.team(GRID, boss, at=at)
    assert (team.wanted, team.filled_count, team.vacant) == (4, 2, 2)
    assert queries.team(OTHER, boss, at=at).vacant == 4


def test_any_number_fill_the_n_and_whom_the_shape_has_no_place_for_is_shown_beside(shape, boss, account, at):
    for number in range(3):
        account(f"v{number}", "volunteer", GRID)
    account("zhou", "community-clerk", GRID)
    team = queries.team(GRID, boss, at=at)
    assert len(team.filled[-1].seats) == 3 and team.vacant == 4
    assert [post.role for post in team.others] == ["community-clerk"]


def test_a_place_in_pairs_wants_an_a_post_and_a_b_post(boss, account, at):
    special = teaming.take_over(shapes.known()["special"], area=TOWN, by=boss, at=at)
    teaming.use(special, area=GRID, what_for="康养院", by=boss, at=at)
    who = account("li", "community-clerk", COMMUNITY)
    asked = Appointment(role="grid-worker", area=GRID, holder="B", team=special, place="full-time")
    appointing.give(who, asked, by=boss, at=at)
    assert [seat for seat in seats(GRID, boss, at) if seat[0] == "full-time"] == [
        ("full-time", "A", ""),
        ("full-time", "B", "li"),
    ]


def test_one_who_is_invited_fills_the_place_until_the_code_runs_out(shape, boss, at):
    asked = Appointment(role="grid-head", area=GRID, team=shape, place="head")
    inviting.invite("章格", asked, by=boss, at=at)
    assert queries.team(GRID, boss, at=at).vacant == 3
    assert queries.team(GRID, boss, at=at + inviting.STANDS_FOR).vacant == 4


def test_a_substitute_takes_no_seat_of_their_own(shape, boss, account, at):
    head, other = account("zhang", "grid-head", GRID), account("other", "grid-head", OTHER)
    days = {"since": at.date(), "until": at.date().replace(day=28)}
    standing_in.take_leave(head.posts.get(), stand_in=other, **days, by=boss, at=at)
    team = queries.team(GRID, boss, at=at)
    (seat,) = team.filled[0].seats
    assert [each.account for each in seat.post.stand_ins.all()] == [other]
    assert team.others == []


def test_what_is_said_deeper_goes_before_what_is_said_above(shape, boss, at):
    special = teaming.take_over(shapes.known()["special"], area=TOWN, by=boss, at=at)
    teaming.use(special, area=GRID, by=boss, at=at)
    found = queries.uses_of([GRID, OTHER], today=at.date())
    assert (found[GRID].shape, found[OTHER].shape) == (special, shape)
    teaming.use_no_longer(GRID, by=boss, at=at)
    assert queries.uses_of([GRID], today=at.date())[GRID].shape == shape


def test_a_place_that_someone_fills_stays(shape, boss, account, at):
    who = account("zhang", "community-clerk", COMMUNITY)
    asked = Appointment(role="grid-head", area=GRID, team=shape, place="head")
    post = appointing.give(who, asked, by=boss, at=at)
    without = ShapeAsked("1+3+N", shapes.known()["1-3-n"].places[1:])
    with pytest.raises(teaming.PlaceHeld):
        teaming.reshape(shape, without, by=boss, at=at)
    appointing.end(post, on=at.date(), by=boss, at=at)
    teaming.reshape(shape, without, by=boss, at=at)
    assert shape.places.count() == 4


def test_a_post_is_given_only_for_a_place_the_shape_has(shape, boss, account, at):
    who = account("zhang", "community-clerk", COMMUNITY)
    asked = Appointment(role="grid-head", area=GRID, team=shape, place="emperor")
    with pytest.raises(appointing.NoSuchPlace):
        appointing.give(who, asked, by=boss, at=at)


def test_a_shape_is_changed_only_from_its_own_area(shape, boss, actor, at):
    far, local = actor("far", "administrator", "500198"), actor("local", "administrator", COMMUNITY)
    for who in (far, local):
        with pytest.raises(OutsideScope):
            teaming.reshape(shape, ShapeAsked("x", shapes.known()["1-3-n"].places), by=who, at=at)
        with pytest.raises(NotFound):
            queries.shape(shape.ref, who)
    with pytest.raises(teaming.ShapeFromElsewhere):
        teaming.use(shape, area="500198", by=far, at=at)
    with pytest.raises(teaming.ShapeUsed):
        teaming.give_up(shape, by=boss, at=at)


def test_a_shape_has_places_with_names_of_their_own(boss, at):
    for places in ((), (PlaceAsked("甲", "grid-head"), PlaceAsked("甲", "grid-worker"))):
        with pytest.raises(teaming.NoPlaces):
            teaming.shape(ShapeAsked("空", places), area=TOWN, by=boss, at=at)
    with pytest.raises(appointing.NoSuchRole):
        teaming.shape(ShapeAsked("空", (PlaceAsked("甲", "king"),)), area=TOWN, by=boss, at=at)
    assert not TeamShape.objects.exists()


def test_a_team_is_nowhere_for_those_outside_and_for_whoever_sees_only_their_own(shape, account, at):
    for name, role, area in (("wai", "administrator", "500198"), ("hu", "resident", GRID)):
        viewer = actor_for(account(name, role, area), today=at.date())
        with pytest.raises(NotFound):
            queries.team(GRID, viewer, at=at)


def test_of_two_shapes_that_a_merging_brings_together_the_later_holds_and_one_choice_ends_both(
    shape, boss, program, at
):
    special = teaming.take_over(shapes.known()["special"], area=TOWN, by=boss, at=at)
    teaming.use(shape, area=GRID, by=boss, at=at)
    teaming.use(special, area=OTHER, by=boss, at=at)
    redrawing.redraw([changes.Merge((GRID, OTHER), OTHER, "合并网格")], effective_on=at.date(), by=program, at=at)
    assert TeamUse.objects.filter(area_code=OTHER, until=None).count() == 2
    assert queries.uses_of([OTHER], today=at.date())[OTHER].shape == special
    teaming.use(shape, area=OTHER, by=boss, at=at)
    assert [use.shape for use in TeamUse.objects.filter(area_code=OTHER, until=None)] == [shape]


# -- sheets -------------------------------------------------------------------------------------------

SHEET = """香樟街道网格队伍,,,,,
队伍形态,席位,角色,人数,A/B岗,来源
2+2,网格长,网格长,1,,街道文件
2+2,副网格长,grid-head,1,,
2+2,网格员,专职网格员,2,是,
2+2,力量,志愿者,不限,,
"""


def bring(text, by, at):
    rows = bringing.shapes("t.csv", text.encode(), by=by, area=TOWN)
    return bringing.bring_shapes(rows, by=by, at=at)


def test_a_sheet_of_places_becomes_shapes(boss, at):
    assert bring(SHEET, boss, at) == 1
    made = TeamShape.objects.get()
    assert (made.name, made.area_code, made.source) == ("2+2", TOWN, "街道文件")
    assert list(made.places.values_list("name", "role", "most", "in_pairs")) == [
        ("网格长", "grid-head", 1, False),
        ("副网格长", "grid-head", 1, False),
        ("网格员", "grid-worker", 2, True),
        ("力量", "volunteer", 0, False),
    ]


def test_the_same_sheet_again_changes_the_shape_and_keeps_its_people(boss, account, at):
    bring(SHEET, boss, at)
    made = TeamShape.objects.get()
    slug = made.places.get(name="副网格长").slug
    who = account("zhang", "community-clerk", COMMUNITY)
    appointing.give(who, Appointment(role="grid-head", area=GRID, team=made, place=slug), by=boss, at=at)
    bring(SHEET.replace("2+2,力量,志愿者,不限,,\n", ""), boss, at)
    assert (TeamShape.objects.count(), made.places.count()) == (1, 3)
    assert made.places.get(slug=slug).name == "副网格长"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (",网格长,网格长,1", "no shape named"),
        ("甲,,网格长,1", "no place named"),
        ("甲,网格长,皇帝,1", "no such role"),
        ("甲,网格长,网格长,很多", "a number that is none"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_nothing_is_written(boss, at, line, wrong):
    rows = bringing.shapes("t.csv", f"队伍形态,席位,角色,人数\n{line}\n".encode(), by=boss, area=TOWN)
    assert [row.wrong for row in rows] == [(wrong,)]
    with pytest.raises(sheets.RowsWrong):
        bringing.bring_shapes(rows, by=boss, at=at)
    assert not TeamShape.objects.exists()


def test_a_workbook_says_which_grid_has_which(shape, boss, at):
    special = teaming.take_over(shapes.known()["special"], area=TOWN, by=boss, at=at)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, ["区划", "队伍形态", "用途"])
    page.write_row(1, 0, ["第二网格", "专属网格", "康养院"])
    book.close()
    assert bringing.kind_of("t.xlsx", file.getvalue()) == "uses"
    rows = bringing.uses("t.xlsx", file.getvalue(), by=boss)
    assert bringing.bring_uses(rows, by=boss, at=at) == 1
    use = queries.uses_of([OTHER], today=at.date())[OTHER]
    assert (use.shape, use.what_for) == (special, "康养院")


def test_a_sheet_of_bureaus_adds_what_is_not_there_yet(boss, actor, at):
    district = actor("du", "administrator", "500199")
    text = "委办局,来源\n民政局,机构改革方案\n应急管理局,\n".encode()
    for new in (2, 0):
        rows = bringing.bureaus_in("b.csv", text, by=district, area="500199")
        assert bringing.bring_bureaus(rows, by=district, at=at) == new
    assert [bureau.name for bureau in queries.bureaus(boss)] == ["民政局", "应急管理局"]
    assert Entry.objects.filter(verb="bureau.added").count() == 2
    with pytest.raises(NotFound):
        queries.bureau(queries.bureaus(boss)[0].code, boss)


def test_a_sheet_too_long_is_refused_and_not_cut(boss):
    text = "委办局\n" + "民政局\n" * (sheets.MOST_ROWS + 1)
    with pytest.raises(sheets.TooLarge):
        bringing.bureaus_in("b.csv", text.encode(), by=boss, area=TOWN)
