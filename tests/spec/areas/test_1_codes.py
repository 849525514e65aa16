"""A code is digits only; each level adds to the one above."""

from linli.areas import codes
from linli.areas.codes import Level
from tests.spec.tables import rows

title = "What an area code says"


def test_levels():
    """The number of digits says the level. The last three of a grid and two of a micro-grid are ours."""
    for row in rows("""
        code              | level
        50                | municipality
        500114            | district
        500114102         | township
        500114102003      | community
        500114102003007   | grid
        50011410200300702 | micro-grid
    """):
        assert codes.level_of(row["code"]).label == row["level"]


def test_padded_codes():
    """Statistical tables pad codes to twelve digits; the zeros are taken off."""
    for row in rows("""
        as printed   | kept as
        500000000000 | 50
        500101000000 | 500101
        500101001000 | 500101001
        500101001001 | 500101001001
    """):
        assert codes.read(row["as printed"]) == row["kept as"]


def test_lies_within():
    """An area holds those whose code begins with its own, and no others."""
    for row in rows("""
        area         | other        | holds it
        500114       | 500114102    | yes
        500114102    | 500114102003 | yes
        500114102    | 500114103001 | no
        500114102003 | 500114102    | no
    """):
        assert codes.contains(row["area"], row["other"]) == (row["holds it"] == "yes")


def test_moved():
    """When an area changes its code, what lies in it is carried along."""
    for row in rows("""
        code            | of area   | becomes   | is then
        500114102       | 500114102 | 500115007 | 500115007
        500114102003    | 500114102 | 500115007 | 500115007003
        500114102003007 | 500114102 | 500115007 | 500115007003007
    """):
        assert codes.moved(row["code"], row["of area"], row["becomes"]) == row["is then"]


def test_the_grid_of_a_community():
    """Grids are numbered within their community."""
    assert codes.child("500114102003", 7, Level.GRID) == "500114102003007"
