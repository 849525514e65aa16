"""Terms of the registers' own work (days to settle a dispute), dated, each with its source."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data") / "terms.toml"


@cache
def _terms() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(DATA.read_text("utf-8"))


def days(name: str, *, on: date) -> int:
    """How many working days a term has on a day; the first line's where none was in force yet.

    >>> days("dispute_days", on=date(2026, 1, 1)) > 0
    True
    """
    return int(_in_force(name, on)["days"])


def number(name: str, *, on: date) -> int:
    """How much a figure is on a day; the first line's where none was in force yet.

    >>> number("smallest_group", on=date(2026, 1, 1)) > 1
    True
    """
    return int(_in_force(name, on)["number"])


def _in_force(name: str, on: date) -> dict[str, Any]:
    lines = sorted(_terms()[name], key=lambda line: line["since"])
    return next((line for line in reversed(lines) if line["since"] <= on), lines[0])
