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

    @property
    def width(self) -> int:
        """How far it reaches, to be compared: chosen areas reach from each as one's own level and below does.

        >>> Reach.OWN.width < Reach.LEVEL.width < Reach.BELOW.width == Reach.CHOSEN.width < Reach.ALL.width
        True
        """
        return {Reach.OWN: 0, Reach.LEVEL: 1, Reach.ALL: 3}.get(self, 2)


CHINESE = {
    Reach.ALL: "全部",
    Reach.CHOSEN: "自定义",
    Reach.BELOW: "本级及以下",
    Reach.LEVEL: "本级",
    Reach.OWN: "本人",
}
MEANS = {
    Reach.ALL: _("Everything there is, wherever the post stands."),
    Reach.CHOSEN: _("Several areas named one by one, and all that lies in them."),
    Reach.BELOW: _("The area of the post, and all that lies in it."),
    Reach.LEVEL: _("Just what bears the area of the post itself, nothing that lies in it."),
    Reach.OWN: _("Only what belongs to the holder, within the area of the post."),
}
LABELS = {
    Reach.ALL: _("everything"),
    Reach.CHOSEN: _("chosen areas"),
    Reach.BELOW: _("own level and below"),
    Reach.LEVEL: _("own level"),
    Reach.OWN: _("own"),
}
