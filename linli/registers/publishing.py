"""A list put up for everyone to see (公示): names, numbers and addresses masked further, no secret, no small group.

Whoever reads a public notice is nobody we know, so it says less than a page of the house: what is not open is cut
down, and details that fewer people share than the dated number of `smallest_group` are left out for all of them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from linli.access.actors import Actor
from linli.bulk.sheets.writing import write_xlsx
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.privacy import Kind, mask_phone
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import book, listing, showing, terms
from .book import Fact, Type
from .exporting import NAMED_BY
from .listing import Asked

MOST = 2000
LEFT_OUT = "—"
NUMBERS = (Type.IDENTITY, Type.PHONE)


class TooFew(Refusal):
    """So few are on the list that a notice would point at them."""

    code, status = "notice.too-few", 409
    words = _("Only %(count)s are on this list: a public notice of fewer than %(least)s would point at them.")
    next_step = _("Take a condition away, or tell them by themselves. Nothing was made public.")


class TooMany(Refusal):
    """A notice that nobody would read."""

    code, status = "notice.too-many", 409
    words = _("More than %(most)s are on this list: that is no public notice any more.")
    next_step = _("Narrow it to a community. Nothing was made public.")


class NothingSecret(Refusal):
    """A list that is found by a secret would tell it of everyone on it."""

    code, status = "notice.nothing-secret", 409
    words = _("This list is narrowed by what is secret or masked: being on it would tell everyone.")
    next_step = _("Take that condition away. Nothing was made public.")


class SaysNothing(Refusal):
    """A notice without a title or without what it is for."""

    code, status = "notice.says-nothing", 422
    words = _("A public notice says what it is about and by which rule it is made.")
    next_step = _("Give it a title and a purpose. Nothing was made public.")


@dataclass(frozen=True)
class Wish:
    """What the notice is called, what it is for and by which rule, and until when it hangs."""

    title: str
    purpose: str
    until: date | None = None


@dataclass(frozen=True)
class Notice:
    """A public notice: its headings and lines, and how many details were left out since too few share them."""

    wish: Wish
    headings: list[str]
    lines: list[list[str]]
    left_out: int
    least: int
    on: date


def drawn_up(asked: Asked, wish: Wish, *, viewer: Actor, at: datetime) -> Notice:
    """The notice as it would hang. Refuses who may not make lists public, lists found by a secret, too few, too many,
    and a notice that does not say what it is for."""
    area = asked.area or viewer.area_code
    viewer.must_see(Permission.REGISTER_PUBLISH, within=area)
    if asked.needs_reason:
        raise NothingSecret()
    if len(wish.title.strip()) < 2 or len(wish.purpose.strip()) < 2:
        raise SaysNothing()
    today = localdate(at)
    least = terms.number("smallest_group", on=today)
    some = list(listing.rows(asked, viewer=viewer, as_of=today).order_by(*asked.order)[: MOST + 1])
    if len(some) < least:
        raise TooFew(count=len(some), least=least)
    if len(some) > MOST:
        raise TooMany(most=MOST)
    facts = _facts(asked)
    book.foresee(facts, some, as_of=today)
    lines = [[public(fact, showing.value_in(fact, each, as_of=today)) for fact in facts] for each in some]
    details = [at for at, fact in enumerate(facts) if fact.name not in showing.NAMES and fact.type not in NUMBERS]
    kept, left_out = without_small_groups(lines, details, least=least)
    return Notice(wish, [gettext(fact.label) for fact in facts], kept, left_out, least, today)


def _facts(asked: Asked) -> list[Fact]:
    """What each is called by, then the columns that were chosen."""
    named = book.fact(NAMED_BY[asked.register])
    return [named, *(fact for fact in asked.facts if fact is not named)]


def public(fact: Fact, value: Any) -> str:
    """A value as everyone may see it.

    >>> public(book.fact("person.name"), "张三明"), public(book.fact("person.phone"), "13800005678")
    ('张*明', '138****5678')
    >>> public(book.fact("dwelling.address"), "香樟苑3栋501"), public(book.fact("person.born_on"), date(1950, 1, 2))
    ('香樟苑3栋', '1950')
    """
    if value in ("", None):
        return ""
    text = str(value)
    if fact.name in showing.NAMES:
        return public_name(text)
    if fact.type is Type.IDENTITY:
        return f"{text[:4]}{'*' * 12}{text[-2:]}" if len(text) == 18 else showing.HIDDEN
    if fact.type is Type.PHONE:
        return mask_phone(text)
    if fact.type is Type.PLACE and fact.privacy is not Kind.OPEN:
        return to_the_building(text)
    if fact.privacy is Kind.OPEN:
        return showing.words(fact, value)
    if fact.type is Type.DATE:
        return text[:4]
    return showing.words(fact, value) if fact.type in (Type.CODE, Type.YES_NO) else showing.HIDDEN


def public_name(name: str) -> str:
    """The first sign and, of three and more, the last.

    >>> public_name("张三明"), public_name("王芳"), public_name("欧阳小明"), public_name("李")
    ('张*明', '王*', '欧**明', '李*')
    """
    return f"{name[:1]}{'*' * (len(name) - 2)}{name[-1]}" if len(name) > 2 else showing.mask_name(name)


BUILDINGS = "栋幢座号楼"


def to_the_building(address: str) -> str:
    """The address as far as its building; to its compound where it names none.

    >>> to_the_building("香樟街道枫林路12号香樟苑3栋2单元501"), to_the_building("柳树村2组")
    ('香樟街道枫林路12号香樟苑3栋', '柳树村***')
    """
    ends = [at for at, sign in enumerate(address) if sign in BUILDINGS and at and address[at - 1].isdigit()]
    return address[: ends[-1] + 1] if ends else showing.masked_address(address)


def without_small_groups(lines: Sequence[list[str]], details: Sequence[int], *, least: int) -> tuple[list[Any], int]:
    """The lines, without those details that fewer than `least` of them share; and how many lines that touched.

    First a single detail that is rare, then what only together is.

    >>> lines = [["a", "x"]] * 2 + [["b", "x"]] * 2 + [["c", "y"]]
    >>> without_small_groups(lines, [1], least=2)
    ([['a', 'x'], ['a', 'x'], ['b', 'x'], ['b', 'x'], ['c', '—']], 1)
    """
    kept, touched = [list(line) for line in lines], set()
    for at in details:
        counts = Counter(line[at] for line in kept)
        for number, line in enumerate(kept):
            if line[at] and counts[line[at]] < least:
                line[at] = LEFT_OUT
                touched.add(number)
    together = Counter(tuple(line[at] for at in details) for line in kept)
    for number, line in enumerate(kept):
        if together[tuple(line[at] for at in details)] < least and any(line[at] for at in details):
            touched.add(number)
            for at in details:
                line[at] = LEFT_OUT if line[at] else ""
    return kept, len(touched)


@transaction.atomic
def publish(asked: Asked, wish: Wish, *, by: Actor, at: datetime) -> Notice:
    """The notice, and an entry that says who made how many lines public, and for what."""
    by.must(Permission.REGISTER_PUBLISH, within=asked.area or by.area_code)
    notice = drawn_up(asked, wish, viewer=by, at=at)
    _note(asked, notice, by=by, at=at, area=asked.area or by.area_code)
    return notice


def _note(asked: Asked, notice: Notice, *, by: Hand, at: datetime, area: str) -> None:
    columns = " ".join(fact.name for fact in _facts(asked))
    purpose, thing, rows = notice.wish.purpose.strip()[:200], str(asked.register), len(notice.lines)
    writing.write(
        "list.published",
        thing=thing,
        by=by,
        at=at,
        area=area,
        rows=rows,
        columns=columns,
        purpose=purpose,
        left_out=notice.left_out,
    )


def as_workbook(notice: Notice, path: Path) -> None:
    """The notice as a workbook stands at that path."""
    mark = f"{notice.wish.title} · {notice.wish.purpose} · {notice.on.isoformat()}"
    write_xlsx(path, notice.headings, notice.lines, sheet=notice.wish.title, mark=mark)
