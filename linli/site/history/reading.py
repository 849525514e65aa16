"""Entries as lines of the timeline: names in the place of references, a day at a time. Two queries for any page."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypedDict

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext

from linli.access.actors import Actor
from linli.access.models import Account
from linli.access.roles import ROLES
from linli.access.scoping import parts
from linli.areas import queries as areas
from linli.journal import queries
from linli.journal.models import Entry

from .told import NOBODY_YET, OF_NOBODY, PROGRAMS, TOLD

LONGEST = 120
ORDER = ("-at", "-id")


class Line(TypedDict):
    """One entry as it is read, by name: all a template shows of it, in the words it shows."""

    id: int
    who: str
    what: str
    where: str
    at: datetime
    hour: str
    exactly: str
    by: str
    post: str
    area_code: str
    area_then: str
    thing: str
    verb: str
    facts: list[tuple[str, str]]
    rows: str
    digest: str
    sealed: str
    seal: str


@dataclass(frozen=True)
class Day:
    """The lines of one day in the town's own time; `goes_on` when its heading stands above already."""

    on: date
    lines: list[Line]
    goes_on: bool


def seen(actor: Actor, *, area: str = "", by: str = "", **narrowed: str) -> list[QuerySet[Entry]]:
    """The entries within the scope of a post, in parts that share none; of a post that reaches its own, its own."""
    found = [
        queries.entries(within=part.code, alone=part.alone, by=part.owner or by, **narrowed)
        for part in parts(actor, area=area)
        if by in ("", part.owner) or not part.owner
    ]
    return found or [Entry.objects.none()]


def days(entries: list[Entry], *, above: date | None = None) -> list[Day]:
    """The entries as lines, by day, in the order given; `above` is the day the list before ended with."""
    names = Names.of(entries)
    lines = [names.line(entry) for entry in entries]
    return [Day(on, list(some), goes_on=on == above) for on, some in groupby(lines, lambda line: line["at"].date())]


class Names:
    """The names of everyone and every area that some entries speak of."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Names":
        """Looked up for all the entries together."""
        return cls.called({word for entry in entries for word in _spoken(entry)})

    @classmethod
    def called(cls, spoken: Collection[str]) -> "Names":
        """The names behind some references and codes; of an area, the one it bears now."""
        people = Account.objects.filter(ref__in=[word for word in spoken if word.startswith("A-")])
        places = areas.names(word for word in spoken if word.isdecimal())
        programs = {word: gettext(PROGRAMS[word]) for word in spoken if word in PROGRAMS}
        roles = {word: gettext(ROLES[word].name) for word in spoken if word in ROLES}
        return cls({**programs, **roles, **places, **dict(people.values_list("ref", "name"))})

    def __getitem__(self, word: str) -> str:
        """The name, or the word itself where it has none."""
        return self.known.get(word, word)

    def line(self, entry: Entry) -> Line:
        """One entry with its sentence; a verb nobody has told yet is shown as it is kept."""
        facts = {name: self._shown(fact) for name, fact in entry.said.items()}
        at = localtime(entry.at)
        sealed = gettext("sealed as %(number)s") % {"number": f"{entry.seal_number:,}"} if entry.seal_number else ""
        return Line(
            id=entry.pk,
            who=self[entry.by],
            what=self._sentence(entry, facts),
            where=self[entry.area_code],
            at=at,
            hour=f"{at:%H:%M}",
            exactly=at.isoformat(timespec="seconds"),
            by=entry.by,
            post=entry.post,
            area_code=entry.area_code,
            area_then=entry.area_then,
            thing=entry.thing,
            verb=entry.verb,
            facts=sorted(facts.items()),
            rows=f"{entry.rows:,}" if entry.rows else "",
            digest=entry.digest[:16],
            sealed=sealed,
            seal=entry.seal_hash[:16],
        )

    def _sentence(self, entry: Entry, facts: dict[str, str]) -> str:
        words = TOLD.get(entry.verb, "")
        if entry.verb in NOBODY_YET and not entry.said.get("account"):
            words = NOBODY_YET[entry.verb]
        if entry.verb in OF_NOBODY and not entry.thing:
            words = OF_NOBODY[entry.verb]
        if not words:
            return f"{entry.verb} {self[entry.thing]}"
        more = {"thing": self[entry.thing], "area": self._place(entry), "rows": f"{entry.rows:,}"}
        return gettext(words) % _Facts(facts | more)

    def _place(self, entry: Entry) -> str:
        return self[entry.area_then] if entry.area_then else gettext("everywhere")

    def _shown(self, fact: Any) -> str:
        """A fact as it is read, cut where it is long."""
        parts = fact if isinstance(fact, list) else [fact]
        words = ", ".join(self[part] if isinstance(part, str) else f"{part}" for part in parts)
        return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


class _Facts(dict[str, str]):
    """Facts for a sentence; one the entry does not say is a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def _spoken(entry: Entry) -> Iterator[str]:
    """Every word of an entry that may be a reference or a code."""
    yield from (entry.by, entry.thing, entry.area_code, entry.area_then)
    for fact in entry.said.values():
        yield from (part for part in (fact if isinstance(fact, list) else [fact]) if isinstance(part, str))
