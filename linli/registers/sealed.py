"""Fields that lie encrypted in the database, and the keyed indexes by which some of them can still be found.

A sealed value is version, nonce and AES-256-GCM text, bound to the column it belongs to: copied into another
column it does not open. A blind index is HMAC-SHA256 under a key of its own: without the key even the few
thousand million possible identity numbers cannot be tried out. Values and indexes bear the version of their key
(`keyring`) and keep it until they are made again (`rekeying`).
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import models

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from .keyring import Keys, aside, keys, mark_of
from .keyring import keys_held as keys_held

NONCE = 12
INDEX_BYTES = 16


class CannotBeOpened(Refusal):
    """A sealed value whose key is gone, or that was changed or moved."""

    code, status = "registers.cannot-be-opened", 500
    words = _(
        "A sealed value of %(column)s cannot be opened: its key (version %(version)s) is missing or it was changed."
    )
    next_step = _("Put the keys of the backup back into the data folder, then start again. Nothing was written.")


def seal(text: str, *, column: str) -> bytes:
    """The value sealed for one column under the newest key; the empty text stays empty.

    >>> seal("", column="registers.person.phone")
    b''
    """
    if not text:
        return b""
    held = keys()
    nonce = os.urandom(NONCE)
    return bytes([held.newest]) + nonce + held.by_version[held.newest].encrypt(nonce, text.encode(), column.encode())


def unseal(content: bytes, *, column: str) -> str:
    """What was sealed for this column. Refuses what is of another column, was changed, or whose key is gone."""
    if not content:
        return ""
    version, nonce, rest = content[0], bytes(content[1 : 1 + NONCE]), bytes(content[1 + NONCE :])
    key = keys().by_version.get(version) or aside().by_version.get(version)
    if key is None:
        raise CannotBeOpened(column=column, version=version)
    try:
        return key.decrypt(nonce, rest, column.encode()).decode()
    except InvalidTag as changed:
        raise CannotBeOpened(column=column, version=version) from changed


def blind(text: str, *, column: str) -> bytes:
    """The keyed index of a value within one column: equal values have equal indexes; nothing else can be read from it.

    >>> blind("", column="registers.person.phone")
    b''
    """
    held = keys()
    return held.mark + _digest(held.index, text, column) if text else b""


def blinds(text: str, *, column: str) -> list[bytes]:
    """Every index a value may stand under now: while keys are renewed, that under the key before as well.

    >>> blinds("", column="registers.person.phone")
    []
    """
    held = keys()
    under = ((held.mark, held.index), *held.older)
    return [mark + _digest(key, text, column) for mark, key in under] if text else []


def was_blind(index: bytes, text: str, *, column: str) -> bool:
    """Whether an index was made of this text, under a key in use or one that was set aside."""
    every = {**aside().indexes, **keys().indexes}.items()
    return any(hmac.compare_digest(index, mark_of(version) + _digest(key, text, column)) for version, key in every)


def _digest(key: bytes, text: str, column: str) -> bytes:
    return hmac.digest(key, f"{column}\0{text}".encode(), hashlib.sha256)[:INDEX_BYTES]


def is_newest(index: bytes, held: Keys) -> bool:
    """Whether an index was made under the newest key."""
    return len(index) == INDEX_BYTES + len(held.mark) and index.startswith(held.mark)


def sealer(column: str) -> Callable[[str], bytes]:
    """What `seal` and the field do, for a great many values of one column: the keys are looked up once."""
    held, bound = keys(), column.encode()
    first, encrypt, fresh = bytes([held.newest]), held.by_version[held.newest].encrypt, os.urandom

    def sealed(text: str) -> bytes:
        if not text:
            return b""
        nonce = fresh(NONCE)
        return first + nonce + encrypt(nonce, text.encode(), bound)

    return sealed


def opener(column: str) -> Callable[[Any], str]:
    """What `unseal` does, for a great many values of one column."""

    def opened(content: Any) -> str:
        return unseal(bytes(content), column=column) if content else ""

    return opened


def blinder(column: str) -> Callable[[str], bytes]:
    """What `blind` does, for a great many values of one column: the key is looked up once."""
    held, bound, digest = keys(), f"{column}\0".encode(), hmac.digest
    key, mark = held.index, held.mark

    def blinded(text: str) -> bytes:
        return mark + digest(key, bound + text.encode(), "sha256")[:INDEX_BYTES] if text else b""

    return blinded


class SealedField(models.Field[Any, Any]):
    """A text that lies sealed in the database and is itself in Python; the empty text stays empty."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **(named | {"default": "", "blank": True, "editable": False}))

    @property
    def column_name(self) -> str:
        """What binds a sealed value to its place."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, content: Any, expression: Any, connection: Any) -> str:
        return unseal(bytes(content or b""), column=self.column_name)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        content = value if isinstance(value, bytes) else seal(value or "", column=self.column_name)
        return connection.Database.Binary(content)


class BlindField(models.BinaryField):
    """The keyed index of a sealed text beside it: found by equality, tells nothing.

    It is `of` the sealed field, or of its `last` signs, under the name of its column, or under what stands in the
    field `under`. One that was made under an older key is made again whenever its record is saved.
    """

    def __init__(self, *args: Any, of: str = "", last: int = 0, under: str = "", **named: Any) -> None:
        self.of, self.last, self.under = of, last, under
        super().__init__(*args, **(named | {"max_length": INDEX_BYTES, "default": b"", "blank": True}))

    def from_db_value(self, content: Any, expression: Any, connection: Any) -> bytes:
        return bytes(content or b"")

    def remade(self, record: models.Model) -> bytes:
        """The index under the newest key; what was not indexed is not."""
        if not getattr(record, self.attname):
            return b""
        own = f"{self.model._meta.label_lower}.{self.name if self.last else self.of}"
        text = getattr(record, self.of)[-self.last :]
        return blind(text, column=getattr(record, self.under) if self.under else own)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        index = super().pre_save(model_instance, add)
        if index and not is_newest(bytes(index), keys()):
            index = self.remade(model_instance)
            setattr(model_instance, self.attname, index)
        return index
