"""How far a list may be narrowed without a reason: no further than the masks show.

Otherwise what is masked would be found by halving: born before 1960? before 1955? Whoever asks for more needs the
permission and the reason that showing it needs, and it is journalled (`listing.use_hidden`).
"""

from linli.ground.permissions import Permission
from linli.ground.privacy import Kind

from . import book, showing
from .book import Fact, Type
from .tags import UNKNOWN, Condition

SHOWN_WHOLE = (Type.CODE, Type.YES_NO, Type.NUMBER)


def is_beyond_the_mask(condition: Condition) -> bool:
    """Whether two records that look alike masked may differ in it. That nothing is known is shown by every mask.

    >>> from datetime import date
    >>> said = [("person.name", "begins", "王"), ("person.born_on", "lt", date(1960, 1, 1)), ("person.work", "eq", "5")]
    >>> [is_beyond_the_mask(Condition(*each)) for each in said]
    [False, False, False]
    >>> said = [("person.name", "begins", "王大"), ("person.born_on", "lt", date(1960, 7, 1))]
    >>> [is_beyond_the_mask(Condition(*each)) for each in said]
    [True, True]
    """
    fact = book.fact(condition.fact)
    if fact.privacy is Kind.OPEN or fact.is_secret or condition.op == UNKNOWN or fact.type in SHOWN_WHOLE:
        return False
    if fact.type is Type.DATE:
        return bool((condition.value.month, condition.value.day) != (1, 1))
    if fact.type is Type.PLACE:
        return bool(showing.masked_address(condition.value) != condition.value)
    return not (fact.type is Type.TEXT and condition.op == "begins" and len(condition.value) == 1)


def can_go_beyond(fact: Fact) -> bool:
    """Whether a fact can be asked for more than its mask shows."""
    return fact.privacy is not Kind.OPEN and not fact.is_secret and fact.type not in SHOWN_WHOLE


def needed(fact: Fact) -> Permission:
    """What it takes to ask for more than the mask of a fact shows."""
    return Permission.REGISTER_SECRET if fact.privacy is Kind.SECRET else Permission.REGISTER_UNMASK
