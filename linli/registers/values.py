"""A fact's value as text that is kept, and back: one way of writing for history, disputes, secrets and staging."""

from datetime import date
from typing import Any

from .book import Fact, Type
from .book import fact as book_fact

__all__ = ["book_fact", "read", "written"]


def written(fact: Fact, value: Any) -> str:
    """The value as text; the empty text is unknown.

    >>> written(book_fact("person.born_on"), date(1960, 1, 2)), written(book_fact("person.age"), None)
    ('1960-01-02', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def read(fact: Fact, text: str) -> Any:
    """The value that was written so; None where nothing was known.

    >>> read(book_fact("person.born_on"), "1960-01-02"), read(book_fact("dwelling.square_metres"), "88.5")
    (datetime.date(1960, 1, 2), 88.5)
    """
    if text == "":
        return None
    if fact.type is Type.DATE:
        return date.fromisoformat(text)
    if fact.type in (Type.NUMBER, Type.MONEY):
        return int(text) if text.lstrip("-").isdigit() else float(text)
    return {"yes": True, "no": False}.get(text) if fact.type is Type.YES_NO else text
