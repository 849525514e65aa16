"""One cell as the value of a fact: a value, nothing, or a complaint in words; never an exception for one bad cell."""

from datetime import date
from typing import NamedTuple

from linli.bulk.sheets import days
from linli.bulk.sheets import values as cells
from linli.bulk.sheets.cells import Cell, Complaint
from linli.bulk.sheets.values import says_nothing
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.language.folding import is_han

from .book import Fact, Type
from .codesets import codeset

NOT_ON_THE_LIST = _("“%(what)s” is not on the list “%(list)s”")
NO_DAY = _("“%(what)s” names no day; write it as 2024-03-05")
NOT_YET = _("“%(what)s” has not come yet; today is %(today)s")
NEGATIVE = _("“%(what)s” is less than nothing")
NAMES = frozenset({"person.name", "person.former_name", "household.head", "business.head"})
PAST = frozenset({"person.born_on", "person.lives_since"})  # what is said to have happened
MOST_SIGNS = {"place": 160, "text": 120}


class Shaped(NamedTuple):
    """What a cell says of a fact: its value, what is wrong with it, and what is doubtful, which blocks nothing."""

    value: object = None
    wrong: Complaint | None = None
    doubts: tuple[Complaint, ...] = ()


class Asked(NamedTuple):
    """What is known of a file before its cells are read."""

    today: date
    order: days.Order | None = None


def shaped(fact: Fact, cell: Cell, asked: Asked) -> Shaped:
    """What the cell says of the fact."""
    if says_nothing(cell):
        return Shaped()
    return READ[fact.type](fact, cell, asked)


class CannotBe(Refusal):
    """Something typed that is no value of the fact."""

    code, status = "registers.cannot-be", 422
    words = _("That is no value of “%(fact)s”: %(why)s.")
    next_step = _("Correct it and send it again. Nothing was written.")


def must_be(fact: Fact, text: str, *, today: date) -> object:
    """The value that was typed; None for nothing. Refuses what is no value of the fact."""
    found = shaped(fact, text, Asked(today))
    if found.wrong:
        raise CannotBe(fact=fact.label, why=str(found.wrong))
    return found.value


def _text(fact: Fact, cell: Cell, _asked: Asked) -> Shaped:
    said = cells.text(cell, most=MOST_SIGNS.get(fact.type, 120))
    if fact.name in NAMES and isinstance(said, str) and is_han(bare := "".join(said.split())):
        said = bare  # signs of a name set apart so that names of two and of three are as wide
    return _or_wrong(said)


def _code(fact: Fact, cell: Cell, _asked: Asked) -> Shaped:
    said = cells.narrow(cell)
    if said is None or isinstance(said, Complaint):
        return _or_wrong(said)
    known = codeset(fact.codes)
    found = known.read(said) or known.read(said.lstrip("0")) or known.read(said.zfill(2))
    return Shaped(found) if found else Shaped(wrong=Complaint(NOT_ON_THE_LIST, {"what": said, "list": known.standard}))


def _date(fact: Fact, cell: Cell, asked: Asked) -> Shaped:
    found = days.day(cell, days.Asked(order=asked.order, latest=asked.today))
    if isinstance(found, date) and fact.name in PAST and found > asked.today:
        return Shaped(wrong=Complaint(NOT_YET, {"what": str(found), "today": str(asked.today)}))
    if isinstance(found, days.Month):
        return Shaped(wrong=Complaint(NO_DAY, {"what": str(found)}))
    return _or_wrong(found)


def _number(_fact: Fact, cell: Cell, _asked: Asked) -> Shaped:
    found = cells.number(cell)
    if isinstance(found, float) and found < 0:
        return Shaped(wrong=Complaint(NEGATIVE, {"what": found}))
    return Shaped(int(found)) if isinstance(found, float) and found.is_integer() else _or_wrong(found)


def _yes_no(_fact: Fact, cell: Cell, _asked: Asked) -> Shaped:
    return _or_wrong(cells.yes(cell))


def _phone(_fact: Fact, cell: Cell, _asked: Asked) -> Shaped:
    """The first number of the cell; a number that cannot be one is a doubt, for people write what they have."""
    found = cells.phones(cell)
    if isinstance(found, Complaint):
        said = cells.narrow(cell)
        return Shaped(said if isinstance(said, str) else None, None if isinstance(said, str) else found, (found,))
    return Shaped(found[0] if found else None)


def _identity(_fact: Fact, cell: Cell, asked: Asked) -> Shaped:
    """The number as it stands; what does not add up is a doubt and blocks nothing (GB 11643; domain.md section 3)."""
    found = cells.identity_number(cell, today=asked.today)
    if found is None or isinstance(found, Complaint):
        return _or_wrong(found)
    return Shaped(found.number, doubts=tuple(Complaint(doubt) for doubt in found.doubts))


def _or_wrong(found: object) -> Shaped:
    return Shaped(wrong=found) if isinstance(found, Complaint) else Shaped(found)


READ = {
    Type.TEXT: _text,
    Type.PLACE: _text,
    Type.CODE: _code,
    Type.DATE: _date,
    Type.NUMBER: _number,
    Type.MONEY: _number,
    Type.YES_NO: _yes_no,
    Type.PHONE: _phone,
    Type.IDENTITY: _identity,
}
