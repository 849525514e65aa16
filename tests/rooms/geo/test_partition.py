"""However a cover is redrawn, it has no gap and no overlap afterwards."""

from itertools import combinations

import pytest
import shapely
from hypothesis import assume, example, given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from linli.geo import refusals
from linli.geo.partition import cut, draw, flaws, give, join, weld
from linli.geo.polygons import read, write
from linli.ground.refusals import Refusal

W, S, SIDE = 106.51, 29.53, 0.01  # about a kilometre, in invented 香樟街道
M = 1e-5  # about a metre


def at(x, y):
    """A place by parts of the parent's side."""
    return (round(W + x * SIDE, 7), round(S + y * SIDE, 7))


def ground(*corners):
    return Polygon([at(*corner) for corner in corners])


def block(west, south, east, north):
    return ground((west, south), (east, south), (east, north), (west, north))


PARENT = block(0, 0, 1, 1)


def is_whole(parent, children):
    """No overlap and no gap, told by areas alone: slow, and obviously right."""
    parent_area = parent.area
    for a, b in combinations(children.values(), 2):
        assert a.intersection(b).area <= 1e-9 * parent_area
    assert sum(child.area for child in children.values()) == pytest.approx(parent_area, rel=1e-9)
    assert shapely.union_all(list(children.values())).symmetric_difference(parent).area <= 1e-9 * parent_area
    assert all(child.is_valid for child in children.values())
    assert flaws(parent, children, least_m2=0.01) == []


class Cover:
    """A parent and its children, redrawn as the pages do it: what changed is put back, through the written form."""

    def __init__(self):
        self.parent, self.children, self.made = PARENT, {"1": PARENT}, 1

    def keep(self, around):
        for key, boundary in around.items():
            if key == "parent":
                self.parent = read(write(boundary))
            else:
                self.children[key] = read(write(boundary))

    def around(self, *but):
        others = {key: child for key, child in self.children.items() if key not in but}
        return {**others, "parent": self.parent}

    def name(self, place):
        return sorted(self.children)[place % len(self.children)]

    def cut(self, place, *xy):
        key = self.name(place)
        found = cut(self.children[key], LineString([at(*xy[:2]), at(0.5, 0.5), at(*xy[2:])]), around=self.around(key))
        self.made += 1
        self.keep({key: found.pieces[0], str(self.made): found.pieces[1], **found.around})

    def give(self, place, x, y, far, high):
        key, other = self.name(place), self.name(place + 1)
        assume(key != other)
        patch = block(x - far / 3, y - high / 3, x + far / 3, y + high / 3)
        found = give(patch, self.children[key], self.children[other], around=self.around(key, other))
        self.keep({key: found.giver, other: found.taker, **found.around})

    def join(self, place, *_):
        key, other = self.name(place), self.name(place + 1)
        assume(key != other)
        self.keep({key: join([self.children[key], self.children[other]])})
        del self.children[other]

    def draw(self, place, x, y, far, high):
        """An area is given up and its ground drawn anew, by a shaky hand."""
        key = self.name(place)
        others = {k: child for k, child in self.children.items() if k != key}
        rough = self.children[key].buffer(M * (far - 0.5))
        assume(isinstance(rough, Polygon))
        found = draw(rough, self.parent, others, tolerance_m=3, around={"parent": self.parent})
        self.keep({key: found.piece, **found.around})


parts_of_side = st.floats(-0.2, 1.2).map(lambda x: round(x, 5))
acts = st.tuples(
    st.sampled_from(["cut", "cut", "cut", "give", "give", "join"]),
    st.integers(0, 20),
    parts_of_side,
    parts_of_side,
    parts_of_side,
    parts_of_side,
)


@given(st.lists(acts, min_size=1, max_size=12))
def test_any_sequence_of_acts_leaves_a_whole_cover(sequence):
    cover = Cover()
    for name, *how in sequence:
        try:
            getattr(cover, name)(*how)
        except Refusal:
            continue
    is_whole(cover.parent, cover.children)
    assert cover.parent.symmetric_difference(PARENT).area < 1e-7 * PARENT.length


@given(st.lists(acts, min_size=1, max_size=6), st.integers(0, 20), st.floats(0.0, 1.0))
@example([("cut", 0, 0.0, 0.0, 0.0, 0.125)], 1, 0.0)  # once left four millimetres of overlap along a slanted border
def test_ground_given_up_and_drawn_anew_by_a_shaky_hand_closes_again(sequence, place, shake):
    cover = Cover()
    for name, *how in sequence:
        try:
            getattr(cover, name)(*how)
        except Refusal:
            continue
    try:
        cover.draw(place, 0, 0, shake, 0)
    except Refusal:
        return
    names = flaws(cover.parent, cover.children, least_m2=0.01)
    assert [flaw for flaw in names if flaw.kind != "gap"] == []
    gaps = sum(flaw.square_metres for flaw in names)
    assert gaps < 0.001 * flaws(PARENT, {})[0].square_metres


def test_a_cut_through_the_middle():
    found = cut(PARENT, LineString([at(0.3, -0.1), at(0.3, 1.1)]))
    first, second = found.pieces
    assert (first.area, second.area) == pytest.approx((0.7 * SIDE**2, 0.3 * SIDE**2))
    assert found.around == {}


def test_a_line_that_stops_a_metre_short_is_led_to_the_border():
    pieces = cut(PARENT, LineString([at(0.5, 0.001), at(0.5, 0.999)])).pieces
    is_whole(PARENT, dict(zip("12", pieces, strict=True)))


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ([(0.5, 0.1), (0.5, 0.9)], refusals.DoesNotCutThrough),
        ([(-0.5, 0.1), (0.5, 0.5)], refusals.DoesNotCutThrough),
        ([(2, 2), (3, 3)], refusals.DoesNotCutThrough),
        ([(-0.1, 0.2), (0.8, 0.2), (0.8, 0.8), (0.5, 0.8), (0.5, -0.1)], refusals.LineCrossesItself),
        ([(0.2, -0.1), (0.2, 1.1), (0.6, 1.1), (0.6, -0.1)], refusals.InPieces),
    ],
)
def test_lines_that_do_not_cut_in_two(line, refusal):
    with pytest.raises(refusal):
        cut(PARENT, LineString([at(*corner) for corner in line]))


def test_a_crossing_is_named():
    with pytest.raises(refusals.LineCrossesItself) as refused:
        cut(PARENT, LineString([at(0, 0), at(1, 1), at(1, 0), at(0, 1)]))
    assert (refused.value.facts["lon"], refused.value.facts["lat"]) == pytest.approx(at(0.5, 0.5))


def test_the_neighbour_is_given_the_corner_where_a_cut_ends():
    left, right = ground((0, 0), (0.5, 0), (0.51, 1), (0, 1)), ground((0.5, 0), (1, 0), (1, 1), (0.51, 1))
    line = LineString([at(-0.1, 0.333), at(0.9, 0.333)])
    found = cut(left, line, around={"right": right, "parent": PARENT})
    assert set(found.around) == {"right", "parent"}
    assert len(found.around["right"].exterior.coords) == len(right.exterior.coords) + 1
    children = {"1": found.pieces[0], "2": found.pieces[1], "right": found.around["right"]}
    is_whole(found.around["parent"], children)


def test_joining_takes_neighbours_only():
    west, middle, east = block(0, 0, 0.3, 1), block(0.3, 0, 0.6, 1), block(0.6, 0, 1, 1)
    assert join([west, middle, east]).equals(PARENT)
    with pytest.raises(refusals.DoNotTouch):
        join([west, east])
    with pytest.raises(refusals.DoNotTouch):
        join([block(0, 0, 0.5, 0.5), block(0.5, 0.5, 1, 1)])


def test_joining_closes_a_hair_between_two():
    west, east = block(0, 0, 0.5, 1), ground((0.5, 0), (1, 0), (1, 1), (0.5, 1), (0.5, 0.5))
    bent = Polygon([*list(east.exterior.coords)[:4], (at(0.5, 0.5)[0] + 1e-7, at(0.5, 0.5)[1])])
    assert len(join([west, bent]).interiors) == 0


def test_giving_land_with_a_lasso():
    giver, taker, other = block(0, 0, 0.5, 1), block(0.5, 0, 1, 0.5), block(0.5, 0.5, 1, 1)
    lasso = block(0.4, 0.1, 0.7, 0.3)
    found = give(lasso, giver, taker, around={"other": other, "parent": PARENT})
    assert found.taker.area == pytest.approx(taker.area + 0.1 * 0.2 * SIDE**2)
    assert set(found.around) == {"parent"}
    is_whole(PARENT, {"1": found.giver, "2": found.taker, "3": other})


@pytest.mark.parametrize(
    ("lasso", "refusal"),
    [
        (block(0.6, 0.1, 0.9, 0.3), refusals.NothingToGive),
        (block(-1, -1, 2, 2), refusals.WouldVanish),
        (block(0.1, 0.1, 0.3, 0.3), refusals.InPieces),
        (block(-0.1, 0.4, 0.6, 0.6), refusals.InPieces),
        (ground((0, 0), (1, 1), (1, 0), (0, 1)), refusals.CrossesItself),
    ],
)
def test_land_that_cannot_be_given(lasso, refusal):
    with pytest.raises(refusal):
        give(lasso, block(0, 0, 0.5, 1), block(0.5, 0, 1, 1))


def test_an_enclave_may_stay_one():
    """An area in two places (飞地) can be redrawn as long as it does not fall into more of them."""
    scattered = MultiPolygon([block(0, 0, 0.2, 1), block(0.8, 0, 1, 1)])
    middle = block(0.2, 0, 0.8, 1)
    found = give(block(0.1, 0, 0.2, 1), scattered, middle)
    assert len(found.giver.geoms) == 2
    pieces = cut(scattered, LineString([at(-0.1, 0.5), at(0.5, 0.5)])).pieces
    assert sum(piece.area for piece in pieces) == pytest.approx(scattered.area)


def test_a_rough_drawing_is_laid_along_its_neighbours():
    """Two to three metres off on every side, over a border with more corners than the drawing has."""
    jagged = [(0.5, 0), (0.501, 0.2), (0.499, 0.4), (0.501, 0.6), (0.499, 0.8), (0.5, 1)]
    west = ground((0, 0), *jagged, (0, 1))
    rough = ground((0.502, -0.002), (1.002, 0.001), (0.998, 1.002), (0.5025, 0.998))
    found = draw(rough, PARENT, {"west": west}, tolerance_m=4, around={"parent": PARENT})
    is_whole(found.around["parent"], {"west": found.around.get("west", west), "east": found.piece})


def test_a_drawing_over_a_sibling_takes_only_free_ground():
    west = block(0, 0, 0.5, 1)
    found = draw(block(0.2, 0.2, 0.8, 0.8), PARENT, {"west": west})
    assert found.piece.equals(block(0.5, 0.2, 0.8, 0.8))
    assert set(found.around) == {"west"}
    assert found.piece.intersection(found.around["west"]).area == 0


def test_the_first_drawing_of_all():
    found = draw(block(-0.1, -0.1, 0.5, 1.1), PARENT, {}, around={"parent": PARENT})
    assert found.piece.equals(block(0, 0, 0.5, 1))
    assert shapely.get_num_coordinates(found.around["parent"]) == 7


@pytest.mark.parametrize(
    ("piece", "refusal"),
    [
        (block(0.1, 0.1, 0.4, 0.4), refusals.NoFreeGround),
        (block(2, 2, 3, 3), refusals.NoFreeGround),
        (ground((0, 0), (1, 1), (1, 0), (0, 1)), refusals.CrossesItself),
        (block(0.3, 0.3, 1.2, 0.4), None),
        (block(0.4, -0.1, 0.7, 1.1), None),
        (block(-0.1, 0.4, 1.1, 0.6), None),
    ],
)
def test_drawings_beside_a_large_sibling(piece, refusal):
    if refusal is None:
        assert draw(piece, PARENT, {"west": block(0, 0, 0.5, 1)}).piece.is_valid
        return
    with pytest.raises(refusal):
        draw(piece, PARENT, {"west": block(0, 0, 0.5, 1)})


def test_a_drawing_across_a_sibling_would_lie_in_pieces():
    with pytest.raises(refusals.InPieces) as refused:
        draw(block(0.1, 0.4, 0.9, 0.6), PARENT, {"middle": block(0.4, 0, 0.6, 1)})
    assert refused.value.facts["pieces"] == 2


def test_flaws_are_named_with_their_size_and_place():
    children = {"1": block(0, 0, 0.5, 1), "2": block(0.4, 0, 0.8, 0.5), "3": block(0.9, 0.9, 1.1, 1)}
    found = flaws(PARENT, children)
    assert [(flaw.kind, flaw.codes) for flaw in found] == [
        ("gap", ()),
        ("overlap", ("1", "2")),
        ("outside", ("3",)),
    ]
    gap, overlap, outside = found
    assert overlap.square_metres == pytest.approx(0.05 * 1112 * 967.5, rel=1e-3)
    assert block(0.4, 0, 0.5, 0.5).contains(shapely.Point(overlap.lon, overlap.lat))
    assert not any(child.contains(shapely.Point(gap.lon, gap.lat)) for child in children.values())
    assert not PARENT.contains(shapely.Point(outside.lon, outside.lat))


def test_specks_are_no_flaws():
    nearly = {"1": box(W, S, W + SIDE, S + SIDE - 1e-8)}
    assert flaws(PARENT, nearly, least_m2=2.0) == []
    assert [flaw.kind for flaw in flaws(PARENT, nearly, least_m2=0.5)] == ["gap"]


def test_welding_leaves_alone_what_does_not_touch():
    far = {"far": block(3, 3, 4, 4)}
    assert weld(far, [PARENT]) == {}
    assert weld({}, [PARENT]) == {}


def test_welding_reaches_holes():
    ring = PARENT.difference(block(0.2, 0.2, 0.8, 0.8))
    inner = cut(block(0.2, 0.2, 0.8, 0.8), LineString([at(0.5, 0), at(0.5, 1)]), around={"ring": ring})
    assert set(inner.around) == {"ring"}
    assert shapely.get_num_coordinates(inner.around["ring"]) == shapely.get_num_coordinates(ring) + 2
    is_whole(PARENT, {"1": inner.pieces[0], "2": inner.pieces[1], "ring": inner.around["ring"]})
