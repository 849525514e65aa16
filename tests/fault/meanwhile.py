"""A program with two connections: divisions are redrawn while posts are given, and the other way round.

`python -m tests.fault.meanwhile redrawn|given` prints what became of the verb that came second.
"""

import sys
import threading
from datetime import date, timedelta

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - after setup
from django.utils import timezone  # noqa: E402

from linli.access import appointing, standing_in, watching  # noqa: E402
from linli.access.appointing import Appointment  # noqa: E402
from linli.access.models import Account, Post  # noqa: E402
from linli.areas import redrawing  # noqa: E402
from linli.areas.changes import Merge  # noqa: E402
from linli.ground.hands import Program  # noqa: E402
from linli.ground.refusals import Refusal  # noqa: E402

BY = Program("meanwhile")
KEPT, GONE = "500114001001", "500114001002"
SINCE = date(2026, 1, 1)
TOGETHER_S = 0.6


def redraw() -> None:
    redrawing.redraw([Merge((KEPT, GONE), KEPT)], effective_on=SINCE, by=BY, at=timezone.now())


def give() -> None:
    asked = Appointment(role="grid-worker", area=GONE, since=SINCE)
    appointing.give(Account.objects.get(), asked, by=BY, at=timezone.now())


POST: list[Post] = []  # as it was read before anything was redrawn


def take_leave() -> None:
    days = {"since": date(2026, 2, 1), "until": date(2026, 2, 2)}
    other = Account.objects.create(sign_in_name="li", name="li", opened_at=timezone.now())
    standing_in.take_leave(POST[0], stand_in=other, **days, by=BY, at=timezone.now())


def put_on() -> None:
    now = timezone.now()
    watching.put_on(POST[0], begins_at=now, ends_at=now + timedelta(hours=8), by=BY, at=now)


def together(first, second) -> str:
    """The second begins while the first has done its work and not yet committed; how the second ended."""
    done, ended = threading.Event(), []

    def come_second() -> None:
        done.wait()
        try:
            second()
            ended.append("done")
        except Refusal as refusal:
            ended.append(refusal.code)
        finally:
            connection.close()

    thread = threading.Thread(target=come_second)
    thread.start()
    with transaction.atomic():
        first()
        done.set()
        thread.join(TOGETHER_S)
        assert not ended, f"{second.__name__} did not wait"
    thread.join()
    return ended[0]


if __name__ == "__main__":
    first, second = (globals()[name] for name in sys.argv[1:])
    if second in (take_leave, put_on):
        give()
        POST.append(Post.objects.get(area_code=GONE))
    told = together(first, second)
    sys.stdout.write(f"{told} {Post.objects.filter(area_code__startswith=GONE).count()}")
