"""How far two spellings are apart, and whether they sound alike to someone who writes down what they hear."""

from .sounds import joined, of_person


def edits(first: str, second: str, most: int = 3) -> int:
    """How many signs are put in, left out, changed or swapped with their neighbour; `most + 1` stands for any more.

    >>> edits("张三", "张三"), edits("张三丰", "张丰三"), edits("13800001111", "13800001121"), edits("ab", "wxyz")
    (0, 1, 1, 4)
    """
    if first == second:
        return 0
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        here = [i]
        for j, b in enumerate(second, 1):
            best = min(last[j] + 1, here[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            here.append(best)
        if min(here) > most and min(last) > most:
            return most + 1
        before, last = last, here
    return min(last[-1], most + 1)


def likeness(first: str, second: str) -> float:
    """From 0, nothing in common, to 1, the same.

    >>> likeness("滨江路12号", "滨江路12号"), likeness("滨江路12号", "滨江路21号"), likeness("", "x")
    (1.0, 0.8333333333333334, 0.0)
    """
    longest = max(len(first), len(second))
    return 1 - edits(first, second, longest) / longest if longest else 1.0


# What the speech of the south-west does not tell apart: n and l, zh and z, h and f before u, -ng and -n after e, i.
_SAME = (
    ("zh", "z"),
    ("ch", "c"),
    ("sh", "s"),
    ("ing", "in"),
    ("eng", "en"),
    ("hui", "fei"),
    ("hu", "fu"),
)


def blurred(sounds: str) -> str:
    """Pinyin as it is heard in the south-west: for finding names that were written down by ear.

    >>> blurred("niu lan"), blurred("liu lang"), blurred("shi hui"), blurred("si fei"), blurred("hu cheng")
    ('liu lan', 'liu lang', 'si fei', 'si fei', 'fu cen')
    """
    return " ".join(_blurred(syllable) for syllable in sounds.split())


def _blurred(syllable: str) -> str:
    for heard, kept in _SAME:
        syllable = syllable.replace(heard, kept)
    return f"l{syllable[1:]}" if syllable.startswith("n") and len(syllable) > 1 else syllable


def sound_alike(first: str, second: str) -> bool:
    """Whether two people's names are said the same, whatever signs they are written with.

    >>> sound_alike("张伟", "章玮"), sound_alike("张伟", "张薇薇"), sound_alike("曾强", "增强")
    (True, False, True)
    """
    return joined(of_person(first)) == joined(of_person(second))


def hear_alike(first: str, second: str) -> bool:
    """Whether two people's names sound the same in the south-west.

    >>> hear_alike("刘兰", "牛兰"), hear_alike("胡成", "付晨"), hear_alike("刘兰", "李兰")
    (True, True, False)
    """
    return blurred(of_person(first)) == blurred(of_person(second))
