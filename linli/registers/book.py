"""The book of facts (事实字典): every named thing that can be said of a person, household, dwelling or business, once.

Lists, filters, tags, imports, exports, and later forms, rules and charts refer to a fact by its name and to nothing
else, so each inherits its type, its privacy and where it comes from. Unknown is a value, and is None.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q

from linli.ground.privacy import Kind
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from .models import Register

Read = Callable[[Any, date], Any]
Where = Callable[[str, Any, date], Q]


class Type(StrEnum):
    """What kind of value a fact has."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    MONEY = "money"
    YES_NO = "yes_no"
    PHONE = "phone"
    IDENTITY = "identity"
    PLACE = "place"

    @property
    def label(self) -> str:
        """The type's name, as an English msgid."""
        return TYPES[self]


TYPES = {
    Type.TEXT: _("text"),
    Type.CODE: _("one of a list"),
    Type.DATE: _("date"),
    Type.NUMBER: _("number"),
    Type.MONEY: _("amount of money"),
    Type.YES_NO: _("yes, no or unknown"),
    Type.PHONE: _("telephone number"),
    Type.IDENTITY: _("identity number"),
    Type.PLACE: _("address"),
}


class NoSuchFact(Refusal):
    """The book has no fact of this name."""

    code, status = "facts.no-such", 404
    words = _("The book of facts has no “%(name)s”.")
    next_step = _("Look it up in the reference of facts and use its name from there.")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that can be said. `headings` are the words that spreadsheets write above it.

    Kept in a column of the record, in its extras (`extra`), sealed beside it (`secret`), or worked out: then
    `read` says it in Python and `where` in SQL, and a test compares the two.
    """

    name: str
    type: Type
    label: str
    privacy: Kind
    headings: tuple[str, ...] = ()
    codes: str = ""
    unit: str = ""
    basis: str = ""
    source: str = ""
    fresh_days: int | None = None
    column: str = ""
    extra: str = ""
    read: Read | None = None
    where: Where | None = None
    how: str = ""

    @property
    def register(self) -> Register:
        """Whose fact it is."""
        return Register(self.name.partition(".")[0])

    @property
    def short(self) -> str:
        """Its name without the register."""
        return self.name.partition(".")[2]

    @property
    def derived(self) -> bool:
        """Whether it is worked out of others rather than kept."""
        return bool(self.how)

    @property
    def is_secret(self) -> bool:
        """Whether it lies sealed in a table of its own."""
        return self.privacy is Kind.SECRET and not self.column

    def of(self, record: Any, *, as_of: date) -> Any:
        """Its value for a record on a day; None is unknown. Secret facts are asked of `secrets`, not here."""
        assert not self.is_secret, f"{self.name} is read by secrets.value_of"
        if self.read:
            return self.read(record, as_of)
        value = record.extras.get(self.extra) if self.extra else getattr(record, self.column)
        return None if value in ("", None) else value


_BOOK: dict[str, Fact] = {}


def declare(*facts: Fact) -> None:
    """The facts stand in the book; a name stands there once."""
    for fact in facts:
        assert fact.name not in _BOOK, f"{fact.name} stands in the book already"
        _BOOK[fact.name] = fact


def fact(name: str) -> Fact:
    """The fact of this name; refuses (404) a name that is not in the book."""
    found = _BOOK.get(name)
    if found is None:
        raise NoSuchFact(name=name[:80])
    return found


def declared(register: Register | None = None) -> Iterator[Fact]:
    """The facts that the house declares, in the order they were declared."""
    return (each for each in _BOOK.values() if register is None or each.register is register)
