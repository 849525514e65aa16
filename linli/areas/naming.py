"""The names of areas: what is one, how its word for a kind sounds, and the part that stays when the kind changes."""

import re

from linli.ground.refusals import Malformed
from linli.ground.words import gettext_noop as _
from linli.language import sounds

from .tables import LONGEST_NAME

GENERIC = re.compile(r"(?<=..)((?:社区)?居民委员会|(?:社区)?居委会|村民委员会|村委会|社区|街道|镇|乡|村)$")
GENERIC_SOUNDS = {
    "社区居民委员会": "she qu ju min wei yuan hui",
    "居民委员会": "ju min wei yuan hui",
    "村民委员会": "cun min wei yuan hui",
}


class NotAName(Malformed):
    """A name that is empty, too long, or holds signs that cannot be shown."""

    code = "area.not-a-name"
    words = _("“%(name)s” is not a name of an area: a name has 1 to 60 signs.")


def must_be_name(name: str) -> str:
    """The name without spaces around it; refuses what is none."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotAName(name=name[:80])
    return name


def pinyin(name: str) -> str:
    """How an area's name sounds, the words for its kind said as they are.

    >>> pinyin("重庆市"), pinyin("丰都县"), pinyin("东方广场社区居民委员会")
    ('chong qing shi', 'feng du xian', 'dong fang guang chang she qu ju min wei yuan hui')
    """
    generic = GENERIC.search(name)
    if generic and (said := GENERIC_SOUNDS.get(generic[0])):
        return f"{sounds.pinyin(name[: generic.start()])} {said}"
    return sounds.pinyin(name)


def without_generic(name: str) -> str:
    """The part of a name that stays when a village becomes a community, or a town a subdistrict.

    >>> without_generic("东方广场社区居民委员会"), without_generic("高笋塘街道"), without_generic("龙镇")
    ('东方广场', '高笋塘', '龙镇')
    """
    return GENERIC.sub("", name)


def stem(name: str) -> str:
    """A name without the word for its kind.

    >>> stem("武隆县"), stem("龙溪镇"), stem("彭水苗族土家族自治县"), stem("西区")
    ('武隆', '龙溪', '彭水苗族土家族', '西区')
    """
    for kind in ("自治县", "街道", "办事处", "区", "县", "市", "镇", "乡"):
        if name.endswith(kind) and len(name) > len(kind) + 1:
            return name.removesuffix(kind)
    return without_generic(name)
