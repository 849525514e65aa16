"""Who may say where a visitor comes from."""

import pytest
from django.test import RequestFactory

from linli.access.pausing import address_of
from linli.web.proxies import believed


@pytest.mark.parametrize(
    ("behind", "sender", "address", "secure"),
    [
        (True, "127.0.0.1", "192.0.2.7", True),
        (True, "192.168.1.66", "192.168.1.66", False),
        (False, "127.0.0.1", "127.0.0.1", False),
    ],
    ids=["our proxy", "someone past it", "no proxy at all"],
)
def test_only_our_proxy_is_believed(settings, behind, sender, address, secure):
    settings.BEHIND_PROXY = behind
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind else None
    told = {"HTTP_X_FORWARDED_FOR": "10.0.0.9, 192.0.2.7", "HTTP_X_FORWARDED_PROTO": "https"}
    request = RequestFactory().get("/", REMOTE_ADDR=sender, **told)
    seen = believed(lambda asked: (address_of(asked), asked.is_secure()))(request)
    assert seen == (address, secure)
