"""Looking by keys loses nobody: beside it stands every pair, compared one by one."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.bulk.matching.comparing import compare
from linli.bulk.matching.judging import Verdict, judge, verdicts, worth
from linli.bulk.matching.keys import keys
from linli.bulk.matching.linking import Found, link
from linli.bulk.matching.rolls import Roll, Spellings
from linli.bulk.matching.slips import distance
from tests.rooms.bulk.folk import someone, usual

DAYS = ["", "1985", "1985-03", "1985-03-12", "1985-12-03", "1985-03-21", "1985-03-13", "1986-03-12", "1962-03-05"]
NAMES = ["", "王伟", "王玮", "伟王", "王子轩", "王子涵", "刘宁", "Wang Wei", "Lachlan Berry", "Berry Lachaln"]
LINE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "born": st.sampled_from(DAYS),
        "sex": st.sampled_from(["", "男", "女"]),
        "number": st.sampled_from(["", "", "500199198503121234", "500199198503121235", "digest"]),
        "sound": st.sampled_from([None, True, False]),
        "phone": st.sampled_from(["", "13800000001", "13800000010", "digest"]),
        "door": st.sampled_from(["", "3-2-501", "3-2-502", "1"]),
        "compound": st.sampled_from(["", "香樟苑", "滨江花园"]),
        "community": st.sampled_from(["", "双溪社区", "新桥社区"]),
        "household": st.sampled_from(["", "", "7"]),
    }
)  # fmt: skip
FILES = st.lists(LINE, max_size=4).map(lambda lines: [someone(at, **line) for at, line in enumerate(lines)])


def every_pair(one, other) -> Found:
    left, right = np.divmod(np.arange(len(one) * len(other)), max(len(other), 1))
    return Found(left, right, 0)


@settings(deadline=None, max_examples=60)
@given(FILES, FILES)
def test_keys_lose_nobody_who_is_the_same(one, other):
    by_keys = link(one, other, weights=usual())
    if one and other:
        by_hand = link(one, other, weights=usual(), found=every_pair(one, other))
        assert by_keys.same == by_hand.same


@settings(deadline=None, max_examples=60)
@given(FILES)
def test_one_by_one_says_what_the_roll_says(held):
    if not held:
        return
    pairs = every_pair(held, held)
    spellings = Spellings()
    roll, again = Roll(held, spellings), Roll(held, spellings)
    compared = compare(roll, again, pairs.left, pairs.right)
    found, _bits = verdicts(compared, usual().of(compared, roll, again, 0.5 / 1000))
    left_out = ~worth(compared.levels["born_on"], compared.levels["identity"])
    assert not found[left_out].any(), "what is not worth looking at is other"
    for left, right, verdict in zip(pairs.left.tolist(), pairs.right.tolist(), found.tolist(), strict=True):
        one, other = held[left], held[right]
        assert judge(one, other, usual()).verdict == verdict
        assert judge(other, one, usual()).verdict == verdict, "it does not matter who is asked about whom"
        if verdict == Verdict.SAME:
            assert set(keys(one)) & set(keys(other))


@cache
def slowly(one: str, other: str) -> int:
    """The fewest slips by trying all."""
    if not one or not other:
        return len(one) + len(other)
    tried = [slowly(one[1:], other) + 1, slowly(one, other[1:]) + 1, slowly(one[1:], other[1:]) + (one[0] != other[0])]
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        tried.append(slowly(one[2:], other[2:]) + 1)
    return min(tried)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.integers(0, 7))
def test_distance_is_the_fewest_slips(one, other, most):
    assert distance(one, other, most) == min(slowly(one, other), most + 1)
