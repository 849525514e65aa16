"""While one page is answered the areas, and the extra items of the book of facts, stand as they stood when it began,
unless the page itself changes them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from linli.areas import editions
from linli.registers import book


def areas_looked_up_once(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Which edition of the areas stands, and which extra items, is asked once a request, not by each part of a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with editions.steady(), book.items_held():
            return get_response(request)

    return middleware
