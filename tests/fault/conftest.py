"""Houses for the faults to be tried on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .house import House


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A begun installation; copied, never changed."""
    return House(tmp_path_factory.mktemp("begun") / "data").begin()


@pytest.fixture
def house(begun: House, tmp_path: Path) -> Iterator[House]:
    """A begun installation of the test's own."""
    mine = begun.copy(tmp_path / "data")
    yield mine
    mine.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    """A folder in which nothing was begun."""
    mine = House(tmp_path / "data")
    yield mine
    mine.close()


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Callable[[str], House]]:
    """More empty folders."""
    made: list[House] = []

    def one(name: str) -> House:
        made.append(House(tmp_path / name))
        return made[-1]

    yield one
    for each in made:
        each.close()
