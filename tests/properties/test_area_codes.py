"""Codes: a range means exactly "has this prefix", also next door; moving and cutting agree with plain strings."""

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.areas import codes
from linli.areas.codes import Level

WIDTHS = sorted(codes.LEVELS)


@st.composite
def any_code(draw) -> str:
    """Often near the edges of what digits can say."""
    width = draw(st.sampled_from(WIDTHS))
    return draw(st.text(alphabet="0189", min_size=width, max_size=width))


@st.composite
def neighbours(draw) -> tuple[str, str]:
    """A code, and one just before, at, just after, below or above it."""
    code = draw(any_code())
    number = int(code) + draw(st.sampled_from([-1, 0, 1]))
    near = str(max(number, 0)).zfill(len(code))[-len(code) :]
    deeper = [width for width in WIDTHS if width > len(code)]
    if deeper and draw(st.booleans()):
        tail = draw(st.sampled_from(deeper)) - len(code)
        near += draw(st.text(alphabet="09", min_size=tail, max_size=tail))
    shorter = [width for width in WIDTHS if width < len(near)]
    if shorter and draw(st.booleans()):
        near = near[: draw(st.sampled_from(shorter))]
    return code, near


def in_range(bounds: dict[str, str], code: str) -> bool:
    """What the database does with the filter."""
    return bounds.get("area_code__gte", "") <= code and (
        "area_code__lt" not in bounds or code < bounds["area_code__lt"]
    )


@settings(max_examples=1_000)
@given(neighbours())
def test_inside_means_has_this_prefix(pair):
    code, near = pair
    assert in_range(codes.inside(code), near) == near.startswith(code) == codes.contains(code, near)


@given(any_code())
def test_inside_nothing_is_everywhere(code):
    assert in_range(codes.inside(""), code)


@given(neighbours(), any_code())
def test_moved_codes_lie_in_the_new_area_as_they_lay_in_the_old(pair, new):
    old, near = pair
    if near.startswith(old) and len(new) == len(old):
        moved = codes.moved(near, old, new)
        assert codes.contains(new, moved)
        assert codes.moved(moved, new, old) == near
        assert codes.level_of(moved) == codes.level_of(near)


@given(any_code())
def test_every_code_lies_in_its_ancestors_and_they_are_its_cuts(code):
    for above in codes.ancestors(code):
        assert codes.contains(above, code) and codes.cut(code, codes.level_of(above)) == above
    assert codes.parent(code) == (codes.ancestors(code) or [""])[-1]
    assert codes.parent(code) + codes.serial(code) == code


@given(st.lists(any_code(), max_size=8))
def test_roots_hold_everything_once(some):
    roots = codes.roots(some)
    assert all(sum(codes.contains(root, code) for root in roots) == 1 for code in some)
    assert set(roots) <= set(some)


@given(st.lists(any_code(), min_size=1, max_size=5))
def test_the_common_area_is_the_deepest_that_holds_all(some):
    common = codes.common(some)
    assert all(codes.contains(common, code) for code in some)
    deeper = [above for above in [*codes.ancestors(some[0]), some[0]] if len(above) > len(common)]
    assert not any(all(codes.contains(above, code) for code in some) for above in deeper)


@given(any_code(), st.integers(1, 9), st.sampled_from(Level))
def test_a_child_lies_directly_below(code, serial, level):
    if level == codes.level_of(code) + 1:
        child = codes.child(code, serial, level)
        assert codes.parent(child) == code and int(codes.serial(child)) == serial
