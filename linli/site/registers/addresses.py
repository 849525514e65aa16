"""What may stand in an address of this room: references of records and of disputes, short words of registers."""

from linli.ground import refs
from linli.ground.refusals import Malformed
from linli.registers.models import Register
from linli.registers.queries import KINDS
from linli.web.addresses import RefConverter


class RecordConverter(RefConverter):
    """A person, a household, a dwelling or a business."""

    regex = f"[{''.join(KINDS)}]-[0-9A-Z]{{5}}-[0-9A-Z]{{2}}"

    def to_python(self, value: str) -> str:
        """The reference as it is kept."""
        try:
            return refs.read(value, value[:1])
        except Malformed as wrong:
            raise ValueError(value) from wrong


class DisputeConverter(RefConverter):
    """Q-…"""

    kind = "Q"


class BatchConverter(RefConverter):
    """L-…"""

    kind = "L"


class ExportConverter(RefConverter):
    """X-…"""

    kind = "X"


class RegisterConverter:
    """The short word of a register."""

    regex = "|".join(Register.values)

    def to_python(self, value: str) -> Register:
        """The register."""
        return Register(value)

    def to_url(self, value: str) -> str:
        """Its short word."""
        return str(value)
