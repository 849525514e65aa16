"""The names of areas and their sounds: pinyin for showing and ordering, joined and as initials for searching."""

import re
import unicodedata

from pypinyin import lazy_pinyin, load_single_dict

from linli.ground.refusals import Malformed
from linli.ground.words import gettext_noop as _

from .tables import LONGEST_NAME

# Read by themselves these signs mostly sound otherwise, but hardly ever in the name of a place:
# 长岭 chang ling, 丰都 feng du, 卧佛 wo fo. Phrases (村长, 都是) keep their own reading.
load_single_dict({ord("长"): "cháng,zhǎng", ord("都"): "dū,dōu", ord("佛"): "fó,fú"})

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
    """How a name sounds, a space between syllables; Latin letters and digits stay, in small letters.

    >>> pinyin("重庆市"), pinyin("长寿区"), pinyin("丰都县"), pinyin("A区3号")
    ('chong qing shi', 'chang shou qu', 'feng du xian', 'a qu 3 hao')
    """
    generic = GENERIC.search(name)
    if generic and (sounds := GENERIC_SOUNDS.get(generic[0])):
        return f"{_sounds(name[: generic.start()])} {sounds}"
    return _sounds(name)


def _sounds(name: str) -> str:
    return " ".join(" ".join(lazy_pinyin(name, strict=False)).lower().split())


def joined(sounds: str) -> str:
    """Pinyin as people type it into a search box.

    >>> joined("chong qing shi")
    'chongqingshi'
    """
    return sounds.replace(" ", "")


def initials(sounds: str) -> str:
    """The first letter of each syllable.

    >>> initials("chong qing shi")
    'cqs'
    """
    return "".join(syllable[0] for syllable in sounds.split())


def as_typed(words: str) -> str:
    r"""What is looked for, however it was typed: full-width signs, capitals, spaces and ü do not matter.

    >>> as_typed(" Chong  Qing "), as_typed("\uff23\uff31"), as_typed("lü di"), as_typed("香樟 街道")
    ('chongqing', 'cq', 'lvdi', '香樟街道')
    """
    return "".join(unicodedata.normalize("NFKC", words).lower().replace("ü", "v").replace("'", "").split())


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
