"""While one page is answered the areas stand as they stood when it began, unless the page itself changes them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from linli.areas import editions


def areas_looked_up_once(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Which edition of the areas stands is asked once a request, not by each part of a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with editions.steady():
            return get_response(request)

    return middleware
