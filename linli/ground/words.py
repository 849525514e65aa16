"""Marking sentences for translation on floors that know no translator."""

from collections.abc import Iterable


class Words(str):
    """Words of ours in English, to be translated where they are shown; any other text is shown as it is.

    An area may be called Home, and is not a word for the home page.
    """

    __slots__ = ()


class Several(str):
    """Several words of ours in a row, each translated where they are shown.

    >>> Several([Words("accept"), Words("decline")])
    'accept, decline'
    """

    each: tuple[str, ...]

    def __new__(cls, words: Iterable[str]) -> "Several":
        """The words in a row, as they are in English."""
        some = tuple(words)
        made = super().__new__(cls, ", ".join(some))
        made.each = some
        return made


def gettext_noop(words: str) -> str:
    """The same words, found by the extractor and translated where they are shown.

    >>> gettext_noop("Not here"), isinstance(gettext_noop("Not here"), Words)
    ('Not here', True)
    """
    return Words(words)
