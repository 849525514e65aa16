"""What `linli check --database default` says of the journal."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name for it
from django.db import DatabaseError
from django.utils.translation import gettext as _

from . import queries


@register(Tags.database)
def every_follower_is_known(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Names followers that entries wait for and that no room declares: a room was taken out, or renamed one."""
    if not databases:
        return []
    try:
        unknown = queries.unknown_followers()
    except DatabaseError:
        return []
    return [
        Warning(
            _("%(count)s entries wait for %(follower)s, which no room declares.") % {"count": count, "follower": name},
            hint=_("Put the room back, or accept that they wait: nothing is lost by it."),
            id="journal.W001",
        )
        for name, count in unknown.items()
    ]
