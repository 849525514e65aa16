"""Levels of areas as headings: `{{ level|many }}` is Communities where `level.label` is community."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext

from linli.areas.codes import Level
from linli.ground.words import gettext_noop as _

register = template.Library()

MANY = {
    Level.MUNICIPALITY: _("Municipalities"),
    Level.PREFECTURE: _("Prefectures"),
    Level.DISTRICT: _("Districts"),
    Level.TOWNSHIP: _("Townships"),
    Level.COMMUNITY: _("Communities"),
    Level.GRID: _("Grids"),
    Level.MICROGRID: _("Micro-grids"),
}


@register.filter
def many(level: int) -> str:
    """The name of a level over a number of its areas."""
    return gettext(MANY[Level(level)])


def counted(below: Mapping[Level, int]) -> str:
    """How many areas of each level, in a line; empty where there are none.

    >>> from django.utils.translation import override
    >>> with override("en"):
    ...     counted({Level.COMMUNITY: 1, Level.GRID: 1200})
    '1 community · 1,200 grids'
    """
    return " · ".join(
        f"{count:,} {gettext(level.label) if count == 1 else many(level).lower()}" for level, count in below.items()
    )
