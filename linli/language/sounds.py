"""How Chinese names sound: pinyin for showing and ordering, joined and as initials for searching."""

from functools import lru_cache

from pypinyin import lazy_pinyin, load_single_dict

from . import surnames
from .folding import is_han

MOST_READINGS = 4

# Read by themselves these signs mostly sound otherwise, but hardly ever in a name:
# 长岭 chang ling, 丰都 feng du, 卧佛 wo fo. Phrases (村长, 都是) keep their own reading.
load_single_dict({ord("长"): "cháng,zhǎng", ord("都"): "dū,dōu", ord("佛"): "fó,fú"})


def pinyin(name: str) -> str:
    """How a name sounds, a space between syllables; Latin letters and digits stay, in small letters.

    >>> pinyin("重庆市"), pinyin("长寿区"), pinyin("丰都县"), pinyin("A区3号")
    ('chong qing shi', 'chang shou qu', 'feng du xian', 'a qu 3 hao')
    """
    return " ".join(" ".join(lazy_pinyin(name, strict=False)).lower().split())


def of_person(name: str) -> str:
    """How a person's name sounds: the surname as it is said in a name, then the rest.

    >>> of_person("单雄信"), of_person("曾国藩"), of_person("尉迟敬德"), of_person("解晓东"), of_person("单于")
    ('shan xiong xin', 'zeng guo fan', 'yu chi jing de', 'xie xiao dong', 'shan yu')
    >>> of_person("阿依古丽·买买提"), of_person("欧阳"), of_person("Ann Lee")
    ('a yi gu li mai mai ti', 'ou yang', 'ann lee')
    """
    if not is_han(name):
        return pinyin(name.replace("·", " "))
    surname, given = surnames.split(name)
    return f"{surnames.READINGS.get(surname) or _remembered(surname)} {_remembered(given)}".strip()


def readings(name: str) -> tuple[str, ...]:
    """Every way a person's name may well be said, the likeliest first: for finding, not for showing.

    >>> readings("覃乐"), readings("张伟")
    (('qin le', 'tan le', 'qin yue', 'tan yue'), ('zhang wei',))
    """
    if not is_han(name):
        return (of_person(name),)
    surname = surnames.split(name)[0]
    rarer = [
        surnames.ALSO.get(surname),
        *(None for _ in surname[1:]),
        *map(surnames.IN_NAMES.get, name[len(surname) :]),
    ]
    said = [of_person(name).split()]
    for place, other in enumerate(rarer):
        if other and len(said) < MOST_READINGS:
            said += [[*way[:place], other, *way[place + 1 :]] for way in said if way[place] != other]
    return tuple(" ".join(way) for way in said)


@lru_cache(maxsize=1 << 16)
def _remembered(name: str) -> str:
    return pinyin(name)


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
