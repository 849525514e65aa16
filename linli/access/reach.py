"""How far a post reaches from its area: the five scopes practitioners know by name.

Every one of them is answered by index ranges on the area code (and, for one's own, by the owner's reference);
none needs a list of areas below.
"""

from enum import StrEnum

from linli.ground.words import gettext_noop as _


class Reach(StrEnum):
    """What a post sees, from widest to narrowest."""

    ALL = "all"
    CHOSEN = "chosen"
    BELOW = "below"
    LEVEL = "level"
    OWN = "own"

    @property
    def label(self) -> str:
        """The name practitioners know it by, as an English msgid.

        >>> Reach.BELOW.label
        'own level and below'
        """
        return LABELS[self]


LABELS = {
    Reach.ALL: _("everything"),
    Reach.CHOSEN: _("chosen areas"),
    Reach.BELOW: _("own level and below"),
    Reach.LEVEL: _("own level"),
    Reach.OWN: _("own"),
}
