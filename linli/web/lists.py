"""Lists in pages, found by the key of the row one stood on: the last page of a million rows costs what the first does.

A cursor names a row by the values it is sorted by, and is signed: nobody reads a list from a place of their own making.
Where those values are someone's name or address, it names the row by a reference instead (`mark`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

SALT = "linli.lists"
PAGE = 50
COUNTED = 1000


class BadCursor(Refusal):
    """A place in a list that was not given out for this list in this order."""

    code, status = "list.bad-cursor", 400
    words = _("This place in the list cannot be found again: the list or its order has changed.")
    next_step = _("Open the list from its beginning.")


@dataclass(frozen=True)
class Listing:
    """One page: its rows, the cursors of its neighbours (empty where there is none), and a count that stops early."""

    rows: list[Any]
    next: str
    previous: str
    count: int
    more: bool


Parts = list[QuerySet[Any]]


@dataclass(frozen=True)
class Spot:
    """A row of a list, by the values it is sorted by; and whether one looks on from it or back."""

    values: list[Any]
    back: bool


def listed(
    rows: QuerySet[Any] | Sequence[QuerySet[Any]],
    *,
    order: Sequence[str],
    cursor: str = "",
    size: int = PAGE,
    counted: int = COUNTED,
    mark: str = "",
    if_many: QuerySet[Any] | None = None,
) -> Listing:
    """The page a cursor points to, the first without one; refuses (BadCursor) a cursor of another list or order.

    `order` is as for `order_by`, never null, and unique as a whole: end it with `id`. A page whose rows have
    gone meanwhile is not shown empty: the nearest that has rows is. A list may be given in parts that have no row
    in common, each of which an index can read in order; it is then sorted by codes, numbers and moments only, of
    which a database and Python think alike. With a `mark`, a column of which each row has another value, cursors
    name rows by that; one whose row is gone is refused as well. `if_many` is the same list in a form that is read
    along the index of its order: it is asked where there are more rows than are counted, which would all be sorted
    for each page, and not where few are, for which it would go through everything.
    """
    rows = [rows] if isinstance(rows, QuerySet) else list(rows)
    told = _counted(rows, counted)
    if told["more"] and if_many is not None:
        rows = [if_many]
    spot = _read(cursor, rows, order, mark) if cursor else None
    found, before, after = _page(rows, order, spot, size)
    return Listing(
        rows=found,
        next=_write(found[-1], rows, order, mark, back=False) if after else "",
        previous=_write(found[0], rows, order, mark, back=True) if before else "",
        **told,
    )


def portions(rows: QuerySet[Any], *, order: Sequence[str], size: int) -> Iterator[list[Any]]:
    """All rows in order, some at a time: each portion is a question of its own, so that nothing is held meanwhile."""
    found, more = _take([rows], order, size)
    while found:
        yield found
        if not more:
            return
        beyond = _beyond(order, [_value(found[-1], name.lstrip("-")) for name in order])
        found, more = _take([rows.filter(beyond)], order, size)


def _page(rows: Parts, order: Sequence[str], spot: Spot | None, size: int) -> tuple[list[Any], bool, bool]:
    """Some rows in order, and whether there are any before and after them."""
    if spot is None:
        found, more = _take(rows, order, size)
        return found, False, more
    order_there = _turned(order) if spot.back else list(order)
    beyond = _beyond(order_there, spot.values)
    found, more = _take([part.filter(beyond) for part in rows], order_there, size)
    if spot.back:
        return (found[::-1], True, True) if more else _page(rows, order, None, size)
    if found:
        return found, True, more
    found, more = _take(rows, _turned(order), size)
    return found[::-1], more, False


def newest(rows: Sequence[QuerySet[Any]], *, order: Sequence[str], most: int) -> list[Any]:
    """The first rows of a list in parts."""
    return _take(list(rows), order, most)[0]


def _take(rows: Parts, order: Sequence[str], size: int) -> tuple[list[Any], bool]:
    """The first rows in this order, and whether there are more."""
    found = [row for part in rows for row in part.order_by(*order)[: size + 1]]
    for name in reversed(order) if len(rows) > 1 else ():
        found.sort(key=partial(_value, path=name.lstrip("-")), reverse=name.startswith("-"))
    return found[:size], len(found) > size


def _turned(order: Iterable[str]) -> list[str]:
    """The same order from its other end.

    >>> _turned(["-at", "id"])
    ['at', '-id']
    """
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows strictly after these values. The first term alone is one index range; the rest only refines it."""
    places = [
        (name.lstrip("-"), "lt" if name.startswith("-") else "gt", value)
        for name, value in zip(order, values, strict=True)
    ]
    first, way, value = places[0]
    after, same = Q(), Q()
    for name, towards, here in places:
        after |= same & Q(**{f"{name}__{towards}": here})
        same &= Q(**{name: here})
    return Q(**{f"{first}__{way}e": value}) & after


def _counted(rows: Parts, limit: int) -> dict[str, Any]:
    """How many rows there are, counted no further than the limit; with a limit of none, nobody asks."""
    if not limit:
        return {"count": 0, "more": False}
    count = 0
    for part in rows:
        count += part.order_by().values("pk")[: max(limit + 1 - count, 0)].count()
    return {"count": min(count, limit), "more": count > limit}


def _name(rows: Parts, order: Sequence[str]) -> str:
    """What a cursor is good for: this table in this order."""
    return f"{rows[0].model._meta.label_lower} {' '.join(order)}"


def _write(row: Model, rows: Parts, order: Sequence[str], mark: str, *, back: bool) -> str:
    """The cursor of a row."""
    values = [_plain(_value(row, name.lstrip("-"))) for name in ([mark] if mark else order)]
    assert None not in values, f"{order} sorts by something that is null"
    return signing.dumps([_name(rows, order), back, values], salt=SALT)


def _read(cursor: str, rows: Parts, order: Sequence[str], mark: str) -> Spot:
    """The row a cursor names."""
    try:
        name, back, values = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as bad:
        raise BadCursor() from bad
    if name != _name(rows, order):
        raise BadCursor()
    return Spot(_marked(values[0], rows, order, mark) if mark else values, back)


def _marked(value: str, rows: Parts, order: Sequence[str], mark: str) -> list[Any]:
    """What the row of this mark is sorted by now; refuses (BadCursor) one that is gone."""
    row = rows[0].model._default_manager.filter(**{mark: value}).first()
    if row is None:
        raise BadCursor()
    return [_value(row, name.lstrip("-")) for name in order]


def _value(row: Any, path: str) -> Any:
    """What a row is sorted by, through `account__name` where it says so."""
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _plain(value: Any) -> Any:
    """The value as JSON keeps it and a filter reads it back, to the microsecond.

    >>> _plain(date(2026, 11, 21)), _plain(Decimal("1.50")), _plain(7)
    ('2026-11-21', '1.50', 7)
    """
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
