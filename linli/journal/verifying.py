"""Verifying: the whole chain walked once, and held against its seals, its witness and a head noted elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from linli.ground.progress import Tell, silent
from linli.ground.words import gettext_noop as _

from . import queries, witness
from .chain import CONTENT, MOST_SUSPECTS, Bend, Finding, Link, Walk
from .models import Entry, Seal
from .witness import Head

STEP = 20_000
# As text: Django's own way from a column to a moment costs as much as all the rest of proving an entry.
MOMENT = Cast("at", TextField())


@dataclass(frozen=True)
class Verdict:
    """Whether the journal is whole, and what is bent."""

    sealed: int
    unsealed: int
    head: Head
    bent: int
    findings: list[Finding]

    @property
    def whole(self) -> bool:
        """Nothing is bent."""
        return not self.bent


def verify(*, noted: Iterable[Head] = (), tell: Tell = silent) -> Verdict:
    """Every sealed entry was read and proven, or a finding names it. Writers and sealers are not held up.

    `noted` are heads that someone keeps elsewhere. They, the witness and the seals are read before the chain: what
    they know the chain must have reached.
    """
    heads = Heads([*witness.heads(), *noted])
    batches = Batches(Seal.objects.order_by("first").iterator(chunk_size=2000))
    walk, total = Walk(), Entry.objects.exclude(seal_number=None).count()
    for link in links():
        walk.step(link)
        heads.step(link)
        batches.step(link)
        if walk.count % STEP == 0:
            tell(_("entries proven"), walk.count, total)
    tell(_("entries proven"), walk.count, total)
    named = {finding.number for finding in walk.findings()}
    beyond = [*batches.findings(walk.number), *heads.findings(walk.number)]
    found = [*walk.findings(), *(finding for finding in beyond if finding.number not in named)]
    bent = max(walk.bent, len(found))
    return Verdict(walk.count, queries.unsealed(), Head(walk.number, walk.hash), bent, found)


def links() -> Iterator[Link]:
    """The sealed entries in the order of their numbers, streamed."""
    sealed = Entry.objects.exclude(seal_number=None).order_by("seal_number").annotate(moment=MOMENT)
    columns = ("seal_number", "seal_hash", *("moment" if name == "at" else name for name in CONTENT))
    yield from map(link_of, sealed.values_list(*columns).iterator(chunk_size=2000))


def link_of(row: tuple[Any, ...]) -> Link:
    """A row as a link. What is no number (SQLite takes any word for one) is number 0, which no sealed entry bears.

    >>> link_of(("seven", "ab", 7, "2026-11-24 01:00:00", "area.named")).number
    0
    """
    number, hashed, pk, at, *rest = row
    return Link(number if isinstance(number, int) else 0, hashed, (pk, read_moment(at), *rest))


def read_moment(text: str) -> datetime | str:
    """A moment as the database writes it; in UTC where it names no zone. What is none stays as it is, and fits no seal.

    >>> read_moment("2026-11-24 01:00:00.5"), read_moment("yesterday")
    (datetime.datetime(2026, 11, 24, 1, 0, 0, 500000, tzinfo=datetime.timezone.utc), 'yesterday')
    """
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class Heads:
    """Heads that were noted outside the chain, held against it as it passes.

    >>> heads = Heads([Head(1, "a"), Head(2, "b"), Head(5, "e")])
    >>> heads.step(Link(1, "a", ())); heads.step(Link(2, "x", ()))
    >>> [(str(found.bend), found.number) for found in heads.findings(end=2)]
    [('witness', 2), ('cut', 5)]
    """

    def __init__(self, heads: Iterable[Head]) -> None:
        self.known: dict[int, set[str]] = {}
        for head in heads:
            self.known.setdefault(head.number, set()).add(head.hash)
        self._rewritten: Finding | None = None

    def step(self, link: Link) -> None:
        """Remembers the first number that was noted under another hash."""
        noted = self.known.get(link.number)
        if noted and noted != {link.hash} and not self._rewritten:
            other = min(noted - {link.hash})
            self._rewritten = Finding(Bend.WITNESS, link.number, {"noted": other[:12], "hash": link.hash[:12]})

    def findings(self, end: int) -> Iterator[Finding]:
        """Where the chain was first written anew, and how far it had once reached."""
        if self._rewritten:
            yield self._rewritten
        if (reached := max(self.known, default=0)) > end:
            yield Finding(Bend.CUT, reached, {"last": end})


class Batches:
    """The seals, held against the chain as it passes."""

    def __init__(self, seals: Iterator[Seal]) -> None:
        self._seals = seals
        self._covered = 0
        self._uncovered = 0
        self._found: list[Finding] = []
        self._seal = self._next()

    def _next(self) -> Seal | None:
        """The next seal; names a hole or an overlap before it."""
        seal = next(self._seals, None)
        if seal and seal.first != self._covered + 1:
            self._bent(min(seal.first, self._covered + 1), max(seal.first - 1, self._covered))
        self._covered = seal.last if seal else self._covered
        return seal

    def _bent(self, first: int, last: int) -> None:
        if len(self._found) < MOST_SUSPECTS:
            self._found.append(Finding(Bend.BATCH, first, {"last": last}))

    def step(self, link: Link) -> None:
        """Holds the hash of a batch's last entry against its seal."""
        while self._seal and self._seal.last < link.number:
            self._seal = self._next()
        if self._seal is None:
            self._uncovered = self._uncovered or link.number
        elif self._seal.last == link.number and self._seal.hash != link.hash:
            self._bent(self._seal.first, self._seal.last)

    def findings(self, end: int) -> Iterator[Finding]:
        """Seals that do not fit; entries beyond the last seal, unless it was set meanwhile; a tail cut off."""
        yield from self._found
        if self._uncovered and not Seal.objects.filter(last__gte=end).exists():
            yield Finding(Bend.UNCOVERED, self._uncovered)
        while self._seal and self._seal.last <= end:
            self._seal = self._next()
        if self._seal:
            yield Finding(Bend.CUT, max([self._seal.last, *(seal.last for seal in self._seals)]), {"last": end})
