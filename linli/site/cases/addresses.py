"""What may stand in an address of this room: references of cases and photos, the words of moves and desks."""

from linli.cases.stages import Move
from linli.web.addresses import RefConverter


class CaseConverter(RefConverter):
    """C-…"""

    kind = "C"


class PhotoConverter(RefConverter):
    """F-…"""

    kind = "F"


class MoveConverter:
    """The short word of a move."""

    regex = "|".join(sorted(Move, key=len, reverse=True))

    def to_python(self, value: str) -> Move:
        """The move."""
        return Move(value)

    def to_url(self, value: str) -> str:
        """Its short word."""
        return str(value)
