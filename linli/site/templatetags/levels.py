"""Levels of areas as headings: `{{ level|many }}` is Communities where `level.label` is community."""

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
