"""Quiet hours: when nothing but urgent news goes out of the house. Times of the day where the town is."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass(frozen=True)
class Hours:
    """From one time of the day to another, over midnight where the second is earlier."""

    begin: time
    end: time

    def hold(self, moment: time) -> bool:
        """Whether a time of the day lies in them: the first minute does, the last does not.

        >>> night = Hours(time(21), time(7))
        >>> [night.hold(time(*at)) for at in ((20, 59), (21, 0), (0, 0), (6, 59), (7, 0))]
        [False, True, True, True, False]
        """
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


def may_go_at(local: datetime, hours: Hours | None, *, urgent: bool) -> datetime:
    """The first moment, from a local one on, at which a message may go out.

    >>> night = Hours(time(21), time(7))
    >>> may_go_at(datetime(2026, 11, 24, 23, 30), night, urgent=False)
    datetime.datetime(2026, 11, 25, 7, 0)
    >>> may_go_at(datetime(2026, 11, 24, 3, 0), night, urgent=False)
    datetime.datetime(2026, 11, 24, 7, 0)
    >>> may_go_at(datetime(2026, 11, 24, 3, 0), night, urgent=True)
    datetime.datetime(2026, 11, 24, 3, 0)
    """
    if urgent or hours is None or not hours.hold(local.time()):
        return local
    end = local.replace(hour=hours.end.hour, minute=hours.end.minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)
