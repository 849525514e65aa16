"""Settings of a server under measurement: those of the house, and around everything a clock.

Each answer says in `Server-Timing` how long the application took: from the first line of the first middleware to
the last of the last, waiting for the other threads of the process included; and how much the processor worked on it.
"""

import time
from collections.abc import Callable
from typing import Any

from linli.site import settings as house
from linli.site.settings import *  # noqa: F403 - what the house has, and one more

MIDDLEWARE = ["bench._timing.timed", *house.MIDDLEWARE]


def timed(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Outermost, so that nothing of ours happens outside it."""

    def middleware(request: Any) -> Any:
        began, worked = time.perf_counter(), time.thread_time()
        answer = get_response(request)
        took, worked = time.perf_counter() - began, time.thread_time() - worked
        answer["Server-Timing"] = f"app;dur={took * 1000:.3f}, cpu;dur={worked * 1000:.3f}"
        return answer

    return middleware
