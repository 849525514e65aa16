"""Long work on the console: a bar with rate and time left on a terminal, plain lines elsewhere."""

import math
import sys
import time
from collections.abc import Callable
from typing import Self, TextIO

from django.utils.translation import gettext

OFTEN_S, SELDOM_S = 0.1, 2.0  # between two looks of the bar, and between two lines of a log
WIDE = 24
CLEAR = "\r\033[K"


class Progress:
    """A `Tell` for commands. On a terminal one line is written over, and gone after the block."""

    def __init__(self, stream: TextIO | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream, self.clock = stream or sys.stderr, clock
        self.terminal = self.stream.isatty()
        self.step, self.began, self.first = "", 0.0, 0
        self.told = -math.inf if self.terminal else clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.terminal and self.step:
            self.write(CLEAR)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Says how far it is, if the last time is long enough ago; always when a step ends, or begins without end."""
        now, is_new = self.clock(), step != self.step
        if is_new:
            self.step, self.began, self.first = step, now, done
        ends = 0 < total <= done
        begins = is_new and (self.terminal or not total)
        if not (ends or begins) and now - self.told < (OFTEN_S if self.terminal else SELDOM_S):
            return
        self.told = now
        line = self.line(done, total, now - self.began)
        self.write(f"{CLEAR}{bar(done, total)}{line}" if self.terminal else f"{line}\n")

    def line(self, done: int, total: int, seconds: float) -> str:
        """The step, how much of how much, how fast, and how long still."""
        parts = [gettext(self.step)]
        if done or total:
            parts[0] += f" {done:,}" + (f" / {total:,}" if total else "")
        rate = (done - self.first) / seconds if seconds > 0 else 0.0
        if rate > 0:
            parts.append(f"{rate:,.0f}/s" if rate >= 1 else f"{rate:.2f}/s")
        if rate > 0 and done < total:
            parts.append(gettext("%(time)s left") % {"time": clock_time((total - done) / rate)})
        return " · ".join(parts)

    def write(self, text: str) -> None:
        """Seen at once."""
        self.stream.write(text)
        self.stream.flush()


def bar(done: int, total: int) -> str:
    """As full as the work is done; nothing where its end is not known.

    >>> bar(1, 2), bar(5, 0)
    ('████████████░░░░░░░░░░░░ ', '')
    """
    full = min(WIDE, WIDE * done // total) if total else 0
    return "█" * full + "░" * (WIDE - full) + " " if total else ""


def clock_time(seconds: float) -> str:
    """Minutes and seconds, hours where there are any.

    >>> clock_time(75), clock_time(3675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"
