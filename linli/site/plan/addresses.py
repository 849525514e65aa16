"""What may stand in an address of this room: area codes, references, tiles. Anything else is no page (404)."""

from linli.areas import codes
from linli.geo.tiles import Tile
from linli.web.addresses import RefConverter


class CodeConverter:
    """An area code of any level, digits only."""

    regex = "|".join(rf"[0-9]{{{width}}}" for width in sorted(codes.WIDTHS.values(), reverse=True))

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class BackgroundConverter(RefConverter):
    """B-…"""

    kind = "B"


class RedrawingConverter(RefConverter):
    """D-…"""

    kind = "D"


class TileConverter:
    """zoom/column/row of a tile that exists."""

    regex = r"[0-9]{1,2}/[0-9]{1,9}/[0-9]{1,9}"

    def to_python(self, value: str) -> Tile:
        tile = Tile(*(int(part) for part in value.split("/")))
        if not tile.exists():
            raise ValueError(value)
        return tile

    def to_url(self, value: Tile | str) -> str:
        return value if isinstance(value, str) else "/".join(map(str, value))
