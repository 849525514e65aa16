"""Long work, told as it goes. Pure code takes a `Tell` and calls it; who listens is the caller's affair."""

from typing import Protocol


class Tell(Protocol):
    """Called as `tell(step, done, total)`; `total` is 0 where it is not known."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


def silent(step: str, done: int, total: int) -> None:
    """Nobody listens."""
