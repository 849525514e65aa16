"""The map on any page: `{% load plan %}{% town_map %}`."""

from typing import Any

from django import template

from linli.site.plan import mapping

register = template.Library()


@register.inclusion_tag("site/plan/widget.html")
def town_map(code: str = "", size: str = "") -> dict[str, Any]:
    """The map of an area, or of everything; size: "" (in a page), "tall" or "whole" (the whole window)."""
    return {"map": mapping.describe(code, size=size)}
