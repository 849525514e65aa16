"""What a proxy says of a visitor: from where they come, and whether over HTTPS. Believed only of a proxy of ours."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

TOLD = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


def believed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever reaches the server past the proxy (LINLI_PROXIES) cannot say they are someone else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR") not in settings.PROXIES:
            for name in TOLD:
                request.META.pop(name, None)
        return get_response(request)

    return middleware
