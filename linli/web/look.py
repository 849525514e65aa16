"""How a reader wants pages to look: kept in cookies, read by the server, so that no page flashes in the wrong one."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

THEMES = ("light", "dark")
PRINTS = ("large",)
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Look:
    """The chosen theme and size of print; empty where the system's own is followed."""

    theme: str = ""
    print: str = ""


def look_of(request: HttpRequest) -> Look:
    """What this browser chose before; a cookie that says anything else says nothing."""
    theme, size = request.COOKIES.get("theme", ""), request.COOKIES.get("print", "")
    return Look(theme if theme in THEMES else "", size if size in PRINTS else "")


def remember(answer: HttpResponse, *, name: str, chosen: str, secure: bool) -> None:
    """The browser keeps the choice for a year; choosing what the system does forgets it."""
    if chosen in {"theme": THEMES, "print": PRINTS}[name]:
        answer.set_cookie(name, chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    else:
        answer.delete_cookie(name, samesite="Lax")
