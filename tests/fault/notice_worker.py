"""A program for the fault tests: gives posts, delivers the news of them and sends it out, until it is killed.

Run as `python -m tests.fault.notice_worker give deliver send`. It stands in for a worker of ours.
"""

import os
import sys
import time

import django

django.setup()

from django.db import OperationalError  # noqa: E402 - the models need the setup above
from django.utils import timezone  # noqa: E402

from linli.access import appointing  # noqa: E402
from linli.access.appointing import Appointment  # noqa: E402
from linli.access.models import Account  # noqa: E402
from linli.ground.hands import Program  # noqa: E402
from linli.journal import delivering  # noqa: E402
from linli.notices import sending  # noqa: E402

BY = Program("fault")
NAMES = ["li", "wang", "zhou"]


def give():
    """Each of them is told of another post."""
    for name in NAMES:
        asked = Appointment("grid-worker", area="500199001001001")
        appointing.give(Account.objects.get(sign_in_name=name), asked, by=BY, at=timezone.now())


STEPS = {
    "give": give,
    "deliver": lambda: delivering.deliver(at=timezone.now(), limit=40, batch=7),
    "send": lambda: sending.send(timezone.now()),
}

if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while os.getppid() != 1:
        for step in sys.argv[1:]:
            try:
                STEPS[step]()
            except OperationalError:
                time.sleep(0.01)
