"""What cells say: days in their shapes, numbers, telephones, ID numbers; and guards under rough handling."""

import random
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.bulk.sheets import days, guarding, reading, refusals, shapes, values
from linli.bulk.sheets.cells import Complaint, address, column_of, letters
from linli.bulk.sheets.days import Asked, Month, Order, day
from linli.bulk.sheets.scanning import Limits
from linli.ground import identity
from linli.ground.refusals import Refusal

from . import books

THE_DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.3.5",
        "20240305",
        "2024年3月5日",
        45356.0,
        "45356",
        "05-Mar-24",
        "5 March 2024",
        "Mar 5, 2024",
        "二〇二四年三月五日",
        "2024、3、5",
        "2024-03-05 08:30:00",
        "2024-03-05T08:30:00Z",
        " ２０２４－０３－０５ ",  # noqa: RUF001 - as it is typed
        20240305.0,
        datetime(2024, 3, 5, 8),  # noqa: DTZ001 - a cell knows no zone
        date(2024, 3, 5),
    ],
)
def test_a_day_is_read_in_its_usual_shapes(cell):
    assert day(cell) == THE_DAY


@pytest.mark.parametrize(
    "cell", ["1956-08", "1956年8月", "195608", "1956.08", 1956.08, "1956/8", 195608.0, "1956-08-00"]
)
def test_a_month_stays_a_month(cell):
    assert day(cell) == Month(1956, 8)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("5/3/2024", days.TWO_READINGS),
        ("03-05-2024", days.TWO_READINGS),
        ("2024-02-30", days.NO_SUCH_DAY),
        ("2024-13-01", days.NO_SUCH_DAY),
        ("20240231", days.NO_SUCH_DAY),
        ("24.3.5", days.SHORT_YEAR),
        ("24年3月5日", days.SHORT_YEAR),
        (1956.1, days.TENTHS),
        ("昨天", days.NOT_A_DAY),
        (3.0, days.NOT_A_DAY),
        ("1024-01-01", days.BEYOND),
        ("#REF!", values.AN_ERROR),
    ],
)
def test_what_is_no_day_is_said_and_why(cell, words):
    found = day(cell)
    assert isinstance(found, Complaint) and found.words == words and "%(" not in str(found)


def test_a_column_that_tells_its_order_settles_the_rest():
    order = days.order_of(["5/3/2024", "25/3/2024", None, 7])
    assert day("5/3/2024", Asked(order)) == THE_DAY
    assert day("3/5/2024", Asked(Order.MONTH_FIRST)) == THE_DAY


def test_two_digits_of_a_named_month_are_not_in_the_future():
    assert day("05-Mar-56", Asked(latest=date(2026, 11, 22))) == date(1956, 3, 5)


def test_the_count_of_old_macintoshes():
    assert day(45356.0 - 1462, Asked(since_1904=True)) == THE_DAY


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes()))
def test_no_cell_raises(cell):
    for read in (day, values.text, values.number, values.whole, values.yes, values.phones, values.identity_number):
        read(cell)
    values.credit_code(cell)
    for shape in shapes.SHAPES.values():
        assert shape(cell) in (True, False)


@given(
    st.dates(date(1850, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]),
)
def test_every_day_comes_back(the_day, shape):
    assert day(the_day.strftime(shape)) == the_day


@given(st.integers(0, 16_383), st.integers(1, 1_048_576))
def test_addresses_come_back(column, row):
    assert column_of(letters(column)) == column
    assert address(row, column) == f"{letters(column)}{row}"


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 999))
def test_a_wrong_sign_of_an_id_number_is_doubted(born_on, serial):
    body = f"500101{born_on:%Y%m%d}{serial:03}"
    right = identity.check_sign(body)
    assert identity.CHECK_DIFFERS not in identity.citizen(body + right).doubts
    for sign in "0123456789X".replace(right, ""):
        assert identity.CHECK_DIFFERS in identity.citizen(body + sign).doubts


def test_a_hundred_year_old_of_the_old_numbers():
    assert identity.citizen("110105991231996").born_on == date(1899, 12, 31)


def test_a_birth_date_in_the_future_is_doubted():
    number = "11010520301231002"
    found = identity.citizen(number + identity.check_sign(number), today=date(2026, 11, 22))
    assert found.doubts == (identity.NOT_YET_BORN,)


# -- rough handling --------------------------------------------------------------------------------


def test_a_part_that_swells_a_thousandfold_is_refused_early(tmp_path, monkeypatch):
    monkeypatch.setattr(guarding, "SMALL", 1 << 20)
    path = books.patched(books.xlsx(tmp_path / "a.xlsx"), books.SHEET, lambda old: old + b" " * (3 << 20))
    with pytest.raises(refusals.UnpacksTooLarge):
        reading.opened(path)


@pytest.mark.parametrize(
    "make",
    [books.xlsx, lambda path: books.xls(path, books.USUAL), lambda path: books.ods(path, books.ods_rows(books.USUAL))],
)
def test_no_damage_does_more_than_be_refused(tmp_path, make):
    """Cut anywhere, or with bytes changed: read or refused, never a crash."""
    whole = make(tmp_path / "whole").read_bytes()
    drawn = random.Random(4)
    told = []
    for _turn in range(150):
        hurt = bytearray(whole[: drawn.randrange(1, len(whole))] if drawn.random() < 0.3 else whole)
        for _byte in range(drawn.randrange(1, 6)):
            hurt[drawn.randrange(len(hurt))] = drawn.randrange(256)
        path = tmp_path / "hurt"
        path.write_bytes(bytes(hurt))
        try:
            sheet = reading.opened(path, limits=Limits(unpacked_mb=50)).sheet()
            for _number, cells in sheet.lines():
                list(map(values.text, cells))
        except Refusal as refused:
            told.append(refused)
    assert all(refused.next_step for refused in told)
