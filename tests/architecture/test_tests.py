"""The tests themselves: the same names on every machine, at every hour, in every process."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
# What answers otherwise when asked again: two processes that collect the same tests would name them differently.
UNSTEADY = {
    "time",
    "monotonic",
    "now",
    "today",
    "localdate",
    "utcnow",
    "random",
    "randint",
    "uuid4",
    "getpid",
    "urandom",
}


def unsteady_names(source):
    """The calls in a decorator whose answer differs from one process to the next, as `line: name`."""
    for node in ast.walk(ast.parse(source)):
        for decorator in getattr(node, "decorator_list", ()):
            for call in ast.walk(decorator):
                if isinstance(call, ast.Call):
                    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                    if name in UNSTEADY:
                        yield f"{call.lineno}: {name}"


@pytest.mark.parametrize("path", sorted(TESTS.rglob("test_*.py")), ids=lambda path: str(path.relative_to(TESTS)))
def test_no_test_is_named_after_the_hour_it_was_collected(path):
    assert list(unsteady_names(path.read_text("utf-8"))) == []


def test_a_test_named_after_the_hour_is_found():
    planted = "@pytest.mark.parametrize('x', [int(time.time()) - 3600])\ndef test_x(x): ..."
    assert list(unsteady_names(planted)) == ["1: time"]
