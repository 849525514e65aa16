"""Portions drawn in a process beside the one that writes them, the next while the last is written.

The pipe holds one portion at a time, so neither runs far ahead of the other; when one of them is gone, however it
ended, the other notices at the next portion.
"""

import gc
import importlib
import multiprocessing
import pickle
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

import django
from django.conf import settings

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _


class NotDrawn(Refusal):
    """The process that draws the people ended before it was done."""

    code, status = "town.not-drawn", 500
    words = _("The process that draws the people ended too early.")
    next_step = _("Start the command again: it goes on with the next building.")


@contextmanager
def portions(asked: tuple[Any, ...], first: int) -> Iterator[Iterator[Any]]:
    """The portions from one on, drawn beside us by `Blocks(*asked)`; their process is gone after the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    words = (theirs, str(settings.DATA_DIR), pickle.dumps(asked), first)
    child = context.Process(target=draw, args=words, name="people", daemon=True)
    child.start()
    theirs.close()
    try:
        yield _received(ours)
    finally:
        ours.close()
        child.terminate()
        child.join()


def _received(ours: Connection) -> Iterator[Any]:
    portion = None
    while portion is None or portion.step + 1 < portion.steps:
        try:
            portion = ours.recv()
        except EOFError as gone:
            raise NotDrawn() from gone
        yield portion


def draw(theirs: Connection, folder: str, asked: bytes, first: int) -> None:
    """Draws until the last portion, or until nobody listens any more. Ctrl-C is for whoever started us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    settings.DATA_DIR = folder
    gc.disable()  # rows hold no cycles, and there are a great many of them
    blocks: Any = importlib.import_module("linli.town.peopling.blocks").Blocks(*pickle.loads(asked))  # noqa: S301 - ours
    with suppress(BrokenPipeError):
        for portion in blocks.portions(first):
            theirs.send(portion)
