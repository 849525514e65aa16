"""A value that is asked for along with another question, at hardly any cost: its words are put together once.

Django puts a subquery into words anew each time, with all the copies that takes: on every page that was as much work
as asking for the page's own rows.
"""

from typing import Any

from django.db.models import Field, QuerySet
from django.db.models.expressions import RawSQL


def along(rows: "QuerySet[Any, Any]", kind: "Field[Any, Any]") -> RawSQL:
    """The one value of the question, as a column of another. Keep it: it is good for as long as the program runs."""
    words, values = rows.query.sql_with_params()
    return RawSQL(f"({words})", values, output_field=kind)  # noqa: S611 - the words are Django's own, the values apart
