"""Marking sentences for translation on floors that know no translator."""


class Words(str):
    """Words of ours in English, to be translated where they are shown; any other text is shown as it is.

    An area may be called Home, and is not a word for the home page.
    """

    __slots__ = ()


def gettext_noop(words: str) -> str:
    """The same words, found by the extractor and translated where they are shown.

    >>> gettext_noop("Not here"), isinstance(gettext_noop("Not here"), Words)
    ('Not here', True)
    """
    return Words(words)
