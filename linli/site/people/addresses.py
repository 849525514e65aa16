"""What may stand in an address of this room: references of accounts and of posts."""

from linli.web.addresses import RefConverter


class AccountConverter(RefConverter):
    """A-…"""

    kind = "A"


class PostConverter(RefConverter):
    """S-…"""

    kind = "S"


class ShapeConverter(RefConverter):
    """T-…"""

    kind = "T"
