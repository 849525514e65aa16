"""The examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import linli.geo

MODULES = [module.name for module in pkgutil.iter_modules(linli.geo.__path__, "linli.geo.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


def test_every_refusal_says_what_and_what_next():
    refusals = importlib.import_module("linli.geo.refusals")
    found = [
        each for each in vars(refusals).values() if isinstance(each, type) and each.__module__ == refusals.__name__
    ]
    assert len({each.code for each in found}) == len(found)
    for each in found:
        assert each.code.startswith("geo.")
        assert each.words.endswith(".")
        assert each.next_step.endswith(".")
