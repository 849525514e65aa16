"""How an entry is hashed, and what bends a chain. Pure, so that an auditor can read it and do it again elsewhere.

A sealed entry has a number, 1 upwards without a gap, and a hash: the SHA-256 of the hash before it, its number and
its content, as one line of JSON. Whoever changes, takes out or exchanges an entry must change every hash after it;
and those were written down elsewhere (see `witness`).

Not sealed is `area_code`, which follows redrawings; `area_then` says where it happened and is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from json.encoder import encode_basestring as _said
from typing import Any, NamedTuple

from linli.ground.words import gettext_noop as _

CONTENT = ("id", "at", "verb", "thing", "by", "post", "area_then", "facts", "rows", "digest")
BEGINNING = "0" * 64
MOST_SUSPECTS = 200

Content = tuple[Any, ...]
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str).encode


def canonical(content: Content) -> str:
    """The columns CONTENT as one line of JSON; the moment in UTC to the microsecond.

    >>> at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    >>> canonical((7, at, "area.named", "50", "A-1", "", "50", '{"name":"渝"}', 0, ""))
    '[7,"2026-11-24T01:00:00.000000+00:00","area.named","50","A-1","","50","{\\\\"name\\\\":\\\\"渝\\\\"}",0,""]'
    """
    pk, at, verb, thing, by, post, area_then, facts, rows, made = content
    words = f"{_said(verb)},{_said(thing)},{_said(by)},{_said(post)},{_said(area_then)},{_said(facts)}"
    return f'[{pk},"{moment(at)}",{words},{rows},{_said(made)}]'


def moment(at: datetime) -> str:
    """A moment in UTC to the microsecond, which is what both databases keep."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat("T", "microseconds")


def seal(previous: str, number: int, content: Content) -> str:
    """The hash of an entry that comes after the entry hashed `previous`.

    Content of a kind no verb writes (a moment that is none, bytes for words) has a hash that no entry bears.

    >>> at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    >>> seal(BEGINNING, 1, (7, at, "area.named", "50", "A-1", "", "50", "{}", 0, ""))[:16]
    '4e7e6f11c5bd9946'
    """
    try:
        line = canonical(content)
    except (AttributeError, TypeError):
        return f"no hash: {content!r}"
    return sha256(f"{previous} {number} {line}".encode()).hexdigest()


def digest(rows: Iterable[Any]) -> str:
    """One SHA-256 over many rows, read one at a time: the same rows in the same order give the same digest.

    A row is a list, a tuple or a dict of plain values; a dict's keys are sorted, dates are written in ISO form.

    >>> digest([("50", "渝"), ("51", "川")])[:16]
    'eb7d3189574fd1f0'
    >>> digest(iter([["50", "渝"], ["51", "川"]])) == digest([("50", "渝"), ("51", "川")])
    True
    """
    total = sha256()
    for row in rows:
        total.update(_json(dict(row) if isinstance(row, Mapping) else row).encode())
        total.update(b"\n")
    return total.hexdigest()


class Link(NamedTuple):
    """A sealed entry as it stands in the database."""

    number: int
    hash: str
    content: Content


class Bend(StrEnum):
    """What was done to a chain."""

    CONTENT = "content"
    SEAL = "seal"
    EITHER = "either"
    MOVED = "moved"
    GAP = "gap"
    STRAY = "stray"
    BATCH = "batch"
    UNCOVERED = "uncovered"
    CUT = "cut"
    WITNESS = "witness"


WORDS = {
    Bend.CONTENT: _("Entry %(entry)s, sealed as number %(number)s: its content is not what was sealed."),
    Bend.SEAL: _("Entry %(entry)s, number %(number)s: its content is as sealed, but its hash was changed."),
    Bend.EITHER: _("Entry %(entry)s, number %(number)s: its content or its hash was changed."),
    Bend.MOVED: _("Entry %(entry)s stands at number %(stands)s, but was sealed as number %(number)s."),
    Bend.GAP: _("Numbers %(number)s to %(last)s are missing: entries were taken out, or lost their number."),
    Bend.STRAY: _("Entry %(entry)s bears the number %(number)s, which no sealed entry can bear."),
    Bend.BATCH: _("The seal of numbers %(number)s to %(last)s does not fit the entries it covers."),
    Bend.UNCOVERED: _("From number %(number)s on, entries bear hashes that the worker never sealed."),
    Bend.CUT: _("The chain ends at number %(last)s, but had reached number %(number)s: its tail was cut off."),
    Bend.WITNESS: _("Number %(number)s was noted as %(noted)s, and is now %(hash)s: the chain was rewritten."),
}


@dataclass(frozen=True)
class Finding:
    """One bend, where it is, and what can be said of it."""

    bend: Bend
    number: int
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The English sentence, its facts not yet filled in."""
        return WORDS[self.bend]

    def told(self) -> dict[str, Any]:
        """All that the sentence names."""
        return {"number": self.number, **self.facts}


class Suspect(NamedTuple):
    """An entry whose hash does not follow from its content and the hash stored before it."""

    previous: str
    link: Link


class Walk:
    """One pass over links in the order of their numbers; afterwards `findings()` explains what did not fit.

    >>> at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    >>> row = lambda n: (n, at, "v", "t", "b", "", "", "{}", 0, "")
    >>> links = list(chained(BEGINNING, 1, map(row, range(1, 5))))
    >>> def bends(links):
    ...     walk = Walk()
    ...     for link in links: walk.step(link)
    ...     return [(str(found.bend), found.number) for found in walk.findings()]
    >>> bends(links)
    []
    >>> bends([links[0], links[1]._replace(content=row(9)), *links[2:]])
    [('content', 2)]
    >>> bends([links[0], links[1]._replace(hash="f" * 64), *links[2:]])
    [('seal', 2)]
    >>> bends([links[0], *links[2:]])
    [('gap', 2)]
    >>> bends([links[0], links[2]._replace(number=2), links[1]._replace(number=3), links[3]])
    [('moved', 2), ('moved', 3)]
    """

    def __init__(self) -> None:
        self.count = 0
        self.number = 0
        self.hash: str = BEGINNING
        self.bent = 0
        self._found: list[Finding] = []
        self._suspects: list[Suspect] = []

    def step(self, link: Link) -> None:
        """Takes the next link: checks its number and its hash."""
        self.count += 1
        if link.number == self.number + 1:
            if seal(self.hash, link.number, link.content) != link.hash:
                self._suspect(link)
        elif link.number <= self.number:
            self._find(Finding(Bend.STRAY, link.number, {"entry": link.content[0]}))
            return
        else:
            self._find(Finding(Bend.GAP, self.number + 1, {"last": link.number - 1}))
        self.number, self.hash = link.number, link.hash

    def _suspect(self, link: Link) -> None:
        self.bent += 1
        if len(self._suspects) < MOST_SUSPECTS:
            self._suspects.append(Suspect(self.hash, link))

    def _find(self, finding: Finding) -> None:
        self.bent += 1
        if len(self._found) < MOST_SUSPECTS:
            self._found.append(finding)

    def findings(self) -> list[Finding]:
        """What is bent, in the order of numbers; at most MOST_SUSPECTS of each kind are named."""
        return sorted([*self._found, *explained(self._suspects, end=self.number)], key=lambda found: found.number)


def explained(suspects: list[Suspect], *, end: int) -> Iterator[Finding]:
    """Tells a changed content from a changed hash and from an exchange; drops entries that only follow a bent one."""
    true: dict[int, str] = {}
    by_number = {suspect.link.number: suspect for suspect in suspects}
    for previous, link in suspects:
        before = true.get(link.number - 1, previous)
        own = seal(before, link.number, link.content)
        if own == link.hash:
            continue
        if moved := _belonging(before, link, suspects):
            true[link.number] = moved.hash
            facts = {"entry": moved.link.content[0], "stands": moved.link.number}
            yield Finding(Bend.MOVED, link.number, facts)
            continue
        bend = Bend.EITHER if link.number == end else _which(own, by_number.get(link.number + 1))
        if bend == Bend.SEAL:
            true[link.number] = own
        yield Finding(bend, link.number, {"entry": link.content[0]})


class _Home(NamedTuple):
    link: Link
    hash: str


def _belonging(before: str, place: Link, suspects: list[Suspect]) -> _Home | None:
    """The entry among the suspects that was sealed at this place, if one was."""
    for _previous, other in suspects:
        hashed = seal(before, place.number, other.content)
        if other.number != place.number and hashed in (place.hash, other.hash):
            return _Home(other, hashed)
    return None


def _which(own: str, following: Suspect | None) -> Bend:
    """What differs, judged by the entry after: it was chained to the hash that stood before the change."""
    if following is None:
        return Bend.CONTENT
    fits = seal(own, following.link.number, following.link.content) == following.link.hash
    return Bend.SEAL if fits else Bend.EITHER


def chained(previous: str, number: int, contents: Iterable[Content]) -> Iterator[Link]:
    """Contents as links, the first of them under `number`.

    >>> at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    >>> row = lambda n: (n, at, "v", "t", "b", "", "", "{}", 0, "")
    >>> [link.number for link in chained(BEGINNING, 5, [row(1), row(2)])]
    [5, 6]
    """
    for at, content in enumerate(contents, number):
        previous = seal(previous, at, content)
        yield Link(at, previous, content)
