"""A program for the fault tests: a dispatcher who gives each case to someone, at the same time as another does.

Run as `python -m tests.fault.case_dispatcher NAME`. For each reference on its input it says `won`, or who was first.
"""

import sys
import time

import django

django.setup()

from django.db import OperationalError  # noqa: E402 - the models need the setup above
from django.utils import timezone  # noqa: E402

from linli.access.actors import actor_for  # noqa: E402
from linli.access.models import Account, Post  # noqa: E402
from linli.cases import dispatching  # noqa: E402
from linli.cases.holding import Target  # noqa: E402
from linli.cases.lifecycle import MovedMeanwhile  # noqa: E402
from linli.cases.models import Case  # noqa: E402


def give(ref, by, to):
    """What came of it, in a word."""
    case = Case.objects.get(ref=ref)
    sys.stdout.write("seen\n")
    sys.stdout.flush()
    sys.stdin.readline()
    while True:
        try:
            dispatching.give(case, to=to, reason="-", by=by, at=timezone.now())
        except MovedMeanwhile as first:
            return f"second to {first.facts['who']}"
        except OperationalError:
            time.sleep(0.01)
            continue
        return "won"


if __name__ == "__main__":
    me = actor_for(Account.objects.get(sign_in_name=sys.argv[1]), today=timezone.now().date())
    target = Target(post=Post.objects.get(role="post-holder"))
    for line in iter(sys.stdin.readline, ""):
        sys.stdout.write(f"{give(line.strip(), me, target)}\n")
        sys.stdout.flush()
