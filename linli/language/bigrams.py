"""Text cut for searching: every two signs that stand together are a word, so no dictionary decides what is found.

A search for 消防 finds 消防通道 and 市消防局; Latin words and numbers are words as a whole.
"""

import re

from .folding import HAN, folded

_RUN = re.compile(rf"(?P<han>{HAN}+)|(?:(?!{HAN})[^\W_])+")


def _runs(text: str) -> list[tuple[bool, str]]:
    """Runs of Chinese signs, and words of others."""
    return [(match["han"] is not None, match[0]) for match in _RUN.finditer(folded(text))]


def kept(text: str) -> list[str]:
    """The words under which a text is kept. The last sign of a run stands alone too, so that each begins a word.

    >>> kept("香樟街道12号A座")
    ['香樟', '樟街', '街道', '道', '12', '号', 'a', '座']
    """
    words = []
    for han, run in _runs(text):
        words += [run[at : at + 2] for at in range(len(run))] if han else [run]
    return words


def asked(text: str) -> list[str]:
    """The words a search asks for; all of them, the last as a beginning.

    >>> asked("香樟街"), asked("樟"), asked("A座 12"), asked("，")
    (['香樟', '樟街'], ['樟'], ['a', '座', '12'], [])
    """
    words = []
    for han, run in _runs(text):
        words += [run[at : at + 2] for at in range(max(len(run) - 1, 1))] if han else [run]
    return words
