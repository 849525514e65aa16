"""Which verb tells whom what. A room adds its own lines when it is made ready; nothing else decides who hears."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from linli.access.models import Account
from linli.journal.models import Entry


@dataclass(frozen=True)
class Telling:
    """For one verb: the sentence, who hears it, and whether it breaks through quiet hours.

    `words` is an English msgid that may name the entry's facts; `whom` answers with accounts. Notices of one
    `group` and one thing stand together in the inbox.
    """

    verb: str
    words: str
    whom: Callable[[Entry], Iterable[Account]]
    urgent: bool = False
    group: str = ""


TELLINGS: dict[str, list[Telling]] = {}


def tells(telling: Telling) -> None:
    """The verb tells this from now on."""
    TELLINGS.setdefault(telling.verb, []).append(telling)
