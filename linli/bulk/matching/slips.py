"""How two spellings differ, where a hand or an ear may have slipped."""

from functools import lru_cache

from linli.language.folding import is_han

SHORT = 4  # letters: below this, one other letter is another name, though one left out may be a slip


@lru_cache(maxsize=1 << 16)
def slip(one: str, other: str) -> str:
    """What went wrong between two spellings of one thing, in a word; empty where they are simply different.

    Long texts bear a slip for every four signs; short ones a swap of neighbours, or of three or four letters one left
    out.

    >>> slip("lachlan", "lachaln"), slip("goldfinch", "goldfinsh"), slip("berry", "bery"), slip("waller", "berry")
    ('swapped', 'one sign', 'one sign', '')
    >>> slip("stanleystreet", "stanlysteret"), slip("jon", "john"), slip("tim", "tom"), slip("12", "21")
    ('some signs', 'one sign', '', 'swapped')
    """
    short, long = sorted((len(one), len(other)))
    if once := _once(one, other):
        return once if once == "swapped" or short >= SHORT or (short, long) == (SHORT - 1, SHORT) else ""
    most = (long + 1) // 4
    return "some signs" if most > 1 and distance(one, other, most) <= most else ""


def number_slip(one: str, other: str) -> str:
    """The same for numbers: neighbours swapped or one digit, never more.

    >>> number_slip("7364009", "7364090"), number_slip("7364009", "7364008"), number_slip("7364009", "7365008")
    ('swapped', 'one digit', '')
    """
    once = _once(one, other)
    return (
        "one digit" if once == "one sign" and min(len(one), len(other)) >= SHORT else once if once == "swapped" else ""
    )


def shared(one: str, other: str) -> bool:
    """Two given names that have a part in common, as twins have: a sign, or the first letter standing for all.

    >>> shared("子轩", "子涵"), shared("伟", "芳"), shared("j", "john"), shared("tim", "timothy")
    (True, False, True, True)
    """
    if is_han(one) and is_han(other):
        return bool(set(one) & set(other))
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and len(short) in (1, 3, 4, 5)


def _once(one: str, other: str) -> str:
    """Whether a single slip parts two spellings: what they begin and end with alike is taken away, the rest is seen."""
    first, last, short = 0, 0, min(len(one), len(other))
    if abs(len(one) - len(other)) > 1:
        return ""
    while first < short and one[first] == other[first]:
        first += 1
    while last < short - first and one[-1 - last] == other[-1 - last]:
        last += 1
    rest, its = one[first : len(one) - last], other[first : len(other) - last]
    if len(rest) == 2 and rest == its[::-1]:
        return "swapped"
    return "one sign" if max(len(rest), len(its)) == 1 else ""


def distance(one: str, other: str, most: int) -> int:
    """How many signs must be put in, taken out, changed or swapped with a neighbour; `most` + 1 where it is more.

    >>> distance("martin", "matrin", 2), distance("ab", "xyz", 2), distance("abcdef", "abcdef", 1)
    (1, 3, 0)
    """
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    before: list[int] = []
    last: list[int] = []
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        before, last, row = last, row, [at]
        for place, its in enumerate(other, 1):
            step = min(last[place] + 1, row[-1] + 1, last[place - 1] + (sign != its))
            if before and place > 1 and sign == other[place - 2] and one[at - 2] == its:
                step = min(step, before[place - 2] + 1)
            row.append(step)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
