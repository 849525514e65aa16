"""A sheet that was looked through is kept in the page, signed, until whoever sent it says that it is right."""

from typing import Any

from django.core import signing

from linli.access.sheets import MOST_BYTES
from linli.ground.refusals import Malformed
from linli.ground.words import gettext_noop as _

SALT, STANDS_FOR = "linli.sheets", 3600


def sent(file: Any) -> tuple[str, bytes]:
    """The name and the content of a file that was sent; no more of it than tells that it is too large."""
    return file.name, file.read(MOST_BYTES + 1)


def kept(name: str, content: bytes, *, kind: str) -> str:
    """The sheet as a page carries it."""
    return signing.dumps((name, content.hex()), salt=f"{SALT}.{kind}", compress=True)


def staged(text: str, *, kind: str) -> tuple[str, bytes]:
    """The sheet that was looked through, as it was sent then."""
    try:
        name, content = signing.loads(text, salt=f"{SALT}.{kind}", max_age=STANDS_FOR)
    except signing.BadSignature as stale:
        raise Malformed(what=_("The sheet"), why=_("it was looked through over an hour ago, or elsewhere")) from stale
    return name, bytes.fromhex(content)
