"""A file beside the register, and a file beside itself: at most one for each line, the rest for a person to look at."""

import dataclasses

import pytest

from linli.bulk.matching.grouping import duplicates
from linli.bulk.matching.judging import judge
from linli.bulk.matching.keys import keys
from linli.bulk.matching.linking import MOST, candidates, link
from tests.rooms.bulk.folk import folk, someone, usual

WANG = {"name": "王秀英", "born": "1950-02-03", "phone": "1", "number": "A", "sound": True}


def linked(lines, known, **more):
    return link(lines, known, weights=usual(), among=30_000, **more)


def refs(matches) -> list[tuple[object, object]]:
    return [(each.one, each.other) for each in matches]


def test_a_file_taken_twice_is_known_line_by_line():
    again = [dataclasses.replace(each, ref=f"line {each.ref}") for each in folk()]
    found = linked(again, folk())
    assert refs(found.same) == [(f"line {each.ref}", each.ref) for each in folk()]
    assert found.perhaps == ()


def test_nobody_beside_nobody():
    assert linked([], folk()).same == linked(list(folk()), []).same == ()
    assert duplicates([]).groups == duplicates([someone("a", **WANG)]).groups == ()


def test_lines_of_which_nothing_is_known_are_nobody():
    blank = [someone(each) for each in range(3)]
    assert linked(blank, blank).pairs == 0
    assert duplicates(blank).groups == ()


def test_two_who_would_both_do_are_looked_at():
    known = [someone("a", **WANG | {"number": ""}), someone("b", **WANG | {"number": ""})]
    found = linked([someone("line", **WANG | {"number": ""})], known)
    assert found.same == ()
    assert refs(found.perhaps) == [("line", "a"), ("line", "b")]


def test_of_two_who_would_do_the_one_with_the_number_is_it():
    known = [someone("a", **WANG | {"number": ""}), someone("b", **WANG)]
    found = linked([someone("line", **WANG)], known)
    assert refs(found.same) == [("line", "b")]
    assert found.perhaps == ()


def test_at_most_three_are_shown_the_likeliest_first():
    known = [someone(each, **WANG | {"number": str(each), "sound": False}) for each in range(5)]
    known.append(someone("moved", **WANG | {"number": "9", "phone": "2", "sound": False}))
    found = linked([someone("line", **WANG)], known)
    assert refs(found.perhaps) == [("line", 0), ("line", 1), ("line", 2)]


def test_the_order_of_the_register_changes_nothing():
    lines = [dataclasses.replace(each, ref=-each.ref, identity="", phone="") for each in folk()[:400]]
    forth, back = linked(lines, folk()), linked(lines, folk()[::-1])
    assert forth.same == back.same
    assert set(forth.perhaps) == set(back.perhaps)


def test_a_key_that_leads_to_too_many_says_nothing():
    crowd = [(1, each + 10) for each in range(MOST + 1)]
    found = candidates([(1, 10)], crowd)
    assert (found.left.tolist(), found.right.tolist(), found.crowded) == ([0], [0], 1)


@pytest.mark.parametrize(
    "said",
    [
        {"born": "1951-02-03"},
        {"born": "1950-02-04"},
        {"born": "1950-03-02"},
        {"name": "黄秀英"},
        {"name": "王秀芬"},
        {"name": "王秀瑛", "born": "", "phone": "1"},
        {"name": "黄秀芬", "number": "A"},
        {"name": "王秀芬", "born": "", "number": "A"},
        {"born": "", "compound": "香樟苑", "door": "3-2-501"},
        {"born": "", "household": "7"},
    ],
)
def test_whoever_may_be_one_person_is_found_and_shown(said):
    """Each of these shares but one kind of key with the woman who is known."""
    known = WANG | {"compound": "香樟苑", "door": "3-2-501", "household": "7", "phone": "1"}
    line = WANG | {"phone": "", "number": ""} | said
    assert set(keys(someone("line", **line))) & set(keys(someone("known", **known))), "found"
    both = linked([someone("line", **line)], [someone("known", **known)], found=None)
    assert len(both.same) + len(both.perhaps) == both.pairs == 1


def test_it_does_not_matter_who_is_asked_about_whom():
    """A name with its parts turned is as rare as the commoner way round."""
    one, other = someone("a", name="王伟", compound="香樟苑"), someone("b", name="伟王", compound="香樟苑")
    assert judge(one, other, usual()).bits == judge(other, one, usual()).bits


def test_the_same_keys_on_every_machine():
    assert keys(someone(**WANG))[0] == 666745823524772603


def test_one_person_in_five_spreadsheets_is_one_person():
    lines = [
        someone("低保", name="王秀英", number="A", sound=True),
        someone("健康", name="王秀英", number="A", sound=True, born="1950-02-03", phone="1"),
        someone("计生", name="王秀瑛", born="1950-02-03", number="A", sound=True),
        someone("养老", name="王秀英", born="1950-02-03", phone="1"),
        someone("党员", name="Wang Xiuying", born="1950-02-03", phone="1"),
        someone("邻居", name="王秀英", born="1961-07-08", phone="2", number="B", sound=True),
    ]
    found = duplicates(lines, weights=usual())
    assert found.groups == (("低保", "健康", "计生", "养老", "党员"),)
    assert found.perhaps == ()


def test_two_numbers_never_come_together_through_a_third():
    """A line without a number agrees with two whose numbers differ in a digit: it goes with one, the other is asked."""
    lines = [
        someone("a", **WANG | {"number": "500199195002031234"}),
        someone("b", **WANG | {"number": ""}),
        someone("c", **WANG | {"number": "500199195002031235", "sound": False}),
    ]
    found = duplicates(lines, weights=usual())
    assert found.groups == (("a", "b"),)
    assert {each.other for each in found.perhaps} | {each.one for each in found.perhaps} >= {"c"}
    assert len(found.perhaps) == 1


@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_small_file_needs_no_more_than_itself(count):
    """A file teaches itself what is common, however few lines it has."""
    lines = [dataclasses.replace(each, ref=("line", each.ref)) for each in folk()[:count]]
    assert len(link(lines, folk()[:count]).same) == count
