"""How far a sheet reaches is seen beforehand, in the quick look as in the exact one."""

from hypothesis import given
from hypothesis import strategies as st

from linli.bulk.sheets import refusals
from linli.bulk.sheets.cells import letters
from linli.bulk.sheets.scanning import Limits, scan

HEAD = b'<?xml version="1.0"?><worksheet><sheetData>'
TAIL = b"</sheetData></worksheet>"
WIDE = Limits(columns=16_384, cells=1 << 62)


def row(number, columns, *, empty=()):
    cells = "".join(
        f'<c r="{letters(at)}{number}" s="1"/>' if at in empty else f'<c r="{letters(at)}{number}"><v>1</v></c>'
        for at in sorted({*columns, *empty})
    )
    return f'<row r="{number}">{cells}</row>'.encode()


def seen(*rows, limits=WIDE):
    """The rows, each a chunk of its own, between head and tail."""
    return scan(iter([HEAD, *rows, TAIL]), limits)


@given(
    st.lists(st.tuples(st.sets(st.integers(0, 800), max_size=5), st.sets(st.integers(0, 800), max_size=5)), max_size=12)
)
def test_the_quick_look_sees_as_far_as_there_is_something(rows):
    found = seen(*(row(at, filled, empty=empty - filled) for at, (filled, empty) in enumerate(rows, 1)))
    there = [(at, column) for at, (filled, _empty) in enumerate(rows, 1) for column in filled]
    assert (found.rows, found.columns) == (
        max((at for at, _column in there), default=0),
        max((column + 1 for _at, column in there), default=0),
    )


def test_a_far_cell_in_the_midst_is_seen():
    found = seen(
        row(1, [0]), row(2, [0]), b'<row r="3"><c r="A1048576"><v>1</v></c><c r="B3"><v>1</v></c></row>', row(4, [0])
    )
    assert (found.rows, found.columns) == (1_048_576, 2)


def test_a_wide_cell_in_the_midst_stops_the_look():
    found = seen(row(1, [0]), row(2, [0, 300]), row(3, [0]), limits=Limits())
    assert isinstance(found.trouble, refusals.TooManyColumns)
    assert found.rows == 2


def test_a_column_hidden_behind_as_many_letters_is_seen():
    assert seen(row(1, [0]), row(2, [26]), row(3, [27]), row(4, [51]), row(5, [52])).columns == 53
