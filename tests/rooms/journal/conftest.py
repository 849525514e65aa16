"""A journal with a witness of its own, and followers that go when the test ends."""

from collections.abc import Callable

import pytest
from django.db import transaction

from linli.journal import delivering, following, timing, writing
from linli.journal.models import Entry


@pytest.fixture(autouse=True)
def own_witness(settings, tmp_path):
    """No test reads another's heads."""
    (tmp_path / "keys").mkdir()
    settings.DATA_DIR = tmp_path


@pytest.fixture(autouse=True)
def own_followers(monkeypatch):
    """Followers and chores that a test declares are gone after it; the rooms' own do not disturb it."""
    monkeypatch.setattr(following, "FOLLOWERS", (followers := {}))
    for module in ("delivering", "redelivering", "queries"):
        monkeypatch.setattr(f"linli.journal.{module}.FOLLOWERS", followers)
    monkeypatch.setattr(timing, "CHORES", {})
    monkeypatch.setattr(delivering, "LONGEST_BATCH_S", float("inf"))


@pytest.fixture
def wrote(db, at, program) -> Callable[..., list[Entry]]:
    """Writes so many entries: wrote(5, "area.named", area="50")."""

    def write(count: int = 1, verb: str = "test.done", *, area: str = "", **facts) -> list[Entry]:
        with transaction.atomic():
            return [
                writing.write(verb, thing=f"T-{i}", by=program, at=at, area=area, n=i, **facts) for i in range(count)
            ]

    return write
