"""How a record was before an import changed it: kept sealed beside the row, for undoing."""

import json
from collections.abc import Sequence
from typing import Any

from linli.registers import book, values
from linli.registers.models import SecretValue

from .staging import Waiting, complaints_of

PLACED = ("area_code", "lon", "lat", "dwelling_id", "household_id")


def before_of(record: Any, differs: dict[str, tuple[Any, Any]], sealed: Sequence[SecretValue]) -> dict[str, Any]:
    """How the record was, with its secret facts: what undoing needs."""
    kept = [each for each in sealed if each.fact in differs]
    return {
        "facts": {
            n: values.written(book.fact(n), was) for n, (was, _is) in differs.items() if not book.fact(n).is_secret
        },
        "secret": {n: None for n in differs if book.fact(n).is_secret}
        | {each.fact: [each.value, str(each.true_on), each.batch_id] for each in kept},
        "sources": dict(record.sources),
        "placed": {name: getattr(record, name) for name in PLACED if hasattr(record, name)},
    }


def with_before(row: Waiting, before: dict[str, Any]) -> str:
    """What is said of a row, and how the record was before it."""
    wrong, doubts = complaints_of(row)
    return json.dumps({"wrong": wrong, "doubts": doubts, "before": before}, ensure_ascii=False)
