"""The words a record is found by, kept beside the registers: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

A line holds the bigrams of names and addresses, how names sound, and the codes of every area above the record, so
that a search within a post's area never reads what lies outside. What is secret, and phones, are not words: they
are found by their blind indexes. Whoever writes a record lays its words in the same transaction.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from linli.areas import codes
from linli.language import bigrams, sounds

from . import addresses
from .models import Business, Dwelling, Household, Person, Register

TABLE = "registers_words"
PLACES = {Register.PERSON: 0, Register.HOUSEHOLD: 1, Register.DWELLING: 2, Register.BUSINESS: 3}
REGISTERS = {place: register for register, place in PLACES.items()}
SHIFT = len(PLACES)
AT_ONCE = 400
AREA = "\ue000"  # before the code of an area: a sign that is cut off whatever is typed


def row_of(register: Register, pk: int) -> int:
    """The number of a record's line: its key and its register in one.

    >>> row_of(Register.DWELLING, 7), record_of(row_of(Register.DWELLING, 7))
    (30, (Register.DWELLING, 7))
    """
    return pk * SHIFT + PLACES[register]


def record_of(row: int) -> tuple[Register, int]:
    """The register and key a line belongs to."""
    return REGISTERS[row % SHIFT], row // SHIFT


def area_words(code: str) -> list[str]:
    """A word for every area a code lies in, itself among them; no search can ask for one.

    >>> [word.removeprefix(AREA) for word in area_words("500199001")]
    ['50', '5001', '500199', '500199001']
    """
    return [f"{AREA}{each}" for each in (*codes.ancestors(code), code)] if code else []


def _of_person(person: Person) -> list[str]:
    return [*bigrams.kept(person.name), *bigrams.kept(person.former_name), *_sounds(sounds.readings(person.name))]


def _of_household(household: Household) -> list[str]:
    return [*bigrams.kept(household.number), *bigrams.kept(household.head)]


def _of_dwelling(dwelling: Dwelling) -> list[str]:
    return [*bigrams.kept(dwelling.address), *bigrams.kept(dwelling.address_key), *bigrams.kept(dwelling.compound)]


def _of_business(business: Business) -> list[str]:
    named = [*bigrams.kept(business.name), *_sounds([business.sounds])]
    place = [*bigrams.kept(business.address), *bigrams.kept(addresses.key_of(business.address))]
    return [*named, *place, *bigrams.kept(business.credit_code)]


# What the words of a record are made of, with where it lies: where none of it changed, its line stands.
SPOKEN: dict[Register, frozenset[str]] = {
    Register.PERSON: frozenset({"name", "former_name", "area_code"}),
    Register.HOUSEHOLD: frozenset({"number", "head", "area_code"}),
    Register.DWELLING: frozenset({"address", "address_key", "compound", "area_code"}),
    Register.BUSINESS: frozenset({"name", "sounds", "address", "credit_code", "area_code"}),
}

WORDS_OF: dict[Register, Any] = {
    Register.PERSON: _of_person,
    Register.HOUSEHOLD: _of_household,
    Register.DWELLING: _of_dwelling,
    Register.BUSINESS: _of_business,
}


def _sounds(ways: Iterable[str]) -> list[str]:
    """How a name is typed: whole, and by its first letters."""
    return [word for way in ways if way for word in (sounds.joined(way), sounds.initials(way))]


def line(register: Register, record: Any) -> str:
    """All words of a record, each once."""
    return " ".join(dict.fromkeys([*WORDS_OF[register](record), *area_words(record.area_code)]))


def lay(register: Register, records: Iterable[Any], *, fresh: bool = False) -> None:
    """The records are found by what they say now. `fresh` records have no line yet."""
    rows = [(row_of(register, record.pk), line(register, record)) for record in records]
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        if not fresh:
            _lift([row for row, _words in some])
        _insert(some)


def lay_area(register: Register, keys: Sequence[int]) -> None:
    """Records that were restamped are found in their new areas."""
    model: Any = {Register.PERSON: Person, Register.HOUSEHOLD: Household, Register.DWELLING: Dwelling}.get(
        register, Business
    )
    for first in range(0, len(keys), AT_ONCE):
        lay(register, model.objects.filter(pk__in=keys[first : first + AT_ONCE]))


def lift(register: Register, keys: Sequence[int]) -> None:
    """The records are found no more."""
    for first in range(0, len(keys), AT_ONCE):
        _lift([row_of(register, key) for key in keys[first : first + AT_ONCE]])


def _lift(rows: Sequence[int]) -> None:
    key = "rowid" if connection.vendor == "sqlite" else "id"
    marks = ", ".join(["%s"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE {key} IN ({marks})", rows)  # noqa: S608 - our own names


def _insert(rows: Sequence[tuple[int, str]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO {TABLE} (rowid, words) VALUES (%s, %s)", rows)  # noqa: S608 - our own names
        else:
            arrays = [(row, words.split()) for row, words in rows]
            cursor.executemany(f"INSERT INTO {TABLE} (id, words) VALUES (%s, array_to_tsvector(%s))", arrays)  # noqa: S608


def matching(
    words: Sequence[str], *, last_begins: bool, within: Sequence[str], limit: int, after: int = -1
) -> list[int]:
    """The lines that hold every word, the last perhaps only as a beginning, in one of the areas; the oldest first,
    from the line behind `after`."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid > %s ORDER BY rowid LIMIT %s",  # noqa: S608 - our own names
                [_fts(words, last_begins, within), after, limit],
            )
        else:
            cursor.execute(
                f"SELECT id FROM {TABLE} WHERE words @@ %s::tsquery AND id > %s ORDER BY id LIMIT %s",  # noqa: S608 - our own names
                [_tsquery(words, last_begins, within), after, limit],
            )
        return [row for (row,) in cursor.fetchall()]


def _fts(words: Sequence[str], last_begins: bool, within: Sequence[str]) -> str:
    """The question in FTS5's own words; each is quoted, so nothing typed is read as an operator."""
    asked = [f'"{word}"' for word in words]
    if last_begins:
        asked[-1] += "*"
    places = [f'"{AREA}{code}"' for code in within if code]
    return " AND ".join([*asked, *([f"({' OR '.join(places)})"] if places else [])])


def _tsquery(words: Sequence[str], last_begins: bool, within: Sequence[str]) -> str:
    asked = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    if last_begins:
        asked[-1] += ":*"
    places = [f"'{AREA}{code}'" for code in within if code]
    return " & ".join([*asked, *([f"({' | '.join(places)})"] if places else [])])
