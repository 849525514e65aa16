"""References in addresses: one that no thing can bear is no page (404), before any query."""

from linli.ground import refs
from linli.ground.refusals import Malformed


class RefConverter:
    """A reference of one kind, with the check sign that fits; a room names the kind."""

    kind = ""
    regex = r"[A-Z]-[0-9A-Z]{5}-[0-9A-Z]{2}"

    def to_python(self, value: str) -> str:
        """The reference as it is kept."""
        try:
            return refs.read(value, self.kind)
        except Malformed as wrong:
            raise ValueError(value) from wrong

    def to_url(self, value: str) -> str:
        """The same."""
        return value
