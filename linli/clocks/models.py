"""What working calendars are made of: notices of holidays and hours, of an area or of everywhere, dated."""

from django.db import models


class Notice(models.Model):
    """A notice (放假通知): which days of a year are holidays and which are made up. It holds in its area and below.

    An autonomous county has days of its own; an area without a code is everywhere.
    """

    number = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    area_code = models.CharField(max_length=17, blank=True)
    issued_on = models.DateField()
    source = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()

    class Privacy:
        open = {"id", "number", "year", "area_code", "issued_on", "source", "entered_at"}

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="calendar_notice_area")]

    def __str__(self) -> str:
        return self.number


class NoticeDay(models.Model):
    """A day that a notice names."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)

    class Privacy:
        open = {"id", "notice", "day", "works", "name"}

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["notice", "day"], name="notice_day_once")]

    def __str__(self) -> str:
        return str(self.day)


class OfficeHours(models.Model):
    """From a day on, an area and all below it, or a bureau, works at these hours; without any, at those of above.

    `week` has a line for each weekday, Monday first, and one for make-up days.
    """

    area_code = models.CharField(max_length=17, blank=True)
    bureau = models.SlugField(max_length=40, blank=True)
    week = models.JSONField(default=list)
    since = models.DateField()
    source = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()

    class Privacy:
        open = {"id", "area_code", "bureau", "week", "since", "source", "entered_at"}

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="office_hours_area")]

    def __str__(self) -> str:
        return f"{self.area_code or '*'} {self.bureau} {self.since}"


class CalendarEdition(models.Model):
    """Which state the calendars are in, and which of what came with the program they have taken up."""

    token = models.CharField(max_length=16, blank=True)
    shipped = models.CharField(max_length=12, blank=True)

    class Privacy:
        open = {"id", "token", "shipped"}

    def __str__(self) -> str:
        return self.token
