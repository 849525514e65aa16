"""One box for everything: name, sounds, initials, phone, identity number or its last four signs, address, ref.

What is found lies within the asker's scope, best first. What is typed in full and is secret is found by its blind
index; nothing of it is shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.access.actors import Actor
from linli.access.reach import Reach
from linli.ground import refs
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.journal import writing
from linli.language import bigrams
from linli.language.folding import folded

from . import addresses, following, indexing
from .models import Register
from .queries import KINDS, MODELS, records
from .sealed import blinds

CANDIDATES = 400
PORTIONS = 50
SHOWN = 50
IDENTITY = re.compile(r"\d{15}|\d{17}[\dx]", re.I)
PHONE = re.compile(r"1\d{10}|0\d{9,11}|\d{7,8}")
TAIL = re.compile(r"\d{3}[\dx]", re.I)
REF = re.compile(r"[PHWE]-?[0-9A-Z]{5}-?[0-9A-Z]{2}", re.I)


@dataclass(frozen=True)
class Found:
    """A record that was found, and by what: the short word of a way to find."""

    register: Register
    record: Any
    by: str


def search(text: str, *, viewer: Actor, only: Register | None = None, limit: int = SHOWN) -> list[Found]:
    """The records that fit what was typed, within the viewer's scope, best first; none for nothing typed."""
    typed = folded(text)
    if not typed or Permission.REGISTER_READ not in viewer.permissions:
        return []
    found: dict[str, Found] = {}
    for hit in _ways(typed, viewer):
        if (only is None or hit.register is only) and hit.record.ref not in found:
            found[hit.record.ref] = hit
        if len(found) >= limit:
            break
    return list(found.values())


@transaction.atomic
def note(text: str, *, by: Actor, at: datetime) -> None:
    """An entry says who searched, and by what kind of words; never which. None where a reference alone was typed, or
    nothing: that tells nothing of anybody. Refuses who may not read the registers."""
    by.must_see(Permission.REGISTER_READ, within=by.area_code)
    typed = folded(text)
    if typed and not REF.fullmatch(typed):
        said = " ".join(kinds_of(typed))
        writing.write("list.searched", thing="registers", by=by, at=at, area=by.area_code, ways=said)


def kinds_of(typed: str) -> list[str]:
    """What the words may be: an identity number, a telephone, the last four signs of a number, a name or an address.

    >>> kinds_of("13800005678"), kinds_of("002x"), kinds_of("王大")
    (['phone', 'words'], ['tail', 'words'], ['words'])
    """
    compact = re.sub(r"[\s-]", "", typed)
    kinds = {"identity": IDENTITY, "phone": PHONE, "tail": TAIL}
    return [*(kind for kind, shape in kinds.items() if shape.fullmatch(compact)), "words"]


def _ways(typed: str, viewer: Actor) -> Iterator[Found]:
    """Every way to find, the surest first."""
    compact = re.sub(r"[\s-]", "", typed)
    yield from _by_ref(typed, viewer)
    if IDENTITY.fullmatch(compact):
        yield from _people(viewer, "identity", identity_index__in=_blinds("identity_number", compact.upper()))
    if PHONE.fullmatch(compact):
        yield from _people(viewer, "phone", phone_index__in=_blinds("phone", compact))
        of_business = blinds(compact, column="registers.business.phone")
        yield from _some(Register.BUSINESS, viewer, "phone", phone_index__in=of_business)
    if TAIL.fullmatch(compact):
        yield from _people(viewer, "tail", identity_tail__in=_blinds("identity_tail", compact.upper()))
    yield from _by_words(typed, viewer)


def _blinds(column: str, text: str) -> list[bytes]:
    return blinds(text, column=f"registers.person.{column}")


def _by_ref(typed: str, viewer: Actor) -> Iterator[Found]:
    if not REF.fullmatch(typed):
        return
    try:
        kept = refs.read(typed, typed[:1].upper())
    except Refusal:
        return
    yield from _some(KINDS[kept[:1]], viewer, "ref", ref=kept)


def _people(viewer: Actor, by: str, **asked: Any) -> Iterator[Found]:
    yield from _some(Register.PERSON, viewer, by, **asked)


def _some(register: Register, viewer: Actor, by: str, **asked: Any) -> Iterator[Found]:
    for record in records(register, viewer=viewer).filter(**asked).order_by("ended_on", "id")[:SHOWN]:
        yield Found(register, record, by)


def _by_words(typed: str, viewer: Actor) -> Iterator[Found]:
    """By names, sounds and addresses; whose name it is as a whole comes first, then whose begins so."""
    hits = {hit.record.ref: hit for words in _asked(typed) for hit in _with_words(words, viewer)}
    yield from sorted(hits.values(), key=lambda hit: _rank(hit, typed))


def _asked(typed: str) -> list[list[str]]:
    """The words to look for: as typed, and as the key of an address where another way of writing it has one.

    >>> _asked("福源庭院3幢101室")
    [['福源', '源庭', '庭院', '3', '幢', '101', '室'], ['福源', '源庭', '庭院', '3', '101']]
    >>> _asked("王大"), _asked("，")
    ([['王大']], [])
    """
    ways = [bigrams.asked(typed)]
    if any(sign.isdigit() for sign in typed):
        ways.append(bigrams.asked(addresses.key_of(typed)))
    return [words for at, words in enumerate(ways) if words and words not in ways[:at]]


def _with_words(words: list[str], viewer: Actor) -> Iterator[Found]:
    """The records with these words. While words name areas of before a redrawing, no area is asked for, and what lies
    elsewhere is left out portion by portion."""
    within = _places(viewer)
    if not within or not following.are_behind():
        yield from _records(indexing.matching(words, last_begins=True, within=within, limit=CANDIDATES), viewer)
        return
    after, found = -1, 0
    for _ in range(PORTIONS):
        rows = indexing.matching(words, last_begins=True, within=(), limit=CANDIDATES, after=after)
        hits = list(_records(rows, viewer))
        yield from hits
        found += len(hits)
        if len(rows) < CANDIDATES or found >= CANDIDATES:
            return
        after = rows[-1]


def _records(rows: list[int], viewer: Actor) -> Iterator[Found]:
    keys: dict[Register, list[int]] = {}
    for row in rows:
        register, key = indexing.record_of(row)
        keys.setdefault(register, []).append(key)
    for register, some in keys.items():
        for record in records(register, viewer=viewer).filter(pk__in=some):
            yield Found(register, record, "words")


def _places(viewer: Actor) -> tuple[str, ...]:
    """The areas whose words narrow the search; scope itself is narrowed once more by the question."""
    return () if viewer.reach is Reach.ALL or "" in viewer.places else viewer.places


def _rank(hit: Found, typed: str) -> tuple[Any, ...]:
    """Standing before ended; the name itself, its beginning, its inside; people before places; then by name and key."""
    name = folded(getattr(hit.record, "name", "") or getattr(hit.record, "address", "") or "")
    sounds = getattr(hit.record, "sounds", "").replace(" ", "")
    fits = 0 if typed in (name, sounds) else 1 if name.startswith(typed) or sounds.startswith(typed) else 2
    return (hit.record.ended_on is not None, fits, list(MODELS).index(hit.register), len(name), hit.record.pk)
