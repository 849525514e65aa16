"""What an area is called on the pages of the calendar."""

from django.utils.translation import gettext

from linli.site import queries


def where(code: str) -> str:
    """The name of an area; everywhere for none."""
    return queries.area_name(code) if code else gettext("everywhere")
