"""The book of facts (事实字典): every named thing that can be said of a person, household, dwelling or business, once.

Lists, filters, tags, imports, exports, and later forms, rules and charts refer to a fact by its name and to nothing
else, so each inherits its type, its privacy and where it comes from. Unknown is a value, and is None.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from linli.areas import codes as area_codes
from linli.ground.privacy import Kind
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import codesets
from .models import Item, Register

Read = Callable[[Any, date], Any]
Many = Callable[[Sequence[Any], date], Sequence[Any]]
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
    `read` says it in Python and `where` in SQL, and a test compares the two; `many` says it of many records at once
    where asking for each would ask the database each time.
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
    many: Many | None = None
    where: Where | None = None
    how: str = ""

    @cached_property
    def register(self) -> Register:
        """Whose fact it is."""
        return Register(self.name.partition(".")[0])

    @cached_property
    def short(self) -> str:
        """Its name without the register."""
        return self.name.partition(".")[2]

    @property
    def derived(self) -> bool:
        """Whether it is worked out of others rather than kept."""
        return bool(self.how)

    @cached_property
    def is_secret(self) -> bool:
        """Whether it lies sealed in a table of its own."""
        return self.privacy is Kind.SECRET and not self.column

    def of(self, record: Any, *, as_of: date) -> Any:
        """Its value for a record on a day; None is unknown. Secret facts are asked of `secrets`, not here."""
        assert not self.is_secret, f"{self.name} is read by secrets.value_of"
        if self.read:
            foreseen: dict[str, Any] = record.__dict__.get(FORESEEN, {})
            return foreseen[self.name] if self.name in foreseen else self.read(record, as_of)
        value = record.extras.get(self.extra) if self.extra else getattr(record, self.column)
        if value in ("", None):
            return None
        return date.fromisoformat(value) if self.extra and self.type is Type.DATE else value


FORESEEN = "_foreseen"
_BOOK: dict[str, Fact] = {}


def foresee(facts: Iterable[Fact], records: Sequence[Any], *, as_of: date) -> None:
    """The facts of these records that would ask the database record by record are known for all of them."""
    for fact in facts:
        if fact.many:
            for record, value in zip(records, fact.many(records, as_of), strict=True):
                record.__dict__.setdefault(FORESEEN, {})[fact.name] = value


def declare(*facts: Fact) -> None:
    """The facts stand in the book; a name stands there once."""
    for fact in facts:
        assert fact.name not in _BOOK, f"{fact.name} stands in the book already"
        _BOOK[fact.name] = fact


def fact(name: str) -> Fact:
    """The fact of this name, extra items and retired ones among them; refuses (404) a name that is not in the book."""
    found = _BOOK.get(name) or _ITEMS.get((_tongue(), name)) or _looked_up(name)
    if found is None:
        raise NoSuchFact(name=name[:80])
    return found


def declared(register: Register | None = None, *, area: str = "") -> Iterator[Fact]:
    """The facts that the house declares, in their order, then the extra items that are kept; those of an area alone
    where one is named."""
    yield from (each for each in _BOOK.values() if register is None or each.register is register)
    for item in _standing_items():
        here = not (area and item.area_code) or area_codes.contains(item.area_code, area)
        if here and (register is None or item.register == register):
            yield _of_item(item)


_HELD: ContextVar[dict[str, list[Item]] | None] = ContextVar("items", default=None)


@contextmanager
def items_held() -> Iterator[None]:
    """Meanwhile the extra items are asked for once, however often the book is opened: for one request."""
    token = _HELD.set({})
    try:
        yield
    finally:
        _HELD.reset(token)


def _standing_items() -> list[Item]:
    """The extra items that are kept now."""
    held = _HELD.get()
    if held is None:
        return list(Item.objects.filter(retired_on=None).order_by("id"))
    if "standing" not in held:
        held["standing"] = list(Item.objects.filter(retired_on=None).order_by("id"))
    return held["standing"]


# Extra items that were looked up, by language and name: what an item is never changes, so none of them grows old.
_ITEMS: dict[tuple[str, str], Fact] = {}


def forget() -> None:
    """Extra items are looked up anew: where one came or went, and for tests, whose items are gone."""
    _ITEMS.clear()
    if held := _HELD.get():
        held.clear()


def _tongue() -> str:
    return (get_language() or "zh")[:2]


def _looked_up(name: str) -> Fact | None:
    register, _dot, slug = name.partition(".")
    item = Item.objects.filter(register=register, slug=slug).first()
    return _of_item(item) if item else None


def _of_item(item: Item) -> Fact:
    """The item as a fact like any other, called as the reader calls it."""
    name, tongue = f"{item.register}.{item.slug}", _tongue()
    label = item.label if tongue == "zh" else item.label_english or item.label
    if item.choices:
        codesets.keep(f"item {name}", item.choices)
    _ITEMS[tongue, name] = made = Fact(
        name=name,
        type=Type(item.type),
        label=label,
        privacy=Kind(item.privacy),
        headings=tuple(item.headings),
        codes=f"item {name}" if item.choices else "",
        unit=item.unit,
        basis=item.basis,
        source=_("community"),
        fresh_days=item.fresh_days,
        extra=item.slug,
    )
    return made
