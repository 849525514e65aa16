"""Seeded chance: the same seed and the same path of names give the same draws, in any process."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

Numbers = np.ndarray
Rng = np.random.Generator
Surface = Callable[[Any, Any], Any]  # numbers at many points, or at one given as two floats
T = TypeVar("T")


def chance(seed: int, *path: str | int) -> Rng:
    """A generator of its own for one part of the drawing, so that parts do not disturb each other.

    >>> int(chance(1, "river").integers(1000)) == int(chance(1, "river").integers(1000))
    True
    >>> float(chance(1, "river").random()) == float(chance(2, "river").random())
    False
    """
    return np.random.default_rng([seed, *(zlib.crc32(str(part).encode()) for part in path)])


def pick(rng: Rng, things: Sequence[T]) -> T:
    """One of the things, each as likely as the next."""
    return things[int(rng.integers(len(things)))]


def shuffled(rng: Rng, things: Sequence[T]) -> list[T]:
    """All of the things in an order of chance."""
    return [things[int(i)] for i in rng.permutation(len(things))]


def waves(rng: Rng, length: float, *, octaves: int = 3, stretch: float = 1.0, bearing: float = 0.0) -> Surface:
    """A smooth surface of about -1 to 1 whose swells are `length` metres long (and `stretch` times wider).

    It is asked for many points at once, or for one given as two floats.
    """
    parts = [_octave(rng, length / 2**octave, 0.55**octave) for octave in range(octaves)]
    kx, ky, phase, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    scale = float(np.sqrt((weight**2).sum() / 2)) * 1.8
    cos, sin = np.cos(bearing), np.sin(bearing)
    each = list(zip(kx.tolist(), ky.tolist(), phase.tolist(), weight.tolist(), strict=True))

    def surface(x: Numbers, y: Numbers) -> Numbers:
        u, v = x * cos + y * sin, (y * cos - x * sin) * stretch
        if isinstance(x, float):
            return sum(w * math.sin(a * u + b * v + p) for a, b, p, w in each) / scale
        total = np.zeros(np.broadcast(u, v).shape)
        for a, b, p, w in each:
            total += w * np.sin(a * u + b * v + p)
        return total / scale

    return surface


def _octave(rng: Rng, length: float, weight: float) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Seven plane waves in all directions, of nearly the same length."""
    angle = (np.arange(7) + rng.random(7)) * np.pi / 7
    number = 2 * np.pi / (length * rng.uniform(0.75, 1.3, 7))
    return number * np.cos(angle), number * np.sin(angle), rng.uniform(0, 2 * np.pi, 7), np.full(7, weight)
