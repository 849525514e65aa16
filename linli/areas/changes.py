"""What a redrawing of divisions (区划调整) is made of. Pure; old codes are those before it, new codes those after.

All changes of one redrawing happen at once, so A may become B while B becomes C.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from linli.ground.refusals import Malformed
from linli.ground.words import gettext_noop as _

from . import codes
from .naming import must_be_name


class NotAChange(Malformed):
    """A plan that names a change nobody knows, or leaves something out."""

    code = "area.not-a-change"
    words = _("Change %(number)s of the plan cannot be read: %(why)s.")
    next_step = _("Correct the plan. Nothing was written.")


@dataclass(frozen=True)
class Rename:
    """An area bears another name."""

    code: str
    name: str


@dataclass(frozen=True)
class Move:
    """An area gets another code, under the same area or another one; all that lies in it is carried along."""

    old: str
    new: str
    name: str = ""


@dataclass(frozen=True)
class Merge:
    """Areas become one, under the code of one of them or a fresh one; children keep their last digits if free."""

    codes: tuple[str, ...]
    into: str
    name: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a split area: its code and name, its boundary (GeoJSON text), the children that go to it."""

    code: str
    name: str
    boundary: str = ""
    children: tuple[str, ...] = ()


@dataclass(frozen=True)
class Split:
    """An area becomes parts. What lies in it goes by the child it lies in, else by its point, else to `default`."""

    code: str
    parts: tuple[Part, ...]
    default: str


@dataclass(frozen=True)
class Retire:
    """An area is no more; nothing may lie in it."""

    code: str


@dataclass(frozen=True)
class Found:
    """A new area."""

    code: str
    name: str
    boundary: str = ""
    local: bool = False


Change: TypeAlias = Rename | Move | Merge | Split | Retire | Found
KINDS: dict[str, type[Change]] = {kind.__name__.lower(): kind for kind in (Rename, Move, Merge, Split, Retire, Found)}


def read(change: Change) -> Change:
    """The change with its codes and names as they are kept; refuses codes and names that are none.

    >>> read(Move("500101001000", " 500102001", " 甲街道 "))
    Move(old='500101001', new='500102001', name='甲街道')
    >>> read(Rename("500101001", ""))
    Traceback (most recent call last):
    linli.areas.naming.NotAName: “” is not a name of an area: a name has 1 to 60 signs. \
Correct it and send it again. Nothing was written.
    """
    return replace(change, **_read(change))


def _read(thing: Any) -> dict[str, Any]:
    said = vars(thing)
    found: dict[str, Any] = {name: codes.read(said[name]) for name in CODES & said.keys()}
    found |= {name: tuple(map(codes.read, said[name])) for name in SEVERAL & said.keys()}
    if said.get("name") or isinstance(thing, MUST_BE_NAMED):
        found["name"] = must_be_name(said["name"])
    if isinstance(thing, Split):
        found["parts"] = tuple(replace(part, **_read(part)) for part in thing.parts)
    return found


CODES, SEVERAL = {"code", "old", "new", "into", "default"}, {"codes", "children"}
MUST_BE_NAMED = (Rename, Part, Found)


def as_rows(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The changes as plain rows, for a plan or for keeping.

    >>> as_rows([Retire("500101001")])
    [{'change': 'retire', 'code': '500101001'}]
    """
    return [{"change": type(change).__name__.lower(), **asdict(change)} for change in changes]


def as_text(changes: Iterable[Change]) -> str:
    """The changes as JSON."""
    return json.dumps(as_rows(changes), ensure_ascii=False)


def from_rows(rows: Iterable[Any]) -> list[Change]:
    """The changes that `as_rows` wrote. Refuses what is no change, with its place.

    >>> from_rows([{"change": "move", "old": "500101001", "new": "500102001"}])
    [Move(old='500101001', new='500102001', name='')]
    >>> from_rows([{"change": "vanish"}])
    Traceback (most recent call last):
    linli.areas.changes.NotAChange: Change 1 of the plan cannot be read: vanish is not a kind of change. \
Correct the plan. Nothing was written.
    """
    return [_change(number, row) for number, row in enumerate(rows, start=1)]


def from_text(text: str) -> list[Change]:
    """The changes in a JSON text."""
    return from_rows(json.loads(text))


def _change(number: int, row: Any) -> Change:
    if not isinstance(row, dict):
        raise NotAChange(number=number, why="it is not a table")
    fields = {name: _fixed(value) for name, value in row.items() if name not in NOTES}
    kind = KINDS.get(str(fields.pop("change", "")))
    if kind is None:
        raise NotAChange(number=number, why=f"{row.get('change')} is not a kind of change")
    try:
        change = kind(**fields)
        if isinstance(change, Split):
            return Split(change.code, tuple(Part(**dict(part)) for part in fields["parts"]), change.default)
    except TypeError as error:
        raise NotAChange(number=number, why=str(error).rpartition("__init__() ")[2]) from error
    return change


NOTES = {"confidence", "why"}  # what a proposed plan says to its reader


def _fixed(value: Any) -> Any:
    """Lists as tuples, so that a change can be compared and kept in a set."""
    if isinstance(value, list):
        return tuple(_fixed(each) for each in value)
    return {name: _fixed(each) for name, each in value.items()} if isinstance(value, dict) else value
