"""A dispute is due in working days, by the calendar of its area."""

from datetime import UTC, date, datetime

import pytest

from linli.registers import disputing

TOWN = "500199001"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raised", "due"),
    [
        (datetime(2026, 11, 20, 3, tzinfo=UTC), date(2026, 12, 4)),
        (datetime(2026, 2, 13, 3, tzinfo=UTC), date(2026, 3, 5)),  # the Spring Festival, a Saturday before and after
    ],
)
def test_the_festival_does_not_count_and_make_up_days_do(raised, due):
    assert disputing.due_on(TOWN, raised) == due
