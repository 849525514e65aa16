"""A program for the fault tests: declares a follower whose work can be counted, then delivers or seals until told.

Run as `python -m tests.fault.journal_worker deliver|seal|write`. It stands in for a worker of ours that is killed.
"""

import sys
import time

import django

django.setup()

from django.db import OperationalError, transaction  # noqa: E402 - the models need the setup above
from django.utils import timezone  # noqa: E402

from linli.ground.hands import Program  # noqa: E402
from linli.journal import delivering, sealing, writing  # noqa: E402
from linli.journal.following import follows  # noqa: E402

BY = Program("fault")


@follows("fault.done", name="fault.counts")
def counts(entry):
    """Leaves one entry for each it hears of: so what was done can be counted, and is journalled too."""
    writing.write("fault.heard", thing=entry.thing, by=BY, at=entry.at, heard=entry.pk)


@transaction.atomic
def write():
    """A verb."""
    writing.write("fault.done", thing="F", by=BY, at=timezone.now())


STEPS = {
    "write": write,
    "deliver": lambda: delivering.deliver(at=timezone.now(), limit=50, batch=7),
    "seal": lambda: sealing.seal_all(at=timezone.now(), batches=3),
}

if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for name in sys.argv[1:]:
            try:
                STEPS[name]()
            except OperationalError:
                time.sleep(0.01)
