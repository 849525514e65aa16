"""What a row says otherwise than a record."""

from datetime import date
from typing import Any

from linli.registers import book, values
from linli.registers.queries import register_of


def differing(
    record: Any, said: dict[str, Any], today: date, sealed: dict[str, str] | None = None
) -> dict[str, tuple[Any, Any]]:
    """The facts of the record that the row says otherwise: what stands, and what the row says. `sealed` are its secret
    facts as they are written."""
    found, register = {}, register_of(record)
    for name, value in said.items():
        fact = book.fact(name)
        if fact.register is not register:
            continue
        if fact.is_secret:
            text = (sealed or {}).get(name, "")
            if text != values.written(fact, value):
                found[name] = (values.read(fact, text), value)
        elif (stands := fact.of(record, as_of=today)) != value:
            found[name] = (stands, value)
    return found
