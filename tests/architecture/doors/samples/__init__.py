"""What is asked at each door, a file for each part of the house; the table keeps their order."""

from tests.architecture.doors.samples import account, areas, calendar, cases, house, people, registers

SAMPLES = [
    *house.SAMPLES,
    *areas.SAMPLES,
    *registers.SAMPLES,
    *cases.SAMPLES,
    *people.SAMPLES,
    *account.SAMPLES,
    *calendar.SAMPLES,
]
