"""Terms of the loop itself, dated, each with its source (data/terms.toml); and how a term is written."""

import re
import tomllib
import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from linli.clocks.counting import CHINESE, Unit
from linli.ground.refusals import Malformed
from linli.ground.words import gettext_noop as _

DATA = Path(__file__).with_name("data") / "terms.toml"
MINUTES = {"minutes", "minute", "分钟"}


@dataclass(frozen=True)
class Term:
    """An amount of time and its unit."""

    amount: float
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount:g} {self.unit}"


class NotATerm(Malformed):
    """What stands for a term is none."""

    code, status = "case.not-a-term", 422
    words = _("“%(text)s” is not a term.")
    next_step = _("Write an amount and a unit, such as 5 working-days, 8 working-hours or 2 clock-hours.")


def read(text: str) -> Term | None:
    """A term as it is written in either language; None for the empty text.

    >>> read("5 working-days"), read("")
    (Term(amount=5.0, unit=<Unit.WORKING_DAYS: 'working-days'>), None)
    >>> [str(read(text)) for text in ("30 minutes", "3个工作日", "24小时", "4 工作时")]
    ['0.5 clock-hours', '3 working-days', '24 clock-hours', '4 working-hours']
    """
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*个?\s*(\S+)\s*", text)
    if not text.strip():
        return None
    if not found:
        raise NotATerm(text=text)
    amount, word = float(found[1]), found[2].lower()
    if word in MINUTES:
        return Term(amount / 60, Unit.CLOCK_HOURS)
    unit = UNITS.get(word)
    if unit is None or (unit is Unit.WORKING_DAYS and amount != int(amount)):
        raise NotATerm(text=text)
    return Term(amount, unit)


UNITS = {str(unit): unit for unit in Unit} | {chinese: unit for unit, chinese in CHINESE.items()}
UNITS |= {"小时": Unit.CLOCK_HOURS, "hours": Unit.CLOCK_HOURS, "工作小时": Unit.WORKING_HOURS}


@cache
def _terms() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(DATA.read_text("utf-8"))


def line(name: str, *, on: date) -> dict[str, Any]:
    """The line of a term that is in force on a day; the first one where none was yet."""
    lines = sorted(_terms()[name], key=lambda each: each["since"])
    return next((each for each in reversed(lines) if each["since"] <= on), lines[0])


@cache
def term(name: str, urgency: str, *, on: date) -> Term:
    """How long something of the loop may take, by urgency, on a day.

    >>> str(term("reported", "general", on=date(2026, 1, 1)))
    '2 working-hours'
    """
    found = read(line(name, on=on)[urgency])
    assert found is not None, (name, urgency)
    return found


def number(name: str, *, on: date) -> int:
    """A plain number of the loop on a day.

    >>> number("reopen_days", on=date(2026, 1, 1)) > 0
    True
    """
    found = line(name, on=on)
    return int(found["days"] if "days" in found else found["number"])


def is_sampled(ref: str, *, on: date) -> bool:
    """Whether a matter closed on the spot is drawn for verification: by its reference, which nobody chooses."""
    return zlib.crc32(ref.encode()) % 1000 < number("sample_permille", on=on)
