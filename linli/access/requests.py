"""A request as our views meet it: with its one moment, and the Actor who asks."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest  # noqa: TID251 - views are typed by it

from .actors import Actor


class Request(HttpRequest):
    """What the middlewares make of a request before any view sees it."""

    at: datetime
    actor: Actor
    user: Any
    session: Any
