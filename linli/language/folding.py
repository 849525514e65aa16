"""One spelling for what is looked for, however it was typed. For comparing, never for keeping."""

import re
import unicodedata
from pathlib import Path

# Each sign written so elsewhere or formerly, before the sign it stands for. Left out is what has two answers or is
# a name's own sign: 乾 著 於 藉 麼 昇 甯 喆 堃 餘.
_WRITTEN = Path(__file__).with_name("data").joinpath("signs.txt").read_text("utf-8").split()
_SIGNS = str.maketrans({pair[0]: pair[1] for pair in _WRITTEN})
_MARKS = str.maketrans(
    {
        **dict.fromkeys("\u2014\u2013\uff0d\u2015\u2212\u2010\u2011\u301c~\uff5e\ufe63", "-"),
        **dict.fromkeys("\u30fb\u2022\u2027\u2219\uff65", "·"),
        "ü": "v",
    }
)
HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
_HAN = re.compile(HAN)
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufe00-\ufe0f]")


def narrowed(text: str) -> str:
    r"""The text with full-width letters, digits and marks made narrow and unseen signs gone; nothing else is touched.

    >>> narrowed("\uff21\uff11\uff12\u200b（东）")
    'A12(东)'
    """
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def folded(text: str) -> str:
    r"""The text for comparing: narrow, small letters, one kind of dash and dot, plain signs, single spaces.

    >>> folded("\uff21座  3—2 號"), folded("買買提•艾力"), folded("張偉")
    ('a座 3-2 号', '买买提·艾力', '张伟')
    """
    return " ".join(narrowed(text.translate(_MARKS)).lower().translate(_MARKS).translate(_SIGNS).split())


def as_typed(words: str) -> str:
    r"""What is looked for, however it was typed: full-width signs, capitals, spaces and ü do not matter.

    >>> as_typed(" Chong  Qing "), as_typed("\uff23\uff31"), as_typed("lü di"), as_typed("香樟 街道")
    ('chongqing', 'cq', 'lvdi', '香樟街道')
    """
    return "".join(unicodedata.normalize("NFKC", words).lower().replace("ü", "v").replace("'", "").split())


def is_han(text: str) -> bool:
    """Whether every sign is a Chinese one.

    >>> is_han("张三"), is_han("张3"), is_han("")
    (True, False, False)
    """
    return bool(text) and all(_HAN.match(sign) for sign in text)
