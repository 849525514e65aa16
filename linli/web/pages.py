"""Showing a page, or the one part of it that htmx asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def page(request: HttpRequest, template: str, *, part: str = "", status: int = 200, **context: Any) -> HttpResponse:
    """The whole page; or, when htmx asks, only the named partial of the same template."""
    asked_for_part = part and request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    name = f"{template}#{part}" if asked_for_part else template
    answer = render(request, name, context, status=status)
    if part:
        answer["Vary"] = "HX-Request"
    return answer


def went_well(to: str) -> HttpResponse:
    """After a write: on to where its effect is seen, so that a reload writes nothing again."""
    return HttpResponseRedirect(to, status=303)
