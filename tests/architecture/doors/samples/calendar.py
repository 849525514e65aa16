"""Doors of the working calendar."""

from tests.architecture.doors.asking import Sample

SAMPLES: list[Sample] = [
    ("calendar", "of this year", {}, {}),
    ("calendar-notice", "nothing said", {}, {}),
    ("calendar-take-back", "one of mine", {"number": "NOTICE"}, {}),
    ("calendar-hours", "as above", {}, {"since": "2099-01-01", "as_above": "on"}),
]
