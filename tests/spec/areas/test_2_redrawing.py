"""Merging, splitting, renaming and moving are one act: every row that lies in an area bears its new code afterwards."""

from collections.abc import Iterator

import pytest

from linli.areas import redrawing, undoing
from linli.areas.changes import Change, Merge, Move, Rename, Retire
from linli.areas.models import Area
from linli.ground.refusals import Refusal
from linli.journal.models import Entry
from tests.spec.tables import rows

title = "Redrawing divisions"

MAKE = {
    "rename": lambda words: Rename(words[0], words[1]),
    "move": lambda words: Move(words[0], words[1]),
    "merge": lambda words: Merge(tuple(words[0].split("+")), words[1], words[2]),
    "retire": lambda words: Retire(words[0]),
}


def asked(text: str) -> Iterator[Change]:
    for change in text.split(","):
        kind, *words = change.split()
        yield MAKE[kind](words)


@pytest.fixture
def town(db, at, program):
    for code, level, name in (
        ("500199", 3, "云岭区"),
        ("500199001", 4, "香樟街道"),
        ("500199001001", 5, "清河社区"),
        ("500199001001001", 6, "第一网格"),
        ("500199001002", 5, "望江社区"),
        ("500199002", 4, "桂花街道"),
    ):
        Area.objects.create(code=code, level=level, name=name)
    for code in ("500199001001001", "500199001002"):
        Entry.objects.create(at=at, verb="test.noted", thing=code, by="test", area_code=code, area_then=code)


def stamps() -> dict[str, str]:
    return dict(Entry.objects.filter(verb="test.noted").values_list("thing", "area_code"))


def test_rows_go_along(town, program, at):
    """What was noted in an area is found under its new code, and under the old one again once it is undone."""
    for row in rows("""
        change                                               | noted in        | is then found in
        rename 500199001 樟香街道                            | 500199001001001 | 500199001001001
        move 500199001 500199007                             | 500199001001001 | 500199007001001
        merge 500199001001+500199001002 500199001001 清江社区 | 500199001002    | 500199001001
        move 500199001 500199002, move 500199002 500199001   | 500199001001001 | 500199002001001
    """):
        before = stamps()
        done = redrawing.redraw(asked(row["change"]), effective_on=at.date(), by=program, at=at)
        assert stamps()[row["noted in"]] == row["is then found in"]
        undoing.undo(done, by=program, at=at)
        assert stamps() == before


def test_refused(town, account, program, at):
    """What would leave someone's post nowhere, or two areas under one code, is refused, and nothing is touched."""
    account("zhou", "community-clerk", "500199001002")
    for row in rows("""
        change                                | answer
        retire 500199001002                   | redrawing.would-orphan
        move 500199001001 500199001002        | redrawing.codes-clash
        move 500199009 500199010              | not-found
    """):
        with pytest.raises(Refusal) as refused:
            redrawing.redraw(asked(row["change"]), effective_on=at.date(), by=program, at=at)
        assert (row["change"], refused.value.code) == (row["change"], row["answer"])
    assert Area.objects.count() == 6


def test_history_stays(town, program, at):
    """The entry keeps the code under which it happened; only where it is found moves."""
    redrawing.redraw(asked("move 500199001 500199007"), effective_on=at.date(), by=program, at=at)
    noted = Entry.objects.get(thing="500199001001001")
    assert (noted.area_then, noted.area_code) == ("500199001001001", "500199007001001")
